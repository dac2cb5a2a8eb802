"""Find a device by anything it is known by; give it one more identifier, or take one away."""

from uuid import UUID

from filiere import journal
from filiere.calendar import now
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import readings
from filiere.web import Principal

from refurbish.aliases.errors import AliasTaken, NoReasonGiven, TooManyAliases
from refurbish.aliases.kinds import AliasKind, written
from refurbish.aliases.repository import Alias, AliasRepository
from refurbish.aliases.schemas import NewAlias
from refurbish.devices.correction_reasons import CorrectionReason
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotFound
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.tenancy import person, workshops_of

MOST = 20


async def find(session: AsyncReadSession, principal: Principal, text: str) -> Device:
    """The device of a label, a serial, an IMEI, an inventory number or the workshop's own, however it was typed.

    Raises DeviceNotFound, also for what several devices share.
    """
    asked = readings(text)
    scope = workshops_of(principal)
    known = await AliasRepository.from_session(session).known(scope, asked) if asked else {}
    found = next((known[value] for value in asked if value in known and not known[value].others), None)
    device = await DeviceRepository.from_session(session).by_label(scope, found.label) if found else None
    if device is None:
        raise DeviceNotFound(text[:40])
    return device


async def add(session: AsyncSession, principal: Principal, device_id: UUID, new: NewAlias) -> list[Alias]:
    """One more identifier; the same again changes nothing. Returns all of them.

    Raises DeviceNotFound, NotAnIdentifier, NoReasonGiven, AliasTaken, TooManyAliases.
    """
    value = written(new.kind, new.value)
    device = await get_for_update(session, principal, device_id)
    aliases = AliasRepository.from_session(session)
    before = await aliases.of_device(device.id)
    if value in {device.label, device.serial, *(alias.value for alias in before)}:
        return before
    if len(before) >= MOST:
        raise TooManyAliases(MOST)
    _asked(new.kind, new.reason)
    taken = (await aliases.known(workshops_of(principal), [value])).get(value)
    if taken is not None:
        raise AliasTaken(value, taken.label)
    await aliases.add([device.id], [new.kind], [value], by=person(principal), at=now())
    await journal.note(session, principal, JOURNAL, device.id, "alias-added", _details(new.kind, value, new.reason))
    return await aliases.of_device(device.id)


async def remove(
    session: AsyncSession,
    principal: Principal,
    device_id: UUID,
    alias_id: UUID,
    reason: CorrectionReason | None = None,
) -> None:
    """It was not its own; said twice it changes nothing. Raises DeviceNotFound, NoReasonGiven."""
    device = await get_for_update(session, principal, device_id)
    gone = await AliasRepository.from_session(session).remove(device.id, alias_id)
    if gone is not None:
        _asked(gone.kind, reason)
        details = _details(gone.kind, gone.value, reason)
        await journal.note(session, principal, JOURNAL, device.id, "alias-removed", details)


def _asked(kind: AliasKind, reason: CorrectionReason | None) -> None:
    if kind is AliasKind.IMEI and reason is None:
        raise NoReasonGiven


def _details(kind: AliasKind, value: str, reason: CorrectionReason | None) -> dict[str, str]:
    return {"kind": kind.value, "value": value} | ({"code": reason.value} if reason is not None else {})
