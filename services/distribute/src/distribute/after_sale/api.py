"""API of devices that come back after they were handed over: /after-sale."""

from typing import Annotated
from uuid import UUID

from filiere.catalogue import Fault
from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.after_sale import service, settling
from distribute.after_sale.errors import (
    SETTLING,
    AlreadyAsked,
    AlreadyBroughtBack,
    AlreadySent,
    CaseNotFound,
    CaseSettled,
    CaseStillMoves,
    HowPaid,
    NothingToPay,
    NotTheirsToPay,
)
from distribute.after_sale.repository import AfterSaleRepository
from distribute.after_sale.schemas import (
    CaseOut,
    FaultsOut,
    GuaranteeOut,
    OpenCaseIn,
    PayerIn,
    SendBackIn,
    SettleCaseIn,
)
from distribute.handovers.errors import HandoverNotFound
from distribute.relais.errors import AgreementMissing, OnlyOrients, RelaisNotFound
from distribute.tenancy import own_relais_of, relais_of, workshops_of

router = api_router("", tags=["after-sale"])

# Receipts stay with the Relais: a coordinator opens no case.
Relais = Annotated[Principal, allow(Role.RELAIS)]
EitherSide = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]
Coordination = Annotated[Principal, allow(Role.COORDINATOR)]
Workshops = Annotated[Principal, allow(Role.WORKSHOP, Role.COORDINATOR)]
WhoAsks = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
_PAYING = (NothingToPay, HowPaid)
_ASKING = (RelaisNotFound, AgreementMissing, OnlyOrients)

# What opening a case may refuse.
OPENING = (HandoverNotFound, AlreadyBroughtBack, CaseNotFound, *SETTLING, *_ASKING, *_PAYING)


@router.get("/handovers/{handover_id}/guarantee", responses=raises(HandoverNotFound))
async def promised(handover_id: UUID, principal: Relais, session: ReadSession) -> GuaranteeOut:
    """What the receipt promises today."""
    return await service.promised(session, principal, handover_id)


@router.post(
    "/handovers/{handover_id}/after-sale",
    status_code=201,
    responses=raises(*OPENING),
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


@router.get("/after-sale/faults")
async def faults(principal: Workshops, session: ReadSession) -> list[FaultsOut]:
    """How often each model came back in twelve months, and for what: all, or those of a workshop."""
    return await service.faults(session, principal)


@router.get("/after-sale/{case_id}", responses=raises(CaseNotFound))
async def get(case_id: UUID, principal: EitherSide, session: ReadSession) -> CaseOut:
    """One case."""
    return await service.get(session, principal, case_id)


@router.post(
    "/after-sale/{case_id}/settle",
    responses=raises(CaseNotFound, CaseSettled, CaseStillMoves, HandoverNotFound, *SETTLING, *_PAYING),
)
async def settle(case_id: UUID, body: SettleCaseIn, principal: Relais, session: WriteSession) -> CaseOut:
    """End a case whose device went to be repaired: it or another one is handed over, or the money given back."""
    return await settling.settle_case(session, principal, case_id, body)


@router.post(
    "/after-sale/{case_id}/ask-the-network", responses=raises(CaseNotFound, CaseSettled, AlreadyAsked, *_ASKING)
)
async def ask_the_network(case_id: UUID, principal: WhoAsks, session: WriteSession) -> CaseOut:
    """A free device of the network, as good or better, is set aside for this case at once; it travels like an order."""
    return await service.ask_the_network(session, principal, case_id)


@router.post("/after-sale/{case_id}/send-back", responses=raises(CaseNotFound, AlreadySent))
async def send_back(case_id: UUID, body: SendBackIn, principal: Relais, session: WriteSession) -> CaseOut:
    """The broken device leaves the Relais for its workshop."""
    return await service.send_back(session, principal, case_id, body)


@router.post("/after-sale/{case_id}/payer", responses=raises(CaseNotFound, NotTheirsToPay))
async def say_payer(case_id: UUID, body: PayerIn, principal: Coordination, session: WriteSession) -> CaseOut:
    """Under guarantee, the network or the workshop pays."""
    return await service.say_payer(session, principal, case_id, body.payer)


@router.post("/after-sale/{case_id}/close", responses=raises(CaseNotFound, CaseSettled, CaseStillMoves))
async def close(case_id: UUID, principal: Relais, session: WriteSession) -> CaseOut:
    """Nobody waits for this case any more; what is kept for it is free again."""
    return await settling.close_case(session, principal, case_id)
