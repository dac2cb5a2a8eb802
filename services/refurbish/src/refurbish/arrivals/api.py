"""JSON API of lots and scans."""

from typing import Annotated, Literal
from uuid import UUID

from filiere.web import Page, Paging, Principal, ReadSession, WriteSession, api_router, raises
from filiere.web.request_limits import MIB, body_limit

from refurbish.arrivals import service
from refurbish.arrivals.errors import LotNotFound, NothingArrived, WhichWorkshop
from refurbish.arrivals.repository import ArrivalRepository
from refurbish.arrivals.schemas import Arrival, ArrivalOut, LotOut, ReconciledOut, Scan, ScanOut
from refurbish.devices.errors import DeviceNotFound, WorkedOn
from refurbish.devices.schemas import DeviceOut
from refurbish.tenancy import AT_WORK, workshops_of

router = api_router("/lots")
scans = api_router("/scan")
arrived = api_router("/devices")


@router.get("")
async def list_lots(
    principal: Annotated[Principal, AT_WORK],
    session: ReadSession,
    paging: Paging,
    status: Literal["", "expected", "arrived", "done"] = "",
) -> Page[LotOut]:
    """The lots of the caller's workshops, newest first."""
    found = await ArrivalRepository.from_session(session).listing(
        workshops_of(principal), state=status, part=paging.part
    )
    return paging.of([LotOut.of(lot) for lot in found.rows], found)


@router.get("/{lot_id}", responses=raises(LotNotFound))
async def get_lot(lot_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> LotOut:
    """One lot with its counts."""
    lot = await ArrivalRepository.from_session(session).get(workshops_of(principal), lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    return LotOut.of(lot)


@router.post("/{lot_id}/arrive", openapi_extra=body_limit(2 * MIB), responses=raises(LotNotFound, WhichWorkshop))
async def arrive(
    lot_id: UUID, body: Arrival, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> ArrivalOut:
    """Receive many scans at once. Every scan gets its own answer; strangers go to the mismatch queue."""
    return ArrivalOut.of(await service.arrive(session, principal, lot_id, body.labels))


@router.post("/{lot_id}/reconcile", responses=raises(LotNotFound, NothingArrived))
async def reconcile(lot_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> ReconciledOut:
    """Count the lot: what nobody scanned is missing, until it is scanned after all."""
    lot, missing, surplus = await service.reconcile(session, principal, lot_id)
    return ReconciledOut(lot_id=lot.id, present=lot.present or 0, missing=missing, surplus=surplus)


@scans.post("", responses=raises(LotNotFound, WhichWorkshop))
async def scan(body: Scan, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> ScanOut:
    """Receive one device by its label, its QR code or its maker's serial."""
    return ScanOut.of((await service.arrive(session, principal, body.lot_id, [body.label]))[0])


@arrived.post("/{device_id}/not-arrived", responses=raises(DeviceNotFound, WorkedOn))
async def not_arrived(device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession) -> DeviceOut:
    """Scanned by mistake: it is expected again, or missing where its lot was counted."""
    return DeviceOut.of(await service.not_arrived(session, principal, device_id))
