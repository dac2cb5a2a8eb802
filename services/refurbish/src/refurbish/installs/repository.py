"""Queries of what is installed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.catalogue.software import OfficePack, System
from filiere.database import Repository
from filiere.identifiers import uuid7

from refurbish.devices.device import Device

_COLUMNS = "system, version, office, licence_used, battery_percent, battery_minutes, by, installed_at"


@dataclass(frozen=True, slots=True)
class Install:
    system: System
    version: str | None
    office: OfficePack
    licence_used: bool
    battery_percent: float | None
    battery_minutes: int | None
    by: str
    installed_at: datetime

    def is_same(self, other: "Install") -> bool:
        """Whether the other says the same of the device, whoever said it when."""
        return _facts(self) == _facts(other)


def _facts(one: Install) -> tuple[object, ...]:
    return one.system, one.version, one.office, one.licence_used, one.battery_percent, one.battery_minutes


# every tenant: of a device that the caller has found
class InstallRepository(Repository):
    async def newest(self, device: Device) -> Install | None:
        """What was said last, in the cycle that goes on."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM install WHERE device_id = $1 AND cycle = $2 ORDER BY id DESC LIMIT 1",
            device.id,
            device.cycle,
        )
        return _install(row) if row is not None else None

    async def usual(self, workshop_id: UUID, category: str) -> Install | None:
        """What the workshop installed last on a device of this category."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM install WHERE workshop_id = $1 AND category = $2 ORDER BY id DESC LIMIT 1",
            workshop_id,
            category,
        )
        return _install(row) if row is not None else None

    async def insert(self, device: Device, one: Install) -> None:
        await (await self.driver()).execute(
            f"INSERT INTO install (workshop_id, id, device_id, cycle, category, {_COLUMNS})"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            *(device.workshop_id, uuid7(), device.id, device.cycle, device.category, one.system, one.version),
            *(one.office, one.licence_used, one.battery_percent, one.battery_minutes, one.by, one.installed_at),
        )


def _install(row: Any) -> Install:
    return Install(**{**dict(row), "system": System(row["system"]), "office": OfficePack(row["office"])})
