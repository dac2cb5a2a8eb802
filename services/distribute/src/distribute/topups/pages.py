"""Espace Recharge on a Relais' screen: three taps to a code, the slip, what comes back."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from filiere.calendar import day_of, today
from filiere.database import Scope
from filiere.identifiers import uuid7
from filiere.journal import Entry
from filiere.telemetry.logs import get_logger
from filiere.web import (
    Column,
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
    own_settings,
    page,
    page_router,
    path,
    read_form,
    redirect,
    told,
)
from filiere.web.journal import journal_of
from filiere.web.pages import UNLISTED
from starlette.requests import Request
from starlette.responses import Response

from distribute.closings.repository import ClosingsRepository
from distribute.handovers import slips
from distribute.handovers.choices import MEANS, labelled
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.status import Criterion
from distribute.handovers.undo import may_undo
from distribute.publics import publics
from distribute.referrals.codes import SlipCodes
from distribute.referrals.errors import SlipEnded, SlipForSomethingElse, SlipUnknown, SlipUsed, TooManyGuesses
from distribute.relais.errors import AgreementForbids
from distribute.relais.till_rights import TillRights
from distribute.settings import DistributeSettings
from distribute.tenancy import own_relais_of
from distribute.till_journal.repository import TillJournalRepository
from distribute.till_journal.status import Means, UndoReason
from distribute.topups import by_slip, offers, service
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
    OfferOut,
    SaleOut,
    SellForm,
    ShowIn,
    UndoForm,
)
from distribute.topups.status import Activation, OfferKind, ShownAgain, ToldBy, Unused

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
            request, form, AboveCeiling, AgreementForbids, CodeDoesNotOpen, MayNotSellTopups, NoKeyForCodes, NoneLeft,
            NoPrice, OfferClosed, SaleKeyReused, StructurePaysMore, SlipEnded, SlipForSomethingElse, SlipUnknown,
            SlipUsed, TooManyGuesses,
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


async def beginning(session: ReadSession | WriteSession, principal: Principal) -> dict[str, str]:
    """What the form of a handover begins with: an id of its own, and how its seller was paid last."""
    last = await HandoversRepository.from_session(session).last_means(own_relais_of(principal), principal.subject)
    return {"id": str(uuid7()), "means": (last or Means.CASH).value}


def at_the_till() -> dict[str, dict[str, str]]:
    """What is chosen from when a top-up leaves, alone or with a device."""
    return {
        "means": labelled(MEANS),
        "publics": {value: text for value, text in publics().items() if value != "tous-publics"},
    }


def _limits(tills: list[TillRights]) -> dict[str, bool | str | None]:
    """What the structures of the caller may do; why not, when it is so of all of them."""
    said = {one.limit_fr for one in tills}
    return {
        "may_sell": any(one.may_sell for one in tills),
        "may_give": any(one.may_give for one in tills),
        "limit": said.pop() if len(said) == 1 else None,
    }


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
    form.values = {**await beginning(session, principal), "offer_id": str(offer_id), **form.values}
    return page(
        request,
        "topups/templates/sell.html",
        principal=principal,
        status=status,
        offer=offer,
        hardly=(await _hardly(session, principal, settings, [offer])).get(offer_id),
        form=form,
        tills=tills,
        **_limits(await TopupSalesRepository.from_session(session).rights(own)),
        criteria=labelled(Criterion),
        **at_the_till(),
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
