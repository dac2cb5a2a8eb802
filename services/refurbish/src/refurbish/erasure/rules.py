"""Declare media and record erasures. Pure: device and media in, changed copies and events out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from filiere.catalogue.grades import StorageKind
from filiere.identifiers import normalise_serial, uuid7

from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import NOTHING_TO_WIPE, STORAGE, ErasureResult, Level, Storage, is_enough
from refurbish.devices.errors import DeviceNotHere
from refurbish.devices.events import DeviceErased, DeviceEvent, ErasedMedium, GoneMedium
from refurbish.devices.gate import is_wiped, reopened, settled
from refurbish.devices.rules import envelope, require_present
from refurbish.devices.stages import Stage
from refurbish.erasure.errors import (
    DiskThereAlready,
    EvidenceSaysOtherwise,
    MediaAreDeclared,
    MemoryIsSoldered,
    NoneAndSome,
    OverwritingIsNotEnough,
    ReportAsks,
    TooManyMedia,
    UnknownMedium,
    UnreadableSerial,
)
from refurbish.erasure.reports.questions import ended_at, questions, refusal
from refurbish.erasure.reports.reading import read_text
from refurbish.erasure.reports.report import Report, Unreadable, is_same_serial
from refurbish.erasure.schemas import NewErasure, NewMedium

MAX_MEDIA = 16


@dataclass(frozen=True, slots=True)
class Declared:
    """What a declaration changes: media to add, media whose kind or size became known, an event."""

    device: Device
    added: tuple[Medium, ...] = ()
    returned: tuple[Medium, ...] = ()
    corrected: tuple[Medium, ...] = ()
    events: tuple[DeviceEvent, ...] = ()


def declare(
    device: Device,
    media: Sequence[Medium],
    new: Sequence[NewMedium],
    *,
    origin: str,
    by: str,
    at: datetime,
    gone: Sequence[Medium] = (),
    medium_id: UUID | None = None,
) -> Declared:
    """Say which media a device has. Media already declared stay; saying the same again changes nothing.

    One that was gone and is seen again is back, and has to be wiped (again). An unwiped medium that turns up after the
    erasure reopens the gate. `medium_id`: of the one that a form adds.

    Raises DeviceNotHere (also when the device is ready: it must be withdrawn), NoneAndSome, MediaAreDeclared,
    MemoryIsSoldered, UnreadableSerial, TooManyMedia.
    """
    require_present(device)
    if any(one.kind is StorageKind.NONE for one in new):
        if len(new) > 1:
            raise NoneAndSome
        return _declare_none(device, media, by=by, at=at)
    known = {medium.serial: medium for medium in media}
    away = {medium.serial: medium for medium in gone}
    added: dict[str, Medium] = {}
    returned: dict[str, Medium] = {}
    corrected: dict[str, Medium] = {}
    for one in new:
        serial = serial_of(device, one)
        before = corrected.get(serial) or known.get(serial)
        if before is None and serial in away:
            # Nobody knows what was written to it meanwhile.
            # Not of one that was destroyed either: it cannot be that one.
            back = replace(away[serial], wiped_by=None, destroyed=False, failed=False, unverified=False)
            returned[serial] = corrected_by(back, one)
        elif before is None:
            added[serial] = Medium(medium_id or uuid7(), device.id, serial, one.kind, one.size_gb, origin)
        elif (after := corrected_by(before, one)) != before:
            corrected[serial] = after
    if len(known) + len(added) + len(returned) > MAX_MEDIA:
        raise TooManyMedia
    if not added and not returned and not corrected:
        return Declared(device)
    now = [corrected.get(medium.serial, medium) for medium in media] + [*added.values(), *returned.values()]
    # A statement that there is nothing was wrong the moment something is seen.
    seen = replace(device, no_storage=False, no_storage_by=None)
    after_all = seen if is_wiped(seen, now) else reopened(seen)
    return Declared(after_all, tuple(added.values()), tuple(returned.values()), tuple(corrected.values()))


def require_new(
    device: Device, serial: str, media: Sequence[Medium], gone: Sequence[Medium], *, leaving: Collection[UUID] = (),
    field: str = "serial",
) -> None:  # fmt: skip
    """A disk that was put in is none of those that are there: what was proved of one would be believed of the other.

    The number counts without what a maker puts in front, for then one report speaks of both. One that was taken out may
    come back, and is wiped again; one that was destroyed cannot. `leaving`: media of which somebody says that they are
    gone. Raises DiskThereAlready.
    """
    there = next((one for one in media if is_same_serial(one.serial, serial)), None)
    if there is not None:
        raise DiskThereAlready(device.label, there, leaves=there.id in leaving, field=field)
    destroyed = next((one for one in gone if one.destroyed and is_same_serial(one.serial, serial)), None)
    if destroyed is not None:
        raise DiskThereAlready(device.label, destroyed, field=field)


def _declare_none(device: Device, media: Sequence[Medium], *, by: str, at: datetime) -> Declared:
    if media:
        raise MediaAreDeclared(device, media)
    if STORAGE[device.category] is Storage.SOLDERED:
        raise MemoryIsSoldered(device)
    if device.no_storage:
        return Declared(device)
    stated = settled(replace(device, no_storage=True, no_storage_by=by), media, at, begun=False)
    news = (nothing_to_wipe(stated, at),) if stated.stage is not device.stage else ()
    return Declared(stated, events=news)


def corrected_by(medium: Medium, correction: NewMedium) -> Medium:
    """What a second look may change: an unknown kind becomes known, a hard disk turns out to be flash, a size appears.

    Never from flash to hard disk: that would make a weaker erasure enough. A wiped hard disk that is flash after all
    may have been overwritten only: it has to be wiped again.
    """
    is_known_now = medium.kind is StorageKind.UNKNOWN
    is_flash_now = medium.kind is StorageKind.HDD and correction.kind.is_flash
    return replace(
        medium,
        kind=correction.kind if is_known_now or is_flash_now else medium.kind,
        wiped_by=None if is_flash_now and not medium.destroyed else medium.wiped_by,
        size_gb=medium.size_gb or correction.size_gb,
    )


def serial_of(device: Device, medium: NewMedium) -> str:
    """The serial in its one spelling; a soldered memory without one goes by the device's label."""
    if medium.kind is StorageKind.EMMC and not (medium.serial or "").strip():
        return device.label
    serial = normalise_serial(medium.serial)
    if serial is None:
        raise UnreadableSerial(medium.serial or "")
    return serial


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an erasure report changes: the medium, perhaps the device's stage. `erased_at`: as the report says."""

    erasure_id: UUID
    erased_at: datetime
    device: Device
    medium: Medium


def record(
    device: Device,
    media: Sequence[Medium],
    report: NewErasure,
    *,
    at: datetime,
    said: Report | None = None,
    gone: Sequence[Medium] = (),
) -> Recorded:
    """Apply the report of one erasure. Works on a withdrawn device too: its disks must not leave with data.

    The latest attempt counts: a failure after a success means that somebody doubts, and reopens the gate. A destroyed
    medium stays destroyed. `gone`: media that were taken out. `said`: what its file says; the text that came with it is
    read here.

    Raises DeviceNotHere, UnknownMedium, OverwritingIsNotEnough, EvidenceSaysOtherwise, ReportAsks.
    """
    serial = normalise_serial(report.medium_serial) or report.medium_serial.strip().upper()
    medium = next((one for one in [*media, *gone] if one.serial == serial), None)
    is_here = medium is None or medium not in gone  # a disk that was taken out is wiped wherever its device is
    if is_here and device.stage is not Stage.WITHDRAWN:
        require_present(device)
    if device.arrived_at is None:
        raise DeviceNotHere(device)
    if medium is None:
        raise UnknownMedium(device, serial, media)
    success = report.result is ErasureResult.SUCCESS
    if success and not is_enough(medium.kind, report.level):
        raise OverwritingIsNotEnough(medium)
    if said is None and report.evidence:
        said = in_text(report.evidence)
    if success and said is not None:
        _may_go_together(device, medium, report, said, at)
    # It proves nothing yet: that takes the word of a second person (`answered`).
    # An unverified success does not undo a proved one; a failure does.
    kept = medium.wiped_by if success else None
    after = (
        medium
        if medium.destroyed
        else replace(medium, wiped_by=kept, failed=not success, unverified=success and kept is None)
    )
    return Recorded(uuid7(), _when(said, serial, at), _after(device, media, after, at) if is_here else device, after)


def answered(
    device: Device, media: Sequence[Medium], medium: Medium, erasure_id: UUID, level: Level, *, confirmed: bool,
    at: datetime,
) -> tuple[Device, Medium]:  # fmt: skip
    """What a second person's word on a successful erasure makes of its medium, and of the device it is in.

    `medium`: one of `media`, or one that was taken out. She is another than whoever wiped, and the level is enough:
    what waits is asked for so, and the database asks again.
    """
    after = (
        replace(
            medium,
            wiped_by=erasure_id,
            wiped_in=device.cycle,
            destroyed=level is Level.DESTROY,
            failed=False,
            unverified=False,
        )
        if confirmed
        else replace(medium, failed=True, unverified=False)
    )
    return (_after(device, media, after, at) if medium in media else device), after


def _after(device: Device, media: Sequence[Medium], medium: Medium, at: datetime) -> Device:
    """The device with one of its media changed."""
    return settled(device, [medium if one.id == medium.id else one for one in media], at, begun=True)


def in_text(text: str) -> Report | None:
    """What a report says that came as a text; None for what is no report of a tool that we know."""
    try:
        return read_text(text)
    except Unreadable:
        return None


def _may_go_together(device: Device, medium: Medium, report: NewErasure, said: Report, at: datetime) -> None:
    """Whether this report may stand beside « réussi ». Of a disk that was destroyed it need not: it had failed."""
    if report.level is Level.DESTROY:
        return
    if (why := refusal(said, medium.serial, report.level)) is not None:
        raise EvidenceSaysOtherwise(why)
    asked = questions(said, medium, arrived_at=device.here_since, now=at, tool=report.tool)
    if open_ := [one for one in asked if one.code not in report.despite]:
        raise ReportAsks(open_)


def _when(said: Report | None, serial: str, at: datetime) -> datetime:
    """When it was wiped: as the report says, unless that day has not come."""
    medium = said.of(serial) if said is not None else None
    reported = ended_at(medium) if medium is not None else None
    return min(reported, at) if reported is not None else at


def nothing_to_wipe(device: Device, at: datetime, gone: Sequence[GoneMedium] = ()) -> DeviceEvent:
    """The event of a device that has no storage, with the reason."""
    reason = (
        "Aucun support de stockage, déclaré à l'atelier."  # who declared it is on the certificate, not on the wire
        if device.no_storage
        else NOTHING_TO_WIPE.get(device.category, "Aucun support de stockage.")
    )
    return DeviceErased(
        **envelope(device), occurred_at=at, media=[], gone=list(gone), reason=reason, after_use=device.wipe_from > 1
    )


def erased(device: Device, media: Sequence[ErasedMedium], at: datetime, gone: Sequence[GoneMedium] = ()) -> DeviceEvent:
    """The event of a device whose every medium is wiped."""
    return DeviceErased(
        **envelope(device), occurred_at=at, media=list(media), gone=list(gone), after_use=device.wipe_from > 1
    )
