"""JSON API of the repairs."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, WriteSession, api_router, raises
from filiere.web.bounded_types import Day

from refurbish.devices import service as devices
from refurbish.devices.errors import DeviceNotFound, DeviceNotHere, MemoryUnknown
from refurbish.erasure.errors import (
    DiskInAnother,
    DiskThereAlready,
    MediaAreDeclared,
    MemoryIsSoldered,
    NoDiskFits,
    NoneAndSome,
    TooManyMedia,
    UnreadableSerial,
)
from refurbish.parts.errors import NoPartLeft, PartNotFound
from refurbish.repairs import service
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
from refurbish.repairs.period import period
from refurbish.repairs.repository import RepairRepository
from refurbish.repairs.schemas import LotRepairs, NewRepair, RepairOut
from refurbish.tenancy import AT_WORK, workshops_of

router = api_router("/devices")
sums = api_router("/repairs")


@router.get("/{device_id}/repairs", responses=raises(DeviceNotFound))
async def list_repairs(
    device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> list[RepairOut]:
    """What was repaired on this device, in all its cycles."""
    device = await devices.find(session, principal, device_id)
    return [RepairOut.model_validate(one) for one in await RepairRepository.from_session(session).of_device(device.id)]


@router.post(
    "/{device_id}/repairs",
    status_code=201,
    responses=raises(
        DeviceNotFound,
        DeviceNotHere,
        BarrierNeeded,
        NoBarrierWhenFixed,
        PartNotFound,
        NoPartLeft,
        RepairOfAnother,
        DiskUnnamed,
        DiskThereAlready,
        OneDiskAtATime,
        OldBoardUnsaid,
        NewBoardUnsaid,
        WhoseMemory,
        WhichBoard,
        NothingOnTheBoard,
        NoDiskFits,
        DiskInAnother,
        MemoryUnknown,
        MediaAreDeclared,
        MemoryIsSoldered,
        NoneAndSome,
        TooManyMedia,
        UnreadableSerial,
    ),
)
async def record_repair(
    device_id: UUID, body: NewRepair, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> RepairOut:
    """Note a repair of a device on the bench, and take its part off the stock. A disk is declared, and is to wipe."""
    return RepairOut.model_validate(await service.record(session, principal, device_id, body))


@router.delete(
    "/{device_id}/repairs/{repair_id}",
    status_code=204,
    responses=raises(DeviceNotFound, DeviceNotHere, OfAnEarlierCycle),
)
async def undo_repair(
    device_id: UUID, repair_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> None:
    """Take back a repair of the present cycle; its part returns to the stock.

    A disk that it put in is said to be not there, and waits for a second person; one that was wiped since stays."""
    await service.undo(session, principal, device_id, repair_id)


@sums.get("/lots")
async def per_lot(
    principal: Annotated[Principal, AT_WORK], session: ReadSession, first: Day | None = None, last: Day | None = None
) -> list[LotRepairs]:
    """Repairs, minutes and parts of a period, lot by lot; this month when no day is given."""
    found = await RepairRepository.from_session(session).per_lot(workshops_of(principal), period(first, last))
    return [LotRepairs.model_validate(one) for one in found]
