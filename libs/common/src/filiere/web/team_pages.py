"""An organisation's people: listed with when they were last seen, for all of them; invited, given another duty, taken
away by those who lead it, or by the coordination."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from filiere.duties import Duty
from filiere.mail.transports import transport_of
from filiere.roles import Role
from filiere.service import Service
from filiere.web import invitations, teams
from filiere.web.access import allow, public
from filiere.web.addresses import path
from filiere.web.app_state import app_state
from filiere.web.bounded_types import Visible
from filiere.web.errors import DomainError
from filiere.web.forms import Form, read_form
from filiere.web.i18n import gettext as _
from filiere.web.i18n import told
from filiere.web.invitation_repository import InvitationRepository, TeamMember
from filiere.web.journal import journal_of
from filiere.web.members import Subject
from filiere.web.pages import flash, page, redirect
from filiere.web.principal import Principal
from filiere.web.rendering import own_here
from filiere.web.routers import page_router
from filiere.web.sessions import ReadSession, WriteSession, attempt
from filiere.web.sheet_export import sheet_response

HEADER = ("Personne", "Courriel", "Fonction", "Depuis le", "Vue pour la dernière fois")


class InviteForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    # Copied from a page, it may bring along what nobody sees.
    address: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254), Visible]
    duty: Duty | None = None


class ChangeOfDuty(BaseModel):
    model_config = ConfigDict(extra="forbid")

    subject: Subject
    duty: Duty


class Removal(BaseModel):
    model_config = ConfigDict(extra="forbid")

    subject: Subject


def team_router(service: Service) -> APIRouter:
    """The pages of a service whose organisations have people."""
    router = page_router("/equipe")
    assert service.organisation_role is not None
    role = service.organisation_role
    Teammate = Annotated[Principal, allow(role, Role.COORDINATOR)]  # noqa: N806 - a type
    Lead = Annotated[Principal, allow(role, Role.COORDINATOR, duties=(Duty.LEAD,))]  # noqa: N806
    Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]  # noqa: N806

    @router.get("", name="own_team")
    async def own(principal: Teammate) -> Response:
        """One's own team; the coordination's list of everybody."""
        mine = sorted(principal.organisations(role))
        return redirect(path("team", organisation_id=mine[0]) if mine else path("members"))

    @router.post("/coordination/inviter", name="invite_coordinator")
    async def invite_coordinator(request: Request, principal: Coordinator, session: WriteSession) -> Response:
        form = await read_form(request, InviteForm)
        async with attempt(request, form):
            if form.is_valid:
                link = await invitations.invite(session, service, principal, form.data.address, Role.COORDINATOR, None)
                _told(request, form.data.address, link)
                return redirect(path("members"))
        flash(request, form.first_error if form.errors else _("Écrivez une adresse."), "stop")
        return redirect(path("members"))

    @router.post("/coordination/invitations/{invitation_id}/annuler", name="take_back_coordinator")
    async def take_back_coordinator(
        request: Request, invitation_id: UUID, principal: Coordinator, session: WriteSession
    ) -> Response:
        await invitations.take_back(session, invitation_id, None)
        flash(request, _("L'invitation est annulée."))
        return redirect(path("members"))

    @router.get("/{organisation_id}", name="team")
    async def listing(request: Request, organisation_id: UUID, principal: Teammate, session: ReadSession) -> Response:
        return await show(request, session, organisation_id, principal, Form())

    @router.get("/{organisation_id}/liste.csv", name="team_csv")
    async def export(organisation_id: UUID, principal: Teammate, session: ReadSession) -> Response:
        """The team as a spreadsheet, as its page shows it."""
        await _checked(session, organisation_id, principal)
        team = await InvitationRepository.from_session(session).team(role.value, organisation_id)
        rows = [
            (one.name or one.subject, one.address, told(Duty(one.duty).label_fr), one.since, one.seen_at)
            for one in team
        ]
        return sheet_response("equipe.csv", HEADER, rows, spoken=True)

    @router.post("/{organisation_id}/inviter", name="invite")
    async def invite(request: Request, organisation_id: UUID, principal: Lead, session: WriteSession) -> Response:
        await _checked(session, organisation_id, principal)
        form = await read_form(request, InviteForm)
        if form.is_valid:
            async with attempt(request, form, DomainError, field="address"):
                team = await InvitationRepository.from_session(session).team(role.value, organisation_id)
                duty = form.data.duty or _proposed(team)
                link = await invitations.invite(
                    session, service, principal, form.data.address, role, organisation_id, teams.offered(service, duty)
                )
                _told(request, form.data.address, link)
                return redirect(path("team", organisation_id=organisation_id))
        return await show(request, session, organisation_id, principal, form, 422)

    @router.post("/{organisation_id}/invitations/{invitation_id}/annuler", name="take_back_invitation")
    async def take_back(
        request: Request,
        organisation_id: UUID,
        invitation_id: UUID,
        principal: Lead,
        session: WriteSession,
    ) -> Response:
        await _checked(session, organisation_id, principal)
        await invitations.take_back(session, invitation_id, organisation_id)
        flash(request, _("L'invitation est annulée."))
        return redirect(path("team", organisation_id=organisation_id))

    @router.post("/{organisation_id}/fonction", name="change_duty")
    async def change_duty(request: Request, organisation_id: UUID, principal: Lead, session: WriteSession) -> Response:
        await _checked(session, organisation_id, principal)
        form = await read_form(request, ChangeOfDuty)
        if not form.is_valid:
            raise teams.MemberUnknown
        subject, duty = form.data.subject, teams.offered(service, form.data.duty)
        await teams.change_duty(session, service, principal, subject, role, organisation_id, duty)
        app_state(request).memberships.forget(subject)
        flash(request, _("C'est fait : cette personne est maintenant notée « %(duty)s ».") % {"duty": _(duty.label_fr)})
        return redirect(path("team", organisation_id=organisation_id))

    @router.post("/{organisation_id}/retirer", name="remove_member")
    async def remove(request: Request, organisation_id: UUID, principal: Lead, session: WriteSession) -> Response:
        await _checked(session, organisation_id, principal)
        form = await read_form(request, Removal)
        if not form.is_valid:
            raise teams.MemberUnknown
        is_told = await teams.remove(session, service, principal, form.data.subject, role, organisation_id)
        app_state(request).memberships.forget(form.data.subject)
        flash(request, _("C'est fait : cette personne n'a plus accès, et sa session est fermée."))
        if is_told:
            flash(request, _("Un courriel l'en prévient."))
        else:
            flash(request, _("Son adresse n'est pas connue ici : aucun courriel ne l'en prévient."), "wait")
        return redirect(path("team", organisation_id=organisation_id))

    async def show(
        request: Request,
        session: ReadSession,
        organisation_id: UUID,
        principal: Principal,
        form: Form[InviteForm],
        status: int = 200,
    ) -> Response:
        name = await _checked(session, organisation_id, principal)
        found = InvitationRepository.from_session(session)
        team = await found.team(role.value, organisation_id)
        return page(
            request,
            "team.html",
            principal=principal,
            status=status,
            organisation_id=organisation_id,
            name=name,
            team=team,
            duties=service.duties,
            leads=principal.is_coordinator or _leads(principal, team),
            proposed=_proposed(team),
            invitations=await found.open_of(organisation_id),
            closed=await invitations.is_closed(session, service, organisation_id),
            form=form,
            days=invitations.VALID.days,
            journal=await journal_of(
                request, session, service.organisation_table, organisation_id, teams.said, teams.VERBS
            ),
        )

    async def _checked(session: ReadSession, organisation_id: UUID, principal: Principal) -> str:
        return await invitations.organisation_of(session, service, organisation_id, principal)

    return router


def invitation_router(service: Service) -> APIRouter:
    """What the link in the letter opens."""
    router = page_router("/invitation")

    @router.get("/{token}", name="invitation", dependencies=[public()])
    async def opened(request: Request, token: str, session: ReadSession) -> Response:
        found = await invitations.opened(session, token)
        organisation = (
            await invitations.name_of(session, service, found.organisation_id) if found.organisation_id else None
        )
        return page(
            request,
            "invitation.html",
            organisation=organisation,
            role=Role(found.role),
            login=path("login", next=own_here(request)),
        )

    @router.post("/{token}", name="invitation")
    async def accept(
        request: Request, token: str, principal: Annotated[Principal, allow()], session: WriteSession
    ) -> Response:
        await invitations.accept(session, service, principal, token)
        app_state(request).memberships.forget(principal.subject)
        flash(request, _("Bienvenue : vous avez maintenant accès."))
        return redirect(path("home"))

    return router


def _leads(principal: Principal, team: Sequence[TeamMember]) -> bool:
    return any(one.subject == principal.subject and one.duty == Duty.LEAD for one in team)


def _proposed(team: Sequence[TeamMember]) -> Duty:
    """For who is invited: a team without a lead needs one first."""
    return Duty.COLLEAGUE if any(one.duty == Duty.LEAD for one in team) else Duty.LEAD


def _told(request: Request, address: str, link: str) -> None:
    """Where no letter leaves, whoever invites passes the link on."""
    settings = app_state(request).settings
    if transport_of(settings) is None:
        whole = settings.public_url.rstrip("/") + link
        flash(request, _("Aucun courriel ne part d'ici : donnez vous-même ce lien, %(link)s") % {"link": whole}, "wait")
    else:
        flash(request, _("Invitation envoyée à %(address)s.") % {"address": address})
