"""Espace Recharge for the coordination: offers, prices, files of codes, who has how many."""

from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.journal import Entry
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
    own_settings,
    page,
    page_router,
    path,
    read_form,
    redirect,
    told,
)
from filiere.web.journal import journal_of
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from distribute.handovers.choices import labelled
from distribute.relais.repository import RelaisRepository
from distribute.settings import DistributeSettings
from distribute.tenancy import relais_of
from distribute.topups import lots, offers, sharing
from distribute.topups.coverage import trouble_with
from distribute.topups.errors import (
    KeyIsMissing,
    NoKeyForCodes,
    NotAFileOfCodes,
    NothingReturned,
    NothingToShare,
    NotSoMany,
    OfferKnown,
    PriceDayTaken,
    PriceTooSoon,
)
from distribute.topups.keys import has_keys, vault_of
from distribute.topups.lots import TakenIn
from distribute.topups.reading import MOST_BYTES, SHOWN
from distribute.topups.repository import TopupsRepository
from distribute.topups.requests_repository import TopupRequestsRepository
from distribute.topups.schemas import FileForm, OfferForm, PriceForm, RestockForm, SendForm
from distribute.topups.status import OfferKind

router = page_router("/reseau-recharges")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Own = Annotated[DistributeSettings, own_settings(DistributeSettings)]
_SAID = {
    "added": "Offre ajoutée",
    "priced": "Nouveau prix",
    "imported": "Codes importés",
    "sent": "Codes envoyés à un Relais",
    "given_back": "Codes rendus par un Relais",
    "restocked": "Codes remis en stock",
    "shared": "Codes partagés",
}


@router.get("", name="topup_office")
async def office(request: Request, principal: Coordinator, session: ReadSession, settings: Own) -> Response:
    """Every offer: its price, its codes, what runs low."""
    return await _office(request, principal, session, settings, Form({"valid_from": today().isoformat()}))


@router.post("", name="topup_office")
async def add(request: Request, principal: Coordinator, session: WriteSession, settings: Own) -> Response:
    """A new offer."""
    form = await read_form(request, OfferForm)
    if form.is_valid:
        async with attempt(request, form, OfferKnown, field="name"):
            made = await offers.add(session, principal, form.data)
            flash(request, gettext("Offre ajoutée. Importez maintenant ses codes."))
            return redirect(path("topup_offer", offer_id=made.id))
    return await _office(request, principal, session, settings, form)


@router.get("/{offer_id}", name="topup_offer")
async def one(
    request: Request, offer_id: UUID, principal: Coordinator, session: ReadSession, settings: Own
) -> Response:
    """One offer: prices, files of codes, Relais."""
    return await _one(request, offer_id, principal, session, settings, Form())


@router.post("/{offer_id}/prix", name="price_topup")
async def price(
    request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession, settings: Own
) -> Response:
    """Another price from a day on."""
    form = await read_form(request, PriceForm)
    if form.is_valid:
        async with attempt(request, form, PriceTooSoon, PriceDayTaken):
            await offers.set_price(session, principal, offer_id, form.data)
            flash(request, gettext("Nouveau prix noté."))
            return redirect(path("topup_offer", offer_id=offer_id))
    return await _one(request, offer_id, principal, session, settings, form)


@router.post("/{offer_id}/codes", name="import_topups")
async def take_in(
    request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession, settings: Own
) -> Response:
    """A file of codes: what is wrong is told line by line, the rest is taken in."""
    given = (await request.form()).get("file")
    form = await read_form(request, FileForm)
    if form.is_valid:
        async with attempt(request, form, NotAFileOfCodes, NoKeyForCodes, KeyIsMissing, field="file"):
            if not isinstance(given, UploadFile) or not given.filename:
                raise NotAFileOfCodes("Choisissez un fichier CSV.")
            content = await given.read(MOST_BYTES + 1)
            taken = await lots.take_in(session, principal, vault_of(settings), offer_id, form.data.name, content)
            return await _one(request, offer_id, principal, session, settings, Form(), taken=taken)
    return await _one(request, offer_id, principal, session, settings, form)


@router.post("/{offer_id}/envoyer", name="send_topups")
async def send(
    request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession, settings: Own
) -> Response:
    """Codes become a Relais'."""
    form = await read_form(request, SendForm)
    if form.is_valid:
        async with attempt(request, form, NotSoMany, field="codes"):
            await lots.send(session, principal, offer_id, form.data)
            flash(request, gettext("Codes envoyés : le Relais peut les remettre."))
            return redirect(path("topup_offer", offer_id=offer_id))
    return await _one(request, offer_id, principal, session, settings, form)


@router.post("/{offer_id}/partager", name="share_topups")
async def share(request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """What there is goes to those who wait, as the policy shares."""
    async with attempt(request, None, NothingToShare) as tried:
        made = await sharing.share(session, principal, offer_id)
        moved = sum(one.given for one in made)
        words = ngettext("%(num)s code partagé.", "%(num)s codes partagés.", moved)
        flash(request, words % {"num": moved})
        return redirect(path("topup_offer", offer_id=offer_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("topup_offer", offer_id=offer_id))


@router.post("/{offer_id}/remettre-en-stock", name="restock_topups")
async def restock(request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Returned codes go to whoever is sent some next."""
    form = await read_form(request, RestockForm)
    async with attempt(request, None, NothingReturned) as tried:
        moved = await lots.restock(session, principal, offer_id, with_shown=form.is_valid and form.data.with_shown)
        words = ngettext("%(num)s code remis en stock.", "%(num)s codes remis en stock.", moved)
        flash(request, words % {"num": moved})
        return redirect(path("topup_offer", offer_id=offer_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("topup_offer", offer_id=offer_id))


async def _office(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    settings: DistributeSettings,
    form: Form[OfferForm],
) -> Response:
    return page(
        request,
        "topups/templates/office.html",
        principal=principal,
        status=422 if form.errors else 200,
        offers=await offers.listing(session, principal),
        form=form,
        kinds=labelled(OfferKind),
        low=settings.topup_low_stock,
        has_keys=has_keys(settings),
        coverage_trouble=trouble_with(settings.topup_coverage_file),
    )


async def _one(
    request: Request,
    offer_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    settings: DistributeSettings,
    form: Form[PriceForm] | Form[FileForm] | Form[SendForm],
    *,
    taken: TakenIn | None = None,
) -> Response:
    repository, scope = TopupsRepository.from_session(session), relais_of(principal)
    view = await journal_of(request, session, offers.OBJECT, offer_id, _said)
    return page(
        request,
        "topups/templates/offer.html",
        principal=principal,
        status=422 if form.errors else 200,
        offer=await offers.get(session, scope, offer_id),
        prices=await repository.prices(offer_id),
        lots=await repository.lots(offer_id),
        waiting=await TopupRequestsRepository.from_session(session).open(scope, offer_id),
        relais=await repository.by_relais(scope, offer_id, today()),
        everybody={str(one.id): one.name async for one in RelaisRepository.from_session(session).each(scope)},
        form=form,
        taken=taken,
        wrong=taken.wrong[:SHOWN] if taken else [],
        today=today(),
        low=settings.topup_low_stock,
        has_keys=has_keys(settings),
        coverage_trouble=trouble_with(settings.topup_coverage_file),
        journal=view if view.lines else None,
    )


def _said(entry: Entry) -> str:
    words = told(_SAID.get(entry.verb, entry.verb))
    count = entry.details.get("codes", entry.details.get("imported"))
    said = f"{words} : {count}" if count is not None else words
    return f"{said} · {entry.details['relais']}" if entry.details.get("relais") else said
