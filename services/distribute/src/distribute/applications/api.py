"""API of applications: /applications, for the coordination."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises
from filiere.web.app_state import app_state
from filiere.web.bounded_types import Instant
from filiere.web.invitations import AddressUnreadable, OrganisationClosed, TooManyInvitations

from distribute.applications import answering, service
from distribute.applications.errors import ApplicationNotFound, ChangedMeanwhile, NothingToAnswer
from distribute.applications.repository import ApplicationsRepository
from distribute.applications.schemas import ApplicationOut, ApplicationRowOut, RefuseIn
from distribute.applications.status import ApplicationStatus
from distribute.relais.errors import BadRelais, RelaisAlreadyRegistered
from distribute.tenancy import relais_of

router = api_router("/applications")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]


@router.get("")
async def listing(
    principal: Coordinator,
    session: ReadSession,
    paging: Paging,
    q: Annotated[str, Query(max_length=200)] = "",
    status: Annotated[
        str, Query(pattern=f"^(waiting|{'|'.join(ApplicationStatus)})?$", description="`waiting`: sent or taken up.")
    ] = "",
) -> Page[ApplicationRowOut]:
    """Structures that ask to be a Relais, the newest first; those that count when no status is named."""
    found = await ApplicationsRepository.from_session(session).listing(
        relais_of(principal), q=q, status=status, part=paging.part
    )
    return paging.of(found.rows, found)


@router.get("/{application_id}", responses=raises(ApplicationNotFound))
async def get(application_id: UUID, principal: Coordinator, session: ReadSession) -> ApplicationOut:
    """One application."""
    return await service.get(session, application_id)


@router.post("/{application_id}/take-up", responses=raises(ApplicationNotFound, NothingToAnswer))
async def take_up(application_id: UUID, principal: Coordinator, session: WriteSession) -> ApplicationOut:
    """Read it: from now on its applicant corrects nothing."""
    return await answering.take_up(session, principal, application_id)


@router.post(
    "/{application_id}/accept",
    responses=raises(
        *(ApplicationNotFound, NothingToAnswer, ChangedMeanwhile, RelaisAlreadyRegistered, BadRelais),
        *(TooManyInvitations, AddressUnreadable, OrganisationClosed),
    ),
)
async def accept(
    application_id: UUID,
    request: Request,
    principal: Coordinator,
    session: WriteSession,
    seen: Annotated[Instant | None, Query(description="Its `changed_at` when you read it.")] = None,
) -> ApplicationOut:
    """Make the Relais, and invite who applied as its lead; with `seen`, of what was read alone."""
    return await answering.accept(session, app_state(request).service, principal, application_id, seen)


@router.post("/{application_id}/refuse", responses=raises(ApplicationNotFound, NothingToAnswer))
async def refuse(application_id: UUID, body: RefuseIn, principal: Coordinator, session: WriteSession) -> ApplicationOut:
    """Say no, and why; its applicant reads it."""
    return await answering.refuse(session, principal, application_id, body)
