"""Say what is seen of a device when it arrives."""

from collections.abc import Collection
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.database import AsyncSession
from filiere.web import Principal

from refurbish.arrivals.remarks.events import DeviceRemarked
from refurbish.arrivals.remarks.kinds import RemarkKind
from refurbish.arrivals.remarks.repository import RemarkRepository
from refurbish.devices.rules import envelope, require_present
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.tenancy import person


async def remark(
    session: AsyncSession, principal: Principal, device_id: UUID, kinds: Collection[RemarkKind]
) -> list[RemarkKind]:
    """All that is to be remarked of it; what is left out is not so. Raises DeviceNotFound, DeviceNotHere."""
    device = await get_for_update(session, principal, device_id)
    require_present(device)
    remarks = RemarkRepository.from_session(session)
    said = sorted(set(kinds))
    if await remarks.of_device(device.id) == said:
        return said
    at = now()
    await remarks.replace(device.id, said, by=person(principal), at=at)
    await journal.note(session, principal, JOURNAL, device.id, "remarked", {"remarks": [kind.value for kind in said]})
    await outbox.append(session, [DeviceRemarked(**envelope(device), occurred_at=at, remarks=said)])
    return said
