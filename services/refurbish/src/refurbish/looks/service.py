"""Keep what was seen on a device."""

from collections.abc import Mapping
from uuid import UUID

from filiere.calendar import now
from filiere.catalogue.grades import Cosmetic
from filiere.database import AsyncSession
from filiere.web import Principal

from refurbish.devices.device import Device
from refurbish.devices.rules import require_present
from refurbish.devices.service import get_for_update
from refurbish.looks.errors import UnknownZone
from refurbish.looks.repository import Look, LookRepository
from refurbish.looks.zones import zones_of
from refurbish.tenancy import person


async def record(
    session: AsyncSession, principal: Principal, device_id: UUID, seen: Mapping[str, Cosmetic]
) -> tuple[Device, Look]:
    """Add what was seen; a zone said again is corrected. Raises DeviceNotHere, UnknownZone."""
    device = await get_for_update(session, principal, device_id)
    require_present(device)
    known = [one.zone for one in zones_of(device.category)]
    if not set(seen) <= set(known):
        raise UnknownZone(known)
    looks = LookRepository.from_session(session)
    before = await looks.of_device(device)
    if {**before.seen, **seen} == before.seen:
        return device, before
    look = Look({**before.seen, **seen}, person(principal), now())
    await looks.save(device, look)
    return device, look
