"""The home of a Relais: what there is to do today, one card each; and the page of its structure."""

from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.database import Part
from filiere.duties import Duty
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    flash,
    gettext,
    ngettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.drafts.repository import DraftsRepository
from distribute.engine import policy_on
from distribute.loans.repository import LoansRepository
from distribute.orders.repository import OrdersRepository
from distribute.publics import public_label
from distribute.relais import referent
from distribute.relais import service as relais_service
from distribute.relais.hours import shown
from distribute.relais.referent import NONE, ReferentIn
from distribute.relais.repository import RelaisRepository
from distribute.relais.schemas import ContactIn
from distribute.relais.structure_repository import StructureRepository
from distribute.request_settings import settings_of
from distribute.served import service as served
from distribute.shipments.repository import ShipmentsRepository
from distribute.statuses import ShipmentStatus, StockStatus
from distribute.stock.repository import StockRepository
from distribute.tenancy import NOBODY, led_by, own_relais_of
from distribute.waiting import service as waiting
from distribute.waiting.estimates import WEEKS, in_words

router = page_router()

Relais = Annotated[Principal, allow(Role.RELAIS)]
Lead = Annotated[Principal, allow(Role.RELAIS, duties=(Duty.LEAD,))]
SHOWN = 5
# How long an answer of the coordination is told as news.
DAYS_OF_NEWS = 14


@router.get("/aujourd-hui", name="today")
async def home(request: Request, principal: Relais, session: ReadSession) -> Response:
    """What the day brings: parcels, devices to hand over, orders that wait, answers, the agreement."""
    scope = own_relais_of(principal)
    own = await RelaisRepository.from_session(session).of_members(scope)
    orders = OrdersRepository.from_session(session)
    parcels = await ShipmentsRepository.from_session(session).listing(
        scope, NOBODY, status=ShipmentStatus.SHIPPED.value, part=Part(SHOWN)
    )
    counts = await StockRepository.from_session(session).counts(scope, NOBODY)
    to_hand_over = counts.get(StockStatus.DELIVERED.value, 0)
    lines = await orders.waiting(scope)
    paces = await waiting.paces(session)
    unanswered = await orders.unanswered(scope)
    late_loans = await LoansRepository.from_session(session).late(scope, today())
    short = sum(one.short for one in lines)
    estimates = [(one, paces.of(one.category, one.min_grade, one.substitutes)) for one in lines[:SHOWN]]
    return page(
        request,
        "screens/templates/relais/today.html",
        principal=principal,
        own=own,
        referents=await referent.of_each(session, principal, [one.id for one in own]),
        phone=settings_of(request).network_phone,
        sentence=_sentence(parcels.total, to_hand_over, short, len(late_loans)),
        parcels=parcels.rows,
        parcels_total=parcels.total,
        to_hand_over=to_hand_over,
        late_loans=late_loans,
        waiting=estimates,
        waiting_total=len(lines),
        short=short,
        in_words=in_words,
        weeks=WEEKS,
        unanswered=unanswered,
        news=await orders.answered(scope, DAYS_OF_NEWS),
        drafts=(await DraftsRepository.from_session(session).listing(scope, Part(SHOWN))).rows,
    )


@router.get("/ma-structure", name="own_relais")
async def structure(request: Request, principal: Relais, session: ReadSession) -> Response:
    """What the network knows of the Relais, its agreement, its share; and the ways to what is not of every day."""
    return await _structure(request, principal, session)


@router.post("/ma-structure/{relais_id}/referent", name="name_own_referent")
async def name_referent(request: Request, relais_id: UUID, principal: Lead, session: WriteSession) -> Response:
    """Say whom the coordination telephones here."""
    form = await read_form(request, ReferentIn)
    if form.is_valid:
        await referent.name_for_relais(session, principal, relais_id, form.data)
        flash(request, gettext("Enregistré : la coordination sait qui appeler chez vous."))
        return redirect(path("own_relais"))
    return await _structure(request, principal, session, whom={relais_id: form}, status=422)


async def _structure(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    *,
    whom: dict[UUID, Form[ReferentIn]] | None = None,
    status: int = 200,
) -> Response:
    """`whom`: a form that was sent, to be corrected."""
    scope = own_relais_of(principal)
    own = await RelaisRepository.from_session(session).of_members(scope)
    referents = await referent.of_each(session, principal, [one.id for one in own])
    forms = {
        one.id: Form[ReferentIn](named.relais.model_dump() if named.relais is not None else {})
        for one in own
        if (named := referents.get(one.id, NONE))
    }
    return page(
        request,
        "screens/templates/relais/structure.html",
        principal=principal,
        status=status,
        own=own,
        referents=referents,
        phone=settings_of(request).network_phone,
        whom={**forms, **(whom or {})},
        share=await served.own(session, scope, today()),
        months=policy_on(today()).window_months,
        asked=await StructureRepository.from_session(session).of_relais(scope),
        led=led_by(principal),
        week=shown,
        public_label=public_label,
        today=today(),
    )


@router.post("/ma-structure/{relais_id}/contact", name="own_contact")
async def say_contact(request: Request, relais_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """Say how anybody reaches the structure; what is too long is not taken."""
    form = await read_form(request, ContactIn)
    if form.is_valid:
        await relais_service.set_contact(session, principal, relais_id, form.data.public_contact)
        flash(request, gettext("Contact enregistré : il est écrit sur les modes d'emploi."))
    else:
        flash(request, form.first_error, "stop")
    return redirect(path("own_relais"))


def _sentence(parcels: int, to_hand_over: int, short: int, late_loans: int) -> str:
    """« 1 colis à recevoir, 3 appareils à remettre, 4 en attente. »"""
    parts = [
        ngettext(one, many, count) % {"num": count}
        for count, one, many in (
            (parcels, "%(num)s colis à recevoir", "%(num)s colis à recevoir"),
            (to_hand_over, "%(num)s équipement à remettre", "%(num)s équipements à remettre"),
            (late_loans, "%(num)s prêt en retard", "%(num)s prêts en retard"),
            (short, "%(num)s en attente", "%(num)s en attente"),
        )
        if count
    ]
    return ", ".join(parts) + "." if parts else gettext("Rien à faire pour l'instant.")
