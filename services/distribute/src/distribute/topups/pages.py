"""Espace Recharge on a Relais' screen: three taps to a code, the slip, what comes back."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.calendar import day_of, today
from filiere.database import Scope
from filiere.identifiers import uuid7
from filiere.journal import Entry
from filiere.telemetry.logs import get_logger
from filiere.web import (
    Column,
    Conflict,
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    Role,
    Table,
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
from filiere.web.formats import money
from filiere.web.journal import journal_of
from filiere.web.pages import UNLISTED
from starlette.requests import Request
from starlette.responses import Response

from distribute.closings.errors import NotYourTill
from distribute.closings.repository import ClosingsRepository
from distribute.handovers import slips
from distribute.handovers.choices import MEANS, labelled
from distribute.handovers.errors import CheckoutKeyReused, NotInYourStock, TierDoesNotFit
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.service import at_till
from distribute.handovers.status import Criterion
from distribute.handovers.undo import may_undo
from distribute.publics import publics
from distribute.referrals.codes import SlipCodes
from distribute.referrals.errors import SlipEnded, SlipForSomethingElse, SlipUnknown, SlipUsed, TooManyGuesses
from distribute.settings import DistributeSettings
from distribute.tenancy import own_relais_of
from distribute.till_journal.repository import TillJournalRepository
from distribute.till_journal.status import Means, UndoReason
from distribute.topups import by_slip, kits, lots, offers, service, sharing
from distribute.topups.coverage import Hardly, NotACoverageFile, coverage
from distribute.topups.errors import (
    AboveCeiling,
    CodeAlreadyShown,
    CodeDoesNotOpen,
    CodeWasUsed,
    MayNotSellTopups,
    NoKeyForCodes,
    NoneLeft,
    NoPrice,
    NoSuchCodes,
    NotASim,
    NotSoMany,
    OfferClosed,
    OnlyItsSeller,
    SaleKeyReused,
    SayItIsUnused,
    StructurePaysMore,
    TooLateToShow,
    TopupUndoIsTheLeads,
    TopupUndone,
)
from distribute.topups.keys import vault_of
from distribute.topups.repository import TopupsRepository
from distribute.topups.requests_repository import TopupRequestsRepository
from distribute.topups.sales_repository import TopupSalesRepository
from distribute.topups.schemas import (
    ActivationForm,
    AskForm,
    KitForm,
    OfferOut,
    ReturnForm,
    SaleOut,
    SellForm,
    ShowIn,
    UndoForm,
)
from distribute.topups.status import Activation, CodeStatus, OfferKind, ReturnReason, ShownAgain, ToldBy, Unused

log = get_logger(__name__)
router = page_router("/recharges")

Relais = Annotated[Principal, allow(Role.RELAIS)]
Own = Annotated[DistributeSettings, own_settings(DistributeSettings)]
SALES = Table(
    columns=(
        Column("receipt", "N° de reçu"),
        Column("offer", "Recharge"),
        Column("amount", "Montant", is_number=True),
        Column("state", "Où elle en est"),
    ),
)
_REASONS = (UndoReason.WRONG_PRICE, UndoReason.CHANGED_MIND, UndoReason.DOES_NOT_WORK, UndoReason.TRIAL)
_SAID = {
    "shown": "Code affiché",
    "shown_again": "Code affiché de nouveau",
    "undone": "Remise annulée",
    "activation": "Activation",
}


@router.get("", name="topups")
async def listing(request: Request, principal: Relais, session: ReadSession, settings: Own) -> Response:
    """What there is to hand over, and what was."""
    view = SALES.read(request)
    shown = await _offers(session, principal)
    found = await TopupSalesRepository.from_session(session).listing(own_relais_of(principal), view.part)
    return page(
        request,
        "topups/templates/listing.html",
        principal=principal,
        offers=shown,
        hardly=await _hardly(session, principal, settings, shown),
        waiting=await TopupRequestsRepository.from_session(session).open(own_relais_of(principal)),
        view=view.fill(found.rows, found),
        low=settings.topup_low_stock,
        names={one.id: one.title for one in shown},
        has_cards=any(one.kind is OfferKind.SIM and one.at_relais and not one.closed_at for one in shown),
    )


@router.get("/vendre/{offer_id}", name="sell_topup")
async def ask(request: Request, offer_id: UUID, principal: Relais, session: ReadSession, settings: Own) -> Response:
    """The offer is chosen: sold or given, paid how."""
    return await _ask(request, offer_id, principal, session, settings, Form())


@router.post("/vendre/{offer_id}", name="sell_topup")
async def sell(
    request: Request, offer_id: UUID, principal: Relais, database: OwnSessions, session: WriteSession, settings: Own
) -> Response:
    """The one button that hands over was pressed."""
    form = await read_form(request, SellForm)
    if form.is_valid:
        async with attempt(
            request, form, AboveCeiling, CodeDoesNotOpen, MayNotSellTopups, NoKeyForCodes, NoneLeft, NoPrice,
            OfferClosed, SaleKeyReused, StructurePaysMore, SlipEnded, SlipForSomethingElse, SlipUnknown, SlipUsed,
            TooManyGuesses,
        ) as tried:  # fmt: skip
            body = form.data.model_copy(update={"offer_id": offer_id})
            slip = await slips.shown(database, principal, SlipCodes(settings), body.slip, body.id)
            ceiling = settings.topup_monthly_ceiling_cents
            made = await by_slip.sell_with(session, principal, vault_of(settings), body, ceiling, slip)
            if made.shown_at is not None or made.undone_at is not None:
                raise SaleKeyReused  # somebody has that code: never two persons the same, by the way back
            return redirect(path("topup_sale", sale_id=made.id))
        if isinstance(tried.error, SaleKeyReused):  # a page from before, by the way back: the next press is new
            form.values = {**form.values, "id": str(uuid7())}
    return await _ask(request, offer_id, principal, session, settings, form, 422)


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


@router.get("/remises/{sale_id}", name="topup_sale")
async def sale(request: Request, sale_id: UUID, principal: Relais, session: ReadSession) -> Response:
    """The slip of a top-up, without its code."""
    return await _slip(request, sale_id, principal, session, Form())


@router.post("/remises/{sale_id}/code", name="show_topup_code")
async def show(request: Request, sale_id: UUID, principal: Relais, session: WriteSession, settings: Own) -> Response:
    """The slip with its code, for its seller: on this answer alone, which nobody keeps."""
    form = await read_form(request, ShowIn)
    if form.is_valid:
        async with attempt(
            request,
            form,
            CodeAlreadyShown,
            TooLateToShow,
            OnlyItsSeller,
            TopupUndone,
            CodeDoesNotOpen,
            NoKeyForCodes,
            field="again",
        ):
            code = await service.show(session, principal, vault_of(settings), sale_id, form.data)
            answer = await _slip(request, sale_id, principal, session, Form(), code=code)
            answer.headers.update(UNLISTED)
            return answer
    return await _slip(request, sale_id, principal, session, form, status=422)


@router.post("/remises/{sale_id}/annuler", name="undo_topup")
async def undo(request: Request, sale_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """Take it back, for a reason."""
    form = await read_form(request, UndoForm)
    if form.is_valid:
        async with attempt(request, form, TopupUndone, TopupUndoIsTheLeads, CodeWasUsed, SayItIsUnused, field="unused"):
            await service.undo(session, principal, sale_id, form.data)
            flash(request, gettext("Remise annulée."))
            return redirect(path("topup_sale", sale_id=sale_id))
    return await _slip(request, sale_id, principal, session, form, status=422)


@router.post("/remises/{sale_id}/activation", name="tell_activation")
async def tell(request: Request, sale_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """How far the operator's activation is."""
    form = await read_form(request, ActivationForm)
    if form.is_valid:
        async with attempt(request, form, TopupUndone):
            await service.tell(session, principal, sale_id, form.data)
            flash(request, gettext("C'est noté."))
            return redirect(path("topup_sale", sale_id=sale_id))
    return await _slip(request, sale_id, principal, session, form, status=422)


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
    last = await HandoversRepository.from_session(session).last_means(own, principal.subject)
    form.values = {"id": str(uuid7()), "means": (last or Means.CASH).value, **form.values}
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
        means=labelled(MEANS),
        publics={value: text for value, text in publics().items() if value != "tous-publics"},
    )


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


async def _offers(session: ReadSession | WriteSession, principal: Principal) -> list[OfferOut]:
    """Those that the caller's structures can hand over first; one that is closed only where they have some of it."""
    found = await TopupsRepository.from_session(session).offers(own_relais_of(principal), today())
    there = [one for one in found if not one.closed_at or one.to_give_back]
    return sorted(there, key=lambda one: one.at_relais == 0)


async def _hardly(
    session: ReadSession | WriteSession,
    principal: Principal,
    settings: DistributeSettings,
    among: Iterable[OfferOut],
) -> dict[UUID, Hardly]:
    """Offers whose operator hardly works where a structure of the caller is, by the file of the settings."""
    try:
        known = coverage(settings.topup_coverage_file)
    except NotACoverageFile as error:
        log.warning("coverage_not_read", why=str(error))  # the coordination's page says so; a sale does not wait for it
        return {}
    places = await TopupSalesRepository.from_session(session).places(own_relais_of(principal))
    found = ((one.id, known.of(one.operator, *place)) for one in among for place in places)
    return {offer_id: said for offer_id, said in found if said is not None}


async def _ask(
    request: Request,
    offer_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    settings: DistributeSettings,
    form: Form[SellForm],
    status: int = 200,
) -> Response:
    own = own_relais_of(principal)
    offer = await offers.get(session, own, offer_id)
    tills = await ClosingsRepository.from_session(session).relais(own)
    last = await HandoversRepository.from_session(session).last_means(own, principal.subject)
    beginning = {"id": str(uuid7()), "means": (last or Means.CASH).value, "offer_id": str(offer_id)}
    form.values = {**beginning, **form.values}
    return page(
        request,
        "topups/templates/sell.html",
        principal=principal,
        status=status,
        offer=offer,
        hardly=(await _hardly(session, principal, settings, [offer])).get(offer_id),
        form=form,
        tills=tills,
        may_sell=await TopupSalesRepository.from_session(session).may_sell(own),
        means=labelled(MEANS),
        criteria=labelled(Criterion),
        publics={value: text for value, text in publics().items() if value != "tous-publics"},
        ceiling=settings.topup_monthly_ceiling_cents,
    )


async def _slip(
    request: Request,
    sale_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[ShowIn] | Form[UndoForm] | Form[ActivationForm],
    *,
    code: str | None = None,
    status: int = 200,
) -> Response:
    found = await service.get(session, principal, sale_id)
    kit = await HandoversRepository.from_session(session).checkout(Scope((found.relais_id,)), sale_id)
    view = await journal_of(request, session, service.OBJECT, sale_id, _said)
    return page(
        request,
        "topups/templates/slip.html",
        principal=principal,
        status=status,
        sale=found,
        code=code,
        form=form,
        day=day_of(found.sold_at),
        may_show=found.sold_by == principal.subject and found.undone_at is None,
        may_show_again=found.shown_at is not None and day_of(found.shown_at) == today(),
        may_undo=await _may_undo(session, principal, found),
        again=labelled(ShownAgain),
        reasons={one.value: told(one.of_a_topup_fr).capitalize() for one in _REASONS},
        unused=labelled(Unused),
        activations=labelled(Activation),
        tellers=labelled(ToldBy),
        journal=view if view.lines else None,
        device=kit.handovers[0] if kit and kit.handovers else None,
    )


async def _may_undo(session: ReadSession | WriteSession, principal: Principal, found: SaleOut) -> bool:
    if found.undone_at is not None:
        return False
    own = Scope((found.relais_id,))
    entry = await TillJournalRepository.from_session(session).get(own, found.sequence)
    lead = await HandoversRepository.from_session(session).lead(found.relais_id)
    return entry is not None and may_undo(principal, entry, lead)


def _said(entry: Entry) -> str:
    words = told(_SAID.get(entry.verb, entry.verb))
    why = next(
        (
            kind(entry.details[name]).label_fr
            for name, kind in (("again", ShownAgain), ("unused", Unused), ("activation", Activation))
            if entry.details.get(name)
        ),
        None,
    )
    return f"{words} : {told(why)}" if why else words
