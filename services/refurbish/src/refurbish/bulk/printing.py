"""Labels of the devices of a bulk."""

from uuid import UUID

from filiere.database import Database
from filiere.documents.labels import MOST
from filiere.web import Principal

from refurbish.bulk.service import find
from refurbish.devices.repository import DeviceRepository
from refurbish.labels.service import drawn
from refurbish.tenancy import workshops_of


async def labels_of(
    database: Database, principal: Principal, bulk_id: UUID, address: str, *, tape: bool, part: int
) -> bytes:
    """The PDF, so many at a time; no connection is held while it is drawn. Raises BulkNotFound, CannotPrint."""
    async with database.read() as session:
        bulk = await find(session, principal, bulk_id)
        wanted = [line.device_id for line in bulk.lines][(part - 1) * MOST : part * MOST]
        devices = await DeviceRepository.from_session(session).found(workshops_of(principal), wanted)
    return await drawn(devices, address, tape=tape)
