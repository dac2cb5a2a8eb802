"""A device and its SIM card in one go: which goes with which, then what it costs."""

from typing import Annotated

from fastapi import Query
from filiere.calendar import today
from filiere.database import Scope
from filiere.identifiers import uuid7
from filiere.web import (
    Conflict,
    Form,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    attempt,
    own_settings,
    page,
    page_router,
    path,
    read_form,
    redirect,
    told,
)
from filiere.web.formats import money
from starlette.requests import Request
from starlette.responses import Response

from distribute.handovers.errors import CheckoutKeyReused, NotInYourStock, TierDoesNotFit
from distribute.handovers.service import at_till
from distribute.settings import DistributeSettings
from distribute.tenancy import own_relais_of
from distribute.topups import kits
from distribute.topups.errors import (
    NotASim,
    SaleKeyReused,
    StructurePaysMore,
)
from distribute.topups.keys import vault_of
from distribute.topups.pages import at_the_till, beginning
from distribute.topups.repository import TopupsRepository
from distribute.topups.schemas import (
    KitForm,
)
from distribute.topups.status import OfferKind

router = page_router("/recharges")

Relais = Annotated[Principal, allow(Role.RELAIS)]
Own = Annotated[DistributeSettings, own_settings(DistributeSettings)]


@router.get("/kit", name="topup_kit")
async def kit(
    request: Request,
    principal: Relais,
    session: ReadSession,
    label: Annotated[str, Query(alias="etiquette", max_length=200)] = "",
) -> Response:
    """Which device goes with which card; then what it costs."""
    return await _kit(request, principal, session, label, Form())


@router.post("/kit", name="topup_kit")
async def hand_over_kit(request: Request, principal: Relais, session: WriteSession, settings: Own) -> Response:
    """The one button that hands both over was pressed."""
    form = await read_form(request, KitForm)
    if form.is_valid:
        async with attempt(
            request, form, Conflict, NotInYourStock, NotASim, StructurePaysMore, TierDoesNotFit
        ) as tried:
            made = await kits.hand_over(
                session, principal, vault_of(settings), form.data, settings.topup_monthly_ceiling_cents
            )
            if made.card.shown_at is not None or made.card.undone_at is not None:
                raise SaleKeyReused  # somebody has that code
            return redirect(path("topup_sale", sale_id=made.id))
        if isinstance(tried.error, SaleKeyReused | CheckoutKeyReused):
            form.values = {**form.values, "id": str(uuid7())}
    label = form.values.get("label", "")
    return await _kit(request, principal, session, label if isinstance(label, str) else "", form, 422)


async def _kit(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    label: str,
    form: Form[KitForm],
    status: int = 200,
) -> Response:
    own, device, error = own_relais_of(principal), None, None
    if label.strip():
        async with attempt(request, None, Conflict, NotInYourStock) as tried:
            device = await at_till(session, principal, label)
        error = tried.error if device is None else None
    of = Scope((device.relais_id,)) if device else own
    there = await TopupsRepository.from_session(session).offers(of, today())
    form.values = {**await beginning(session, principal), **form.values}
    return page(
        request,
        "topups/templates/kit.html",
        principal=principal,
        status=status,
        form=form,
        device=device,
        error=told(error.sentence) if error else None,
        cards={
            str(one.id): f"{one.title} · {money(one.cents or 0)}"
            for one in there
            if one.kind is OfferKind.SIM and one.at_relais and not one.closed_at and one.cents is not None
        },
        **at_the_till(),
    )
