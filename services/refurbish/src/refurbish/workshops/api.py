"""JSON API of the workshops."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, Role, WriteSession, api_router, raises
from filiere.web.memberships import OrganisationMismatch, SubjectUnknown

from refurbish.tenancy import AT_WORK, COORDINATION, LEADS, workshops_of
from refurbish.workshops import service
from refurbish.workshops.errors import OnlyWorkshopRole, WorkshopNotFound
from refurbish.workshops.repository import WorkshopRepository
from refurbish.workshops.schemas import Capacity, MemberOut, NewMember, NewWorkshop, WorkshopOut

router = api_router("/workshops")


@router.post("", status_code=201)
async def register(
    body: NewWorkshop, principal: Annotated[Principal, COORDINATION], session: WriteSession
) -> WorkshopOut:
    """Register a workshop (coordination)."""
    return WorkshopOut.model_validate(await service.register(session, body))


@router.get("")
async def list_workshops(principal: Annotated[Principal, AT_WORK], session: ReadSession) -> list[WorkshopOut]:
    """The caller's workshops; the coordination sees all."""
    found = await WorkshopRepository.from_session(session).listing(workshops_of(principal))
    return [WorkshopOut.model_validate(workshop) for workshop in found]


@router.get("/{workshop_id}", responses=raises(WorkshopNotFound))
async def get_workshop(
    workshop_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> WorkshopOut:
    """One workshop."""
    workshop = await WorkshopRepository.from_session(session).get(workshops_of(principal), workshop_id)
    if workshop is None:
        raise WorkshopNotFound(workshop_id)
    return WorkshopOut.model_validate(workshop)


@router.put("/{workshop_id}/capacity", responses=raises(WorkshopNotFound))
async def change_capacity(
    workshop_id: UUID, body: Capacity, principal: Annotated[Principal, LEADS], session: WriteSession
) -> WorkshopOut:
    """Say what the workshop takes in a week from now on."""
    return WorkshopOut.model_validate(await service.change_capacity(session, principal, workshop_id, body))


@router.post(
    "/{workshop_id}/members",
    status_code=201,
    responses=raises(WorkshopNotFound, OnlyWorkshopRole, OrganisationMismatch, SubjectUnknown),
)
async def add_member(
    workshop_id: UUID, body: NewMember, principal: Annotated[Principal, COORDINATION], session: WriteSession
) -> MemberOut:
    """Let a person act for the workshop (coordination)."""
    if body.role is not Role.WORKSHOP:
        raise OnlyWorkshopRole
    granted = await service.add_member(session, principal, workshop_id, body.subject)
    return MemberOut(workshop_id=workshop_id, subject=body.subject, granted=granted)
