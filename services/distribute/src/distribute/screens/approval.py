"""The page on which the coordination answers an order: what is asked for, what there is, who else waits."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.database import Part, Scope
from filiere.web import (
    DomainError,
    FieldError,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    redirect,
)
from filiere.web.bounded_types import bounded_count
from starlette.requests import Request
from starlette.responses import Response

from distribute.engine import policy_on
from distribute.orders import approval, service
from distribute.orders.errors import LinesToCorrect
from distribute.orders.options import NOT_A_NUMBER
from distribute.orders.progress import chip
from distribute.orders.repository import OrdersRepository
from distribute.orders.schemas import FewerIn, OrderOut
from distribute.publics import public_label
from distribute.relais import service as relais_service
from distribute.served import service as served
from distribute.statuses import OrderStatus
from distribute.tenancy import relais_of

router = page_router()

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
CHANGED = "Le Relais a modifié sa commande pendant que vous la lisiez : la voici comme elle est maintenant."
WHY = "Dites au Relais pourquoi il en reçoit moins."
# What an order asks for, and a reason is at most.
LONGEST = 500


@router.get("/commandes/{order_id}/approuver", name="approve_order")
async def look(request: Request, order_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """An order to answer, with all that the answer depends on side by side."""
    order = await service.get(session, principal, order_id)
    if order.status is not OrderStatus.PLACED:
        return redirect(path("order", order_id=order_id))
    return await answer_page(request, principal, session, order, {})


@router.post("/commandes/{order_id}/approuver", name="approve_order")
async def approve(request: Request, order_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Let allocation serve the order, or fewer devices of some lines with a reason."""
    values = {name: str(value)[:LONGEST] for name, value in (await request.form()).items()}
    order = await service.get(session, principal, order_id)
    async with attempt(request, None, LinesToCorrect) as tried:
        found = await approval.approve(session, principal, order_id, _fewer(order, values))
        flash(request, gettext("Commande %(reference)s approuvée.") % {"reference": found.reference})
        return redirect(path("order", order_id=order_id))
    return await answer_page(request, principal, session, order, values, tried.refusal)


def _fewer(order: OrderOut, values: Mapping[str, str]) -> list[FewerIn]:
    """The lines that are approved in part; a line that says nothing is approved whole. Raises LinesToCorrect."""
    fewer, wrong = [], []
    if any(name.startswith("n-") for name in values) and not all(f"n-{line.id}" in values for line in order.lines):
        raise LinesToCorrect([FieldError("", CHANGED)])
    for line in order.lines:
        typed = values.get(f"n-{line.id}", "").strip() or str(line.quantity)
        reason = values.get(f"why-{line.id}", "").strip()
        count = bounded_count(typed, 0, line.quantity + 1) if typed.isascii() and typed.isdigit() else None
        if count is None:
            wrong.append(FieldError(f"n-{line.id}", NOT_A_NUMBER))
        elif count > line.quantity:
            wrong.append(FieldError(f"n-{line.id}", approval.MORE))
        elif count < line.quantity and len(reason) < 3:
            wrong.append(FieldError(f"why-{line.id}", WHY))
        elif count < line.quantity:
            fewer.append(FewerIn(line_id=line.id, quantity=count, reason=reason))
    if wrong:
        raise LinesToCorrect(wrong)
    return fewer


async def answer_page(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    order: OrderOut,
    values: Mapping[str, str],
    error: DomainError | None = None,
) -> Response:
    """The page, once more where something of the answer is wrong: each error beside its field."""
    relais = await relais_service.get(session, principal, order.relais_id)
    share = await served.own(session, Scope([order.relais_id]), today())
    before = await OrdersRepository.from_session(session).listing(
        relais_of(principal), relais_id=order.relais_id, part=Part(6)
    )
    return page(
        request,
        "screens/templates/orders/approval.html",
        principal=principal,
        status=error.status_code if error else 200,
        order=order,
        relais=relais,
        beside=await approval.beside(session, principal, order),
        share=share.get(order.relais_id),
        months=policy_on(today()).window_months,
        before=[one for one in before.rows if one.id != order.id][:5],
        values=values,
        wrong={one.field: one.message_fr for one in error.errors} if error else {},
        chip=chip,
        public_label=public_label,
    )
