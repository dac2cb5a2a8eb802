"""The page of a campaign: how far it is, what is set aside for it, who takes part; closing and cancelling it."""

from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue import Category
from filiere.database import AsyncReadSession
from filiere.journal import Entry
from filiere.web import (
    Column,
    Conflict,
    Form,
    Principal,
    ReadSession,
    Role,
    Search,
    Table,
    Unprocessable,
    WriteSession,
    allow,
    attempt,
    flash,
    ngettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
    told,
)
from filiere.web import gettext as _
from filiere.web.addresses import whole_path
from filiere.web.app_state import app_state
from filiere.web.journal import journal_of
from starlette.requests import Request
from starlette.responses import Response

from distribute.campaign_office.links import token_of
from distribute.campaign_office.progress import progress
from distribute.campaign_office.progress_repository import ProgressRepository
from distribute.campaign_stock import closing
from distribute.campaign_stock import service as campaign_stock
from distribute.campaign_stock.ledger_repository import CampaignLedger
from distribute.campaign_stock.schemas import SetAsideIn
from distribute.campaigns import members, service
from distribute.campaigns.members_repository import CampaignMembersRepository
from distribute.campaigns.repository import CampaignsRepository
from distribute.campaigns.schemas import CampaignOut, ReasonIn
from distribute.campaigns.status import Stage
from distribute.publics import public_label
from distribute.relais import service as relais_service
from distribute.relais.repository import RelaisRepository
from distribute.tenancy import led_by, own_relais_of, relais_of

router = page_router("/campagnes")

Reader = Annotated[Principal, allow(Role.COORDINATOR, Role.RELAIS)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
MEMBERS = Table(
    columns=(
        Column("name", "Structure"),
        Column("city", "Commune"),
        Column("joined", "Participe depuis"),
        Column("act", "Retirer"),
    ),
    filters=(Search("q", "Chercher", "Nom, commune, département"),),
)
SAID = {
    "drafted": "Brouillon préparé",
    "edited": "Brouillon enregistré",
    "draft_dropped": "Brouillon supprimé",
    "published": "Publiée",
    "joined": "Une structure participe",
    "left": "Une structure ne participe plus",
    "closed": "Clôturée",
    "cancelled": "Annulée",
    "invited": "Invitations envoyées",
    "reminded": "Invitations rappelées",
    "account": "Bilan d'une structure",
    "accounts_reminded": "Bilans rappelés",
}


@router.get("/{campaign_id}", name="campaign")
async def one(request: Request, campaign_id: UUID, principal: Reader, session: ReadSession) -> Response:
    """How far it is; the coordination acts here, a Relais sees its own part."""
    found = await service.get(session, principal, campaign_id)
    if found.stage is Stage.DRAFT:
        return redirect(path("preview_campaign", campaign_id=campaign_id))
    return await _one(request, principal, session, found, Form())


@router.post("/{campaign_id}/stock", name="reserve_for_campaign")
async def set_aside(request: Request, campaign_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Set free devices aside for it."""
    found = await service.get(session, principal, campaign_id)
    form = await read_form(request, SetAsideIn)
    if form.is_valid:
        async with attempt(request, form, Unprocessable):
            made = await campaign_stock.set_aside(session, found.name, form.data, today())
            flash(request, made.sentence, "ok" if made.moved == made.asked else "wait")
            return redirect(path("campaign", campaign_id=campaign_id))
    return await _one(request, principal, session, found, form, 422)


@router.post("/{campaign_id}/stock/{wish_id}/annuler", name="undo_reserve_for_campaign")
async def undo(
    request: Request, campaign_id: UUID, wish_id: UUID, principal: Coordinator, session: WriteSession
) -> Response:
    """Give back what one wish set aside, as far as it is free."""
    found = await service.get(session, principal, campaign_id)
    async with attempt(request, None, Conflict) as tried:
        made = await campaign_stock.undo(session, found.name, wish_id)
        flash(request, made.sentence, "ok" if made.moved else "wait")
        return redirect(path("campaign", campaign_id=campaign_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("campaign", campaign_id=campaign_id))


@router.post("/{campaign_id}/cloturer", name="close_campaign")
async def close(request: Request, campaign_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Close it: what is free of its stock is everybody's."""
    form = await read_form(request, ReasonIn)
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(form.first_error)
        freed = await closing.close(session, principal, campaign_id, form.data.reason)
        flash(request, ngettext(
            "Campagne clôturée. %(num)s équipement est rendu au stock commun.",
            "Campagne clôturée. %(num)s équipements sont rendus au stock commun.",
            freed,
        ) % {"num": freed})  # fmt: skip
        return redirect(path("campaign", campaign_id=campaign_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("campaign", campaign_id=campaign_id))


@router.post("/{campaign_id}/annuler", name="cancel_campaign")
async def cancel(request: Request, campaign_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Before its first day."""
    form = await read_form(request, ReasonIn)
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(form.first_error)
        await service.cancel(session, principal, campaign_id, form.data.reason)
        flash(request, _("Campagne annulée : elle n'ouvrira pas."))
        return redirect(path("campaign", campaign_id=campaign_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("campaign", campaign_id=campaign_id))


@router.get("/{campaign_id}/structures", name="campaign_members")
async def structures(request: Request, campaign_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """Who takes part."""
    found = await service.get(session, principal, campaign_id)
    view = MEMBERS.read(request)
    listed = await CampaignMembersRepository.from_session(session).listing(
        relais_of(principal), campaign_id, q=view.q, part=view.part
    )
    return page(
        request,
        "campaign_office/templates/members.html",
        principal=principal,
        campaign=found,
        view=view.fill(listed.rows, listed),
        link=whole_path(_address(request), "open_campaign", campaign_token=token_of(request, campaign_id)),
    )


@router.post("/{campaign_id}/structures/{relais_id}/retirer", name="remove_campaign_member")
async def remove(
    request: Request, campaign_id: UUID, relais_id: UUID, principal: Coordinator, session: WriteSession
) -> Response:
    """Not any more, with a reason; what it ordered stays."""
    form = await read_form(request, ReasonIn)
    relais = await relais_service.get(session, principal, relais_id)
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(form.first_error)
        await members.leave(session, principal, campaign_id, relais, form.data.reason)
        flash(request, _("%(name)s ne participe plus. Ses commandes restent.") % {"name": relais.name})
        return redirect(path("campaign_members", campaign_id=campaign_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("campaign_members", campaign_id=campaign_id))


async def _one(
    request: Request,
    principal: Principal,
    session: AsyncReadSession | WriteSession,
    campaign: CampaignOut,
    form: Form[SetAsideIn],
    status: int = 200,
) -> Response:
    is_office = principal.is_coordinator
    ledger = CampaignLedger.from_session(session)
    own = await RelaisRepository.from_session(session).of_members(own_relais_of(principal))
    theirs = await CampaignMembersRepository.from_session(session).of_relais(own_relais_of(principal))
    return page(
        request,
        "campaign_office/templates/one.html",
        principal=principal,
        status=status,
        campaign=campaign,
        progress=await progress(session, campaign),
        became=await ledger.became(campaign.name) if is_office else None,
        wishes=await ledger.wishes(campaign.name) if is_office else [],
        versions=await CampaignsRepository.from_session(session).versions(campaign.id) if is_office else [],
        form=form,
        categories={one.value: told(one.plural_fr).capitalize() for one in Category},
        public_label=public_label,
        link=whole_path(_address(request), "open_campaign", campaign_token=token_of(request, campaign.id)),
        token=token_of(request, campaign.id),
        led=led_by(principal),
        own=[one for one in own if one.id in theirs.get(campaign.id, set())],
        others=[] if campaign.stage.is_over else [one for one in own if one.id not in theirs.get(campaign.id, set())],
        parts=await ProgressRepository.from_session(session).own(own_relais_of(principal), campaign.name),
        hindrances={one.id: members.hindrances(campaign.terms, one) for one in own},
        journal=await journal_of(request, session, service.OBJECT, campaign.id, _said) if is_office else None,
    )


def _address(request: Request) -> str:
    return app_state(request).settings.public_url


def _said(entry: Entry) -> str:
    about = entry.details.get("name") or entry.details.get("count")
    return told(SAID.get(entry.verb, entry.verb)) + (f" : {about}" if about else "")
