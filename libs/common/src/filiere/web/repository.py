"""Queries of memberships. Hand-written SQL, for it is on every request's path."""

from uuid import UUID

from filiere.database import Repository


class MembershipRepository(Repository):
    async def of_subject(self, subject: str) -> list[tuple[str, UUID | None]]:
        """(role, organisation id) of everything the subject may be, in a stable order."""
        rows = await (await self.driver()).fetch(
            "SELECT role, organisation_id FROM membership WHERE subject = $1 ORDER BY id", subject
        )
        return [(row["role"], row["organisation_id"]) for row in rows]

    async def grant(self, subject: str, role: str, organisation_id: UUID | None) -> bool:
        """Add a membership; False when it was there already."""
        row = await (await self.driver()).fetchrow(
            "INSERT INTO membership (subject, role, organisation_id) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING RETURNING id",
            subject,
            role,
            organisation_id,
        )
        return row is not None

    async def revoke(self, subject: str, role: str, organisation_id: UUID | None) -> bool:
        """Take a membership away; False when there was none."""
        row = await (await self.driver()).fetchrow(
            "DELETE FROM membership WHERE subject = $1 AND role = $2 AND organisation_id IS NOT DISTINCT FROM $3"
            " RETURNING id",
            subject,
            role,
            organisation_id,
        )
        return row is not None

    async def of_organisation(self, role: str, organisation_id: UUID) -> list[str]:
        """Subjects who act for one organisation."""
        rows = await (await self.driver()).fetch(
            "SELECT subject FROM membership WHERE role = $1 AND organisation_id = $2 ORDER BY id", role, organisation_id
        )
        return [row["subject"] for row in rows]
