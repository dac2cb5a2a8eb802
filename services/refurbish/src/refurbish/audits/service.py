"""Take a machine inventory in: read it off the event loop, keep its facts, complete the device."""

import hashlib
from dataclasses import replace
from uuid import UUID

from filiere.calendar import now
from filiere.catalogue.device_models import model_of
from filiere.database import AsyncSession, Database
from filiere.identifiers import uuid7
from filiere.inventories.facts import HardwareFacts
from filiere.web import Principal

from refurbish.audits.difference import Difference, difference, media_seen, serial_matches
from refurbish.audits.reading import read_aside
from refurbish.audits.repository import Audit, AuditRepository
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotHere
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import find, get_for_update
from refurbish.erasure.service import declare_on
from refurbish.tenancy import person


async def may_take_in(database: Database, principal: Principal, device_id: UUID) -> Device:
    """The device, for whoever may see it; asked before its inventory is read, and no connection is kept meanwhile.

    Raises DeviceNotFound.
    """
    async with database.read() as session:
        return await find(session, principal, device_id)


async def take_in(
    session: AsyncSession, principal: Principal, device_id: UUID, raw: bytes
) -> tuple[Device, Audit, Difference]:
    """Keep an inventory of a device that has arrived; the same file again changes nothing. Ask `may_take_in` before.

    Media it names are declared: an unwiped one that nobody knew reopens the gate. On a device that is ready, gone or
    withdrawn nothing is declared; the page says what was seen. Raises DeviceNotFound, DeviceNotHere,
    UnreadableInventory, InventoryTooLarge.
    """
    # Parsed before the lock is taken, and aside: a big file must hold neither the device nor the event loop.
    facts = await read_aside(raw)
    device = await get_for_update(session, principal, device_id)
    if device.arrived_at is None:
        raise DeviceNotHere(device)
    audits, devices = AuditRepository.from_session(session), DeviceRepository.from_session(session)
    before = await audits.newest(device.id)
    digest = hashlib.sha256(raw).hexdigest()
    at = now()
    audit = Audit(uuid7(), device.id, digest, facts, serial_matches(device, facts), person(principal), at)
    earlier = before.facts if before else None
    if not await audits.insert(device.workshop_id, audit):
        kept = await audits.by_hash(device.id, digest)
        assert kept is not None
        return device, kept, difference(device, await devices.media(device.id), facts, None)
    if device.stage.is_present:
        if (known := _filled(device, facts)) != device:
            device = known
            await devices.save(device)
        if facts.media:
            device = await declare_on(session, device, media_seen(device, facts), origin="audit", by="audit", at=at)
    return device, audit, difference(device, await devices.media(device.id), facts, earlier)


def _filled(device: Device, facts: HardwareFacts) -> Device:
    """The device with what nobody had said of it: its serial; its maker and model, when neither was known."""
    if device.serial is None and facts.serial is not None:
        device = replace(device, serial=facts.serial)
    if device.manufacturer is None and device.model is None:
        model = model_of(facts.manufacturer, facts.model)
        device = replace(device, manufacturer=model.manufacturer, model=model.name)
    return device
