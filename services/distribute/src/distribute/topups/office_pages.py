"""Espace Recharge for the coordination: offers, prices, files of codes, who has how many."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from uuid import UUID

from filiere.calendar import today
from filiere.journal import Entry
from filiere.web import (
    Conflict,
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
    AskTheOperator,
    KeyIsMissing,
    LotNotFound,
    NoKeyForCodes,
    NoSuchCodes,
    NotAFileOfCodes,
    NothingToShare,
    NotSoMany,
    OfferClosed,
    OfferKnown,
    PriceDayTaken,
    PriceTooSoon,
)
from distribute.topups.keys import has_keys, vault_of
from distribute.topups.lots import TakenIn
from distribute.topups.reading import MOST_BYTES, SHOWN
from distribute.topups.repository import TopupsRepository
from distribute.topups.requests_repository import TopupRequestsRepository
from distribute.topups.schemas import (
    FileForm,
    LastPriceForm,
    LotForm,
    OfferForm,
    PriceForm,
    RestockForm,
    SendForm,
    WordsForm,
)
from distribute.topups.status import CodeStatus, OfferKind

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
    "corrected": "Offre corrigée",
    "closed": "Offre fermée",
    "reopened": "Offre rouverte",
    "price_withdrawn": "Prix retiré",
    "lot_withdrawn": "Lot retiré",
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
        async with attempt(request, form, NotAFileOfCodes, NoKeyForCodes, KeyIsMissing, OfferClosed, field="file"):
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
        async with attempt(request, form, NotSoMany, OfferClosed, field="codes"):
            await lots.send(session, principal, offer_id, form.data)
            flash(request, gettext("Codes envoyés : le Relais peut les remettre."))
            return redirect(path("topup_offer", offer_id=offer_id))
    return await _one(request, offer_id, principal, session, settings, form)


@router.post("/{offer_id}/partager", name="share_topups")
async def share(request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """What there is goes to those who wait, as the policy shares."""
    async with attempt(request, None, NothingToShare, OfferClosed) as tried:
        made = await sharing.share(session, principal, offer_id)
        moved = sum(one.given for one in made)
        words = ngettext("%(num)s code partagé.", "%(num)s codes partagés.", moved)
        flash(request, words % {"num": moved})
        return redirect(path("topup_offer", offer_id=offer_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("topup_offer", offer_id=offer_id))


@router.get("/{offer_id}/rendus", name="returned_topups")
async def returned(request: Request, offer_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """The codes that came back, each with what is known of it."""
    return await _returned(request, offer_id, principal, session, Form())


@router.post("/{offer_id}/rendus", name="returned_topups")
async def restock(request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Those that were chosen go to whoever is sent some next."""
    form = await read_form(request, RestockForm, lists=["numbers"])
    if form.is_valid:
        async with attempt(request, form, NoSuchCodes, AskTheOperator, field="numbers"):
            moved = await lots.restock(session, principal, offer_id, form.data)
            words = ngettext("%(num)s code remis en stock.", "%(num)s codes remis en stock.", moved)
            flash(request, words % {"num": moved})
            return redirect(path("topup_offer", offer_id=offer_id))
    return await _returned(request, offer_id, principal, session, form, 422)


@router.post("/{offer_id}/corriger", name="correct_topup_offer")
async def correct(
    request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession, settings: Own
) -> Response:
    """Its words, without the mistake."""
    form = await read_form(request, WordsForm)
    if form.is_valid:
        async with attempt(request, form, OfferKnown, field="name"):
            await offers.correct(session, principal, offer_id, form.data)
            flash(request, gettext("C'est corrigé."))
            return redirect(path("topup_offer", offer_id=offer_id))
    return await _one(request, offer_id, principal, session, settings, form)


@router.post("/{offer_id}/fermer", name="close_topup_offer")
async def close(request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """No more of it."""
    return await _done(
        request, offer_id, gettext("Offre fermée : elle ne se demande plus et ne se remet plus."),
        lambda: offers.close(session, principal, offer_id),
    )  # fmt: skip


@router.post("/{offer_id}/rouvrir", name="reopen_topup_offer")
async def reopen(request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """It goes on."""
    return await _done(request, offer_id, gettext("Offre ouverte de nouveau."), lambda: offers.reopen(
        session, principal, offer_id
    ))  # fmt: skip


@router.post("/{offer_id}/prix/retirer", name="withdraw_topup_price")
async def withdraw_price(request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """A price that has not begun does not begin."""
    form = await read_form(request, LastPriceForm)
    if not form.is_valid:
        flash(request, form.first_error, "stop")
        return redirect(path("topup_offer", offer_id=offer_id))
    day = form.data.valid_from
    return await _done(request, offer_id, gettext("Ce prix est retiré : celui d'avant continue."), lambda: (
        offers.withdraw_price(session, principal, offer_id, day)
    ))  # fmt: skip


@router.post("/{offer_id}/lots/retirer", name="withdraw_topup_lot")
async def withdraw_lot(request: Request, offer_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """A file that was taken in by mistake is forgotten."""
    form = await read_form(request, LotForm)
    if not form.is_valid:
        flash(request, form.first_error, "stop")
        return redirect(path("topup_offer", offer_id=offer_id))
    lot_id = form.data.lot_id
    said = gettext("Ce lot est retiré : ses codes sont oubliés, et peuvent être importés ailleurs.")
    return await _done(request, offer_id, said, lambda: lots.withdraw(session, principal, offer_id, lot_id))


async def _done(
    request: Request, offer_id: UUID, said: str, act: Callable[[], Coroutine[Any, Any, object]]
) -> Response:
    """Back to the offer, with what was done or why it was not."""
    async with attempt(request, None, Conflict, LotNotFound) as tried:
        await act()
        flash(request, said)
        return redirect(path("topup_offer", offer_id=offer_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("topup_offer", offer_id=offer_id))


async def _returned(
    request: Request,
    offer_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[RestockForm],
    status: int = 200,
) -> Response:
    scope = relais_of(principal)
    return page(
        request,
        "topups/templates/returned.html",
        principal=principal,
        status=status,
        form=form,
        offer=await offers.get(session, scope, offer_id),
        codes=await TopupsRepository.from_session(session).codes(scope, offer_id, CodeStatus.RETURNED),
        chosen=form.values.get("numbers"),
        today=today(),
    )


def _of_settings(settings: DistributeSettings) -> dict[str, Any]:
    """What both pages say of how the service is set up."""
    return {
        "low": settings.topup_low_stock,
        "has_keys": has_keys(settings),
        "coverage_trouble": trouble_with(settings.topup_coverage_file),
    }


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
        **_of_settings(settings),
    )


async def _one(
    request: Request,
    offer_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    settings: DistributeSettings,
    form: Form[PriceForm] | Form[FileForm] | Form[SendForm] | Form[WordsForm],
    *,
    taken: TakenIn | None = None,
) -> Response:
    repository, scope = TopupsRepository.from_session(session), relais_of(principal)
    offer = await offers.get(session, scope, offer_id)
    # The words as they stand, or as somebody is about to correct them.
    is_words = "how_to" in form.values
    standing = Form[WordsForm]({"operator": offer.operator, "name": offer.name, "how_to": offer.how_to})
    view = await journal_of(request, session, offers.OBJECT, offer_id, _said)
    return page(
        request,
        "topups/templates/offer.html",
        principal=principal,
        status=422 if form.errors else 200,
        offer=offer,
        words=form if is_words else standing,
        prices=await repository.prices(offer_id),
        lots=await repository.lots(offer_id),
        waiting=await TopupRequestsRepository.from_session(session).open(scope, offer_id),
        relais=await repository.by_relais(scope, offer_id, today()),
        everybody={str(one.id): one.name async for one in RelaisRepository.from_session(session).each(scope)},
        form=form,
        taken=taken,
        wrong=taken.wrong[:SHOWN] if taken else [],
        today=today(),
        **_of_settings(settings),
        journal=view if view.lines else None,
    )


def _said(entry: Entry) -> str:
    words = told(_SAID.get(entry.verb, entry.verb))
    count = entry.details.get("codes", entry.details.get("imported"))
    said = f"{words} : {count}" if count is not None else words
    said = f"{said} ({entry.details['numbers']})" if entry.details.get("numbers") else said
    said = f"{said} · « {entry.details['before']} »" if entry.details.get("before") else said
    return f"{said} · {entry.details['relais']}" if entry.details.get("relais") else said
