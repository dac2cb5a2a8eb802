"""Queries of grading: what devices were graded from, and the switches of rule sets."""

import hashlib
import json
from datetime import date
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.catalogue.grading import DeviceFacts
from filiere.database import Repository

from refurbish.devices.device import Device
from refurbish.grading.switches import Switch

_SWITCH = "id, ruleset, starts_on, decided_at, decided_by, undone_at, undone_by, applied_at"


def facts_key(category: Category, facts: str) -> UUID:
    """Of facts as they are kept; what is alike has the same key."""
    return UUID(bytes=hashlib.blake2b(f"{category.value} {facts}".encode(), digest_size=16).digest())


def kept(facts: DeviceFacts) -> str:
    """Facts as they are kept: what nobody said is left out."""
    return json.dumps(facts.model_dump(mode="json", exclude_defaults=True), sort_keys=True)


class GradingRepository(Repository):
    # every tenant: of a device that the caller has locked
    async def keep(self, device: Device, facts: DeviceFacts) -> None:
        """What the device is graded from; what it was graded from before is forgotten."""
        said = kept(facts)
        await (await self.driver()).execute(
            """INSERT INTO device_grading (workshop_id, device_id, facts, facts_key) VALUES ($1, $2, $3::jsonb, $4)
            ON CONFLICT (device_id) DO UPDATE
            SET workshop_id = excluded.workshop_id, facts = excluded.facts, facts_key = excluded.facts_key""",
            *(device.workshop_id, device.id, said, facts_key(device.category, said)),
        )

    # every tenant: of a device that the caller has found
    async def of_device(self, device_id: UUID) -> DeviceFacts | None:
        """What it was graded from last; None when it never was."""
        said = await (await self.driver()).fetchval(
            "SELECT facts::text FROM device_grading WHERE device_id = $1", device_id
        )
        return None if said is None else DeviceFacts.model_validate_json(said)

    async def switches(self) -> list[Switch]:
        """Every switch there ever was, newest first."""
        rows = await (await self.driver()).fetch(f"SELECT {_SWITCH} FROM ruleset_switch ORDER BY decided_at DESC, id")
        return [Switch(**dict(row)) for row in rows]

    async def lock_switches(self) -> None:
        """Be the only one who switches rule sets, until the transaction ends."""
        await (await self.driver()).execute("LOCK TABLE ruleset_switch IN SHARE ROW EXCLUSIVE MODE")

    async def add_switch(self, switch: Switch) -> None:
        await (await self.driver()).execute(
            "INSERT INTO ruleset_switch (id, ruleset, starts_on, decided_at, decided_by) VALUES ($1, $2, $3, $4, $5)",
            *(switch.id, switch.ruleset, switch.starts_on, switch.decided_at, switch.decided_by),
        )

    async def undo_switch(self, switch_id: UUID, by: str) -> None:
        await (await self.driver()).execute(
            "UPDATE ruleset_switch SET undone_at = now(), undone_by = $2 WHERE id = $1 AND undone_at IS NULL",
            *(switch_id, by),
        )

    async def applied(self, on: date) -> None:
        """The stock has followed every switch that has begun by this day."""
        await (await self.driver()).execute(
            "UPDATE ruleset_switch SET applied_at = now()"
            " WHERE applied_at IS NULL AND undone_at IS NULL AND starts_on <= $1",
            on,
        )
