"""Who may act here, for the coordination: seen, taken away, logged out; by page and by API."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal, Self, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from starlette.requests import Request
from starlette.responses import Response

from filiere.database import AsyncSession
from filiere.duties import Duty
from filiere.keys import ANY_KEY
from filiere.roles import Role
from filiere.web.access import allow
from filiere.web.addresses import path
from filiere.web.app_state import app_state
from filiere.web.errors import Conflict
from filiere.web.forms import read_form
from filiere.web.i18n import gettext as _
from filiere.web.i18n import told
from filiere.web.invitation_repository import InvitationRepository
from filiere.web.memberships import WhomToEnd, end_sessions, grant_known, revoke, show_out
from filiere.web.openapi import raises
from filiere.web.pages import flash, page, redirect
from filiere.web.pagination import Page, Paging
from filiere.web.principal import Principal
from filiere.web.repository import Member, MembershipRepository
from filiere.web.routers import api_router, page_router
from filiere.web.sessions import ReadSession, StreamSession, WriteSession
from filiere.web.sheet_export import sheet_response
from filiere.web.tables import Column, Search, Table
from filiere.web.teams import tell_removed

ModelT = TypeVar("ModelT", bound=BaseModel)
Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]

MEMBERS = Table(
    columns=(
        Column("subject", "Personne", sheet=("Identifiant", "Personne", "Courriel")),
        Column("role", "Rôle", sheet=("Rôle", "Fonction")),
        Column("organisation", "Organisation"),
        Column("since", "Depuis le"),
        Column("seen_at", "Vue pour la dernière fois"),
        Column("actions", "Agir", sheet=("",)),
    ),
    filters=(Search("q", "Chercher", "nom, courriel, organisation ou identifiant"),),
    always=("Identifiant", "Personne"),
)
HEADER = (
    *("Identifiant", "Personne", "Courriel", "Rôle", "Fonction", "Organisation"),
    *("Depuis le", "Vue pour la dernière fois"),
)


class OwnAccess(Conflict):
    title = "Vous ne pouvez pas retirer vos propres accès : demandez-le à quelqu'un d'autre de la coordination."


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RoleOut(BaseModel):
    role: Role
    organisation_id: UUID | None
    duty: Duty = Field(Duty.LEAD, description="Within the organisation; of a network-wide role it says nothing.")


class Promotion(_In):
    subject: Subject


class Revocation(_In):
    """What is taken away: one role, for one organisation where the role has one; without a role everything."""

    subject: Subject
    role: Role | None = None
    organisation_id: UUID | None = None


class SessionsToEnd(_In):
    """Exactly one: a person, all who act for an organisation, or everybody."""

    subject: Subject | None = None
    organisation_id: UUID | None = None
    everybody: bool = False

    @model_validator(mode="after")
    def one_of_three(self) -> Self:
        if sum((self.subject is not None, self.organisation_id is not None, self.everybody)) != 1:
            raise ValueError("subject, organisation_id or everybody")
        return self


class MemberOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    subject: str
    role: Role
    organisation_id: UUID | None
    duty: Duty = Field(description="Within the organisation; of a network-wide role it says nothing.")
    since: datetime
    seen_at: datetime | None


class Me(BaseModel):
    """Whom this service takes the caller for."""

    subject: str
    name: str
    roles: list[RoleOut]
    key_scopes: list[str] | None = Field(None, description="What a key may be used for; null for a person.")


class Revoked(BaseModel):
    """How many memberships there were."""

    revoked: int


class Ended(BaseModel):
    """Sessions begun until now, and tokens given out until now, are refused everywhere within five seconds."""

    ended: Literal["person", "organisation", "everybody"]


def members_api() -> APIRouter:
    router = api_router("", tags=["members"])

    @router.get("/members")
    async def members(
        principal: Coordinator,
        session: ReadSession,
        paging: Paging,
        subject: Annotated[str | None, Query(max_length=255)] = None,
        organisation_id: UUID | None = None,
    ) -> Page[MemberOut]:
        """Who may act in this service, by subject."""
        found, total = await MembershipRepository(session).listing(
            subject, organisation_id, paging.limit, paging.offset
        )
        return paging.of([MemberOut.model_validate(one) for one in found], total)

    @router.get("/me")
    async def me(principal: Annotated[Principal, allow(keys=ANY_KEY)]) -> Me:
        """Who the caller is here, and as what; after a first call the coordination can give them a role."""
        roles = [
            RoleOut(role=one.role, organisation_id=one.organisation_id, duty=one.duty) for one in principal.memberships
        ]
        scopes = sorted(principal.key_scopes) if principal.key_scopes is not None else None
        return Me(subject=principal.subject, name=principal.name, roles=roles, key_scopes=scopes)

    @router.post("/members/revoke", responses=raises(OwnAccess))
    async def revoke_member(
        revocation: Revocation, request: Request, principal: Coordinator, session: WriteSession
    ) -> Revoked:
        """Take a role away, or (without a role) everything, and then end the person's sessions too."""
        return Revoked(revoked=await _revoke(request, session, principal, revocation))

    @router.post("/sessions/end", responses=raises(WhomToEnd))
    async def end(command: SessionsToEnd, request: Request, principal: Coordinator, session: WriteSession) -> Ended:
        """Log out a person, all who act for an organisation, or everybody, the caller included."""
        return Ended(ended=await _end(request, session, command))

    return router


def members_router() -> APIRouter:
    router = page_router("/acces")

    @router.get("", name="members")
    async def listing(request: Request, principal: Coordinator, session: ReadSession) -> Response:
        view = MEMBERS.read(request)
        table = app_state(request).service.organisation_table
        found = await MembershipRepository(session).search(view.q, table, view.part)
        open_ = await InvitationRepository(session).open_of(None)
        view = view.fill(found.rows, found)
        return page(request, "members.html", principal=principal, view=view, invitations=open_)

    @router.get("/liste.csv", name="members_csv")
    async def export(request: Request, principal: Coordinator, session: StreamSession) -> Response:
        """Who may act here as a spreadsheet, under the page's search."""
        view = MEMBERS.read(request)
        found = MembershipRepository(session).each(view.q, app_state(request).service.organisation_table)
        return sheet_response("acces.csv", HEADER, _rows(found), view, spoken=True)

    @router.post("/confier", name="make_coordinator")
    async def make_coordinator(request: Request, principal: Coordinator, session: WriteSession) -> Response:
        """Let somebody who is known here coordinate too."""
        subject = (await _given(request, Promotion)).subject
        await grant_known(session, subject, Role.COORDINATOR)
        app_state(request).memberships.forget(subject)
        flash(request, _("C'est fait : cette personne fait partie de la coordination."))
        return redirect(path("members"))

    @router.post("/retirer", name="revoke_member")
    async def revoke_from_page(request: Request, principal: Coordinator, session: WriteSession) -> Response:
        revocation = await _given(request, Revocation)
        await _revoke(request, session, principal, revocation)
        flash(request, _("%(subject)s n'a plus cet accès.") % {"subject": revocation.subject})
        return redirect(path("members"))

    @router.post("/deconnecter", name="end_sessions")
    async def end_from_page(request: Request, principal: Coordinator, session: WriteSession) -> Response:
        command = await _given(request, SessionsToEnd)
        await _end(request, session, command)
        flash(request, _("C'est fait : il faut se connecter à nouveau, d'ici cinq secondes."))
        return redirect(path("members"))

    return router


async def _given(request: Request, model: type[ModelT]) -> ModelT:
    """The fields of a form that this page wrote itself: what is wrong in it was not typed by anybody."""
    form = await read_form(request, model)
    if not form.is_valid:
        raise WhomToEnd
    return form.data


async def _revoke(request: Request, session: AsyncSession, principal: Principal, revocation: Revocation) -> int:
    if revocation.subject == principal.subject and revocation.role in (None, Role.COORDINATOR):
        raise OwnAccess
    organisations = {revocation.organisation_id}
    if revocation.role is None:
        known = await MembershipRepository(session).of_subject(revocation.subject)
        organisations = {organisation_id for _role, organisation_id, _duty in known.memberships}
        count = await show_out(session, revocation.subject)
    else:
        count = int(await revoke(session, revocation.subject, revocation.role, revocation.organisation_id))
    for organisation_id in sorted(one for one in organisations if one is not None and count):
        await tell_removed(session, app_state(request).service, principal, revocation.subject, organisation_id)
    app_state(request).memberships.forget(revocation.subject)
    return count


async def _end(
    request: Request, session: AsyncSession, command: SessionsToEnd
) -> Literal["person", "organisation", "everybody"]:
    state = app_state(request)
    await end_sessions(
        session,
        state.settings,
        subject=command.subject,
        organisation_id=command.organisation_id,
        everybody=command.everybody,
    )
    state.memberships.forget_all()
    if command.everybody:
        return "everybody"
    return "person" if command.subject is not None else "organisation"


async def _rows(members: AsyncIterator[Member]) -> AsyncIterator[tuple[object, ...]]:
    async for one in members:
        duty = told(Duty(one.duty).label_fr) if one.organisation_id is not None else None
        who = (one.subject, one.name or None, one.address)
        yield (*who, told(Role(one.role).label_fr), duty, one.organisation, one.since, one.seen_at)
