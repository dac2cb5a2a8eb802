"""Accounts of a campaign: all of them for the coordination, its own for a structure."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated
from uuid import UUID

from filiere.database import Scope
from filiere.duties import Duty
from filiere.web import (
    Choice,
    Column,
    Conflict,
    Form,
    Principal,
    ReadSession,
    Role,
    Search,
    StreamSession,
    Table,
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
    sheet_response,
    told,
)
from filiere.web import gettext as _
from starlette.requests import Request
from starlette.responses import Response

from distribute.campaign_accounts import service
from distribute.campaign_accounts.repository import AccountsRepository
from distribute.campaign_accounts.schemas import AccountIn, AccountOut
from distribute.campaigns import service as campaigns
from distribute.publics import public_label
from distribute.tenancy import led_by, own_relais_of, relais_of

router = page_router("/campagnes")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]
Lead = Annotated[Principal, allow(Role.RELAIS, duties=(Duty.LEAD,))]
ACCOUNTS = Table(
    columns=(
        Column("name", "Structure"),
        Column("ordered", "Commandés", is_number=True),
        Column("received", "Reçus", is_number=True),
        Column("handed", "Remis", is_number=True),
        Column("said", "Ce qu'elle en dit"),
    ),
    filters=(
        Search("q", "Chercher", "Nom, commune, département"),
        Choice("phrase", "Bilan", {"manque": "Manque encore"}, "Tous"),
    ),
)


@router.get("/{campaign_id}/bilans", name="campaign_accounts")
async def listing(request: Request, campaign_id: UUID, principal: Coordinator, session: ReadSession) -> Response:
    """Each structure: what it received and handed over, and its sentence."""
    campaign = await campaigns.get(session, principal, campaign_id)
    repository = AccountsRepository.from_session(session)
    view = ACCOUNTS.read(request)
    found = await repository.listing(
        relais_of(principal), campaign_id, campaign.name, q=view.q, missing=view["phrase"] == "manque", part=view.part
    )
    asked, answered = await repository.said(campaign_id)
    return page(
        request,
        "campaign_accounts/templates/accounts.html",
        principal=principal,
        campaign=campaign,
        view=view.fill(found.rows, found),
        asked=asked,
        answered=answered,
        is_over=service.is_over(campaign),
    )


@router.get("/{campaign_id}/bilans.csv", name="campaign_accounts_csv")
async def sheet(request: Request, campaign_id: UUID, principal: Coordinator, session: StreamSession) -> Response:
    """All of them."""
    campaign = await campaigns.get(session, principal, campaign_id)
    repository = AccountsRepository.from_session(session)

    async def rows() -> AsyncIterator[Sequence[object]]:
        async for one in repository.each(relais_of(principal), campaign_id, campaign.name):
            yield one.name, one.city, one.territory, one.ordered, one.received, one.handed, kinds(one), one.said or ""

    header = ("structure", "commune", "département", "commandés", "reçus", "remis", "par type", "ce qu'elle en dit")
    return sheet_response("bilans-campagne.csv", header, rows(), spoken=True)


@router.post("/{campaign_id}/bilans/rappeler", name="remind_of_accounts")
async def remind(request: Request, campaign_id: UUID, principal: Coordinator, session: WriteSession) -> Response:
    """Write again to those who have not answered."""
    async with attempt(request, None, Conflict) as tried:
        sent = await service.remind(session, principal, campaign_id)
        flash(request, ngettext("%(num)s rappel part.", "%(num)s rappels partent.", sent) % {"num": sent})
        return redirect(path("campaign_accounts", campaign_id=campaign_id))
    flash(request, told(tried.refusal.sentence), "stop")
    return redirect(path("campaign_accounts", campaign_id=campaign_id))


@router.get("/{campaign_id}/bilans/{relais_id}", name="campaign_account")
async def one(
    request: Request, campaign_id: UUID, relais_id: UUID, principal: Reader, session: ReadSession
) -> Response:
    """What a structure received and handed over, and its sentence."""
    return await _one(request, principal, session, campaign_id, relais_id, None)


@router.post("/{campaign_id}/bilans/{relais_id}", name="campaign_account")
async def say(request: Request, campaign_id: UUID, relais_id: UUID, principal: Lead, session: WriteSession) -> Response:
    """Keep its sentence."""
    form = await read_form(request, AccountIn)
    if form.is_valid:
        async with attempt(request, form, Conflict, field="said"):
            await service.say(session, principal, campaign_id, relais_id, form.data.said)
            flash(request, _("Votre bilan est gardé. Vous pouvez encore le changer."))
            return redirect(path("campaign_account", campaign_id=campaign_id, relais_id=relais_id))
    return await _one(request, principal, session, campaign_id, relais_id, form, 422)


async def _one(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    campaign_id: UUID,
    relais_id: UUID,
    form: Form[AccountIn] | None,
    status: int = 200,
) -> Response:
    campaign = await campaigns.get(session, principal, campaign_id)
    account = await service.get(session, principal, campaign, relais_id)
    own = Scope([relais_id] if own_relais_of(principal).includes(relais_id) else ())
    return page(
        request,
        "campaign_accounts/templates/account.html",
        principal=principal,
        status=status,
        campaign=campaign,
        account=account,
        form=form or Form({"said": account.said or ""}),
        # By public for its own people alone: who reads of many structures reads of no public.
        by_public=await AccountsRepository.from_session(session).own_publics(own, campaign.name),
        public_label=public_label,
        may_say=relais_id in led_by(principal) and service.is_over(campaign),
        is_own=own_relais_of(principal).includes(relais_id),
    )


def kinds(account: AccountOut) -> str:
    """« 3 tablettes, 1 smartphone »."""
    each = account.by_category.items()
    return ", ".join(f"{count} {told(one.plural_fr if count > 1 else one.label_fr)}" for one, count in each)
