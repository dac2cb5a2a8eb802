"""Queries of the repairs."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope

from refurbish.parts.kinds import PartKind
from refurbish.repairs.kinds import Barrier, Outcome, RepairKind
from refurbish.repairs.period import Period


@dataclass(frozen=True, slots=True)
class Repair:
    """One act of repair; `source_…`: of the device whose part went in."""

    workshop_id: UUID
    id: UUID
    device_id: UUID
    cycle: int
    kind: RepairKind
    outcome: Outcome
    barrier: Barrier | None
    minutes: int
    remark: str | None
    part_id: UUID | None
    pieces: int
    cents: int
    by: str
    by_name: str
    repaired_at: datetime
    part_kind: PartKind | None = None
    part_fits: str | None = None
    source_device_id: UUID | None = None
    source_label: str | None = None
    disk_serial: str | None = None
    disk_known: bool = False
    exit_ids: tuple[UUID, ...] = ()


class Taken(NamedTuple):
    """What a repair took off the stock, the disk that it put in (or named as there before), and the exits it said."""

    part_id: UUID | None
    pieces: int
    disk_serial: str | None
    disk_known: bool
    exit_ids: list[UUID]


class LotSum(NamedTuple):
    lot_id: UUID
    lot: str
    devices: int
    repairs: int
    fixed: int
    minutes: int
    cents: int


class PersonSum(NamedTuple):
    name: str
    repairs: int
    minutes: int


class WentInto(NamedTuple):
    """A device that got a part of another."""

    device_id: UUID
    label: str
    kind: PartKind
    pieces: int


_COLUMNS = (
    "r.workshop_id, r.id, r.device_id, r.cycle, r.kind, r.outcome, r.barrier, r.minutes, r.remark, r.part_id, r.pieces,"
    " r.cents, r.by, r.by_name, r.repaired_at, p.kind AS part_kind, p.fits AS part_fits, p.source_device_id,"
    " s.label AS source_label, r.disk_serial, r.disk_known, r.exit_ids"
)
_FROM = "repair r LEFT JOIN part p ON p.id = r.part_id LEFT JOIN device s ON s.id = p.source_device_id"
_OF_PERIOD = "($1::uuid[] IS NULL OR r.workshop_id = ANY($1)) AND r.repaired_at >= $2 AND r.repaired_at < $3"


class RepairRepository(Repository):
    # every tenant: of a device that the caller has locked
    async def insert(self, one: Repair) -> bool:
        """False when its number is taken."""
        row = await (await self.driver()).fetchrow(
            "INSERT INTO repair (workshop_id, id, device_id, cycle, kind, outcome, barrier, minutes, remark, part_id,"
            " pieces, cents, by, by_name, repaired_at, disk_serial, disk_known, exit_ids)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
            " ON CONFLICT (id) DO NOTHING RETURNING id",
            *(one.workshop_id, one.id, one.device_id, one.cycle, one.kind, one.outcome, one.barrier, one.minutes),
            *(
                one.remark,
                one.part_id,
                one.pieces,
                one.cents,
                one.by,
                one.by_name,
                one.repaired_at,
                one.disk_serial,
                one.disk_known,
                list(one.exit_ids),
            ),
        )
        return row is not None

    # every tenant: of devices that the caller has found
    async def repaired(self, device_ids: Sequence[UUID]) -> set[UUID]:
        """Those to repair that were fixed since their tests failed, or since they came back: their tests are next."""
        rows = await (await self.driver()).fetch(
            """SELECT d.id FROM device d WHERE d.id = ANY($1::uuid[]) AND d.stage = 'to_repair' AND EXISTS (
                SELECT 1 FROM repair r WHERE r.device_id = d.id AND r.cycle = d.cycle AND r.outcome = 'fixed'
                AND r.repaired_at >= coalesce(d.tested_at,
                    (SELECT max(p.ended_at) FROM past_cycle p WHERE p.device_id = d.id), '-infinity'))""",
            device_ids,
        )
        return {row["id"] for row in rows}

    # every tenant: of a device that the caller has found
    async def of_device(self, device_id: UUID) -> list[Repair]:
        """In the order in which they were done."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE r.device_id = $1 ORDER BY r.id LIMIT 200", device_id
        )
        return [_repair(row) for row in rows]

    # every tenant: of a device that the caller has found
    async def parts_went_into(self, device_id: UUID) -> list[WentInto]:
        """Devices that got a part which was harvested from this one."""
        rows = await (await self.driver()).fetch(
            "SELECT d.id, d.label, p.kind, r.pieces FROM part p JOIN repair r ON r.part_id = p.id "
            "JOIN device d ON d.id = r.device_id WHERE p.source_device_id = $1 ORDER BY r.id LIMIT 100",
            device_id,
        )
        return [WentInto(row[0], row[1], PartKind(row[2]), row[3]) for row in rows]

    # every tenant: of a device that the caller has locked
    async def delete(self, device_id: UUID, cycle: int, repair_id: UUID) -> Taken | None:
        """Take back a repair of this cycle; what it had taken and put in, None when there is no such repair."""
        row = await (await self.driver()).fetchrow(
            "DELETE FROM repair WHERE device_id = $1 AND cycle = $2 AND id = $3 "
            "RETURNING part_id, pieces, disk_serial, disk_known, exit_ids",
            *(device_id, cycle, repair_id),
        )
        return Taken(*row) if row is not None else None

    async def per_lot(self, scope: Scope, period: Period) -> list[LotSum]:
        """What the repairs of a period took, lot by lot: those that took longest first."""
        rows = await (await self.driver()).fetch(
            f"""SELECT l.id, coalesce(l.code, left(l.id::text, 13)), count(DISTINCT r.device_id)::int, count(*)::int,
                   (count(*) FILTER (WHERE r.outcome = 'fixed'))::int, sum(r.minutes)::int, sum(r.cents)::int
            FROM repair r JOIN device d ON d.id = r.device_id JOIN lot l ON l.id = d.lot_id
            WHERE {_OF_PERIOD} GROUP BY l.id ORDER BY 6 DESC, 2 LIMIT 500""",
            scope.ids,
            *period.instants,
        )
        return [LotSum(*row) for row in rows]

    async def per_person(self, scope: Scope, period: Period) -> list[PersonSum]:
        """Hours of insertion work: of a person only ever the sum."""
        rows = await (await self.driver()).fetch(
            f"""SELECT max(r.by_name), count(*)::int, sum(r.minutes)::int FROM repair r
            WHERE {_OF_PERIOD} GROUP BY r.by ORDER BY 1 LIMIT 500""",
            scope.ids,
            *period.instants,
        )
        return [PersonSum(*row) for row in rows]

    async def each(self, scope: Scope, period: Period) -> AsyncIterator[Any]:
        """Every repair of a period with its device and its lot, and nobody's name."""
        driver = await self.driver()
        async for row in driver.cursor(
            f"""SELECT d.label, d.category, d.manufacturer, d.model, coalesce(l.code, left(l.id::text, 13)) AS lot,
                r.cycle, r.repaired_at, r.kind, r.outcome, r.barrier, r.minutes, p.kind AS part_kind, p.fits,
                p.origin, s.label AS source_label, r.pieces, r.cents
            FROM {_FROM} JOIN device d ON d.id = r.device_id JOIN lot l ON l.id = d.lot_id
            WHERE {_OF_PERIOD} ORDER BY r.repaired_at, r.id""",
            scope.ids,
            *period.instants,
        ):
            yield row


def _repair(row: Any) -> Repair:
    values = dict(row)
    for name, kind in (("kind", RepairKind), ("outcome", Outcome), ("barrier", Barrier), ("part_kind", PartKind)):
        values[name] = kind(values[name]) if values[name] is not None else None
    values["exit_ids"] = tuple(values["exit_ids"])
    return Repair(**values)
