"""SQL of whom to telephone."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope


class Named(NamedTuple):
    """A row of `relais_referent`."""

    relais_id: UUID
    side: str
    name: str
    phone: str


class ReferentRepository(Repository):
    async def of(self, scope: Scope, relais_ids: Collection[UUID]) -> list[Named]:
        """Those of these Relais, as far as the caller may see them."""
        rows = await (await self.driver()).fetch(
            "SELECT relais_id, side, name, phone FROM relais_referent"
            " WHERE ($1::uuid[] IS NULL OR relais_id = ANY($1)) AND relais_id = ANY($2::uuid[])",
            scope.ids,
            list(relais_ids),
        )
        return [Named(*row) for row in rows]

    # every tenant: of a Relais that the caller has found
    async def name(self, relais_id: UUID, side: str, name: str, phone: str) -> None:
        """Instead of whoever it was before."""
        await (await self.driver()).execute(
            "INSERT INTO relais_referent (relais_id, side, name, phone) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (relais_id, side) DO UPDATE SET name = excluded.name, phone = excluded.phone",
            *(relais_id, side, name, phone),
        )

    # every tenant: of a Relais that the caller has found
    async def forget(self, relais_id: UUID, side: str) -> None:
        await (await self.driver()).execute(
            "DELETE FROM relais_referent WHERE relais_id = $1 AND side = $2", relais_id, side
        )
