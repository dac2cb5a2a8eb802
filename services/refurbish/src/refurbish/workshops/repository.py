"""Queries of the workshops."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.database import Repository, Scope
from filiere.geography import UnknownTerritory, departement_of_postcode


@dataclass(frozen=True, slots=True)
class Workshop:
    """A workshop; `capacity` in devices a week."""

    id: UUID
    name: str
    city: str
    postcode: str
    capacity: dict[Category, int]
    competences: list[Category]
    created_at: datetime

    @property
    def territory(self) -> str | None:
        """Code of its département; None for a postcode that has none."""
        try:
            return departement_of_postcode(self.postcode).code
        except UnknownTerritory:
            return None


_COLUMNS = "id, name, city, postcode, capacity, competences, created_at"
_MINE = "($1::uuid[] IS NULL OR id = ANY($1))"


class WorkshopRepository(Repository):
    # every tenant: a new workshop is nobody's yet
    async def insert(self, workshop: Workshop) -> None:
        await (await self.driver()).execute(
            f"INSERT INTO workshop ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            workshop.id,
            workshop.name,
            workshop.city,
            workshop.postcode,
            json.dumps(workshop.capacity),
            [category.value for category in workshop.competences],
            workshop.created_at,
        )

    async def lock_registering(self) -> None:
        """Nobody else registers workshops of a network that moves in until the transaction ends."""
        await (await self.driver()).execute("SELECT pg_advisory_xact_lock(hashtextextended('workshops', 0))")

    # every tenant: of a workshop that the caller has locked
    async def set_capacity(self, workshop: Workshop) -> None:
        await (await self.driver()).execute(
            "UPDATE workshop SET capacity = $2, competences = $3 WHERE id = $1",
            workshop.id,
            json.dumps(workshop.capacity),
            [category.value for category in workshop.competences],
        )

    async def get(self, scope: Scope, workshop_id: UUID, *, for_update: bool = False) -> Workshop | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM workshop WHERE {_MINE} AND id = $2{' FOR UPDATE' if for_update else ''}",
            scope.ids,
            workshop_id,
        )
        return _workshop(row) if row is not None else None

    async def listing(self, scope: Scope) -> list[Workshop]:
        """The caller's workshops, by name."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM workshop WHERE {_MINE} ORDER BY name, id", scope.ids
        )
        return [_workshop(row) for row in rows]

    # every tenant: says only that a workshop does not exist
    async def unknown(self, workshop_ids: list[UUID]) -> set[UUID]:
        """Which of these are no workshop of ours."""
        rows = await (await self.driver()).fetch(
            "SELECT u.id FROM unnest($1::uuid[]) AS u(id) "
            "WHERE NOT EXISTS (SELECT 1 FROM workshop w WHERE w.id = u.id)",
            workshop_ids,
        )
        return {row["id"] for row in rows}


def _workshop(row: Any) -> Workshop:
    fields = dict(row)
    fields["capacity"] = {Category(name): count for name, count in fields["capacity"].items()}
    fields["competences"] = [Category(name) for name in fields["competences"]]
    return Workshop(**fields)
