"""The page « Commander »: a basket kept in the address, drafts and templates, an order that is changed."""

from typing import Annotated, NamedTuple
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.database import Part
from filiere.web import (
    DomainError,
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
    redirect,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.campaigns import service as campaigns_service
from distribute.campaigns.in_force import campaigns_for, terms_of
from distribute.campaigns.members import refusals
from distribute.drafts import service as drafts
from distribute.drafts.repository import DraftsRepository
from distribute.drafts.schemas import DraftIn, DraftOut
from distribute.orders import changes, service
from distribute.orders.alternatives import ALTERNATIVES
from distribute.orders.basket import KEPT, basket, fields_of, kept, order_of, to_correct
from distribute.orders.errors import EmptyOrder, NoteNamesSomebody, UnusualQuantity
from distribute.orders.options import a_year_after
from distribute.orders.schemas import OrderIn, OrderOut
from distribute.publics import publics
from distribute.relais.repository import RelaisRepository
from distribute.relais.schemas import RelaisOut
from distribute.remarks import about_nobody
from distribute.statuses import OrderStatus
from distribute.stock import service as stock
from distribute.tenancy import own_relais_of

router = page_router()

Relais = Annotated[Principal, allow(Role.RELAIS)]
# Drafts and templates that the page names; the others stand on a page of their own.
NAMED = 6
LONGEST_NOTE = 500


@router.get("/commander", name="shop")
async def shop(request: Request, principal: Relais, session: ReadSession) -> Response:
    """What may be ordered now, with a basket kept in the address."""
    values = dict(request.query_params)
    opened = await _opened(session, principal, values)
    if (draft := opened.draft) is not None and values.keys() <= {"brouillon"}:
        values |= {"relais": str(draft.relais_id), "note": draft.note or "", **fields_of(draft.lines)}
    if opened.changed is not None:
        values.setdefault("note", opened.changed.note or "")
    why_not = await _for_campaign(session, principal, values)
    return await _shop(request, principal, session, values, opened=opened, why_not=why_not)


@router.post("/commander", name="shop")
async def order(request: Request, principal: Relais, session: WriteSession) -> Response:
    """Place the basket as an order; « + », « − » and Enter only change the basket, which stays in the address."""
    values = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    values["note"] = values.get("note", "").strip()[:LONGEST_NOTE]
    if pressed := values.get("plus") or values.get("minus") or values.get("update"):
        if values["note"]:  # never in an address
            return await _shop(request, principal, session, {"note": values["note"], **kept(values)})
        where = f"c-{pressed}" if pressed in set(Category) else "choisis"
        return redirect(path("shop", **kept(values)) + f"#{where}")
    async with attempt(request) as tried:
        return await _act(request, principal, session, values)
    return await _shop(request, principal, session, values, tried.error)


@router.get("/brouillons", name="drafts")
async def listing(request: Request, principal: Relais, session: ReadSession) -> Response:
    """Drafts and templates."""
    found = await DraftsRepository.from_session(session).listing(own_relais_of(principal), Part(drafts.AT_MOST))
    return page(request, "screens/templates/orders/drafts.html", principal=principal, drafts=found.rows)


@router.post("/brouillons/{template_id}/supprimer", name="forget_draft")
async def forget(request: Request, template_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """Delete a draft or a template."""
    await drafts.forget(session, principal, template_id)
    flash(request, gettext("Supprimé."))
    return redirect(path("drafts"))


async def _act(request: Request, principal: Principal, session: WriteSession, values: dict[str, str]) -> Response:
    """Do what the pressed button says: keep the basket, write an order anew, or order."""
    relais = _chosen(await _own(session, principal), values.get("relais", ""))
    try:
        about_nobody(values["note"])
    except ValueError as error:
        raise NoteNamesSomebody(str(error)) from error
    wanted = order_of(relais.id, basket(values), values.get("public") or None, values["note"]) if relais else None
    if wanted is None:
        raise EmptyOrder
    if values.get("garder") in ("draft", "template"):
        return await _keep(request, principal, session, values, wanted)
    if (named := _id(values.get("commande", ""))) is not None:
        changed = await changes.rewrite(session, principal, named, wanted, today())
        flash(request, gettext("Commande %(reference)s modifiée.") % {"reference": changed.reference})
        return redirect(path("order", order_id=changed.id))
    placed = await service.place(session, principal, wanted, today(), _id(values.get("encore", "")))
    if (draft := await _draft(session, principal, values)) is not None:
        await drafts.ordered(session, principal, draft.id)
    said = {"reference": placed.order.reference}
    if placed.is_new:
        flash(request, gettext("Commande %(reference)s envoyée. Ses prix sont fixés.") % said)
    else:
        sentence = gettext(
            "Vous aviez déjà envoyé cette commande il y a moins de dix minutes : la voici. Pour la même une deuxième"
            " fois, appuyez sur « Recommander »."
        )
        flash(request, sentence)
    return redirect(path("order", order_id=placed.order.id))


async def _keep(
    request: Request, principal: Principal, session: WriteSession, values: dict[str, str], wanted: OrderIn
) -> Response:
    """Keep the basket: in the place of the draft that was opened, unless a template is made of it."""
    is_template = values["garder"] == "template"
    opened = await _draft(session, principal, values)
    name = values.get("nom", "").strip()[:100] or (opened.name if opened is not None else "")
    draft = DraftIn(
        relais_id=wanted.relais_id, name=name, is_template=is_template, lines=wanted.lines, note=wanted.note
    )
    if opened is not None and opened.is_template == is_template and opened.relais_id == wanted.relais_id:
        await drafts.change(session, principal, opened.id, draft)
    else:
        await drafts.keep(session, principal, draft)
    flash(request, gettext("Modèle gardé.") if is_template else gettext("Brouillon gardé. Rien n'est commandé."))
    return redirect(path("drafts"))


async def _shop(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    values: dict[str, str],
    error: DomainError | None = None,
    opened: "_Opened | None" = None,
    why_not: str = "",
) -> Response:
    own = await _own(session, principal)
    draft, changed = opened or await _opened(session, principal, values)
    wishes = basket(values)
    campaigns = await campaigns_for(session, [one.id for one in own], today())
    terms = await terms_of(session, campaigns)
    return page(
        request,
        "screens/templates/orders/shop.html",
        principal=principal,
        status=error.status_code if error else 200,
        own=own,
        relais=_chosen(own, values.get("relais", "")),
        # What can be had now comes first.
        categories=sorted((await stock.stock(session, today())).categories, key=lambda one: not one.available),
        wishes=wishes,
        total=sum(line.quantity or 0 for line in wishes.values()),
        campaigns=campaigns,
        # What is paid of the list's price, in percent, where a campaign's terms are not the list's.
        parts={name: one.percent_of_the_list for name, one in terms.items() if one.percent_of_the_list != 100},
        ordering_for=sorted({one.campaign for one in wishes.values() if one.campaign in campaigns}),
        why_not=why_not,
        earliest=today().isoformat(),
        latest=a_year_after(today()).isoformat(),
        wrong=to_correct(error, wishes),
        asks=isinstance(error, UnusualQuantity),
        labels={category: category.plural_fr for category in Category},
        publics=publics(),
        chosen_public=values.get("public", ""),
        note=values.get("note", ""),
        alternatives=ALTERNATIVES,
        grades=list(Grade),
        error=error,
        is_empty=isinstance(error, EmptyOrder),
        note_error=error.errors[0].message_fr if isinstance(error, NoteNamesSomebody) else "",
        changed=changed,
        draft=draft,
        drafts=(await DraftsRepository.from_session(session).listing(own_relais_of(principal), Part(NAMED))).rows,
        carried={name: values[name] for name in KEPT if values.get(name) and name not in ("relais", "public")},
    )


async def _for_campaign(session: ReadSession, principal: Principal, values: dict[str, str]) -> str:
    """« Commander pour la campagne » leads here: every line begins with it. Why not, where its Relais may not order."""
    named = _id(values.pop("campagne", ""))
    relais = _chosen(await _own(session, principal), values.get("relais", ""))
    if named is None or relais is None:
        return ""
    campaign = await campaigns_service.get(session, None, named)
    (refused,) = await refusals(session, relais.id, [(campaign.name, ())], today())
    if refused is None:
        for category in Category:
            values.setdefault(f"{category.value}-campaign", campaign.name)
    return refused or ""


class _Opened(NamedTuple):
    """What the address names: a draft, an order that is written anew."""

    draft: DraftOut | None
    changed: OrderOut | None


async def _opened(session: ReadSession | WriteSession, principal: Principal, values: dict[str, str]) -> _Opened:
    return _Opened(await _draft(session, principal, values), await _changed(session, principal, values))


async def _own(session: ReadSession | WriteSession, principal: Principal) -> list[RelaisOut]:
    return await RelaisRepository.from_session(session).of_members(own_relais_of(principal))


def _chosen(own: list[RelaisOut], typed: str) -> RelaisOut | None:
    """The Relais to order for: the named one, else the only or first one."""
    return next((relais for relais in own if str(relais.id) == typed), own[0] if own else None)


async def _draft(session: ReadSession | WriteSession, principal: Principal, values: dict[str, str]) -> DraftOut | None:
    """The draft that was opened, while it is there."""
    named = _id(values.get("brouillon", ""))
    return await DraftsRepository.from_session(session).get(own_relais_of(principal), named) if named else None


async def _changed(
    session: ReadSession | WriteSession, principal: Principal, values: dict[str, str]
) -> OrderOut | None:
    """The order that is written anew: one of the caller's own that waits for approval."""
    named = _id(values.get("commande", ""))
    if named is None:
        return None
    found = await service.get(session, principal, named)
    is_own = own_relais_of(principal).includes(found.relais_id)
    return found if is_own and found.status is OrderStatus.PLACED else None


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
