"""API of lots."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.keys import NO_KEY
from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from collect.devices.repository import DeviceRepository
from collect.devices.schemas import DeviceLine
from collect.devices.words import line_of
from collect.keys import READ
from collect.lots import service, sharing
from collect.lots.errors import (
    LotAlreadyDispatched,
    LotNotFound,
    NotCounted,
    OverrideNeedsReason,
    SplitImpossible,
    SplitNeedsReason,
    UntreatedNeedsReason,
    WorkshopUnknown,
)
from collect.lots.repository import LotRepository
from collect.lots.schemas import DispatchedOut, DispatchLot, LotDetail, LotOut, LotStatus, SplitLot
from collect.tenancy import donors_of
from collect.workshops.splitting import SplitProposal
from collect.workshops.suggestion import Suggestion

router = api_router("/lots")

Reader = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(READ,))]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]


@router.get("")
async def listing(
    principal: Reader,
    session: ReadSession,
    paging: Paging,
    status: Annotated[list[LotStatus] | None, Query(max_length=4)] = None,
    donation_id: UUID | None = None,
) -> Page[LotOut]:
    """Lots, newest first."""
    found = await LotRepository.from_session(session).listing(
        donors_of(principal), donation_id=donation_id, status=status or [], part=paging.part
    )
    return paging.of([LotOut.model_validate(one) for one in found.rows], found)


@router.get("/{lot_id}", responses=raises(LotNotFound))
async def get(lot_id: UUID, principal: Reader, session: ReadSession) -> LotDetail:
    """One lot and what it holds."""
    return await service.get(session, lot_id, principal)


@router.get("/{lot_id}/devices", responses=raises(LotNotFound))
async def devices(lot_id: UUID, principal: Reader, session: ReadSession, paging: Paging) -> Page[DeviceLine]:
    """The manifest: every device with its label."""
    await service.get(session, lot_id, principal)
    found = await DeviceRepository.from_session(session).listing(donors_of(principal), lot_id=lot_id, part=paging.part)
    return paging.of([line_of(device) for device in found.rows], found)


@router.get("/{lot_id}/suggestions", responses=raises(LotNotFound))
async def suggestions(lot_id: UUID, principal: Coordinator, session: ReadSession) -> list[Suggestion]:
    """Workshops for this lot, best first, each with its reasons."""
    return await service.suggestions(session, lot_id, principal)


@router.post(
    "/{lot_id}/dispatch",
    responses=raises(LotNotFound, LotAlreadyDispatched, OverrideNeedsReason, UntreatedNeedsReason, WorkshopUnknown),
)
async def dispatch(lot_id: UUID, body: DispatchLot, principal: Coordinator, session: WriteSession) -> DispatchedOut:
    """Send the lot to a workshop; another than the first suggested, or what it does not treat, asks for a reason."""
    return await service.dispatch(session, lot_id, body, principal)


@router.post("/{lot_id}/confirm", responses=raises(LotNotFound, NotCounted))
async def confirm(
    lot_id: UUID, principal: Annotated[Principal, allow(Role.DONOR, keys=NO_KEY)], session: WriteSession
) -> LotDetail:
    """The donor agrees with the workshop's count."""
    return await service.confirm(session, lot_id, principal)


@router.get("/{lot_id}/split", responses=raises(LotNotFound))
async def split_proposal(lot_id: UUID, principal: Coordinator, session: ReadSession) -> SplitProposal:
    """How the lot may be shared out over workshops, with the reasons; one part when one workshop takes it all."""
    return await sharing.proposal(session, lot_id, principal)


@router.post(
    "/{lot_id}/split",
    responses=raises(
        LotNotFound, LotAlreadyDispatched, WorkshopUnknown, SplitImpossible, SplitNeedsReason, UntreatedNeedsReason
    ),
)
async def split(lot_id: UUID, body: SplitLot, principal: Coordinator, session: WriteSession) -> list[DispatchedOut]:
    """Send each workshop its part as a lot of its own; what nobody takes stays sealed in this one."""
    return await sharing.share_out(session, lot_id, body, principal)
