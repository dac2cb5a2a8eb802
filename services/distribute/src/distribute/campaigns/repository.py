"""SQL of campaigns. They are the network's, nobody's own."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import asyncpg
from filiere.calendar import today
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Where
from filiere.identifiers import uuid7

from distribute.campaigns.schemas import CampaignIn, CampaignOut, RunningCampaign, VersionOut
from distribute.campaigns.status import CampaignStatus, Stage, stage_on

_LAST = """LEFT JOIN LATERAL (
    SELECT v.version, v.terms, v.published_at FROM campaign_version v
    WHERE v.campaign_id = c.id AND v.published_at IS NOT NULL ORDER BY v.version DESC LIMIT 1
) p ON true"""
_FROM = f"campaign c {_LAST} LEFT JOIN campaign_version d ON d.campaign_id = c.id AND d.published_at IS NULL"
_COLUMNS = """c.id, c.name, c.status, c.ended_at, c.ended_why, p.version, p.published_at, p.terms::text AS terms,
    d.terms::text AS draft,
    (SELECT count(*) FROM campaign_member m WHERE m.campaign_id = c.id AND m.left_at IS NULL) AS members"""
_LISTED = Listing(_COLUMNS, _FROM, {"newest": Order(Key("c.id", Kind.ID), down=True)}, counted=f"campaign c {_LAST}")
_RUNNING = f"SELECT c.id, c.name, c.status, p.terms::text FROM campaign c {_LAST} WHERE p.version > 0"
_DROP_DRAFT = "DELETE FROM campaign_version WHERE campaign_id = $1 AND published_at IS NULL"
_BEGINS, _ENDS = "(p.terms ->> 'begins_on')::date", "(p.terms ->> 'ends_on')::date"
_STAGES = {
    Stage.TO_COME: f"c.status = 'published' AND {_BEGINS} > {{}}::date",
    Stage.RUNNING: f"c.status = 'published' AND {{}}::date BETWEEN {_BEGINS} AND {_ENDS}",
    Stage.ENDED: f"c.status = 'published' AND {_ENDS} < {{}}::date",
}


# every tenant: campaigns are published to all
class CampaignsRepository(Repository):
    async def open(self) -> list[RunningCampaign]:
        """Those that are published and neither closed nor cancelled, whatever the day."""
        rows = await (await self.driver()).fetch(f"{_RUNNING} AND c.status = 'published' ORDER BY c.name")
        return [_running(row) for row in rows]

    async def named(self, names: Sequence[str]) -> list[RunningCampaign]:
        """Those that were ever published under these names."""
        rows = await (await self.driver()).fetch(f"{_RUNNING} AND c.name = ANY($1::text[])", list(names))
        return [_running(row) for row in rows]

    async def get(self, campaign_id: UUID, *, with_drafts: bool) -> CampaignOut | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE c.id = $1 AND ($2 OR p.version IS NOT NULL)",
            campaign_id,
            with_drafts,
        )
        return _campaign(row, with_drafts) if row is not None else None

    async def get_for_update(self, campaign_id: UUID) -> CampaignOut | None:
        """Locked: nobody publishes, closes or cancels it meanwhile, and nothing is set aside for it."""
        driver = await self.driver()
        await driver.execute("SELECT 1 FROM campaign WHERE id = $1 FOR NO KEY UPDATE", campaign_id)
        return await self.get(campaign_id, with_drafts=True)

    async def listing(self, *, q: str = "", stage: str = "", with_drafts: bool, part: Part) -> Found[CampaignOut]:
        """The newest first."""
        wanted = Where().contains("c.name", q)
        if not with_drafts:
            wanted.add("p.version IS NOT NULL")
        if stage in set(Stage):
            condition = _STAGES.get(Stage(stage))
            if condition is not None:
                wanted.add(condition, today())
            else:
                wanted.add("c.status = {}", stage)
        found = await _LISTED.page(await self.driver(), wanted, part)
        return found.of(lambda row: _campaign(row, with_drafts))

    async def versions(self, campaign_id: UUID) -> list[VersionOut]:
        """What was published, the newest first."""
        rows = await (await self.driver()).fetch(
            "SELECT version, terms::text, published_at, published_why FROM campaign_version"
            " WHERE campaign_id = $1 AND published_at IS NOT NULL ORDER BY version DESC",
            campaign_id,
        )
        return [
            VersionOut(version=row[0], terms=_terms(row[1]), published_at=row[2], published_why=row[3]) for row in rows
        ]

    async def is_taken(self, name: str, but: UUID | None) -> bool:
        """Whether another campaign bears the name."""
        taken: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT 1 FROM campaign WHERE lower(name) = lower($1) AND id IS DISTINCT FROM $2)", name, but
        )
        return taken

    async def lock_names(self) -> None:
        """Be the only one who names a campaign until the transaction ends."""
        await (await self.driver()).execute("SELECT pg_advisory_xact_lock(hashtextextended('campaign names', 0))")

    async def add(self, terms: CampaignIn) -> UUID:
        """Keep a new one, as a draft."""
        campaign_id, driver = uuid7(), await self.driver()
        await driver.execute(
            "INSERT INTO campaign (id, name, status) VALUES ($1, $2, 'draft')", campaign_id, terms.name
        )
        await self.keep_draft(campaign_id, terms)
        return campaign_id

    async def keep_draft(self, campaign_id: UUID, terms: CampaignIn) -> None:
        """Write its draft, the first or anew; of a campaign that is locked, or new."""
        await (await self.driver()).execute(
            "INSERT INTO campaign_version (campaign_id, version, terms)"
            " SELECT $1, coalesce(max(version), 0) + 1, $2::text::jsonb FROM campaign_version"
            " WHERE campaign_id = $1 AND published_at IS NOT NULL"
            " ON CONFLICT (campaign_id, version) DO UPDATE SET terms = excluded.terms",
            campaign_id,
            terms.model_dump_json(),
        )

    async def rename(self, campaign_id: UUID, name: str) -> None:
        await (await self.driver()).execute("UPDATE campaign SET name = $2 WHERE id = $1", campaign_id, name)

    async def drop_draft(self, campaign_id: UUID) -> None:
        """Throw the draft away; a campaign that was never published goes with it."""
        driver = await self.driver()
        await driver.execute(_DROP_DRAFT, campaign_id)
        await driver.execute("DELETE FROM campaign WHERE id = $1 AND status = 'draft'", campaign_id)

    async def publish(self, campaign_id: UUID, why: str) -> None:
        driver = await self.driver()
        await driver.execute(
            "UPDATE campaign_version SET published_at = now(), published_why = $2"
            " WHERE campaign_id = $1 AND published_at IS NULL",
            campaign_id,
            why,
        )
        await driver.execute("UPDATE campaign SET status = 'published' WHERE id = $1", campaign_id)

    async def end(self, campaign_id: UUID, status: CampaignStatus, why: str) -> None:
        """Close or cancel it; a draft of another version goes."""
        driver = await self.driver()
        await driver.execute(
            "UPDATE campaign SET status = $2, ended_at = now(), ended_why = $3 WHERE id = $1",
            campaign_id,
            status.value,
            why,
        )
        await driver.execute(_DROP_DRAFT, campaign_id)


def _running(row: "asyncpg.Record") -> RunningCampaign:
    return RunningCampaign(id=row[0], name=row[1], status=CampaignStatus(row[2]), terms=_terms(row[3]))


def _campaign(row: "asyncpg.Record", with_drafts: bool) -> CampaignOut:
    status = CampaignStatus(row["status"])
    terms = _terms(row["terms"] or row["draft"])
    return CampaignOut(
        id=row["id"],
        name=row["name"],
        status=status,
        stage=stage_on(status, terms.begins_on, terms.ends_on, today()),
        version=row["version"],
        terms=terms,
        draft=_terms(row["draft"]) if with_drafts and row["draft"] else None,
        members=row["members"],
        published_at=row["published_at"],
        ended_at=row["ended_at"],
        ended_why=row["ended_why"],
    )


@lru_cache(maxsize=256)
def _terms(text: str) -> CampaignIn:
    """Read once per process: versions do not change once they are published."""
    said: dict[str, Any] = json.loads(text)
    return CampaignIn.model_validate(said)
