"""Queries of the spare parts."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where

from refurbish.parts.kinds import Origin, PartKind
from refurbish.parts.part import SparePart

_COLUMNS = "workshop_id, id, kind, fits, origin, source_device_id, quantity, used, lost, unit_cents, added_by, added_at"
_SOURCE = "(SELECT d.label FROM device d WHERE d.id = part.source_device_id) AS source_label"
MINE = "($1::uuid[] IS NULL OR workshop_id = ANY($1))"
_LISTED = Listing(
    f"{_COLUMNS}, {_SOURCE}",
    "part",
    {
        "newest": Order(Key("id", Kind.ID), down=True),
        "kind": Order(Key("kind"), Key("fits"), Key("id", Kind.ID)),
        "fits": Order(Key("fits"), Key("id", Kind.ID)),
    },
)


class PartRepository(Repository):
    async def get(self, scope: Scope, part_id: UUID, *, for_update: bool = False) -> SparePart | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS}, {_SOURCE} FROM part WHERE {MINE} AND id = $2{' FOR UPDATE' if for_update else ''}",
            scope.ids,
            part_id,
        )
        return part_of(row) if row is not None else None

    # every tenant: for a workshop that the caller acts for
    async def insert(self, part: SparePart) -> None:
        await (await self.driver()).execute(
            f"INSERT INTO part ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            *(part.workshop_id, part.id, part.kind, part.fits, part.origin, part.source_device_id, part.quantity),
            *(part.used, part.lost, part.unit_cents, part.added_by, part.added_at),
        )

    # every tenant: of a part that the caller has locked
    async def count(self, part_id: UUID, *, used: int = 0, lost: int = 0) -> None:
        """So many more are used or lost; fewer when negative."""
        await (await self.driver()).execute(
            "UPDATE part SET used = used + $2, lost = lost + $3 WHERE id = $1", part_id, used, lost
        )

    async def listing(
        self, scope: Scope, *, kind: str = "", q: str = "", is_left: bool = False, order: str = "newest", part: Part
    ) -> Found[SparePart]:
        found = await _LISTED.page(await self.driver(), _wanted(scope, kind, q, is_left), part, order)
        return found.of(part_of)

    async def each(
        self, scope: Scope, *, kind: str = "", q: str = "", is_left: bool = False
    ) -> AsyncIterator[SparePart]:
        async for row in _LISTED.each(await self.driver(), _wanted(scope, kind, q, is_left), "newest"):
            yield part_of(row)

    # every tenant: of the workshop of a device that the caller has found
    async def to_choose(self, workshop_id: UUID, model: str, limit: int = 200) -> list[SparePart]:
        """What is left in a workshop; first what says that it fits this model."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS}, {_SOURCE} FROM part WHERE workshop_id = $1 AND used + lost < quantity "
            "ORDER BY ($2 <> '' AND strpos(lower(fits), lower($2)) > 0) DESC, kind, id LIMIT $3",
            workshop_id,
            model,
            limit,
        )
        return [part_of(row) for row in rows]

    # every tenant: of a device that the caller has found
    async def harvested_from(self, device_id: UUID) -> list[SparePart]:
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS}, {_SOURCE} FROM part WHERE source_device_id = $1 ORDER BY id LIMIT 100", device_id
        )
        return [part_of(row) for row in rows]


def _wanted(scope: Scope, kind: str, q: str, is_left: bool) -> Where:
    wanted = scope.where("workshop_id")
    if kind:
        wanted.add("kind = {}", kind)
    if is_left:
        wanted.add("used + lost < quantity")
    return wanted.contains("fits", q)


def part_of(row: Any) -> SparePart:
    values = {name: value for name, value in row.items() if name != "_keys"}
    values["kind"] = PartKind(values["kind"])
    values["origin"] = Origin(values["origin"])
    return SparePart(**values)
