"""API of devices that come back after they were handed over: /after-sale."""

from typing import Annotated
from uuid import UUID

from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.after_sale import service
from distribute.after_sale.errors import (
    AlreadyBroughtBack,
    CaseNotFound,
    CaseSettled,
    DoesNotReplace,
    NothingPaid,
    WhichInstead,
)
from distribute.after_sale.repository import AfterSaleRepository
from distribute.after_sale.schemas import CaseOut, GuaranteeOut, OpenCaseIn, SettleCaseIn
from distribute.after_sale.status import Fault
from distribute.handovers.errors import HandoverNotFound, NotDeliveredYet, NotInYourStock, UndoIsTheLeads
from distribute.tenancy import own_relais_of, relais_of, workshops_of

router = api_router("", tags=["after-sale"])

# Receipts stay with the Relais: a coordinator opens no case.
Relais = Annotated[Principal, allow(Role.RELAIS)]
EitherSide = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]
_SETTLING = (WhichInstead, DoesNotReplace, NotInYourStock, NotDeliveredYet, NothingPaid, UndoIsTheLeads)


@router.get("/handovers/{handover_id}/guarantee", responses=raises(HandoverNotFound))
async def promised(handover_id: UUID, principal: Relais, session: ReadSession) -> GuaranteeOut:
    """What the receipt promises today."""
    return await service.promised(session, principal, handover_id)


@router.post(
    "/handovers/{handover_id}/after-sale",
    status_code=201,
    responses=raises(HandoverNotFound, AlreadyBroughtBack, CaseNotFound, *_SETTLING),
)
async def open_case(handover_id: UUID, body: OpenCaseIn, principal: Relais, session: WriteSession) -> CaseOut:
    """The device is brought back and goes to its workshop: swapped at once, to be repaired, or paid back."""
    return await service.open_case(session, principal, handover_id, body)


@router.get("/after-sale")
async def listing(
    principal: EitherSide,
    session: ReadSession,
    paging: Paging,
    is_open: bool | None = None,
    fault: Fault | None = None,
) -> Page[CaseOut]:
    """Cases, newest first: of a Relais, of a workshop's devices, or all; receipts for their own Relais only."""
    found = await AfterSaleRepository.from_session(session).listing(
        relais_of(principal),
        workshops_of(principal),
        own_relais_of(principal),
        is_open=is_open,
        fault=fault,
        part=paging.part,
    )
    return paging.of(found.rows, found)


@router.get("/after-sale/{case_id}", responses=raises(CaseNotFound))
async def get(case_id: UUID, principal: EitherSide, session: ReadSession) -> CaseOut:
    """One case."""
    return await service.get(session, principal, case_id)


@router.post("/after-sale/{case_id}/settle", responses=raises(CaseNotFound, CaseSettled, HandoverNotFound, *_SETTLING))
async def settle(case_id: UUID, body: SettleCaseIn, principal: Relais, session: WriteSession) -> CaseOut:
    """End a case whose device went to be repaired: it or another one is handed over, or the money given back."""
    return await service.settle_case(session, principal, case_id, body)
