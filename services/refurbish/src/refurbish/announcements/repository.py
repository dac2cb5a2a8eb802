"""Queries of announcements."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from filiere.database import Repository


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a donor declared of a device, as far as he knew it."""

    ram_gb: float | None = None
    storage_gb: float | None = None
    year: int | None = None

    def __bool__(self) -> bool:
        return any(value is not None for value in (self.ram_gb, self.storage_gb, self.year))


class AnnouncementRepository(Repository):
    # every tenant: of a device that the caller has found
    async def of_device(self, device_id: UUID) -> Announcement:
        """Empty where nothing was declared."""
        row = await (await self.driver()).fetchrow(
            "SELECT ram_gb, storage_gb, year FROM announcement WHERE device_id = $1", device_id
        )
        return Announcement(**dict(row)) if row is not None else Announcement()

    # every tenant: events act for no caller
    async def put(self, device_ids: Sequence[UUID], announced: Sequence[Announcement]) -> None:
        """What was announced first stays: an event that comes twice changes nothing."""
        await (await self.driver()).execute(
            "INSERT INTO announcement (device_id, ram_gb, storage_gb, year) "
            "SELECT u.* FROM unnest($1::uuid[], $2::float[], $3::float[], $4::int[]) AS u(id, ram, storage, year) "
            "JOIN device d ON d.id = u.id ORDER BY u.id ON CONFLICT (device_id) DO NOTHING",
            list(device_ids),
            [one.ram_gb for one in announced],
            [one.storage_gb for one in announced],
            [one.year for one in announced],
        )
