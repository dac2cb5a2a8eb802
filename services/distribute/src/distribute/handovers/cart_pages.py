"""The cart: several devices for one person or structure. Enter adds a device or looks again, and never sells."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from filiere.catalogue import Tier
from filiere.identifiers import uuid7
from filiere.web import (
    DomainError,
    Form,
    OwnSessions,
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
    read_form,
    redirect,
    told,
)
from filiere.web.bounded_types import Scanned
from starlette.requests import Request
from starlette.responses import Response

from distribute.handovers import service, slips
from distribute.handovers.cart_form import CartForm
from distribute.handovers.choices import MEANS, PAID_TIERS, labelled
from distribute.handovers.errors import CheckoutKeyReused, IsRecalled, KeptForACase, MustBeWiped
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.schemas import MOST_AT_ONCE
from distribute.handovers.status import Criterion
from distribute.publics import publics
from distribute.referrals.codes import looks_like_one
from distribute.referrals.pages import codes_of
from distribute.referrals.schemas import LONGEST_CODE, ReadSlip
from distribute.tenancy import own_relais_of
from distribute.till_journal.status import Means

router = page_router("/caisse")

Relais = Annotated[Principal, allow(Role.RELAIS)]
_OF_SLIP = ("slip", "slip_typed")
_NO_FIELDS = ("e", "label", "remove", "remove_slip", *_OF_SLIP)


@router.get("/equipements/{label}", name="till_device")
async def device(request: Request, label: Scanned, principal: Relais, session: ReadSession) -> Response:
    """Where the QR code on a device leads: a cart that begins with it, or the till, which says why it may not."""
    async with attempt(request, None, KeptForACase, IsRecalled, MustBeWiped) as tried:
        found = await service.at_till(session, principal, label)
        return redirect(f"{path('cart')}?e={found.label}")
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("till"))


@router.get("/panier", name="cart")
async def cart(
    request: Request,
    principal: Relais,
    session: ReadSession,
    labels: Annotated[list[Scanned], Query(alias="e", max_length=MOST_AT_ONCE)] = [],  # noqa: B006
) -> Response:
    """The devices of the address, their price for each tier, and what is still to say."""
    return await _cart(request, principal, session, labels, Form())


@router.post("/panier", name="cart")
async def look_again(request: Request, principal: Relais, database: OwnSessions, session: ReadSession) -> Response:
    """Somebody, or their scanner, pressed Enter: the device that was scanned joins, and nothing is handed over."""
    submitted = await request.form()
    labels = [str(one) for one in submitted.getlist("e")][:MOST_AT_ONCE]
    if gone := submitted.get("remove"):
        labels = [one for one in labels if one != gone]
    values = {name: str(value) for name, value in submitted.items() if name not in _NO_FIELDS}
    error, slip, form = None, None, Form[Any](values)
    typed = str(submitted.get("label", "")).strip()
    code = str(submitted.get("slip_typed") or submitted.get("slip") or "").strip()[:LONGEST_CODE]
    if submitted.get("remove_slip"):
        code = ""
    elif looks_like_one(typed):
        code, typed = typed[:LONGEST_CODE], ""
    form.values = {**values, "slip_typed": code}
    async with attempt(request, form):
        slip = await slips.shown(database, principal, codes_of(request), code)
        if slip is not None:
            form.values = {**slips.in_the_form(values, slip), "slip": code}
    if typed:
        async with attempt(request) as tried:
            labels.append((await service.at_till(session, principal, typed)).label)
        error = tried.error
    return await _cart(request, principal, session, labels[:MOST_AT_ONCE], form, error, slip=slip)


@router.post("/panier/remettre", name="check_out")
async def hand_over(request: Request, principal: Relais, database: OwnSessions, session: WriteSession) -> Response:
    """The one button that hands over was pressed."""
    form, slip = await read_form(request, CartForm, lists=("e",)), None
    if (typed := _typed_slip(form)) and typed != form.values.get("slip"):
        return await _read_first(request, principal, database, session, form, typed)
    own = form.data.id if form.is_valid else None
    async with attempt(request, form):
        slip = await slips.shown(database, principal, codes_of(request), form.values.get("slip"), own)
    if form.is_valid:
        form.errors |= form.data.unsaid()
    if form.is_valid:
        async with attempt(request, form) as tried:
            made = await slips.check_out_with(session, principal, form.data.asked(), slip)
            return redirect(path("receipt", handover_id=made.handovers[0].id) if made.handovers else path("till"))
        if isinstance(tried.error, CheckoutKeyReused):  # a page from before, by the way back: the next press is new
            form.values = {**form.values, "id": str(uuid7())}
    labels = form.values.get("e") or []
    if "slip" in form.errors:  # it is for something else, or was used meanwhile: the next press is without it
        form.values, slip = {name: value for name, value in form.values.items() if name not in _OF_SLIP}, None
    return await _cart(request, principal, session, [*labels][:MOST_AT_ONCE], form, status=422, slip=slip)


def _typed_slip(form: Form[Any]) -> str:
    return str(form.values.get("slip_typed") or "").strip()[:LONGEST_CODE]


async def _read_first(
    request: Request,
    principal: Principal,
    database: OwnSessions,
    session: WriteSession,
    sent: Form[CartForm],
    typed: str,
) -> Response:
    """A slip was typed that nobody has read to the seller yet: it is shown, and nothing is handed over."""
    slip, form, labels = None, Form[Any](sent.values), sent.values.get("e") or []
    async with attempt(request, form):
        slip = await slips.shown(database, principal, codes_of(request), typed)
        if slip is not None:
            form.values = {**slips.in_the_form(form.values, slip), "slip": typed}
            flash(request, gettext("Rien n'est encore remis : relisez, puis appuyez sur « Remettre »."), "wait")
    return await _cart(request, principal, session, [*labels][:MOST_AT_ONCE], form, status=422, slip=slip)


async def _cart(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    labels: Sequence[str],
    form: Form[Any],
    error: DomainError | None = None,
    status: int = 200,
    *,
    slip: ReadSlip | None = None,
) -> Response:
    devices = await service.cart(session, principal, labels)
    last = await HandoversRepository.from_session(session).last_means(own_relais_of(principal), principal.subject)
    form.values = {"id": str(uuid7()), "means": (last or Means.CASH).value, **form.values}
    return page(
        request,
        "handovers/templates/cart.html",
        principal=principal,
        status=error.status_code if error else status,
        error=error,
        form=form,
        slip=slip,
        devices=devices,
        totals={tier: sum(one.price(tier).amount_cents for one in devices) for tier in Tier},
        may_sell=all(one.may_sell for one in devices),
        may_give=all(one.may_give for one in devices),
        limit=next((one.limit for one in devices if one.limit), None),
        tiers=PAID_TIERS,
        means=labelled(MEANS),
        criteria=labelled(Criterion),
        publics={value: text for value, text in publics().items() if value != "tous-publics"},
    )
