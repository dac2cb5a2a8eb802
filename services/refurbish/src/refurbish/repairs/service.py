"""Note a repair, with the part that went in; take it back."""

from typing import NamedTuple
from uuid import UUID

from filiere import journal
from filiere.calendar import now
from filiere.catalogue.grades import StorageKind
from filiere.database import AsyncSession
from filiere.identifiers import normalise_serial, uuid7
from filiere.web import Principal

from refurbish.devices.boards import always_soldered, on_the_board, perhaps_on_the_board, perhaps_soldered
from refurbish.devices.device import Device
from refurbish.devices.erasure_levels import has_place_for
from refurbish.devices.gate import after_use
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.rules import require_present
from refurbish.devices.service import JOURNAL, get_for_update
from refurbish.erasure.errors import NoDiskFits, UnreadableSerial
from refurbish.erasure.exits.reasons import ExitReason
from refurbish.erasure.exits.repository import ExitRepository
from refurbish.erasure.exits.service import ask_of
from refurbish.erasure.schemas import NewMedium
from refurbish.erasure.service import declare_on, require_new, require_nowhere_else
from refurbish.parts import service as parts
from refurbish.parts.kinds import PartKind
from refurbish.parts.part import SparePart
from refurbish.repairs.boards import number_of_its_own
from refurbish.repairs.errors import (
    BarrierNeeded,
    DiskUnnamed,
    NewBoardUnsaid,
    NoBarrierWhenFixed,
    NothingOnTheBoard,
    OfAnEarlierCycle,
    OldBoardUnsaid,
    OneDiskAtATime,
    RepairOfAnother,
    WhichBoard,
    WhoseMemory,
)
from refurbish.repairs.kinds import Outcome
from refurbish.repairs.repository import Repair, RepairRepository
from refurbish.repairs.schemas import NewRepair
from refurbish.repairs.undoing import undo_media
from refurbish.tenancy import person

_MEDIA: dict[PartKind | None, StorageKind] = {PartKind.SSD: StorageKind.SSD, PartKind.HDD: StorageKind.HDD}


class Undone(NamedTuple):
    """What became of the part of a repair that was undone, and of its media, in words for the person."""

    part_is_back: bool
    words: list[str]


async def record(
    session: AsyncSession, principal: Principal, device_id: UUID, new: NewRepair, repair_id: UUID | None = None
) -> Repair:
    """Note a repair of a device on the bench. Its tests are done again by hand: no repair passes a test.

    `repair_id`: of a form; sent twice, it is one repair.

    Raises DeviceNotHere, BarrierNeeded, NoBarrierWhenFixed, PartNotFound, NoPartLeft, RepairOfAnother, DiskUnnamed,
    OneDiskAtATime, OldBoardUnsaid, NewBoardUnsaid, WhoseMemory, WhichBoard, NothingOnTheBoard, MemoryUnknown,
    NoDiskFits, DiskInAnother, and what declaring a disk does.
    """
    device = await get_for_update(session, principal, device_id)
    require_present(device)
    repairs = RepairRepository.from_session(session)
    if repair_id is not None:
        noted = next((one for one in await repairs.of_device(device.id) if one.id == repair_id), None)
        if noted is not None:
            return noted
    if new.outcome is Outcome.FIXED and new.barrier is not None:
        raise NoBarrierWhenFixed
    if new.outcome is not Outcome.FIXED and new.barrier is None:
        raise BarrierNeeded
    part: SparePart | None = None
    if new.part_id is not None:
        part = await parts.use(session, principal, device.workshop_id, new.part_id, new.pieces)
    disk: str | None = None
    gone: list[UUID] = []
    was_known = False
    has_disk = (part is not None and part.kind.is_disk) or bool((new.disk_serial or "").strip())
    if new.board or (part is not None and part.kind is PartKind.BOARD):
        if has_disk:
            raise OneDiskAtATime("disk_serial")  # undone, a repair says of one medium that it is not there
        disk, gone = await _swap_board(session, principal, device, new)
    elif new.soldered or (new.memory_serial or "").strip():
        raise WhoseMemory
    elif new.old_board is not None:
        raise WhichBoard
    if has_disk:
        disk, was_known = await _put_in(session, principal, device, part, new)
    repair = Repair(
        device.workshop_id, repair_id or uuid7(), device.id, device.cycle, new.kind, new.outcome, new.barrier,
        new.minutes, new.remark or None, new.part_id, new.pieces if part else 0,
        new.pieces * part.unit_cents if part else 0,
        principal.subject, person(principal), now(), part.kind if part else None, part.fits if part else None,
        part.source_device_id if part else None, part.source_label if part else None, disk, was_known,
        tuple(gone),
    )  # fmt: skip
    if not await repairs.insert(repair):
        raise RepairOfAnother
    await journal.note(
        session, principal, JOURNAL, device.id, "repaired", {"kind": new.kind.value, "outcome": new.outcome.value}
    )
    return repair


async def _put_in(
    session: AsyncSession, principal: Principal, device: Device, part: SparePart | None, new: NewRepair
) -> tuple[str, bool]:
    """A disk that was put in is a medium of its device from now on: wiped by one and confirmed by another.

    Its number, and whether it was declared before. `part`: of the stock, if it is one of the stock.
    """
    kind, source = (part.kind, part.source_device_id) if part is not None else (None, None)
    if new.pieces > 1 and (kind is None or kind.is_disk):
        raise OneDiskAtATime("pieces")
    if not (new.disk_serial or "").strip():
        raise DiskUnnamed
    medium = NewMedium(kind=_MEDIA.get(kind, StorageKind.UNKNOWN), serial=new.disk_serial)
    if not has_place_for(device.category, medium.kind):
        raise NoDiskFits(device, "disk_serial")
    serial = normalise_serial(new.disk_serial)
    if serial is None:
        raise UnreadableSerial(new.disk_serial or "", field="disk_serial")
    there = next(
        (one for one in await DeviceRepository.from_session(session).media(device.id) if one.serial == serial), None
    )
    # An inventory may have seen it first. Of one that somebody tried to wipe, the proof would be of before.
    if not (new.disk_known and there is not None and not there.is_wiped and there.attempt is None):
        await require_new(session, device, serial, "disk_serial")
    await require_nowhere_else(session, device, serial, "disk_serial", source)
    await declare_on(session, device, [medium], origin="person", by=person(principal), at=now())
    return serial, there is not None


async def _swap_board(
    session: AsyncSession, principal: Principal, device: Device, new: NewRepair
) -> tuple[str | None, list[UUID]]:
    """What is soldered on a board goes with it, and a second person says so; what is on the new one is to wipe.

    The number of the new memory, if there is one, and the exits of the old.
    """
    devices, at = DeviceRepository.from_session(session), now()
    media, gone = await devices.media_and_gone(device.id)
    soldered = on_the_board(device, media)
    if new.old_board is None and (soldered or always_soldered(device)):
        raise OldBoardUnsaid
    if new.old_board is not None:  # it keeps data, says whoever saw it: an NVMe is perhaps soldered
        soldered = perhaps_on_the_board(device, media)
        if not soldered and not always_soldered(device):
            raise NothingOnTheBoard
    if new.soldered is None and perhaps_soldered(device):
        raise NewBoardUnsaid
    has_memory = always_soldered(device) or (bool(soldered) if new.soldered is None else new.soldered)
    typed = (new.memory_serial or "").strip()
    if typed and not has_memory:
        raise WhoseMemory
    if not soldered and always_soldered(device):  # nobody had declared it, and it is there all the same
        first = NewMedium(kind=StorageKind.EMMC)
        device = await declare_on(session, device, [first], origin="person", by=person(principal), at=at)
        media, gone = await devices.media_and_gone(device.id)
        soldered = on_the_board(device, media)
    waiting = {one.medium_id for one in await ExitRepository.from_session(session).of_device(device.id) if one.is_open}
    said = [
        (await ask_of(session, principal, device, one, ExitReason(new.old_board))).id
        for one in soldered
        if new.old_board is not None and one.id not in waiting
    ]
    if not has_memory:
        if device.no_storage:  # that was said of what the old board let see
            await devices.save(after_use(device, media))
        return None, said
    serial = normalise_serial(typed) if typed else number_of_its_own(device, [*media, *gone])
    if serial is None:
        raise UnreadableSerial(typed, field="memory_serial")
    await require_new(session, device, serial, "memory_serial")
    await require_nowhere_else(session, device, serial, "memory_serial")
    memory = NewMedium(kind=StorageKind.EMMC, serial=serial)
    await declare_on(session, device, [memory], origin="person", by=person(principal), at=at)
    return serial, said


async def undo(session: AsyncSession, principal: Principal, device_id: UUID, repair_id: UUID) -> Undone:
    """It was noted by mistake: its part is in the stock again. Twice is as good as once.

    The disk that it put in stays declared until a second person has said that it is not there (`undoing`).

    Raises DeviceNotHere, OfAnEarlierCycle.
    """
    device = await get_for_update(session, principal, device_id)
    require_present(device)
    repairs = RepairRepository.from_session(session)
    taken = await repairs.delete(device.id, device.cycle, repair_id)
    if taken is None:
        if any(one.id == repair_id for one in await repairs.of_device(device.id)):
            raise OfAnEarlierCycle
        return Undone(part_is_back=False, words=[])
    if taken.part_id is not None:
        await parts.put_back(session, taken.part_id, taken.pieces)
    details = {"serial": taken.disk_serial} if taken.disk_serial else None
    await journal.note(session, principal, JOURNAL, device.id, "repair-undone", details)
    return Undone(taken.part_id is not None, await undo_media(session, principal, device, taken))
