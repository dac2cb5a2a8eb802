"""Queries of the photos."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from filiere.database import Repository, Scope

from refurbish.devices.device import Device

_COLUMNS = "p.id, p.device_id, p.cycle, p.file_hash, f.size, f.media_type, p.by, p.taken_at"
_FROM = "device_photo p JOIN file f ON f.hash = p.file_hash"
_MINE = "($1::uuid[] IS NULL OR p.workshop_id = ANY($1)) AND p.device_id = $2 AND p.id = $3"


@dataclass(frozen=True, slots=True)
class Photo:
    id: UUID
    device_id: UUID
    cycle: int
    file_hash: str
    size: int
    media_type: str
    by: str
    taken_at: datetime


class PhotoRepository(Repository):
    # every tenant: of a device that the caller has found
    async def of_device(self, device_id: UUID) -> list[Photo]:
        """In the order in which they were added."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE p.device_id = $1 ORDER BY p.id LIMIT 100", device_id
        )
        return [Photo(**dict(row)) for row in rows]

    async def get(self, scope: Scope, device_id: UUID, photo_id: UUID) -> Photo | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM {_FROM} WHERE {_MINE}", scope.ids, device_id, photo_id
        )
        return Photo(**dict(row)) if row is not None else None

    # every tenant: of a device that the caller has locked
    async def add(self, device: Device, photo_id: UUID, file_hash: str, by: str, at: datetime, most: int) -> bool:
        """Name a kept file; False when this cycle of the device has as many as it may."""
        row = await (await self.driver()).fetchrow(
            """INSERT INTO device_photo (workshop_id, id, device_id, cycle, file_hash, by, taken_at)
            SELECT $1, $2, $3, $4, $5, $6, $7
            WHERE (SELECT count(*) FROM device_photo WHERE device_id = $3 AND cycle = $4) < $8 RETURNING id""",
            *(device.workshop_id, photo_id, device.id, device.cycle, file_hash, by, at, most),
        )
        return row is not None

    async def remove(self, scope: Scope, device_id: UUID, photo_id: UUID) -> bool:
        row = await (await self.driver()).fetchrow(
            f"DELETE FROM device_photo p WHERE {_MINE} RETURNING p.id", scope.ids, device_id, photo_id
        )
        return row is not None
