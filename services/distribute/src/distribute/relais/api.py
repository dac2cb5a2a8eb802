"""API of Relais: /relais."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.calendar import today
from filiere.web import (
    Page,
    Paging,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    api_router,
    raises,
)
from filiere.web.memberships import OrganisationMismatch, SubjectUnknown

from distribute.relais import service
from distribute.relais.errors import (
    AgreementInForce,
    BadRelais,
    EndsAtTheWrongTime,
    NoAgreementToEnd,
    RelaisAlreadyRegistered,
    RelaisNotFound,
    SignedInTheFuture,
)
from distribute.relais.repository import RelaisRepository
from distribute.relais.schemas import (
    AgreementEndIn,
    AgreementIn,
    ContactIn,
    MemberIn,
    MemberOut,
    PublicOriginIn,
    RelaisIn,
    RelaisOut,
)
from distribute.tenancy import relais_of

router = api_router("/relais", tags=["relais"])
workshops = api_router("/workshops", tags=["relais"])

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR)]


@router.post("", status_code=201, responses=raises(RelaisAlreadyRegistered, BadRelais))
async def register(body: RelaisIn, principal: Coordinator, session: WriteSession) -> RelaisOut:
    """Register a structure."""
    return await service.register(session, principal, body)


@router.get("")
async def listing(
    principal: Reader,
    session: ReadSession,
    paging: Paging,
    q: Annotated[str, Query(max_length=200)] = "",
    agreement: Annotated[str, Query(pattern="^(signed|missing)?$")] = "",
) -> Page[RelaisOut]:
    """Relais by name; a Relais sees itself."""
    found = await RelaisRepository.from_session(session).listing(
        relais_of(principal), q=q, agreement=agreement, part=paging.part
    )
    return paging.of(found.rows, found)


@router.get("/{relais_id}", responses=raises(RelaisNotFound))
async def get(relais_id: UUID, principal: Reader, session: ReadSession) -> RelaisOut:
    """One Relais with its agreement."""
    return await service.get(session, principal, relais_id)


@router.post("/{relais_id}/agreement/end", responses=raises(RelaisNotFound, NoAgreementToEnd, EndsAtTheWrongTime))
async def end_agreement(
    relais_id: UUID, body: AgreementEndIn, principal: Coordinator, session: WriteSession
) -> RelaisOut:
    """End the agreement in force: no order and no promise any more, until another is signed."""
    return await service.end_agreement(session, principal, relais_id, body.ended_on, today())


@router.post(
    "/{relais_id}/agreement", status_code=201, responses=raises(RelaisNotFound, AgreementInForce, SignedInTheFuture)
)
async def sign(relais_id: UUID, body: AgreementIn, principal: Coordinator, session: WriteSession) -> RelaisOut:
    """Record the signature of the agreement: orders are possible from now on."""
    return await service.sign(session, principal, relais_id, body, today())


@router.put("/{relais_id}/public-origin", responses=raises(RelaisNotFound))
async def decide_public_origin(
    relais_id: UUID, body: PublicOriginIn, principal: Coordinator, session: WriteSession
) -> RelaisOut:
    """Say whether it may be given what public bodies gave (CG3P, art. L. 3212-2)."""
    return await service.decide_public_origin(session, principal, relais_id, body.may_receive)


@router.put("/{relais_id}/contact", responses=raises(RelaisNotFound))
async def set_contact(relais_id: UUID, body: ContactIn, principal: Reader, session: WriteSession) -> RelaisOut:
    """Say how anybody reaches the structure: printed with each device that it hands over."""
    return await service.set_contact(session, principal, relais_id, body.public_contact)


@router.post(
    "/{relais_id}/members", status_code=201, responses=raises(RelaisNotFound, OrganisationMismatch, SubjectUnknown)
)
async def add_member(relais_id: UUID, body: MemberIn, principal: Coordinator, session: WriteSession) -> MemberOut:
    """Let a person act for the Relais."""
    return await service.add_member(session, principal, relais_id, body.subject)


@workshops.post("/{workshop_id}/members", status_code=201, responses=raises(OrganisationMismatch, SubjectUnknown))
async def add_workshop_member(
    workshop_id: UUID, body: MemberIn, principal: Coordinator, session: WriteSession
) -> MemberOut:
    """Let a person of a workshop send its shipments."""
    return await service.add_workshop_member(session, workshop_id, body.subject)
