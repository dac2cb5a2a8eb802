"""SQL of accounts of campaigns: counted from lines, devices and the till; set by set."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from filiere.calendar import now
from filiere.catalogue import Category
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where

from distribute.campaign_accounts.schemas import AccountOut

if TYPE_CHECKING:
    from asyncpg import Record

# Who has left gives no account, unless it had ordered; its own page it has all the same.
_COUNTS_IN = (
    "m.left_at IS NULL OR EXISTS (SELECT FROM order_line l JOIN campaign c ON c.name = l.campaign"
    " WHERE c.id = m.campaign_id AND l.relais_id = m.relais_id)"
)
_LISTED = Listing(
    "r.id AS relais_id, r.name, r.city, r.territory, a.said, a.said_at, a.asked_at, a.reminded_at",
    "campaign_member m JOIN relais r ON r.id = m.relais_id"
    " LEFT JOIN campaign_account a ON a.relais_id = m.relais_id AND a.campaign_id = m.campaign_id",
    {"name": Order(Key("r.name"), Key("r.id", Kind.ID))},
)
# A device that came for a line of the campaign: it is there, or somebody has it, whatever became of it afterwards.
_COUNTS = """
WITH lines AS (
    SELECT l.id, l.relais_id, l.order_id, l.quantity FROM order_line l
    JOIN relais_order o ON o.id = l.order_id AND o.status <> 'cancelled'
    WHERE l.campaign = $1 AND ($2::uuid[] IS NULL OR l.relais_id = ANY($2))
), devices AS (
    SELECT relais_id, device_id, category, bool_or(handed) AS handed FROM (
        SELECT l.relais_id, i.device_id, i.category, false AS handed
        FROM lines l JOIN stock_item i ON i.order_id = l.order_id AND i.line_id = l.id
        WHERE i.status IN ('delivered', 'handed_over', 'lent')
        UNION ALL
        SELECT l.relais_id, h.device_id, i.category, true
        FROM lines l JOIN handover h ON h.line_id = l.id JOIN stock_item i ON i.device_id = h.device_id
        WHERE NOT EXISTS (SELECT FROM after_sale_case c WHERE c.replacement_handover_id = h.id)
    ) had GROUP BY 1, 2, 3
)
SELECT relais_id, NULL AS category, sum(quantity)::int AS ordered, 0 AS received, 0 AS handed FROM lines GROUP BY 1
UNION ALL
SELECT relais_id, category, 0, count(*)::int, (count(*) FILTER (WHERE handed))::int FROM devices GROUP BY 1, 2
"""
_ASK = """
INSERT INTO campaign_account (relais_id, campaign_id)
SELECT m.relais_id, c.id FROM campaign c JOIN campaign_member m ON m.campaign_id = c.id
WHERE c.status = 'closed' AND c.ended_at > $1
    AND NOT EXISTS (SELECT FROM campaign_account a WHERE a.campaign_id = c.id AND a.relais_id = m.relais_id)
    AND EXISTS (
        SELECT FROM order_line l JOIN relais_order o ON o.id = l.order_id AND o.status <> 'cancelled'
        WHERE l.campaign = c.name AND l.relais_id = m.relais_id
    )
ON CONFLICT DO NOTHING RETURNING relais_id, campaign_id
"""


class ToAsk(NamedTuple):
    """Whom a letter goes to."""

    relais_id: UUID
    campaign_id: UUID


class Counted(NamedTuple):
    """Of a structure."""

    ordered: int
    received: int
    handed: int
    by_category: dict[Category, int]


class AccountsRepository(Repository):
    async def listing(
        self,
        scope: Scope,
        campaign_id: UUID,
        campaign: str,
        *,
        q: str = "",
        missing: bool = False,
        is_one: bool = False,
        part: Part,
    ) -> Found[AccountOut]:
        """By name, with what those of the page received and handed over. `is_one`: also who has left for good."""
        driver = await self.driver()
        wanted = _wanted(scope, campaign_id, q, missing)
        found = await _LISTED.page(driver, wanted if is_one else wanted.add(f"({_COUNTS_IN})"), part)
        counted = await self.counts(Scope([row["relais_id"] for row in found.rows]), campaign)
        return found.of(lambda row: _account(row, counted.get(row["relais_id"])))

    async def each(self, scope: Scope, campaign_id: UUID, campaign: str) -> AsyncIterator[AccountOut]:
        counted = await self.counts(scope, campaign)
        async for row in _LISTED.each(
            await self.driver(), _wanted(scope, campaign_id, "", False).add(f"({_COUNTS_IN})")
        ):
            yield _account(row, counted.get(row["relais_id"]))

    async def counts(self, scope: Scope, campaign: str) -> dict[UUID, Counted]:
        rows = await (await self.driver()).fetch(_COUNTS, campaign, scope.ids)
        found: dict[UUID, Counted] = {}
        for relais_id, category, ordered, received, handed in rows:
            had = found.get(relais_id, Counted(0, 0, 0, {}))
            kinds = {**had.by_category, Category(category): handed} if category and handed else had.by_category
            found[relais_id] = Counted(had.ordered + ordered, had.received + received, had.handed + handed, kinds)
        return found

    # every tenant: how many answered, of the network
    async def said(self, campaign_id: UUID) -> tuple[int, int]:
        """(structures that were asked, those of them that answered)."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(*)::int, count(said)::int FROM campaign_account WHERE campaign_id = $1", campaign_id
        )
        assert row is not None  # counts
        return row[0], row[1]

    async def own_publics(self, scope: Scope, campaign: str) -> list[tuple[str, int]]:
        """What the caller's own Relais handed over, by public; nobody else reads it."""
        rows = await (await self.driver()).fetch(
            "SELECT coalesce(h.person_public, ''), count(*)::int FROM order_line l JOIN handover h ON h.line_id = l.id"
            " WHERE l.campaign = $1 AND l.relais_id = ANY($2::uuid[])"
            " AND NOT EXISTS (SELECT FROM after_sale_case c WHERE c.replacement_handover_id = h.id)"
            " GROUP BY 1 ORDER BY 2 DESC, 1",
            *(campaign, scope.ids),
        )
        return [(row[0], row[1]) for row in rows]

    # every tenant: of a Relais that the caller leads
    async def say(self, campaign_id: UUID, relais_id: UUID, said: str) -> None:
        """Its sentence, the first or anew."""
        await (await self.driver()).execute(
            "INSERT INTO campaign_account (relais_id, campaign_id, said, said_at) VALUES ($1, $2, $3, now())"
            " ON CONFLICT (relais_id, campaign_id) DO UPDATE SET said = excluded.said, said_at = now()",
            *(relais_id, campaign_id, said),
        )

    # every tenant: the network asks all who ordered for what is over
    async def ask(self, ended_within: timedelta) -> list[ToAsk]:
        """Those who were not asked yet, of campaigns that were closed lately."""
        rows = await (await self.driver()).fetch(_ASK, now() - ended_within)
        return [ToAsk(*row) for row in rows]

    # every tenant: the network reminds all who did not answer
    async def remind(self, quiet: timedelta, campaign_id: UUID | None = None) -> list[ToAsk]:
        """Those who have not answered: of one campaign, when no letter left lately; else once, by itself."""
        rows = await (await self.driver()).fetch(
            "UPDATE campaign_account SET reminded_at = $3 WHERE said IS NULL"
            " AND CASE WHEN $1::uuid IS NULL THEN reminded_at IS NULL AND asked_at < $2"
            " ELSE campaign_id = $1 AND coalesce(reminded_at, asked_at) < $2 END RETURNING relais_id, campaign_id",
            *(campaign_id, now() - quiet, now()),
        )
        return [ToAsk(*row) for row in rows]

    # every tenant: names for letters
    async def names(self, asked: Sequence[ToAsk]) -> dict[ToAsk, tuple[str, str]]:
        """(structure, campaign) of each."""
        rows = await (await self.driver()).fetch(
            "SELECT u.relais_id, u.campaign_id, r.name, c.name FROM unnest($1::uuid[], $2::uuid[]) AS"
            " u(relais_id, campaign_id) JOIN relais r ON r.id = u.relais_id JOIN campaign c ON c.id = u.campaign_id",
            *([one.relais_id for one in asked], [one.campaign_id for one in asked]),
        )
        return {ToAsk(row[0], row[1]): (row[2], row[3]) for row in rows}


def _wanted(scope: Scope, campaign_id: UUID, q: str, missing: bool) -> Where:
    wanted = scope.where("m.relais_id").add("m.campaign_id = {}", campaign_id)
    wanted.contains("concat_ws(' ', r.name, r.city, r.territory)", q)
    return wanted.add("a.said IS NULL") if missing else wanted


def _account(row: "Record", counted: Counted | None) -> AccountOut:
    had = counted or Counted(0, 0, 0, {})
    kept = {name: row[name] for name in AccountOut.model_fields if name not in Counted._fields}
    return AccountOut(**kept, **had._asdict())
