"""API of an organisation's people: what the page of the team changes, for who does it from elsewhere."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request

from filiere.duties import Duty
from filiere.keys import NO_KEY
from filiere.roles import Role
from filiere.service import Service
from filiere.web import teams
from filiere.web.access import DutyMissing, allow
from filiere.web.app_state import app_state
from filiere.web.invitations import OrganisationUnknown, organisation_of
from filiere.web.members import Subject
from filiere.web.openapi import raises
from filiere.web.principal import Principal
from filiere.web.routers import api_router
from filiere.web.sessions import WriteSession


class DutyChange(BaseModel):
    """The duty that somebody of an organisation's team has from now on."""

    model_config = ConfigDict(extra="forbid")

    subject: Subject
    organisation_id: UUID
    duty: Duty


class DutyChanged(BaseModel):
    """`changed` is False when the person had this duty."""

    changed: bool


def team_api(service: Service) -> APIRouter:
    """For a service whose organisations have people."""
    router = api_router("", tags=["members"])
    assert service.organisation_role is not None
    role = service.organisation_role
    Lead = Annotated[Principal, allow(role, Role.COORDINATOR, duties=(Duty.LEAD,), keys=NO_KEY)]  # noqa: N806

    @router.post(
        "/members/duty",
        responses=raises(OrganisationUnknown, teams.MemberUnknown, teams.DutyUnknown, teams.LastLead, DutyMissing),
    )
    async def change_duty(command: DutyChange, request: Request, principal: Lead, session: WriteSession) -> DutyChanged:
        """Give somebody of a team another duty; it counts at once. The last who leads it keeps leading."""
        await organisation_of(session, service, command.organisation_id, principal)
        duty = teams.offered(service, command.duty)
        changed = await teams.change_duty(
            session, service, principal, command.subject, role, command.organisation_id, duty
        )
        app_state(request).memberships.forget(command.subject)
        return DutyChanged(changed=changed)

    return router
