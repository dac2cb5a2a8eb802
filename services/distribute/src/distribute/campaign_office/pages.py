"""Campaigns on screen, for the coordination: the list, the draft, what it would be, publishing."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.web import (
    Choice,
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
    page,
    page_router,
    path,
    read_form,
    redirect,
    told,
)
from filiere.web import gettext as _
from starlette.requests import Request
from starlette.responses import Response

from distribute.as_read import fingerprint
from distribute.campaign_office.differences import Difference, differences
from distribute.campaign_office.schemas import CampaignForm, PublishForm, written
from distribute.campaigns import service
from distribute.campaigns.errors import CampaignOver, WrittenMeanwhile
from distribute.campaigns.members_repository import CampaignMembersRepository
from distribute.campaigns.repository import CampaignsRepository
from distribute.campaigns.schemas import CampaignOut
from distribute.campaigns.status import Pricing, Stage
from distribute.engine import policy_on
from distribute.publics import public_label, publics
from distribute.relais.legal_form import LegalForm
from distribute.tenancy import own_relais_of

router = page_router("/campagnes")

Reader = Annotated[Principal, allow(Role.COORDINATOR, Role.RELAIS)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
LISTS = ("publics", "legal_forms")
CAMPAIGNS = Table(
    columns=(
        Column("name", "Campagne"),
        Column("stage", "Où elle en est"),
        Column("days", "Jours"),
        Column("members", "Structures", is_number=True),
        Column("part", "Votre structure"),
    ),
    filters=(
        Search("q", "Chercher", "Nom de la campagne"),
        Choice("etat", "Où elle en est", {one.value: one.label_fr for one in Stage}, "Toutes"),
    ),
)


@router.get("", name="campaigns")
async def listing(request: Request, principal: Reader, session: ReadSession) -> Response:
    """All of them; who acts for a Relais sees those that are published, and where it takes part."""
    view = CAMPAIGNS.read(request)
    found = await CampaignsRepository.from_session(session).listing(
        q=view.q, stage=view["etat"], with_drafts=service.sees_drafts(principal), part=view.part
    )
    theirs = await CampaignMembersRepository.from_session(session).of_relais(own_relais_of(principal))
    return page(
        request,
        "campaign_office/templates/listing.html",
        principal=principal,
        view=view.fill(found.rows, found),
        theirs=theirs,
    )


@router.get("/nouvelle", name="new_campaign")
async def new(request: Request, principal: Coordinator) -> Response:
    """An empty form."""
    return _form(request, principal, Form({"begins_on": today().isoformat(), "pricing": Pricing.LIST.value}), None)


@router.post("/nouvelle", name="new_campaign")
async def draft(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    """Keep a draft and show what it would be."""
    form = await read_form(request, CampaignForm, lists=LISTS)
    if form.is_valid:
        async with attempt(request, form, Conflict):
            made = await service.draft(session, principal, form.data.asked())
            return redirect(path("preview_campaign", campaign_id=made.id))
    return _form(request, principal, form, None, 422)


@router.get("/{campaign_id}/modifier", name="edit_campaign")
async def edit(request: Request, campaign_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """The draft, or a new one of what is published."""
    found = await service.get(session, principal, campaign_id)
    if not found.may_change:
        return _over(request, found)
    return _form(request, principal, Form({**written(found.latest), "seen": fingerprint(found.latest)}), found)


@router.post("/{campaign_id}/modifier", name="edit_campaign")
async def save(request: Request, campaign_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Keep the draft; what is published goes on as it is. What a colleague wrote meanwhile is shown beside."""
    form = await read_form(request, CampaignForm, lists=LISTS)
    theirs: list[Difference] = []
    if form.is_valid:
        async with attempt(request, form, Conflict, Unprocessable) as tried:
            await service.save(session, principal, campaign_id, form.data.asked(), form.data.seen or "")
            return redirect(path("preview_campaign", campaign_id=campaign_id))
        if isinstance(tried.error, CampaignOver):
            return _over(request, await service.get(session, principal, campaign_id))
        if isinstance(tried.error, WrittenMeanwhile):
            found = await service.get(session, principal, campaign_id)
            theirs = differences(found.latest, form.data.asked())
            form.values = {**form.values, "seen": fingerprint(found.latest)}
    return _form(request, principal, form, await service.get(session, principal, campaign_id), 422, theirs)


@router.get("/{campaign_id}/apercu", name="preview_campaign")
async def preview(request: Request, campaign_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """What publishing the draft would make of it."""
    found = await service.get(session, principal, campaign_id)
    if not found.may_change:
        return _over(request, found)
    wrong = service.wrong_day(found) if found.draft is not None else None
    return page(
        request,
        "campaign_office/templates/preview.html",
        principal=principal,
        campaign=found,
        wrong=wrong.message_fr if wrong is not None else "",
        seen=fingerprint(found.draft) if found.draft is not None else "",
        changes=differences(found.terms, found.draft) if found.is_published and found.draft is not None else [],
        policy=policy_on(today()),
        public_label=public_label,
    )


@router.post("/{campaign_id}/publier", name="publish_campaign")
async def publish(request: Request, campaign_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Publish, with a reason."""
    form = await read_form(request, PublishForm)
    async with attempt(request, None, Conflict, Unprocessable) as tried:
        if not form.is_valid:
            raise Unprocessable(form.first_error)
        await service.publish(session, principal, campaign_id, form.data.reason, form.data.seen)
        flash(request, _("Campagne publiée. Envoyez maintenant son lien aux structures."))
        return redirect(path("campaign", campaign_id=campaign_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("preview_campaign", campaign_id=campaign_id))


@router.post("/{campaign_id}/supprimer", name="drop_campaign_draft")
async def drop(request: Request, campaign_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Throw the draft away."""
    found = await service.get(session, principal, campaign_id)
    async with attempt(request, None, Conflict) as tried:
        await service.remove(session, principal, campaign_id)
        flash(request, _("Brouillon supprimé."))
        return redirect(path("campaign", campaign_id=campaign_id) if found.is_published else path("campaigns"))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("campaign", campaign_id=campaign_id))


def _form(
    request: Request,
    principal: Principal,
    form: Form[CampaignForm],
    campaign: CampaignOut | None,
    status: int = 200,
    theirs: Sequence[Difference] = (),
) -> Response:
    return page(
        request,
        "campaign_office/templates/edit.html",
        principal=principal,
        status=status,
        form=form,
        theirs=theirs,
        campaign=campaign,
        publics={value: label for value, label in publics().items() if value != "tous-publics"},
        legal_forms={one.value: one.label_fr for one in LegalForm},
        pricings={one.value: told(one.label_fr) for one in Pricing},
    )


def _over(request: Request, campaign: CampaignOut) -> Response:
    """It is closed or cancelled: there is nothing to change, and no draft."""
    flash(request, told(CampaignOver.title), "stop")
    return redirect(path("campaign", campaign_id=campaign.id))
