"""Queries of the exits of waste."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope

from refurbish.devices.device import Device
from refurbish.devices.repository import COLUMNS, MISCOUNTED, device_of
from refurbish.waste.codes import WasteCode
from refurbish.waste.schemas import ExitOut, NewExit

_MINE = "($1::uuid[] IS NULL OR {of}workshop_id = ANY($1))"
# Withdrawn, nothing of its user left in it (wiped, or the disk was taken out), and not gone yet.
_MAY_LEAVE = f"""
d.stage = 'withdrawn' AND d.merged_into IS NULL AND d.withdrawn_reason <> {MISCOUNTED}
AND NOT EXISTS (SELECT 1 FROM waste_exit_device x WHERE x.device_id = d.id)
AND NOT EXISTS (SELECT 1 FROM storage_medium m WHERE m.device_id = d.id AND m.wiped_by IS NULL
                AND m.gone_by IS NULL)
"""
_EXITS = f"""
SELECT e.id, e.workshop_id, w.name AS workshop_name, e.left_on, e.code, e.weight_g / 1000.0::float8 AS weight_kg,
       e.is_weighed, e.slip, e.carrier, e.recipient, e.recipient_siret, e.operation, e.recorded_at, e.recorded_by,
       e.undone_at, e.undone_by, (SELECT count(*) FROM waste_exit_device x WHERE x.exit_id = e.id) AS devices
FROM waste_exit e JOIN workshop w ON w.id = e.workshop_id
WHERE {_MINE.format(of="e.")}
"""


class Gone(NamedTuple):
    """A device of an exit, as the list of the exit shows it."""

    device_id: UUID
    label: str
    category: str
    manufacturer: str | None
    model: str | None
    serial: str | None


class Total(NamedTuple):
    """What left in a year under one code."""

    year: int
    code: WasteCode
    exits: int
    weight_g: int
    devices: int


class WasteRepository(Repository):
    async def may_leave(self, scope: Scope, limit: int) -> tuple[list[Device], int]:
        """Devices that may leave as waste, the longest withdrawn first, and how many there are."""
        driver = await self.driver()
        wanted = f"FROM device d WHERE {_MINE.format(of='d.')} AND {_MAY_LEAVE}"
        rows = await driver.fetch(f"SELECT {COLUMNS} {wanted} ORDER BY closed_at, id LIMIT $2", scope.ids, limit)
        total: int = await driver.fetchval(f"SELECT count(*) {wanted}", scope.ids)
        return [device_of(row) for row in rows], total

    async def leaving_for_update(self, scope: Scope, device_ids: Sequence[UUID]) -> list[Device]:
        """Lock those of the devices that may leave, in the order of their ids."""
        rows = await (await self.driver()).fetch(
            f"SELECT {COLUMNS} FROM device d WHERE {_MINE.format(of='d.')} AND d.id = ANY($2::uuid[]) AND {_MAY_LEAVE}"
            " ORDER BY d.id FOR NO KEY UPDATE OF d",
            *(scope.ids, device_ids),
        )
        return [device_of(row) for row in rows]

    async def labels(self, scope: Scope, device_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        rows = await (await self.driver()).fetch(
            f"SELECT id, label FROM device WHERE {_MINE.format(of='')} AND id = ANY($2::uuid[])",
            *(scope.ids, device_ids),
        )
        return {row["id"]: row["label"] for row in rows}

    # every tenant: of devices that the caller has found
    async def left(self, device_ids: Sequence[UUID]) -> set[UUID]:
        """Those of the devices that are part of an exit."""
        rows = await (await self.driver()).fetch(
            "SELECT device_id FROM waste_exit_device WHERE device_id = ANY($1::uuid[])", device_ids
        )
        return {row["device_id"] for row in rows}

    # every tenant: of devices that the caller has locked
    async def add(
        self, exit_id: UUID, workshop_id: UUID, new: NewExit, devices: Sequence[UUID], by: str, at: datetime
    ) -> None:
        driver = await self.driver()
        await driver.execute(
            """INSERT INTO waste_exit (workshop_id, id, left_on, code, weight_g, is_weighed, slip, carrier, recipient,
                recipient_siret, operation, recorded_at, recorded_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
            *(workshop_id, exit_id, new.left_on, new.code.value, round(new.weight_kg * 1000), new.is_weighed, new.slip),
            *(new.carrier, new.recipient, new.recipient_siret, new.operation, at, by),
        )
        await driver.execute(
            "INSERT INTO waste_exit_device (workshop_id, exit_id, device_id)"
            " SELECT $1, $2, u FROM unnest($3::uuid[]) AS u",
            *(workshop_id, exit_id, devices),
        )

    async def listing(self, scope: Scope, *, year: int | None = None, limit: int = 100_000) -> list[ExitOut]:
        """Exits, of a year or all, the latest first."""
        rows = await (await self.driver()).fetch(
            f"{_EXITS} AND ($3::int IS NULL OR e.left_on BETWEEN make_date($3, 1, 1) AND make_date($3, 12, 31))"
            " ORDER BY e.left_on DESC, e.id DESC LIMIT $2",
            *(scope.ids, limit, year),
        )
        return [_exit(row) for row in rows]

    async def totals(self, scope: Scope) -> list[Total]:
        """By year and code, the newest year first: exits that stand, with their weight and their devices."""
        rows = await (await self.driver()).fetch(
            f"""SELECT extract(year FROM e.left_on)::int, e.code, count(*)::int, sum(e.weight_g)::bigint,
                sum((SELECT count(*) FROM waste_exit_device x WHERE x.exit_id = e.id))::int
            FROM waste_exit e WHERE {_MINE.format(of="e.")} AND e.undone_at IS NULL GROUP BY 1, 2 ORDER BY 1 DESC, 2""",
            scope.ids,
        )
        return [Total(row[0], WasteCode(row[1]), row[2], row[3], row[4]) for row in rows]

    async def get(self, scope: Scope, exit_id: UUID) -> ExitOut | None:
        row = await (await self.driver()).fetchrow(f"{_EXITS} AND e.id = $2", scope.ids, exit_id)
        return _exit(row) if row is not None else None

    async def lock(self, scope: Scope, exit_id: UUID) -> bool:
        """Hold one exit; False when the caller has none such."""
        return bool(
            await (await self.driver()).fetchval(
                f"SELECT true FROM waste_exit WHERE {_MINE.format(of='')} AND id = $2 FOR UPDATE", scope.ids, exit_id
            )
        )

    # every tenant: of an exit that the caller has found
    async def devices(self, exit_id: UUID) -> list[Gone]:
        rows = await (await self.driver()).fetch(
            "SELECT d.id, d.label, d.category, d.manufacturer, d.model, d.serial"
            " FROM waste_exit_device x JOIN device d ON d.id = x.device_id WHERE x.exit_id = $1 ORDER BY d.id",
            exit_id,
        )
        return [Gone(*row) for row in rows]

    # every tenant: of an exit that the caller has locked
    async def devices_for_update(self, exit_id: UUID) -> list[Device]:
        rows = await (await self.driver()).fetch(
            f"SELECT {COLUMNS} FROM device WHERE id IN (SELECT device_id FROM waste_exit_device WHERE exit_id = $1)"
            " ORDER BY id FOR NO KEY UPDATE",
            exit_id,
        )
        return [device_of(row) for row in rows]

    # every tenant: of an exit that the caller has locked
    async def undo(self, exit_id: UUID, by: str, at: datetime) -> None:
        driver = await self.driver()
        await driver.execute("DELETE FROM waste_exit_device WHERE exit_id = $1", exit_id)
        await driver.execute("UPDATE waste_exit SET undone_at = $2, undone_by = $3 WHERE id = $1", exit_id, at, by)


def _exit(row: Any) -> ExitOut:
    return ExitOut.model_validate(dict(row))
