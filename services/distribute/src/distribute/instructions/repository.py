"""SQL of the instructions: devices that are on their way to a Relais, at it, or were handed over by it."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.catalogue.device_models import maker_and_model
from filiere.catalogue.grades import Battery
from filiere.database import Repository, Scope

from distribute.instructions.instructions import Described
from distribute.stock.schemas import SoftwareOut

_DESCRIBED = """
SELECT i.device_id, i.label, i.category, i.grade, i.manufacturer, i.model, i.battery, i.software::text,
       i.battery_percent, i.battery_minutes, i.memory_gb, i.storage_gb,
       r.name AS relais_name, r.address, r.postcode, r.city, r.public_contact
FROM stock_item i JOIN relais r ON r.id = i.relais_id
WHERE i.status NOT IN ('available', 'reserved', 'withdrawn')
"""


class InstructionsRepository(Repository):
    # every tenant: whoever has the signed address, which names the device
    async def of_device(self, device_id: UUID) -> Described | None:
        row = await (await self.driver()).fetchrow(f"{_DESCRIBED} AND i.device_id = $1", device_id)
        return _described(dict(row)) if row is not None else None

    async def of_own(self, relais: Scope, workshops: Scope, device_id: UUID) -> Described | None:
        """The same for whoever may see the device in the stock."""
        row = await (await self.driver()).fetchrow(
            f"{_DESCRIBED} AND ($1::uuid[] IS NULL OR i.relais_id = ANY($1) OR i.workshop_id = ANY($2))"
            " AND i.device_id = $3",
            relais.ids,
            workshops.ids,
            device_id,
        )
        return _described(dict(row)) if row is not None else None

    # every tenant: devices of a shipment that the caller has found
    async def of_devices(self, device_ids: Sequence[UUID]) -> dict[UUID, Described]:
        """Those of the devices that have instructions, in the order of a parcel's list."""
        rows = await (await self.driver()).fetch(
            f"{_DESCRIBED} AND i.device_id = ANY($1::uuid[]) ORDER BY i.category, i.label", device_ids
        )
        return {row["device_id"]: _described(dict(row)) for row in rows}


def _described(row: dict[str, Any]) -> Described:
    software = row["software"]
    place = " ".join(part for part in (row["postcode"], row["city"]) if part)
    return Described(
        label=row["label"],
        category=Category(row["category"]),
        grade=Grade(row["grade"]),
        name=maker_and_model(row["manufacturer"], row["model"]) or None,
        battery=Battery(row["battery"]) if row["battery"] in set(Battery) else None,
        software=SoftwareOut.model_validate(json.loads(software)) if software else None,
        battery_percent=row["battery_percent"],
        battery_minutes=row["battery_minutes"],
        memory_gb=row["memory_gb"],
        storage_gb=row["storage_gb"],
        relais_name=row["relais_name"],
        relais_address=", ".join(part for part in (row["address"], place) if part),
        relais_contact=row["public_contact"],
    )
