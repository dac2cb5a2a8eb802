"""Price lists on screen: which one is in force, drafts to edit, what a draft would change, publishing."""

from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.database import AsyncReadSession
from filiere.journal import Entry
from filiere.web import (
    Conflict,
    Form,
    Principal,
    ReadSession,
    Role,
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
from filiere.web.journal import journal_of
from starlette.requests import Request
from starlette.responses import Response

from distribute.as_read import fingerprint
from distribute.price_book import ceilings_on
from distribute.price_lists import rules, service
from distribute.price_lists.errors import WrittenMeanwhile
from distribute.price_lists.list_forms import ListForm, opened, written_meanwhile
from distribute.price_lists.repository import PriceListsRepository
from distribute.price_lists.schemas import PAYING, DraftIn, PriceListOut, PublishForm, ReasonIn

router = page_router("/prix")

Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
_SAID = {
    "drafted": "Brouillon préparé",
    "edited": "Brouillon enregistré",
    "published": "Liste publiée",
    "withdrawn": "Liste retirée",
}


@router.get("", name="price_lists")
async def listing(request: Request, principal: Reader, session: ReadSession) -> Response:
    """Every list: in force, to come, before; the coordination sees drafts."""
    return await _listing(request, principal, session)


@router.post("", name="price_lists")
async def draft(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    """A new draft, copied from the list that would be in force, or from the one that is named."""
    form = await read_form(request, DraftIn)
    if not form.is_valid:
        return await _listing(request, principal, session, 422)
    made = await service.draft(session, principal, form.data.based_on)
    return redirect(path("price_list", list_id=made.id))


@router.get("/{list_id}", name="price_list")
async def one(request: Request, list_id: UUID, principal: Reader, session: ReadSession) -> Response:
    """One list; a draft is a form."""
    found = await service.get(session, principal, list_id)
    return await _one(request, principal, session, found, Form({**opened(found)} if found.is_draft else None))


@router.post("/{list_id}", name="price_list")
async def save(request: Request, list_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Save a draft; what may not be published is said at once, and kept."""
    form = await read_form(request, ListForm)
    if form.is_valid:
        async with attempt(request, form) as tried:
            made = await service.save(session, principal, list_id, form.data.asked(), form.data.seen or "")
            wrong = len(rules.faults(made.prices, made.valid_from))
            flash(
                request,
                gettext("Brouillon enregistré. %(n)s prix sont à corriger avant de publier.") % {"n": wrong}
                if wrong
                else gettext("Brouillon enregistré."),
                "wait" if wrong else "ok",
            )
            return redirect(
                path("price_comparison", list_id=list_id) if not wrong else path("price_list", list_id=list_id)
            )
        found = await service.get(session, principal, list_id)
        if isinstance(tried.error, WrittenMeanwhile):
            theirs = written_meanwhile(found, form.data.asked())
            sentence = gettext("Écrit entre-temps : %(what)s")
            form.errors |= {name: sentence % {"what": said} for name, said in theirs.items()}
            form.values = {**form.values, "seen": fingerprint(found.said)}
    else:
        found = await service.get(session, principal, list_id)
    return await _one(request, principal, session, found, form, 422)


@router.get("/{list_id}/comparer", name="price_comparison")
async def compare(request: Request, list_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """What the list would change; of open orders, nothing."""
    found = await service.get(session, principal, list_id)
    return page(
        request,
        "price_lists/templates/comparison.html",
        principal=principal,
        list=found,
        seen=fingerprint(found.said) if found.is_draft else "",
        comparison=await service.compare(session, principal, list_id),
        today=today(),
    )


@router.post("/{list_id}/publier", name="publish_prices")
async def publish(request: Request, list_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Publish what was read, with a reason."""
    form = await read_form(request, PublishForm)
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(form.first_error)
        made = await service.publish(session, principal, list_id, form.data.reason, form.data.seen)
        flash(request, gettext("Liste publiée : elle compte à partir de son premier jour."))
        return redirect(path("price_list", list_id=made.id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("price_comparison", list_id=list_id))


@router.post("/{list_id}/retirer", name="withdraw_prices")
async def withdraw(request: Request, list_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Take it back before its day, with a reason."""
    form = await read_form(request, ReasonIn)
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(form.first_error)
        await service.withdraw(session, principal, list_id, form.data.reason)
        flash(request, gettext("Liste retirée : elle ne comptera pas."))
        return redirect(path("price_list", list_id=list_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("price_list", list_id=list_id))


@router.post("/{list_id}/supprimer", name="remove_prices")
async def remove(request: Request, list_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Throw a draft away."""
    await service.remove(session, list_id)
    flash(request, gettext("Brouillon supprimé."))
    return redirect(path("price_lists"))


async def _listing(
    request: Request, principal: Principal, session: AsyncReadSession | WriteSession, status: int = 200
) -> Response:
    lists = await PriceListsRepository.from_session(session).listing(with_drafts=service.sees_drafts(principal))
    return page(
        request, "price_lists/templates/listing.html", principal=principal, status=status, lists=lists, today=today()
    )


async def _one(
    request: Request,
    principal: Principal,
    session: AsyncReadSession | WriteSession,
    found: PriceListOut,
    form: Form[ListForm],
    status: int = 200,
) -> Response:
    if not form.errors and found.is_draft:
        form.errors = {one.field: one.message_fr for one in rules.faults(found.prices, found.valid_from)}
    return page(
        request,
        "price_lists/templates/one.html",
        principal=principal,
        status=status,
        list=found,
        form=form,
        categories=list(Category),
        grades=list(Grade),
        tiers=PAYING,
        cell=rules.cell_name,
        ceilings=ceilings_on(found.valid_from),
        today=today(),
        journal=await journal_of(request, session, service.OBJECT, found.id, _said)
        if principal.is_coordinator
        else None,
    )


def _said(entry: Entry) -> str:
    return told(_SAID.get(entry.verb, entry.verb))
