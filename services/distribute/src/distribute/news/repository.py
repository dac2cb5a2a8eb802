"""Whom news goes to."""

from collections.abc import Sequence
from uuid import UUID

from filiere.database import Repository, Scope


class NewsRepository(Repository):
    async def people_at(self, workshops: Scope) -> list[str]:
        """Addresses of those who act for these workshops, as far as they are known."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT lower(p.address) FROM membership m JOIN person p ON p.subject = m.subject"
            " WHERE m.role = 'workshop' AND m.organisation_id = ANY($1::uuid[]) AND p.address IS NOT NULL ORDER BY 1",
            workshops.ids,
        )
        return [row[0] for row in rows]

    async def people_of(self, scope: Scope) -> list[str]:
        """Addresses of those who act for these Relais, as far as they are known."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT lower(p.address) FROM membership m JOIN person p ON p.subject = m.subject"
            " WHERE m.role = 'relais' AND m.organisation_id = ANY($1::uuid[]) AND p.address IS NOT NULL ORDER BY 1",
            scope.ids,
        )
        return [row[0] for row in rows]

    async def people_of_each(self, relais_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
        """The same of each of these Relais; one of which nobody's address is known is left out."""
        rows = await (await self.driver()).fetch(
            "SELECT m.organisation_id, array_agg(DISTINCT lower(p.address) ORDER BY lower(p.address))"
            " FROM membership m JOIN person p ON p.subject = m.subject"
            " WHERE m.role = 'relais' AND m.organisation_id = ANY($1::uuid[]) AND p.address IS NOT NULL GROUP BY 1",
            list(relais_ids),
        )
        return {row[0]: row[1] for row in rows}
