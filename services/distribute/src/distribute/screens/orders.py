"""Pages of orders: order, follow, approve."""

from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue import Grade
from filiere.database import EVERYTHING, Part, Scope
from filiere.web import (
    Choice,
    Column,
    Conflict,
    Principal,
    ReadSession,
    Role,
    Search,
    Table,
    Unprocessable,
    WriteSession,
    allow,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
    told,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.allocation import history
from distribute.engine import policy_on
from distribute.orders import changes, consent, service
from distribute.orders.basket import fields_of
from distribute.orders.errors import ReasonMissing
from distribute.orders.next_steps import acceptable, steps
from distribute.orders.progress import chip, order_thread
from distribute.orders.repository import OrdersRepository
from distribute.orders.schemas import AcceptedIn, QuantityIn
from distribute.publics import public_label
from distribute.relais.repository import RelaisRepository
from distribute.screens.approval import answer_page
from distribute.served import service as served
from distribute.shipments.repository import ShipmentsRepository
from distribute.statuses import OrderStatus
from distribute.stock.repository import StockRepository
from distribute.tenancy import own_relais_of, relais_of, workshops_of
from distribute.waiting import service as waiting_service
from distribute.waiting.estimates import in_words
from distribute.waiting.service import Paces

router = page_router()

Relais = Annotated[Principal, allow(Role.RELAIS)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
RelaisOrCoordinator = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]

STATUSES = {status.value: status.label_fr for status in OrderStatus} | {
    OrderStatus.CANCELLED.value: "Annulée ou refusée"
}
# What an order was promised is listed as it is: no filter, a hundred at a time.
PROMISED = Table(columns=(), per_page=100)
MINE = Table(
    columns=(
        Column("reference", "Commande"),
        Column("placed_at", "Passée le"),
        Column("devices", "Attribués", is_number=True),
        Column("status", "Statut"),
    ),
    filters=(Choice("statut", "Statut", STATUSES),),
)
ALL = Table(
    columns=(
        Column("reference", "Commande"),
        Column("relais", "Relais"),
        Column("placed_at", "Passée le"),
        Column("devices", "Attribués", is_number=True),
        Column("status", "Statut"),
    ),
    filters=(Search("q", "Chercher", "Relais ou numéro"), Choice("statut", "Statut", STATUSES)),
)


@router.get("/mes-commandes", name="own_orders")
async def mine(request: Request, principal: Relais, session: ReadSession) -> Response:
    """The Relais' own orders."""
    view = MINE.read(request)
    repository = OrdersRepository.from_session(session)
    found = await repository.listing(relais_of(principal), status=view["statut"], part=view.part)
    own = await RelaisRepository.from_session(session).of_members(own_relais_of(principal))
    view = view.fill(found.rows, found)
    return page(request, "screens/templates/orders/mine.html", principal=principal, view=view, chip=chip, own=own)


@router.get("/commandes", name="orders")
async def everything(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """All orders; those to approve first."""
    view = ALL.read(request)
    repository = OrdersRepository.from_session(session)
    found = await repository.listing(relais_of(principal), status=view["statut"], q=view.q, part=view.part)
    waiting = await repository.listing(
        relais_of(principal), status=OrderStatus.PLACED.value, oldest_first=True, part=Part(5)
    )
    return page(
        request,
        "screens/templates/orders/everything.html",
        principal=principal,
        view=view.fill(found.rows, found),
        waiting=waiting.rows,
        waiting_total=waiting.total,
        chip=chip,
    )


@router.get("/commandes/{order_id}", name="order")
async def one(request: Request, order_id: UUID, principal: RelaisOrCoordinator, session: ReadSession) -> Response:
    """One order: where it is, what to do, what comes and why."""
    found = await service.get(session, principal, order_id)
    stock, view = StockRepository.from_session(session), PROMISED.read(request)
    devices = await stock.devices(relais_of(principal), workshops_of(principal), order_id=order_id, part=view.part)
    shipments = await ShipmentsRepository.from_session(session).listing(
        relais_of(principal), workshops_of(principal), order_id=order_id, part=EVERYTHING
    )
    is_relais = own_relais_of(principal).includes(found.relais_id)
    waiting = [line for line in found.lines if line.short and not found.is_over] if is_relais else []
    paces = await waiting_service.paces(session) if waiting else Paces((), {})
    counts = await stock.counts(relais_of(principal), workshops_of(principal), order_id=order_id)
    share = await served.own(session, Scope([found.relais_id]), today()) if is_relais else {}
    happened = await history.of_order(session, principal, order_id)
    once_more = await service.the_same(session, found, today())
    return page(
        request,
        "screens/templates/orders/order.html",
        principal=principal,
        order=found,
        beads=order_thread(found, counts, fewer=sum(one.fewer for all_of in happened.values() for one in all_of)),
        counts=counts,
        promised=view.fill(devices.rows, devices),
        shipments=shipments.rows,
        chip=chip,
        public_label=public_label,
        share=share.get(found.relais_id),
        months=policy_on(today()).window_months,
        wished={line.id: line.category for line in found.lines},
        is_relais=is_relais,
        steps={line.id: steps(found, line, today()) for line in waiting},
        acceptable={line.id: acceptable(line) for line in waiting},
        again=fields_of(once_more.lines) | {"relais": found.relais_id, "encore": found.id},
        anew=fields_of(found.lines) | {"relais": found.relais_id, "commande": found.id},
        grades=list(reversed(Grade)),
        estimates={
            line.id: paces.of(line.category, line.min_grade, line.substitutes).weeks
            for line in waiting
            if found.status is not OrderStatus.PLACED
        },
        in_words=in_words,
        history=happened,
    )


@router.post("/commandes/{order_id}/lignes/{line_id}", name="order_line")
async def accept(request: Request, order_id: UUID, line_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """Accept more on a line that still waits, or less."""
    form = await read_form(request, AcceptedIn, lists=["substitutes"])
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(next(iter(form.errors.values())))
        await consent.accept(session, principal, order_id, line_id, form.data, today())
        flash(request, gettext("Ligne enregistrée. La prochaine attribution en tiendra compte."))
        return redirect(path("order", order_id=order_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("order", order_id=order_id))


@router.post("/commandes/{order_id}/lignes/{line_id}/quantite", name="order_line_quantity")
async def reduce(request: Request, order_id: UUID, line_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """Have a line ask for fewer."""
    form = await read_form(request, QuantityIn)
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(next(iter(form.errors.values())))
        await changes.reduce(session, principal, order_id, line_id, form.data.quantity, form.data.reason)
        flash(request, gettext("Ligne modifiée."))
        return redirect(path("order", order_id=order_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("order", order_id=order_id))


@router.post("/commandes/{order_id}/ne-plus-attendre", name="give_up_rest")
async def give_up(request: Request, order_id: UUID, principal: RelaisOrCoordinator, session: WriteSession) -> Response:
    """Stop waiting for what no run has served."""
    reason = str((await request.form()).get("reason") or "").strip()[:500]
    found = await changes.give_up_rest(session, principal, order_id, reason or None)
    sentence = gettext("Commande %(reference)s : le reste n'est plus attendu.")
    flash(request, sentence % {"reference": found.reference})
    return redirect(path("order", order_id=order_id))


@router.post("/commandes/{order_id}/annuler", name="cancel_order")
async def cancel(request: Request, order_id: UUID, principal: RelaisOrCoordinator, session: WriteSession) -> Response:
    """Give the order up; the coordination says why."""
    reason = str((await request.form()).get("reason") or "").strip()[:500]
    async with attempt(request, None, ReasonMissing) as tried:
        found = await service.cancel(session, principal, order_id, reason or None)
        cancelled = gettext("Commande %(reference)s annulée.")
        said = gettext("Commande %(reference)s refusée.") if found.is_refused else cancelled
        flash(request, said % {"reference": found.reference})
        return redirect(path("order", order_id=order_id))
    order = await service.get(session, principal, order_id)
    if order.status is OrderStatus.PLACED:  # a refusal without a word: its form says so
        return await answer_page(request, principal, session, order, {}, tried.refusal)
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("order", order_id=order_id))


@router.post("/commandes/{order_id}/clore", name="close_order")
async def close(request: Request, order_id: UUID, principal: RelaisOrCoordinator, session: WriteSession) -> Response:
    """Stop waiting for the rest."""
    found = await service.close(session, principal, order_id)
    flash(request, gettext("Commande %(reference)s close.") % {"reference": found.reference})
    return redirect(path("order", order_id=order_id))
