"""Queries of joining; the rows are the donors'."""

from uuid import UUID

import asyncpg
from filiere.database import Repository, Scope

from collect.donors.public_bodies import signs_of_public_body
from collect.joining.schemas import JoinedOut, Refusal


class JoiningRepository(Repository):
    # every tenant: whether one person has a registration that waits, of whatever donor
    async def lock_waits(self, subject: str) -> bool:
        """Whether an unconfirmed donor of this person waits; holds the person's other registrations back."""
        driver = await self.driver()
        await driver.execute("SELECT pg_advisory_xact_lock(hashtextextended('joining:' || $1, 0))", subject)
        found: bool = await driver.fetchval(
            """SELECT EXISTS (SELECT 1 FROM membership m JOIN donor d ON d.id = m.organisation_id
            WHERE m.subject = $1 AND m.role = 'donor' AND d.to_confirm)""",
            subject,
        )
        return found

    # every tenant: of the one person who asks, what they belonged to
    async def left_by(self, subject: str) -> str | None:
        """The donor that invited this person last, and for which they may act no more."""
        found: str | None = await (await self.driver()).fetchval(
            """SELECT d.name FROM invitation i JOIN donor d ON d.id = i.organisation_id
            WHERE i.accepted_by = $1 AND i.role = 'donor' AND NOT EXISTS (SELECT 1 FROM membership m
                WHERE m.subject = $1 AND m.role = 'donor' AND m.organisation_id = i.organisation_id)
            ORDER BY i.accepted_at DESC LIMIT 1""",
            subject,
        )
        return found

    # every tenant: of a donor that has just been made
    async def mark(self, donor_id: UUID, legal_category: str | None, *, public_body: bool) -> None:
        await (await self.driver()).execute(
            "UPDATE donor SET to_confirm = true, legal_category = $2, public_body = $3 WHERE id = $1",
            *(donor_id, legal_category, public_body),
        )

    async def get(self, scope: Scope, donor_id: UUID, *, for_update: bool = False) -> JoinedOut | None:
        row = await (await self.driver()).fetchrow(
            f"""SELECT id AS donor_id, name, left(siren, 9) AS siren, legal_category, public_body, to_confirm,
                created_at, refused_at, refused_reason FROM donor
            WHERE ($1::uuid[] IS NULL OR id = ANY($1)) AND id = $2 {"FOR NO KEY UPDATE" if for_update else ""}""",
            *(scope.ids, donor_id),
        )
        if row is None:
            return None
        return JoinedOut(**dict(row), signs=signs_of_public_body(row["siren"], row["legal_category"]))

    # every tenant: of a registration that the coordination has locked
    async def confirm(self, donor_id: UUID, *, public_body: bool) -> None:
        await (await self.driver()).execute(
            "UPDATE donor SET to_confirm = false, public_body = $2 WHERE id = $1", donor_id, public_body
        )

    # every tenant: of a registration that the coordination has locked
    async def refuse(self, donor_id: UUID, reason: str) -> list[str]:
        """Let go of its number and of all who act for it, whose subjects are given back."""
        rows = await (await self.driver()).fetch(
            """WITH gone AS (
                DELETE FROM membership WHERE role = 'donor' AND organisation_id = $1 RETURNING subject, duty),
            refused AS (UPDATE donor SET to_confirm = false, refused_at = now(), refused_reason = $2,
                siren = siren || '-' || id, refused_people = ARRAY(SELECT subject FROM gone),
                refused_leads = ARRAY(SELECT subject FROM gone WHERE duty = 'lead') WHERE id = $1)
            SELECT subject FROM gone ORDER BY 1""",
            *(donor_id, reason),
        )
        return [row["subject"] for row in rows]

    # every tenant: of a registration that the coordination has locked
    async def reopen(self, donor_id: UUID) -> list[str] | None:
        """Give it its number back, and who acted for it; None when the number is another's by now.

        Who led leads again. Of what was refused before that was kept, everybody does.
        """
        try:
            rows = await (await self.driver()).fetch(
                """WITH before AS (SELECT refused_people, refused_leads FROM donor WHERE id = $1),
                open AS (UPDATE donor SET to_confirm = true, refused_at = NULL, refused_reason = NULL,
                    siren = left(siren, 9), refused_people = NULL, refused_leads = NULL WHERE id = $1 RETURNING id)
                INSERT INTO membership (subject, role, organisation_id, duty)
                SELECT subject, 'donor', open.id, CASE
                    WHEN subject = ANY(coalesce(refused_leads, refused_people)) THEN 'lead' ELSE 'colleague' END
                FROM open, before, unnest(refused_people) AS subject ON CONFLICT DO NOTHING RETURNING subject""",
                donor_id,
            )
        except asyncpg.UniqueViolationError:
            return None
        return [row["subject"] for row in rows]

    # every tenant: the coordination alone asks, and must hear who has this number
    async def holder_of(self, siren: str) -> str | None:
        """The name of the donor whose number this is."""
        found: str | None = await (await self.driver()).fetchval("SELECT name FROM donor WHERE siren = $1", siren)
        return found

    # every tenant: of a registration that the coordination has locked
    async def unanswered(self, donor_id: UUID) -> tuple[list[UUID], list[UUID]]:
        """Its donations that wait for an answer, and its drafts."""
        rows = await (await self.driver()).fetch(
            "SELECT id, status FROM donation WHERE donor_id = $1 AND status IN ('draft', 'submitted') ORDER BY id",
            donor_id,
        )
        return (
            [row["id"] for row in rows if row["status"] == "submitted"],
            [row["id"] for row in rows if row["status"] == "draft"],
        )

    # every tenant: of the one person who asks, what they acted for
    async def refused(self, subject: str) -> Refusal | None:
        """The newest refusal of a registration that this person acted for."""
        row = await (await self.driver()).fetchrow(
            """SELECT name, left(siren, 9) AS siren, refused_reason AS reason, refused_at FROM donor
            WHERE refused_people @> ARRAY[$1::text] ORDER BY refused_at DESC LIMIT 1""",
            subject,
        )
        return Refusal(**dict(row)) if row is not None else None
