"""Read a device for its workshop; declare it ready or withdraw it."""

from uuid import UUID

from filiere import outbox
from filiere.calendar import now
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal

from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotFound
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.withdrawal_reasons import WithdrawalReason
from refurbish.tenancy import workshops_of
from refurbish.workshops.repository import WorkshopRepository

JOURNAL = "device"
"""What the journal calls a device."""


async def get_for_update(session: AsyncSession, principal: Principal, device_id: UUID) -> Device:
    """The device, locked for this transaction. Raises DeviceNotFound."""
    device = await DeviceRepository.from_session(session).get(workshops_of(principal), device_id, for_update=True)
    if device is None:
        raise DeviceNotFound(device_id)
    return device


async def find(session: AsyncReadSession, principal: Principal, device_id: UUID) -> Device:
    """The device, to look at. Raises DeviceNotFound."""
    device = await DeviceRepository.from_session(session).get(workshops_of(principal), device_id)
    if device is None:
        raise DeviceNotFound(device_id)
    return device


async def make_ready(session: AsyncSession, principal: Principal, device_id: UUID) -> Device:
    """Declare a device refurbished; declaring it again changes nothing. Raises what `rules.make_ready` does."""
    device = await get_for_update(session, principal, device_id)
    repository = DeviceRepository.from_session(session)
    media = await repository.media(device.id)
    workshop = await WorkshopRepository.from_session(session).get(workshops_of(principal), device.workshop_id)
    assert workshop is not None  # a device belongs to a workshop by foreign key, and the caller sees it
    finish = await repository.finish(device)
    ready, events = rules.make_ready(device, media, workshop.name, now(), workshop.territory, finish)
    if events:
        await repository.save(ready)
        await outbox.append(session, events)
    return ready


async def withdraw(session: AsyncSession, principal: Principal, device_id: UUID, reason: WithdrawalReason) -> Device:
    """Give a device up; doing it again changes nothing. Raises what `rules.withdraw` does."""
    device = await get_for_update(session, principal, device_id)
    gone, events = rules.withdraw(device, reason, now())
    if events:
        await DeviceRepository.from_session(session).save(gone)
        await outbox.append(session, events)
    return gone
