"""Queries of joining; the rows are the donors'."""

from uuid import UUID

from filiere.database import Repository, Scope

from collect.donors.public_bodies import signs_of_public_body
from collect.joining.schemas import JoinedOut


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
            f"""SELECT id AS donor_id, name, siren, legal_category, public_body, to_confirm, created_at FROM donor
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
