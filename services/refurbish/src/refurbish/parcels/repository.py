"""Queries of parcels: devices that are promised, by order and workshop."""

from datetime import datetime
from uuid import UUID

from filiere.database import Repository, Scope

from refurbish.devices.repository import COLUMNS, device_of
from refurbish.parcels.parcel import Packed, Parcel

MOST_SHOWN = 200
_PARCEL = """
SELECT d.workshop_id, w.name AS workshop_name, d.order_id, min(d.order_reference) AS reference,
       min(d.relais_name) AS relais_name, min(d.territory) AS territory, min(d.promised_at) AS since,
       count(*) AS devices, count(*) FILTER (WHERE d.packed_at IS NOT NULL AND d.stage = 'ready') AS packed,
       count(*) FILTER (WHERE d.stage = 'left') AS left
FROM device d JOIN workshop w ON w.id = d.workshop_id
WHERE ($1::uuid[] IS NULL OR d.workshop_id = ANY($1)) AND d.order_id IS NOT NULL AND {which}
GROUP BY d.workshop_id, w.name, d.order_id
"""
_TO_SEND = _PARCEL.format(which="d.stage = 'ready'") + "ORDER BY since NULLS FIRST, d.order_id LIMIT $2"
_ONE = _PARCEL.format(which="d.workshop_id = $2 AND d.order_id = $3")


class ParcelRepository(Repository):
    async def to_send(self, scope: Scope, limit: int = MOST_SHOWN) -> list[Parcel]:
        """What is still here, the oldest promise first."""
        rows = await (await self.driver()).fetch(_TO_SEND, scope.ids, limit)
        return [Parcel(**dict(row)) for row in rows]

    async def get(self, scope: Scope, workshop_id: UUID, order_id: UUID) -> Parcel | None:
        row = await (await self.driver()).fetchrow(_ONE, scope.ids, workshop_id, order_id)
        return Parcel(**dict(row)) if row is not None else None

    async def devices(self, scope: Scope, workshop_id: UUID, order_id: UUID) -> list[Packed]:
        """What lies in it or is to be laid into it, first what is missing."""
        rows = await (await self.driver()).fetch(
            f"SELECT {COLUMNS}, packed_at FROM device "
            "WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1)) AND workshop_id = $2 AND order_id = $3 "
            "ORDER BY (packed_at IS NULL AND stage <> 'left') DESC, category, label",
            *(scope.ids, workshop_id, order_id),
        )
        return [Packed(device_of(row), row["packed_at"]) for row in rows]

    # every tenant: of a device that the caller has locked
    async def set_packed(self, device_id: UUID, at: datetime | None) -> None:
        """Laid into the box at that moment, or taken out again (None)."""
        await (await self.driver()).execute("UPDATE device SET packed_at = $2 WHERE id = $1", device_id, at)

    # every tenant: of a device that the caller has locked
    async def packed_at(self, device_id: UUID) -> datetime | None:
        at: datetime | None = await (await self.driver()).fetchval(
            "SELECT packed_at FROM device WHERE id = $1", device_id
        )
        return at

    # every tenant: of a device that the caller may see
    async def goes_to(self, device_id: UUID) -> str | None:
        """The name of the Relais that it is promised to."""
        name: str | None = await (await self.driver()).fetchval(
            "SELECT relais_name FROM device WHERE id = $1", device_id
        )
        return name
