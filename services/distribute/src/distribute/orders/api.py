"""API of orders: /orders."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.calendar import today
from filiere.open_words import known
from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises
from filiere.web.errors import Unprocessable
from pydantic import AfterValidator

from distribute.orders import approval, changes, consent, service
from distribute.orders.errors import (
    AlreadyLeft,
    GradePromised,
    LineIsComplete,
    LineNotFound,
    LinesToCorrect,
    NotFewer,
    NothingLeftToAsk,
    OrderInTheWay,
    OrderNotFound,
    ReasonMissing,
    SubstitutePromised,
    UnusualQuantity,
)
from distribute.orders.repository import OrdersRepository
from distribute.orders.schemas import (
    AcceptedIn,
    ApproveIn,
    CancelIn,
    GiveUpIn,
    OrderIn,
    OrderOut,
    OrderRowOut,
    QuantityIn,
)
from distribute.relais.errors import AgreementMissing, CampaignsOnly, OnlyOrients, RelaisNotFound
from distribute.statuses import OrderStatus
from distribute.tenancy import relais_of

router = api_router("/orders", tags=["orders"])

Relais = Annotated[Principal, allow(Role.RELAIS)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
RelaisOrCoordinator = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]


@router.post(
    "",
    status_code=201,
    responses=raises(RelaisNotFound, AgreementMissing, OnlyOrients, CampaignsOnly, LinesToCorrect, UnusualQuantity),
)
async def place(body: OrderIn, principal: RelaisOrCoordinator, session: WriteSession) -> OrderOut:
    """Order equipment; each line keeps the prices quoted today.

    The same order sent twice within ten minutes is one order, unless `again` says that a second one is meant. A
    quantity that is unusual for the Relais is asked about: `confirmed` on its line answers.
    """
    return (await service.place(session, principal, body, today())).order


@router.get("")
async def listing(
    principal: RelaisOrCoordinator,
    session: ReadSession,
    paging: Paging,
    status: Annotated[OrderStatus | None, AfterValidator(known)] = None,
    q: Annotated[str, Query(max_length=200)] = "",
    relais_id: UUID | None = None,
) -> Page[OrderRowOut]:
    """Orders, newest first; a Relais sees its own."""
    found = await OrdersRepository.from_session(session).listing(
        relais_of(principal), status=status or "", q=q, relais_id=relais_id, part=paging.part
    )
    return paging.of(found.rows, found)


@router.get("/{order_id}", responses=raises(OrderNotFound))
async def get(order_id: UUID, principal: RelaisOrCoordinator, session: ReadSession) -> OrderOut:
    """One order: its lines, what is promised and why."""
    return await service.get(session, principal, order_id)


@router.post(
    "/{order_id}/approve",
    responses=raises(OrderNotFound, OrderInTheWay, LineNotFound, LinesToCorrect, NothingLeftToAsk),
)
async def approve(
    order_id: UUID, principal: Coordinator, session: WriteSession, body: ApproveIn | None = None
) -> OrderOut:
    """Let allocation serve it; fewer devices of a line with a reason, which the Relais is told."""
    return await approval.approve(session, principal, order_id, (body or ApproveIn()).fewer)


@router.put(
    "/{order_id}/lines/{line_id}/accepted",
    responses=raises(
        LineNotFound, OrderNotFound, GradePromised, LineIsComplete, OrderInTheWay, SubstitutePromised, Unprocessable
    ),
)
async def accept(order_id: UUID, line_id: UUID, body: AcceptedIn, principal: Relais, session: WriteSession) -> OrderOut:
    """Say which grades and substitutes a line that still waits accepts; what was quoted does not move."""
    return await consent.accept(session, principal, order_id, line_id, body, today())


@router.put(
    "/{order_id}",
    responses=raises(
        OrderNotFound,
        OrderInTheWay,
        RelaisNotFound,
        AgreementMissing,
        OnlyOrients,
        CampaignsOnly,
        LinesToCorrect,
        UnusualQuantity,
        Unprocessable,
    ),
)
async def rewrite(order_id: UUID, body: OrderIn, principal: Relais, session: WriteSession) -> OrderOut:
    """Ask for something else while the order waits for approval; lines that stay keep their prices."""
    return await changes.rewrite(session, principal, order_id, body, today())


@router.put(
    "/{order_id}/lines/{line_id}/quantity",
    responses=raises(OrderNotFound, LineNotFound, OrderInTheWay, NotFewer, AlreadyLeft, NothingLeftToAsk),
)
async def reduce(order_id: UUID, line_id: UUID, body: QuantityIn, principal: Relais, session: WriteSession) -> OrderOut:
    """Have a line ask for fewer; what is reserved beyond that is free again, until it is packed."""
    return await changes.reduce(session, principal, order_id, line_id, body.quantity, body.reason)


@router.post("/{order_id}/give-up-rest", responses=raises(OrderNotFound, OrderInTheWay, NothingLeftToAsk))
async def give_up_rest(
    order_id: UUID, principal: RelaisOrCoordinator, session: WriteSession, body: GiveUpIn | None = None
) -> OrderOut:
    """Stop waiting for what no run has served; what is promised, sent or received stays."""
    return await changes.give_up_rest(session, principal, order_id, (body or GiveUpIn()).reason)


@router.post("/{order_id}/cancel", responses=raises(OrderNotFound, OrderInTheWay, ReasonMissing))
async def cancel(
    order_id: UUID, principal: RelaisOrCoordinator, session: WriteSession, body: CancelIn | None = None
) -> OrderOut:
    """Give it up; reservations are released. The coordination says why, and the Relais is told."""
    return await service.cancel(session, principal, order_id, (body or CancelIn()).reason)


@router.post("/{order_id}/close", responses=raises(OrderNotFound, OrderInTheWay))
async def close(order_id: UUID, principal: RelaisOrCoordinator, session: WriteSession) -> OrderOut:
    """Stop waiting for what is still missing."""
    return await service.close(session, principal, order_id)


@router.post(
    "/{order_id}/reorder",
    status_code=201,
    responses=raises(
        OrderNotFound, RelaisNotFound, AgreementMissing, OnlyOrients, CampaignsOnly, LinesToCorrect, UnusualQuantity
    ),
)
async def reorder(order_id: UUID, principal: RelaisOrCoordinator, session: WriteSession) -> OrderOut:
    """Order the same again, at today's prices."""
    return await service.reorder(session, principal, order_id, today())
