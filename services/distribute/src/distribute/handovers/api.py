"""API of the till: /handovers."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from filiere.calendar import bounds, today
from filiere.web import (
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
from starlette.responses import StreamingResponse

from distribute.handovers import accounting_export, service
from distribute.handovers.errors import HandoverNotFound, MayNotSell, NotDeliveredYet, NotInYourStock, TierDoesNotFit
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.schemas import HandoverIn, HandoverOut, SummaryOut, TillDevice
from distribute.handovers.status import HandoverKind
from distribute.tenancy import own_relais_of, relais_of

router = api_router("/handovers", tags=["handovers"])

# What concerns persons stays with the Relais: a coordinator has no access here.
Relais = Annotated[Principal, allow(Role.RELAIS)]
RelaisOrCoordinator = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]


@router.post("", status_code=201, responses=raises(NotInYourStock, MayNotSell, NotDeliveredYet, TierDoesNotFit))
async def hand_over(body: HandoverIn, principal: Relais, session: WriteSession) -> HandoverOut:
    """Sell or give a delivered device; the answer explains the price."""
    return await service.hand_over(session, principal, body)


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
    """Counts and amounts per Relais and month; nothing about persons."""
    return await HandoversRepository.from_session(session).summary(relais_of(principal))


@router.get("/till/{label}", responses=raises(NotInYourStock, NotDeliveredYet))
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
