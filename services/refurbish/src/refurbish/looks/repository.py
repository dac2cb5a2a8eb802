"""Queries of what was seen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from filiere.catalogue.grades import Cosmetic
from filiere.database import Repository

from refurbish.devices.device import Device


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen in the cycle that goes on; who said so last, None when nobody looked."""

    seen: Mapping[str, Cosmetic] = field(default_factory=dict)
    by: str | None = None
    looked_at: datetime | None = None


# every tenant: of a device that the caller has found
class LookRepository(Repository):
    async def of_device(self, device: Device) -> Look:
        row = await (await self.driver()).fetchrow(
            "SELECT seen::text, by, looked_at FROM look WHERE device_id = $1 AND cycle = $2", device.id, device.cycle
        )
        if row is None:
            return Look()
        seen = {zone: Cosmetic(cosmetic) for zone, cosmetic in json.loads(row["seen"]).items()}
        return Look(seen, row["by"], row["looked_at"])

    async def save(self, device: Device, look: Look) -> None:
        await (await self.driver()).execute(
            "INSERT INTO look (workshop_id, device_id, cycle, seen, by, looked_at) VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (device_id, cycle) DO UPDATE SET seen = $4, by = $5, looked_at = $6",
            *(device.workshop_id, device.id, device.cycle, json.dumps(look.seen), look.by, look.looked_at),
        )
