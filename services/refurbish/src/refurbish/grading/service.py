"""Grade a device in the workshop."""

from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now, today
from filiere.catalogue.grading import DeviceFacts
from filiere.database import AsyncReadSession, AsyncSession
from filiere.inventories.facts import HardwareFacts
from filiere.web import Principal

from refurbish.audits.known import known
from refurbish.audits.repository import AuditRepository
from refurbish.devices.device import Device, Medium
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.grading import rules as rules_of_grading
from refurbish.grading.repository import GradingRepository
from refurbish.grading.rules import grade_device, known_facts
from refurbish.grading.schemas import NewGrade
from refurbish.grading.switches import in_force


async def facts_of(session: AsyncReadSession, device: Device, media: list[Medium]) -> DeviceFacts:
    """What is known already, to begin the form with."""
    return known_facts(media, await machine_of(session, device))


async def machine_of(session: AsyncReadSession, device: Device) -> HardwareFacts:
    """What all audits say together."""
    return known(await AuditRepository.from_session(session).of_device(device.id)).facts


async def grade(session: AsyncSession, principal: Principal, device_id: UUID, command: NewGrade) -> Device:
    """Grade a device. Raises what `rules.grade_device` does."""
    device = await get_for_update(session, principal, device_id)
    devices = DeviceRepository.from_session(session)
    gradings = GradingRepository.from_session(session)
    machine = await machine_of(session, device)
    facts = command.facts(known_facts(await devices.media(device.id), machine))
    rules = in_force(device.category, today(), await gradings.switches())
    graded, events = grade_device(device, command, facts, rules.name, now(), machine.battery_percent)
    await gradings.keep(graded, facts)
    if events:
        await devices.save(graded)
        if device.grade is not None and graded.grade is not None:
            details = {"before": device.grade.value, "after": graded.grade.value}
            await journal.note(session, principal, JOURNAL, device.id, "regraded", details)
        await outbox.append(session, events)
    return graded


async def take_back(session: AsyncSession, principal: Principal, device_id: UUID) -> Device:
    """Take a grade back, until the device is ready; doing it again changes nothing. Raises what the rule does."""
    device = await get_for_update(session, principal, device_id)
    back, events = rules_of_grading.take_back(device, now())
    if events:
        await DeviceRepository.from_session(session).save(back)
        assert device.grade is not None
        await journal.note(session, principal, JOURNAL, device.id, "ungraded", {"before": device.grade.value})
        await outbox.append(session, events)
    return back
