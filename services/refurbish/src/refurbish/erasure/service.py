"""Declare media, record erasures: lock the device, apply the rules, save, publish."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from filiere import outbox
from filiere.calendar import now
from filiere.catalogue.grades import StorageKind
from filiere.database import AsyncReadSession, AsyncSession
from filiere.loop_turns import in_turns
from filiere.web import Principal

from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import ErasureResult
from refurbish.devices.events import DeviceErased, DeviceEvent
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.rules import require_present
from refurbish.devices.service import get_for_update
from refurbish.erasure import rules
from refurbish.erasure.errors import DiskInAnother, PageOfAnother
from refurbish.erasure.exits.repository import ExitRepository
from refurbish.erasure.reports import service as reports
from refurbish.erasure.repository import Erasure, ErasureRepository
from refurbish.erasure.schemas import NewErasure, NewMedium
from refurbish.tenancy import person


async def declare_media(
    session: AsyncSession, principal: Principal, device_id: UUID, new: Sequence[NewMedium]
) -> Device:
    """Say which media a device has, or that it has none. Raises what `rules.declare` does."""
    device = await get_for_update(session, principal, device_id)
    return await declare_on(session, device, new, origin="person", by=person(principal), at=now())


async def add_disk(
    session: AsyncSession, principal: Principal, device_id: UUID, new: NewMedium, medium_id: UUID
) -> Device:
    """A disk that somebody has in hand: none of those that are there, or a better word on one that is to wipe.

    `medium_id`: of a form; sent twice, it is one disk.

    Raises what `rules.declare` does, DiskThereAlready, DiskInAnother, PageOfAnother.
    """
    device = await get_for_update(session, principal, device_id)
    require_present(device)
    erasures = ErasureRepository.from_session(session)
    if new.kind is not StorageKind.NONE:
        media = await DeviceRepository.from_session(session).media(device.id)
        serial = rules.serial_of(device, new)
        there = next((one for one in media if one.serial == serial), None)
        if there is not None and await erasures.is_of_form(there.id, medium_id):
            return device
        better = rules.corrected_by(there, new) if there is not None else None
        if better is None or better == there or better.is_wiped:
            await require_new(session, device, serial)
    if await erasures.is_taken(device.id, medium_id):
        raise PageOfAnother
    if new.kind is not StorageKind.NONE:
        await require_nowhere_else(session, device, rules.serial_of(device, new), "serial")
    declared = await declare_on(
        session, device, [new], origin="person", by=person(principal), at=now(), medium_id=medium_id
    )
    if new.kind is not StorageKind.NONE:
        await erasures.keep_form(device.id, rules.serial_of(device, new), medium_id)
    return declared


async def require_new(session: AsyncReadSession, device: Device, serial: str, field: str = "serial") -> None:
    """Raises what `rules.require_new` does, of a device that is locked."""
    media, gone = await DeviceRepository.from_session(session).media_and_gone(device.id)
    exits = await ExitRepository.from_session(session).of_device(device.id)
    leaving = {one.medium_id for one in exits if one.is_open}
    rules.require_new(device, serial, media, gone, leaving=leaving, field=field)


async def require_nowhere_else(
    session: AsyncReadSession, device: Device, serial: str, field: str, source: UUID | None = None
) -> None:
    """A disk in hand was taken out of wherever it was. `source`: from where it was harvested. Raises DiskInAnother."""
    there = await ErasureRepository.from_session(session).in_another(device, serial, source)
    if there is not None:
        raise DiskInAnother(there.label, there.serial, leaves=there.leaves, field=field)


async def declare_on(
    session: AsyncSession, device: Device, new: Sequence[NewMedium], *, origin: str, by: str, at: datetime,
    medium_id: UUID | None = None,
) -> Device:  # fmt: skip
    """The same on a device that is locked already (an inventory names media too)."""
    devices, erasures = DeviceRepository.from_session(session), ErasureRepository.from_session(session)
    media, gone = await devices.media_and_gone(device.id)
    declared = rules.declare(device, media, new, origin=origin, by=by, at=at, gone=gone, medium_id=medium_id)
    if declared.added:
        await erasures.add_media(device, declared.added, by=by, at=at)
    if declared.returned:
        await erasures.bring_back(declared.returned)
    if declared.corrected:
        await erasures.save_media(declared.corrected)
    if declared.device != device:
        await devices.save(declared.device)
    await outbox.append(session, await completed(session, declared.device, declared.events, at))
    return declared.device


async def told_wiped(session: AsyncReadSession, device: Device, at: datetime) -> DeviceEvent:
    """What the chain is told of a device that nothing is left to wipe on: the last word counts, so it says all.

    What was proved of a medium stays proved, and what was taken out stays told, whatever the device is now.
    """
    return (await all_told_wiped(session, [device], at))[device.id]


async def all_told_wiped(
    session: AsyncReadSession, devices: Sequence[Device], at: datetime
) -> Mapping[UUID, DeviceEvent]:
    """The same of many, by device."""
    found = await ErasureRepository.from_session(session).wiped_and_gone([device.id for device in devices])
    told = {}
    async for one in in_turns(devices):
        proofs, gone = found[one.id]
        told[one.id] = rules.erased(one, proofs, at, gone) if proofs else rules.nothing_to_wipe(one, at, gone)
    return told


async def completed(
    session: AsyncReadSession, device: Device, events: Sequence[DeviceEvent], at: datetime
) -> list[DeviceEvent]:
    """What pure rules tell of a device; they know nothing of media that it had."""
    return [await told_wiped(session, device, at) if isinstance(one, DeviceErased) else one for one in events]


async def record_erasure(
    session: AsyncSession, principal: Principal, device_id: UUID, report: NewErasure
) -> tuple[Device, Medium]:
    """Record the report of one erasure; the same report again changes nothing.

    Raises what `rules.record` does, and ReportNotFound.
    """
    device = await get_for_update(session, principal, device_id)
    devices, erasures = DeviceRepository.from_session(session), ErasureRepository.from_session(session)
    media, gone = await devices.media_and_gone(device.id)
    at = now()
    # In a thread: a report of 200,000 characters is looked through, and everybody else goes on meanwhile.
    kept = await reports.find(session, principal, report.report_id) if report.report_id else None
    recorded = await asyncio.to_thread(
        rules.record, device, media, report, at=at, said=kept.said if kept else None, gone=gone
    )
    erasure = _erasure(recorded, report, principal, kept.file_hash if kept else None)
    before = await erasures.latest(device.id, recorded.medium.serial)
    # A proof that counts no more, of a disk that was away and is back, is said anew.
    is_void = (
        before is not None
        and before.verified
        and before.result is ErasureResult.SUCCESS
        and not any(one.wiped_by for one in [*media, *gone] if one.serial == erasure.medium_serial)
    )
    if before is not None and not is_void and _same(before, erasure):
        return device, next(medium for medium in [*media, *gone] if medium.serial == before.medium_serial)
    await erasures.insert(device.workshop_id, erasure, report.evidence or None)
    await keep_outcome(session, device, recorded.device, recorded.medium, at)
    return recorded.device, recorded.medium


async def keep_outcome(session: AsyncSession, before: Device, after: Device, medium: Medium, at: datetime) -> None:
    """Keep what an attempt, or a second person's word on it, made of a medium and its device; tell if all is wiped."""
    await ErasureRepository.from_session(session).save_media([medium])
    if after != before:
        await DeviceRepository.from_session(session).save(after)
        if after.erased_at is not None and after.erased_at != before.erased_at:
            await outbox.append(session, [await told_wiped(session, after, at)])


def _erasure(recorded: rules.Recorded, report: NewErasure, principal: Principal, file_hash: str | None) -> Erasure:
    return Erasure(
        id=recorded.erasure_id,
        device_id=recorded.device.id,
        medium_id=recorded.medium.id,
        medium_serial=recorded.medium.serial,
        level=report.level,
        method=report.method,
        tool=report.tool,
        tool_version=report.tool_version,
        result=report.result,
        operator=principal.subject,
        operator_name=person(principal),
        verified=False,
        verified_by=None,
        evidence_sha256=hashlib.sha256(report.evidence.encode()).hexdigest() if report.evidence else file_hash,
        erased_at=recorded.erased_at,
        report_id=report.report_id,
        despite=tuple(report.despite),
    )


def _same(one: Erasure, other: Erasure) -> bool:
    """A report sent twice: equal in all but its id, its moment and who confirmed it since. A refused one is new."""
    if one.refused is not None:
        return False
    return (
        one.medium_id == other.medium_id
        and (one.level, one.method, one.tool, one.tool_version, one.result)
        == (other.level, other.method, other.tool, other.tool_version, other.result)
        and (one.operator, one.evidence_sha256) == (other.operator, other.evidence_sha256)
    )
