"""Take a machine inventory in: read it off the event loop, keep its facts and its copy, complete the device.

One that seems to be another machine's is kept aside, and asked about; one that was taken counts until it is taken back.
"""

import hashlib
import io
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now
from filiere.catalogue.device_models import model_of
from filiere.database import AsyncReadSession, AsyncSession, Database
from filiere.files import Files, keep
from filiere.identifiers import uuid7
from filiere.inventories.facts import HardwareFacts
from filiere.inventories.reading import MAX_BYTES
from filiere.web import Principal

from refurbish.aliases import service as aliases
from refurbish.aliases.kinds import AliasKind
from refurbish.aliases.repository import AliasRepository
from refurbish.audits.audit import TOOLS, Audit, Status, WithdrawnFor
from refurbish.audits.difference import Difference, difference, media_seen, unknown_media
from refurbish.audits.errors import AuditNotFound, AuditsAway, NobodyHasThisSerial, NothingAsked
from refurbish.audits.identity import doubt, serial_matches
from refurbish.audits.known import known
from refurbish.audits.reading import read_aside
from refurbish.audits.repository import AuditRepository
from refurbish.audits.schemas import Answer
from refurbish.devices import rules
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotHere
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL, find, get_for_update
from refurbish.devices.stages import Stage
from refurbish.erasure.service import declare_on
from refurbish.tenancy import person, workshops_of

_MOST_COPY = 4 * MAX_BYTES
"""Of a copy: JSON written anew is longer than what a tool wrote without a space."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read, and the copy that is kept of it."""

    facts: HardwareFacts
    sha256: str
    copy: bytes
    file_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of an inventory. candidate: of one that is asked about, the label of the device it seems to be of."""

    device: Device
    audit: Audit
    difference: Difference
    candidate: str | None = None

    @property
    def is_asked(self) -> bool:
        return self.audit.status is Status.ASKED


async def may_take_in(database: Database, principal: Principal, device_id: UUID) -> Device:
    """The device, for whoever may see it; asked before its inventory is read, and no connection is kept meanwhile.

    Raises DeviceNotFound, DeviceNotHere.
    """
    async with database.read() as session:
        return _arrived(await find(session, principal, device_id))


async def read(raw: bytes) -> Read:
    """Read a file; a big one holds no device, nor the event loop. Raises UnreadableInventory, InventoryTooLarge."""
    facts, copy = await read_aside(raw)
    return Read(facts, hashlib.sha256(raw).hexdigest(), copy)


async def kept(database: Database, files: Files, read: Read) -> Read:
    """The same with its copy in the store; nothing names it yet. Raises AuditsAway."""
    try:
        found = await keep(database, files, _Copy(read.copy), _MOST_COPY)
    except OSError as error:
        raise AuditsAway from error
    assert found is not None  # every kind is taken
    return replace(read, file_hash=found.hash)


async def find_machine(database: Database, principal: Principal, read: Read, label: str | None) -> Device:
    """The device of a label, else of the serial that the machine says.

    Raises DeviceNotFound, NobodyHasThisSerial, DeviceNotHere.
    """
    async with database.read() as session:
        if label is not None:
            return _arrived(await aliases.find(session, principal, label))
        return _arrived(await _by_serial(session, principal, read.facts.serial))


async def _by_serial(session: AsyncReadSession, principal: Principal, serial: str | None) -> Device:
    scope = workshops_of(principal)
    found = (await AliasRepository.from_session(session).known(scope, [serial])).get(serial) if serial else None
    device = None
    if found is not None and not found.others:
        device = await DeviceRepository.from_session(session).by_label(scope, found.label)
    if device is None:
        raise NobodyHasThisSerial(serial)
    return device


async def take_in(session: AsyncSession, principal: Principal, device_id: UUID, read: Read) -> Taken:
    """Keep an inventory of a device that has arrived; the same file again changes nothing. Ask `may_take_in` before.

    Media it names are declared: an unwiped one that nobody knew reopens the gate. A ready device with such a disk, or
    one that has left and that nobody had, is asked back. On one that is ready, gone or withdrawn nothing is declared;
    the page says what was seen. Raises DeviceNotFound, DeviceNotHere.
    """
    device = _arrived(await get_for_update(session, principal, device_id))
    owner = await _owner(session, principal, device, read.facts)
    status = Status.ASKED if doubt(device, read.facts, owner) is not None else Status.KEPT
    at = now()
    audit = Audit(
        uuid7(), device.id, read.sha256, read.facts, serial_matches(device, read.facts), person(principal), at,
        file_hash=read.file_hash, status=status,
    )  # fmt: skip
    repository = AuditRepository.from_session(session)
    kept = await repository.insert(device.workshop_id, audit)
    if kept.status is Status.ASKED:
        return Taken(device, kept, Difference(()), owner if owner != device.label else None)
    if kept.audited_at == at:  # new, or taken back and sent again
        device, kept = await _apply(session, device, kept, at)
    return Taken(device, kept, await _difference(session, device))


async def answer(session: AsyncSession, principal: Principal, device_id: UUID, audit_id: UUID, said: Answer) -> Taken:
    """Say whose an audit is. Raises DeviceNotFound, DeviceNotHere, AuditNotFound, NothingAsked."""
    device = await find(session, principal, device_id)
    audit = await _get(session, device.id, audit_id)
    target = device
    if said.answer == "there":
        whose = said.label or await _owner(session, principal, device, audit.facts)
        if whose is None:
            raise NobodyHasThisSerial(audit.facts.serial)
        target = await aliases.find(session, principal, whose)
    # Locked in the order of their ids, as everywhere.
    for one in sorted({device.id, target.id}):
        locked = await get_for_update(session, principal, one)
        device, target = (locked if one == device.id else device), (locked if one == target.id else target)
    repository = AuditRepository.from_session(session)
    audit = await _get(session, device.id, audit_id)
    if audit.status is not Status.ASKED:
        raise NothingAsked
    at = now()
    details = {"tool": TOOLS.get(audit.facts.source, audit.facts.source), "label": target.label}
    twice = target.id != device.id and await repository.has(target.id, audit.sha256)
    if said.answer == "nowhere" or twice:
        audit = _ended(audit, principal, WithdrawnFor.OTHER_MACHINE, at)
        await repository.save(audit, device.workshop_id)
        return Taken(target if twice else device, audit, Difference(()))
    _arrived(target)
    audit = replace(audit, device_id=target.id, status=Status.KEPT, serial_matches=serial_matches(target, audit.facts))
    await repository.save(audit, target.workshop_id)
    if target.id != device.id:
        await journal.note(session, principal, JOURNAL, device.id, "audit-given", details)
        await journal.note(session, principal, JOURNAL, target.id, "audit-received", {**details, "label": device.label})
    elif audit.serial_matches is False and audit.facts.serial is not None:
        # Somebody says that it is this machine: it is known by this number too (a board that was changed).
        await AliasRepository.from_session(session).add(
            [target.id], [AliasKind.SERIAL], [audit.facts.serial], by=person(principal), at=at
        )
    target, audit = await _apply(session, target, audit, at)
    return Taken(target, audit, await _difference(session, target))


async def withdraw(
    session: AsyncSession, principal: Principal, device_id: UUID, audit_id: UUID, reason: WithdrawnFor
) -> Device:
    """Take an audit back: what it said falls back to the others. Media it declared stay, until somebody says that they
    are not there. Taking it back again changes nothing. Raises DeviceNotFound, AuditNotFound."""
    device = await get_for_update(session, principal, device_id)
    audit = await _get(session, device.id, audit_id)
    if audit.status is Status.WITHDRAWN:
        return device
    repository = AuditRepository.from_session(session)
    await repository.save(_ended(audit, principal, reason, now()), device.workshop_id)
    if audit.gave_serial and device.serial == audit.facts.serial and device.stage.is_present:
        others = known(await repository.of_device(device.id)).facts
        device = replace(device, serial=others.serial)
        await DeviceRepository.from_session(session).save(device)
    details = {"tool": TOOLS.get(audit.facts.source, audit.facts.source), "reason": reason.value}
    await journal.note(session, principal, JOURNAL, device.id, "audit-withdrawn", details)
    return device


async def copy_of_audit(session: AsyncReadSession, principal: Principal, device_id: UUID, audit_id: UUID) -> Audit:
    """The audit whose copy is asked for. Raises DeviceNotFound, AuditNotFound, also where no copy was kept."""
    device = await find(session, principal, device_id)
    audit = await _get(session, device.id, audit_id)
    if audit.file_hash is None:
        raise AuditNotFound
    return audit


async def owner_of(session: AsyncReadSession, principal: Principal, device: Device, audit: Audit) -> str | None:
    """Whose number an audit has that is asked about, as a label; None when nobody's."""
    owner = await _owner(session, principal, device, audit.facts)
    return owner if owner != device.label else None


def _arrived(device: Device) -> Device:
    if device.arrived_at is None:
        raise DeviceNotHere(device)
    return device


def _ended(audit: Audit, principal: Principal, reason: WithdrawnFor, at: datetime) -> Audit:
    return replace(
        audit, status=Status.WITHDRAWN, reason=reason, withdrawn_by=person(principal), withdrawn_at=at,
        gave_serial=False,
    )  # fmt: skip


async def _get(session: AsyncReadSession, device_id: UUID, audit_id: UUID) -> Audit:
    found = await AuditRepository.from_session(session).get(device_id, audit_id)
    if found is None:
        raise AuditNotFound
    return found


async def _owner(session: AsyncReadSession, principal: Principal, device: Device, facts: HardwareFacts) -> str | None:
    """The label of the one device that is known by the machine's number; its own where several are, and it is one."""
    if facts.serial is None:
        return None
    if facts.serial == device.serial:
        return device.label
    found = (await AliasRepository.from_session(session).known(workshops_of(principal), [facts.serial])).get(
        facts.serial
    )
    return found.label if found is not None and not found.others else None


async def _apply(session: AsyncSession, device: Device, audit: Audit, at: datetime) -> tuple[Device, Audit]:
    """Complete the device by what its audit says, while it is in the workshop."""
    if device.stage is Stage.READY or (device.stage is Stage.LEFT and not device.was_used):
        return await _stopped(session, device, at), audit
    if not device.stage.is_present:
        return device, audit
    devices, facts = DeviceRepository.from_session(session), audit.facts
    completed = _filled(device, facts)
    if completed != device:
        await devices.save(completed)
    if completed.serial != device.serial:
        audit = replace(audit, gave_serial=True)
        await AuditRepository.from_session(session).save(audit, device.workshop_id)
    device = completed
    media = media_seen(device, facts, await devices.media(device.id))
    if media:
        device = await declare_on(session, device, media, origin="audit", by="audit", at=at)
    return device, audit


async def _stopped(session: AsyncSession, device: Device, at: datetime) -> Device:
    """Ask distribute to let go of a ready device in which a disk is seen that nobody wiped: nobody may order it or send
    it off meanwhile. One that has left by now, or whose inventory is sent late, is handed over to nobody. Once it is on
    the bench again, `recalls` declares the disk."""
    if not await unknown_disks(session, device):
        return device
    asked, events = rules.stop(device, at)
    if asked != device:
        await DeviceRepository.from_session(session).save(asked)
        await journal.note(
            session, journal.NETWORK, JOURNAL, device.id, "recall-asked", {"code": asked.recall_code, "unwiped": True}
        )
    await outbox.append(session, events)
    return asked


async def unknown_disks(session: AsyncReadSession | AsyncSession, device: Device) -> list[str]:
    """Disks that an inventory saw in a device and that nobody declared: wherever it is, it is not ready."""
    told = known(await AuditRepository.from_session(session).of_device(device.id))
    return unknown_media(device, await DeviceRepository.from_session(session).media(device.id), told.facts)


def _filled(device: Device, facts: HardwareFacts) -> Device:
    """The device with what nobody had said of it: its serial; its maker and model, when neither was known."""
    if device.serial is None and facts.serial is not None:
        device = replace(device, serial=facts.serial)
    if device.manufacturer is None and device.model is None:
        model = model_of(facts.manufacturer, facts.model)
        device = replace(device, manufacturer=model.manufacturer, model=model.name)
    return device


async def _difference(session: AsyncReadSession, device: Device) -> Difference:
    media = await DeviceRepository.from_session(session).media(device.id)
    return difference(device, media, await AuditRepository.from_session(session).of_device(device.id))


class _Copy:
    """Bytes that are read as an upload is."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    async def read(self, size: int = -1) -> bytes:
        return self._file.read(size)

    async def seek(self, offset: int) -> None:
        self._file.seek(offset)
