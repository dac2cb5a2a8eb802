"""Queries of what moves in, in sets: a batch is hundreds of devices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.database import Repository
from filiere.movein.ids import carried_id
from filiere.movein.wire import CarriedPlace, Progress

from distribute.moving_in.placing import Ready

_FREE = """
SELECT m.id, i.category, i.workshop_id, i.workshop_name, m.relais_id, r.name, r.territory, m.source, m.said
FROM moving_in m JOIN stock_item i ON i.device_id = m.id JOIN relais r ON r.id = m.relais_id
WHERE m.id = ANY($1::uuid[]) AND m.applied_at IS NULL AND i.status = 'available'
ORDER BY m.id
"""


# every tenant: the coordination alone moves a network in, and events act for no caller
class MovingInRepository(Repository):
    async def siret_of(self, sirets: Sequence[str]) -> Mapping[str, UUID]:
        """Relais by SIRET, of those that are registered."""
        rows = await (await self.driver()).fetch("SELECT siret, id FROM relais WHERE siret = ANY($1::text[])", sirets)
        return {row["siret"]: row["id"] for row in rows}

    async def registered(self, relais_ids: Sequence[UUID]) -> set[UUID]:
        """Which of these are Relais of ours."""
        rows = await (await self.driver()).fetch("SELECT id FROM relais WHERE id = ANY($1::uuid[])", relais_ids)
        return {row["id"] for row in rows}

    async def may_order(self, relais_ids: Sequence[UUID]) -> set[UUID]:
        """Those with an agreement in force."""
        rows = await (await self.driver()).fetch(
            "SELECT relais_id FROM agreement WHERE relais_id = ANY($1::uuid[]) AND ended_on IS NULL", relais_ids
        )
        return {row["relais_id"] for row in rows}

    async def ever_signed(self, relais_ids: Sequence[UUID]) -> set[UUID]:
        """Those with an agreement, in force or ended."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT relais_id FROM agreement WHERE relais_id = ANY($1::uuid[])", relais_ids
        )
        return {row["relais_id"] for row in rows}

    async def lock(self, *, alone: bool) -> None:
        """Whoever says where devices went waits for those who put such devices into stock, and they for her.

        Else each would not see the other's row, and nobody ever put the device where it went.
        """
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        await (await self.driver()).execute(f"SELECT {lock}(hashtextextended('moving-in', 0))")

    async def tell(self, source: str, places: Sequence[tuple[UUID, CarriedPlace]], by: str) -> int:
        """Keep where devices went; what was said first stays. Returns how many are new."""
        rows = await (await self.driver()).fetch(
            "INSERT INTO moving_in (relais_id, id, source, said, told_by)"
            " SELECT u.relais, u.id, $1, u.said::jsonb, $5 FROM unnest($2::uuid[], $3::uuid[], $4::text[])"
            " AS u(relais, id, said) ORDER BY u.id ON CONFLICT (id) DO NOTHING RETURNING 1",
            source,
            [said.relais_id for _, said in places],
            [one for one, _ in places],
            [said.model_dump_json() for _, said in places],
            by,
        )
        return len(rows)

    async def progress(self, source: str) -> Progress:
        """How many places were told of, and at how many the device is."""
        row = await (await self.driver()).fetchrow(
            "SELECT count(*) AS told, count(applied_at) AS done FROM moving_in WHERE source = $1", source
        )
        assert row is not None  # a count
        return Progress(told=row["told"], done=row["done"])

    async def any_waits(self, device_ids: Sequence[UUID]) -> bool:
        """Whether something was said of one of these, that is not done yet."""
        found: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT 1 FROM moving_in WHERE id = ANY($1::uuid[]) AND applied_at IS NULL)", device_ids
        )
        return found

    async def free(self, device_ids: Sequence[UUID]) -> list[Ready]:
        """Free devices of which it was said where they went; nobody makes promises meanwhile."""
        rows = await (await self.driver()).fetch(_FREE, device_ids)
        return [_ready(row) for row in rows]

    async def free_for_update(self, device_ids: Sequence[UUID]) -> set[UUID]:
        """Those of them that are free still, locked."""
        rows = await (await self.driver()).fetch(
            "SELECT device_id FROM stock_item WHERE device_id = ANY($1::uuid[]) AND status = 'available'"
            " ORDER BY device_id FOR UPDATE",
            device_ids,
        )
        return {row["device_id"] for row in rows}

    async def run(self, source: str) -> UUID:
        """The run to which what was promised before belongs: one for each old tool."""
        id_ = carried_id(source, "run", "")
        await (await self.driver()).execute(
            "INSERT INTO allocation_run (id, status, method, lines, requested, allocated, seconds, started_by)"
            " VALUES ($1, 'applied', 'carried_over', 0, 0, 0, 0, 'reprise') ON CONFLICT (id) DO NOTHING",
            id_,
        )
        return id_

    async def applied(self, device_ids: Sequence[UUID]) -> None:
        """They are where they went."""
        await (await self.driver()).execute(
            "UPDATE moving_in SET applied_at = now() WHERE id = ANY($1::uuid[])", device_ids
        )

    async def open_order(self, order_id: UUID, relais_id: UUID, note: str, placed_at: datetime) -> int | None:
        """Its number; None when it is here already."""
        number: int | None = await (await self.driver()).fetchval(
            "INSERT INTO relais_order (relais_id, id, status, note, placed_at, approved_at)"
            " VALUES ($1, $2, 'approved', $3, $4, now()) ON CONFLICT (id) DO NOTHING RETURNING number",
            *(relais_id, order_id, note, placed_at),
        )
        return number


def _ready(row: Any) -> Ready:
    return Ready._make([*list(row)[:8], CarriedPlace.model_validate(row["said"])])
