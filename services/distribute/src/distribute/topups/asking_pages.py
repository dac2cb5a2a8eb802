"""What a Relais asks of the network, and what it gives back to it."""

from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    attempt,
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

from distribute.closings.errors import NotYourTill
from distribute.closings.repository import ClosingsRepository
from distribute.handovers.choices import labelled
from distribute.tenancy import own_relais_of
from distribute.topups import lots, offers, sharing
from distribute.topups.errors import (
    NoSuchCodes,
    NotSoMany,
    OfferClosed,
)
from distribute.topups.repository import TopupsRepository
from distribute.topups.requests_repository import TopupRequestsRepository
from distribute.topups.schemas import (
    AskForm,
    ReturnForm,
)
from distribute.topups.status import CodeStatus, ReturnReason

router = page_router("/recharges")

Relais = Annotated[Principal, allow(Role.RELAIS)]


@router.get("/demander", name="ask_for_topups")
async def asked(request: Request, principal: Relais, session: ReadSession) -> Response:
    """How many of each offer, for each structure of whoever asks: one order."""
    return await _asked(request, principal, session, Form())


@router.post("/demander", name="ask_for_topups")
async def ask_for(request: Request, principal: Relais, session: WriteSession) -> Response:
    """So many codes are asked for."""
    form = await read_form(request, AskForm, lists=["line", "codes", "shown"])
    if form.is_valid:
        said = form.data.said
        if said is None:
            flash(request, gettext("Vous n'avez rien modifié : vos demandes restent comme elles sont."))
            return redirect(path("topups"))
        async with attempt(request, form, OfferClosed, NotYourTill):
            await sharing.ask_all(session, principal, said)
            flash(
                request, gettext("C'est demandé : la coordination partage ce qu'elle a entre tous ceux qui attendent.")
            )
            return redirect(path("topups"))
    return await _asked(request, principal, session, form, 422)


@router.get("/rendre/{offer_id}", name="return_topups")
async def to_give_back(request: Request, offer_id: UUID, principal: Relais, session: ReadSession) -> Response:
    """Which codes go back: those that nobody was handed."""
    return await _to_give_back(request, offer_id, principal, session, Form())


@router.post("/rendre/{offer_id}", name="return_topups")
async def give_back(request: Request, offer_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """Unsold codes go back to the coordination."""
    form = await read_form(request, ReturnForm, lists=["numbers"])
    if form.is_valid:
        async with attempt(request, form, NoSuchCodes, NotSoMany, field="numbers"):
            moved = await lots.give_back(session, principal, offer_id, form.data)
            words = ngettext("%(num)s code rendu.", "%(num)s codes rendus.", moved)
            flash(request, words % {"num": moved})
            return redirect(path("topups"))
    return await _to_give_back(request, offer_id, principal, session, form, 422)


async def _asked(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[AskForm],
    status: int = 200,
) -> Response:
    own = own_relais_of(principal)
    waiting = await TopupRequestsRepository.from_session(session).open(own)
    # Of a form that is shown again: what was edited. The rest is shown as it is by now.
    said = zip(_texts(form, "line"), _texts(form, "codes"), _texts(form, "shown"), strict=False)
    return page(
        request,
        "topups/templates/ask.html",
        principal=principal,
        status=status,
        form=form,
        tills=await ClosingsRepository.from_session(session).relais(own),
        offers=[one for one in await TopupsRepository.from_session(session).offers(own, today()) if not one.closed_at],
        waiting={f"{one.relais_id} {one.offer_id}": one for one in waiting},
        typed={line: codes for line, codes, shown in said if (codes or "0") != (shown or "0")},
    )


def _texts(form: Form[AskForm], name: str) -> list[str]:
    said = form.values.get(name, [])
    return said if isinstance(said, list) else [said]


async def _to_give_back(
    request: Request,
    offer_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[ReturnForm],
    status: int = 200,
) -> Response:
    own = own_relais_of(principal)
    return page(
        request,
        "topups/templates/give_back.html",
        principal=principal,
        status=status,
        form=form,
        offer=await offers.get(session, own, offer_id),
        codes=await TopupsRepository.from_session(session).codes(own, offer_id, CodeStatus.AT_RELAIS),
        several=len(await ClosingsRepository.from_session(session).relais(own)) > 1,
        chosen=form.values.get("numbers", []),
        today=today(),
        reasons=labelled(ReturnReason),
    )
