"""API of the till: /handovers."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.calendar import bounds, today
from filiere.web import (
    OwnSessions,
    Page,
    Paging,
    Principal,
    ReadSession,
    Role,
    StreamSession,
    WriteSession,
    allow,
    api_router,
    raises,
    sheet_response,
)
from filiere.web.bounded_types import Day, Scanned
from starlette.requests import Request
from starlette.responses import StreamingResponse

from distribute.handovers import accounting_export, service, slips
from distribute.handovers import undo as undoing
from distribute.handovers.errors import (
    CheckoutKeyReused,
    DifferentRelais,
    HandoverNotFound,
    HandoverUndone,
    IsRecalled,
    KeptForACase,
    MayNotSell,
    MustBeWiped,
    NotDeliveredYet,
    NotInYourStock,
    NotThen,
    SharedNumber,
    SoldByAnotherTill,
    StructurePaysTooMuch,
    TierDoesNotFit,
    TwiceInTheCart,
    UndoIsTheLeads,
)
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.schemas import (
    CartDeviceIn,
    CheckoutIn,
    CheckoutOut,
    HandoverIn,
    HandoverOut,
    SummaryOut,
    TillDevice,
    UndoIn,
    UndoOut,
)
from distribute.handovers.status import HandoverKind
from distribute.referrals.errors import SlipEnded, SlipForSomethingElse, SlipUnknown, SlipUsed, TooManyGuesses
from distribute.referrals.pages import codes_of
from distribute.relais.errors import AgreementForbids
from distribute.tenancy import own_relais_of, relais_of

router = api_router("/handovers", tags=["handovers"])
checkouts = api_router("/checkouts", tags=["handovers"])

# What concerns persons stays with the Relais: a coordinator has no access here.
Relais = Annotated[Principal, allow(Role.RELAIS)]
RelaisOrCoordinator = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]


_REFUSALS = (
    NotInYourStock,
    MayNotSell,
    AgreementForbids,
    NotDeliveredYet,
    IsRecalled,
    MustBeWiped,
    KeptForACase,
    TierDoesNotFit,
    StructurePaysTooMuch,
    TwiceInTheCart,
    DifferentRelais,
    CheckoutKeyReused,
    NotThen,
    SlipUnknown,
    SlipUsed,
    SlipEnded,
    SlipForSomethingElse,
    TooManyGuesses,
)


@router.post("", status_code=201, responses=raises(*_REFUSALS))
async def hand_over(
    body: HandoverIn, request: Request, principal: Relais, database: OwnSessions, session: WriteSession
) -> HandoverOut:
    """Sell or give a delivered device; the answer explains the price."""
    said = body.model_dump(exclude={"device_id", "label", "declared_defects"})
    device = CartDeviceIn(device_id=body.device_id, label=body.label, declared_defects=body.declared_defects)
    slip = await slips.shown(database, principal, codes_of(request), body.slip)
    sale = slips.filled(CheckoutIn(devices=[device], **said), slip)
    (made,) = (await slips.check_out_with(session, principal, sale, slip)).handovers
    return made


@checkouts.post("", status_code=201, responses=raises(*_REFUSALS))
async def check_out(
    body: CheckoutIn, request: Request, principal: Relais, database: OwnSessions, session: WriteSession
) -> CheckoutOut:
    """Sell or give several devices to one person or structure in one go; the same `id` again changes nothing."""
    slip = await slips.shown(database, principal, codes_of(request), body.slip, body.id)
    return await slips.check_out_with(session, principal, slips.filled(body, slip), slip)


@router.post(
    "/{handover_id}/undo", responses=raises(HandoverNotFound, HandoverUndone, SoldByAnotherTill, UndoIsTheLeads)
)
async def undo(handover_id: UUID, body: UndoIn, principal: Relais, session: WriteSession) -> UndoOut:
    """Take a handover back: a minus entry in the journal, and the device in stock again; what somebody used (it does
    not work, or they change their mind after more than an hour) goes to its workshop instead, which wipes it.

    On the same day by whoever made it, later by the person of the Relais whose access is the oldest.
    """
    entry = await undoing.undo(session, principal, handover_id, body.reason)
    return UndoOut(
        handover_id=handover_id, sequence=entry.sequence, amount_cents=entry.draft.amount_cents, reason=body.reason
    )


@router.get("")
async def listing(
    principal: Relais,
    session: ReadSession,
    paging: Paging,
    first: Day | None = None,
    last: Day | None = None,
    kind: HandoverKind | None = None,
) -> Page[HandoverOut]:
    """The Relais' own handovers from `first` to `last`, both included; today when neither is given."""
    start, end = _bounds(first, last)
    found = await HandoversRepository.from_session(session).listing(
        own_relais_of(principal), start, end, kind=kind, part=paging.part
    )
    return paging.of(found.rows, found)


@router.get(".csv")
async def csv(
    principal: Relais, session: StreamSession, first: Day | None = None, last: Day | None = None
) -> StreamingResponse:
    """The accountant's file of a period; the present year when not said."""
    year = today().year
    start, end = bounds(first or date(year, 1, 1), last or today())
    found = HandoversRepository.from_session(session).for_accountant(own_relais_of(principal), start, end)
    return sheet_response("remises.csv", accounting_export.HEADER, accounting_export.rows(found))


@router.get("/summary")
async def summary(principal: RelaisOrCoordinator, session: ReadSession) -> list[SummaryOut]:
    """Counts and amounts per Relais and month; nothing about persons, nothing that an old tool handed over."""
    return await HandoversRepository.from_session(session).summary(relais_of(principal))


@router.get(
    "/till/{label}",
    responses=raises(NotInYourStock, NotDeliveredYet, KeptForACase, IsRecalled, MustBeWiped, SharedNumber),
)
async def at_till(label: Scanned, principal: Relais, session: ReadSession) -> TillDevice:
    """A delivered device by its label, with its price for each tier."""
    return await service.at_till(session, principal, label)


@router.get("/{handover_id}", responses=raises(HandoverNotFound))
async def get(handover_id: UUID, principal: Relais, session: ReadSession) -> HandoverOut:
    """One handover of the Relais."""
    return await service.get(session, principal, handover_id)


def _bounds(first: date | None, last: date | None) -> tuple[datetime, datetime]:
    last = last or today()
    return bounds(first or last, last)
