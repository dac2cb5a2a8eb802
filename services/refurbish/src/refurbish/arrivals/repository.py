"""Queries of lots, their devices on arrival, and mismatches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope
from filiere.loop_turns import in_turns

from refurbish.devices.device import Device
from refurbish.devices.repository import COLUMNS, MINE, MISCOUNTED, device_of


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot bound for a workshop. `surplus`, `present`, `missing`: what the latest reconciliation said."""

    workshop_id: UUID
    id: UUID
    code: str | None
    donation_id: UUID | None
    expected: int | None
    dispatched_at: datetime | None
    arrived_at: datetime | None
    reconciled_at: datetime | None
    present: int | None
    missing: int | None
    surplus: tuple[str, ...]
    donor_name: str | None = None
    expected_on: date | None = None

    @property
    def name(self) -> str:
        """The code people use; the beginning of the id while the dispatch has not come."""
        return self.code or str(self.id)[:13]


@dataclass(frozen=True, slots=True)
class LotCounts:
    """A lot and its devices per stage."""

    lot: Lot
    announced: int
    arrived: int
    missing: int
    done: int  # ready, left or withdrawn
    ready: int
    excess: int  # received though no manifest lists them, in none of the others

    @property
    def awaited(self) -> int:
        """Announced, and neither scanned nor said to be missing."""
        return self.announced - self.arrived - self.missing


_LOT = (
    "workshop_id, id, code, donation_id, expected, dispatched_at, arrived_at, reconciled_at, present, missing, "
    "surplus, donor_name, expected_on"
)
# What no manifest lists and is there: neither a row that turned out to be a listed one, nor a listed one's better half,
# nor what was counted by mistake.
_IN_EXCESS = f"""s.is_surplus AND s.merged_into IS NULL
    AND s.withdrawn_reason IS DISTINCT FROM {MISCOUNTED}
    AND NOT EXISTS (SELECT FROM device t WHERE t.merged_into = s.id AND NOT t.is_surplus AND t.lot_id = s.lot_id)"""
_COLUMNS = (
    ", ".join(f"l.{name.strip()}" for name in _LOT.split(","))
    + f""",
       n.announced AS n_announced, n.arrived AS n_arrived, n.missing AS n_missing, n.done AS n_done, n.ready AS n_ready,
       (SELECT count(*) FROM device s WHERE s.lot_id = l.id AND {_IN_EXCESS}) AS n_excess
"""
)
_FROM = """
lot l CROSS JOIN LATERAL (
    SELECT count(*) AS announced,
           count(*) FILTER (WHERE d.stage NOT IN ('expected', 'missing')) AS arrived,
           count(*) FILTER (WHERE d.stage = 'missing') AS missing,
           count(*) FILTER (WHERE d.stage IN ('ready', 'left', 'withdrawn')) AS done,
           count(*) FILTER (WHERE d.stage IN ('ready', 'left')) AS ready
    FROM device d WHERE d.lot_id = l.id AND NOT d.is_surplus
) n
"""
_LOTS = Listing(_COLUMNS, _FROM, {"newest": Order(Key("l.id", Kind.ID), down=True)}, counted="lot l")
# Lots with devices on the benches, or still on the way; the condition is that of an index.
_AT_WORK = "l.id IN (SELECT lot_id FROM device WHERE stage NOT IN ('ready', 'left', 'withdrawn', 'missing'))"
_STATES = {
    "expected": "l.arrived_at IS NULL",
    "arrived": f"l.arrived_at IS NOT NULL AND {_AT_WORK}",
    "done": f"l.arrived_at IS NOT NULL AND NOT {_AT_WORK}",
}


class ArrivalRepository(Repository):
    # -- lots, as collect announces them ------------------------------------------------------------------------------
    # every tenant: events act for no caller
    async def put_dispatched(self, lots: Sequence[Lot]) -> None:
        """Announce lots. One that has not arrived may still be sent to another workshop; the log's last word counts."""
        driver = await self.driver()
        await driver.execute(
            "INSERT INTO lot (id, workshop_id, code, donation_id, expected, dispatched_at, donor_name, expected_on) "
            "SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::timestamptz[], "
            "$7::text[], $8::date[]) AS u(id, w, c, d, e, at, donor, on_) ORDER BY u.id "
            "ON CONFLICT (id) DO UPDATE SET code = excluded.code, donation_id = excluded.donation_id, "
            "expected = excluded.expected, dispatched_at = excluded.dispatched_at, "
            "donor_name = excluded.donor_name, expected_on = excluded.expected_on, "
            "workshop_id = CASE WHEN lot.arrived_at IS NULL THEN excluded.workshop_id ELSE lot.workshop_id END",
            [lot.id for lot in lots],
            [lot.workshop_id for lot in lots],
            [lot.code for lot in lots],
            [lot.donation_id for lot in lots],
            [lot.expected for lot in lots],
            [lot.dispatched_at for lot in lots],
            [lot.donor_name for lot in lots],
            [lot.expected_on for lot in lots],
        )
        await driver.execute(
            "UPDATE device d SET workshop_id = l.workshop_id FROM lot l WHERE l.id = ANY($1::uuid[]) "
            "AND d.lot_id = l.id AND d.stage = 'expected' AND d.workshop_id <> l.workshop_id",
            [lot.id for lot in lots],
        )

    # every tenant: events act for no caller
    async def put_lots(self, lot_ids: Sequence[UUID], workshop_ids: Sequence[UUID]) -> None:
        """Lots known by a chunk of their manifest only."""
        await (await self.driver()).execute(
            "INSERT INTO lot (id, workshop_id) SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS u(id, w) ORDER BY u.id "
            "ON CONFLICT (id) DO NOTHING",
            lot_ids,
            workshop_ids,
        )

    # every tenant: events act for no caller
    async def put_expected(self, devices: Sequence[Device]) -> None:
        """Announce devices in their lot's workshop; those known already stay as they are."""
        await (await self.driver()).execute(
            "INSERT INTO device (id, lot_id, workshop_id, donation_id, label, category, manufacturer, model, serial, "
            "public_body, stage, custody) "
            "SELECT u.id, u.lot, l.workshop_id, u.donation, u.label, u.category, u.maker, u.model, u.serial, u.public, "
            "'expected', 'transit' "
            "FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], "
            "$8::text[], $9::bool[]) AS u(id, lot, donation, label, category, maker, model, serial, public) "
            "JOIN lot l ON l.id = u.lot ORDER BY u.id "
            "ON CONFLICT (id) DO NOTHING",
            [device.id for device in devices],
            [device.lot_id for device in devices],
            [device.donation_id for device in devices],
            [device.label for device in devices],
            [device.category.value for device in devices],
            [device.manufacturer for device in devices],
            [device.model for device in devices],
            [device.serial for device in devices],
            [device.public_body for device in devices],
        )

    # -- lots, as the workshop works on them --------------------------------------------------------------------------
    async def lots_for_update(self, scope: Scope, lot_ids: Sequence[UUID]) -> dict[UUID, Lot]:
        """Lots of the caller's workshops, locked in the order of their ids. Lots are locked before devices, always."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_LOT} FROM lot WHERE {MINE} AND id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE",
            scope.ids,
            lot_ids,
        )
        return {row["id"]: _lot(row) for row in rows}

    # every tenant: events act for no caller
    async def lots_of_devices(self, device_ids: Sequence[UUID]) -> list[UUID]:
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT lot_id FROM device WHERE id = ANY($1::uuid[])", device_ids
        )
        return [row["lot_id"] for row in rows]

    # every tenant: of lots that the caller has locked
    async def by_labels_for_update(self, lots: Sequence[Lot], labels: Sequence[str]) -> dict[str, Device]:
        """Devices of locked lots by label, locked in the order of their ids."""
        rows = await (await self.driver()).fetch(
            f"SELECT {COLUMNS} FROM device WHERE lot_id = ANY($1::uuid[]) AND label = ANY($2::text[]) "
            "ORDER BY id FOR NO KEY UPDATE",
            [lot.id for lot in lots],
            labels,
        )
        return {row["label"]: device_of(row) async for row in in_turns(rows)}

    # every tenant: of lots that the caller has locked
    async def device_for_update(self, lot_ids: Sequence[UUID], device_id: UUID) -> Device | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {COLUMNS} FROM device WHERE lot_id = ANY($1::uuid[]) AND id = $2 FOR NO KEY UPDATE",
            *(list(lot_ids), device_id),
        )
        return device_of(row) if row is not None else None

    # every tenant: of devices that the caller has locked
    async def save_arrived(self, devices: Sequence[Device], at: datetime) -> None:
        await (await self.driver()).execute(
            "UPDATE device SET stage = 'arrived', custody = 'workshop', arrived_at = $2 WHERE id = ANY($1::uuid[])",
            [device.id for device in devices],
            at,
        )

    # every tenant: of a device that the caller has locked
    async def save_not_arrived(self, device: Device) -> None:
        await (await self.driver()).execute(
            "UPDATE device SET stage = $2, custody = $3, arrived_at = NULL WHERE id = $1",
            *(device.id, device.stage.value, device.custody.value),
        )

    # every tenant: of a device that the caller has locked
    async def is_untouched(self, device_id: UUID) -> bool:
        """Nothing was done to it since it arrived: what was done stays true of the thing, so its arrival does too."""
        return not await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT FROM storage_medium WHERE device_id = $1) "
            "OR EXISTS (SELECT FROM audit WHERE device_id = $1) "
            "OR EXISTS (SELECT FROM test_sheet WHERE device_id = $1)",
            device_id,
        )

    # every tenant: of lots that the caller has locked
    async def first_arrivals(self, lot_ids: Sequence[UUID], at: datetime) -> list[tuple[UUID, UUID]]:
        """Stamp lots whose first device has just come; returns (lot, workshop) of those that had not arrived before."""
        rows = await (await self.driver()).fetch(
            "UPDATE lot SET arrived_at = $2 WHERE id = ANY($1::uuid[]) AND arrived_at IS NULL "
            "RETURNING id, workshop_id",
            lot_ids,
            at,
        )
        return [(row["id"], row["workshop_id"]) for row in rows]

    # every tenant: of a lot that the caller has locked
    async def mark_missing(self, lot_id: UUID) -> None:
        """What nobody scanned is missing; the caller holds the lot's lock, devices are locked in id order."""
        driver = await self.driver()
        await driver.execute(
            "WITH mine AS (SELECT id FROM device WHERE lot_id = $1 AND stage = 'expected' ORDER BY id "
            "FOR NO KEY UPDATE) "
            "UPDATE device d SET stage = 'missing', custody = 'unknown' FROM mine WHERE d.id = mine.id",
            lot_id,
        )

    # every tenant: of lots that the caller has locked
    async def counted(self, lot_ids: Sequence[UUID]) -> dict[UUID, tuple[int, list[UUID], list[str]]]:
        """(present, missing device ids, surplus labels) of each lot."""
        rows = await (await self.driver()).fetch(
            "SELECT l.id, (SELECT count(*) FROM device WHERE lot_id = l.id AND stage NOT IN ('expected', 'missing') "
            "AND NOT is_surplus) AS present, "
            "(SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM device WHERE lot_id = l.id AND stage = 'missing') "
            "AS gone, "
            "(SELECT coalesce(array_agg(label ORDER BY id), '{}') FROM mismatch "
            " WHERE lot_id = l.id AND status = 'open') || "
            f"(SELECT coalesce(array_agg(s.label ORDER BY s.id), '{{}}') FROM device s "
            f" WHERE s.lot_id = l.id AND {_IN_EXCESS}) AS surplus FROM lot l WHERE l.id = ANY($1::uuid[])",
            lot_ids,
        )
        return {row["id"]: (row["present"], list(row["gone"]), list(row["surplus"])) for row in rows}

    # every tenant: of a lot that the caller has locked
    async def save_reconciled(self, lot: Lot) -> None:
        await (await self.driver()).execute(
            "UPDATE lot SET reconciled_at = $2, present = $3, missing = $4, surplus = $5 WHERE id = $1",
            lot.id,
            lot.reconciled_at,
            lot.present,
            lot.missing,
            list(lot.surplus),
        )

    async def listing(self, scope: Scope, *, state: str = "", part: Part) -> Found[LotCounts]:
        """Lots with counts, newest first. state: expected (nothing scanned), arrived (at work), done, or "" for all."""
        wanted = scope.where("l.workshop_id")
        if state in _STATES:
            wanted.add(_STATES[state])
        return (await _LOTS.page(await self.driver(), wanted, part)).of(_counts)

    async def contents(self, scope: Scope, lot_ids: Sequence[UUID]) -> dict[UUID, dict[Category, int]]:
        """How many devices of each category these lots are announced with, the most first."""
        rows = await (await self.driver()).fetch(
            f"SELECT lot_id, category, count(*)::int AS n FROM device WHERE {MINE} AND lot_id = ANY($2::uuid[]) "
            "AND NOT is_surplus "
            "GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2",
            *(scope.ids, list(lot_ids)),
        )
        found: dict[UUID, dict[Category, int]] = {}
        for row in rows:
            found.setdefault(row["lot_id"], {})[Category(row["category"])] = row["n"]
        return found

    async def tell(self, lot_ids: Iterable[UUID]) -> None:
        """Pages that show these lots are told once this is committed: two people receive one lot together."""
        await (await self.driver()).execute(
            "SELECT pg_notify('filiere_live', 'lot:' || u.id) FROM unnest($1::uuid[]) AS u(id)", list(lot_ids)
        )

    async def get(self, scope: Scope, lot_id: UUID) -> LotCounts | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE ($1::uuid[] IS NULL OR l.workshop_id = ANY($1)) AND l.id = $2",
            scope.ids,
            lot_id,
        )
        return _counts(row) if row is not None else None


def _lot(row: Any) -> Lot:
    fields = {name.strip(): row[name.strip()] for name in _LOT.split(",")}
    return replace(Lot(**fields), surplus=tuple(fields["surplus"]))


def _counts(row: Any) -> LotCounts:
    counts = (row[f"n_{name}"] for name in ("announced", "arrived", "missing", "done", "ready", "excess"))
    return LotCounts(_lot(row), *counts)
