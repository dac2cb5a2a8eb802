"""API of donors."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.keys import NO_KEY
from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises
from filiere.web.memberships import OrganisationMismatch, SubjectUnknown
from pydantic import BaseModel

from collect.donors import service
from collect.donors.errors import ContactNotFound, DonorExists, DonorNotFound, LastContact, SiteNotFound
from collect.donors.repository import DonorRepository
from collect.donors.schemas import (
    ContactIn,
    ContactOut,
    DonorOut,
    MemberIn,
    NameIn,
    RegisterDonor,
    SiteIn,
    SiteOut,
    Wishes,
)
from collect.keys import DECLARE, READ
from collect.tenancy import donors_of

router = api_router("/donors")

Reader = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(READ, DECLARE))]
Declarer = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(DECLARE,))]
Person = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=NO_KEY)]


class MemberOut(BaseModel):
    """`granted` is False when the person had the role before."""

    subject: str
    role: Role
    donor_id: UUID
    granted: bool


@router.post("", status_code=201, responses=raises(DonorExists))
async def register(
    body: RegisterDonor, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: WriteSession
) -> DonorOut:
    """Register a donor; its SIREN is checked and must be new."""
    return await service.register(session, body, principal)


@router.get("")
async def listing(
    principal: Reader,
    session: ReadSession,
    paging: Paging,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Page[DonorOut]:
    """All donors for coordinators, their own for donors; by name."""
    found = await DonorRepository.from_session(session).listing(donors_of(principal), q, paging.part)
    return paging.of(found.rows, found)


@router.get("/{donor_id}", responses=raises(DonorNotFound))
async def get(donor_id: UUID, principal: Reader, session: ReadSession) -> DonorOut:
    """One donor with its sites and contacts; a key reads no contact."""
    return await service.get(session, donor_id, principal)


@router.post("/{donor_id}/sites", status_code=201, responses=raises(DonorNotFound))
async def add_site(
    donor_id: UUID,
    body: SiteIn,
    principal: Person,
    session: WriteSession,
) -> SiteOut:
    """Add a pickup site."""
    return await service.add_site(session, donor_id, body, principal)


@router.put("/{donor_id}/sites/{site_id}", responses=raises(SiteNotFound))
async def change_site(donor_id: UUID, site_id: UUID, body: SiteIn, principal: Person, session: WriteSession) -> SiteOut:
    """Correct a pickup site."""
    return await service.change_site(session, donor_id, site_id, body, principal)


@router.put("/{donor_id}/name", responses=raises(DonorNotFound))
async def rename(donor_id: UUID, body: NameIn, principal: Person, session: WriteSession) -> NameIn:
    """How the donor is called from now on."""
    return await service.rename(session, donor_id, body, principal)


@router.post("/{donor_id}/contacts", status_code=201, responses=raises(DonorNotFound))
async def add_contact(donor_id: UUID, body: ContactIn, principal: Person, session: WriteSession) -> ContactOut:
    """Add somebody to call."""
    return await service.add_contact(session, donor_id, body, principal)


@router.put("/{donor_id}/contacts/{contact_id}", responses=raises(ContactNotFound))
async def change_contact(
    donor_id: UUID, contact_id: UUID, body: ContactIn, principal: Person, session: WriteSession
) -> ContactOut:
    """Correct whom to call."""
    return await service.change_contact(session, donor_id, contact_id, body, principal)


@router.delete(
    "/{donor_id}/contacts/{contact_id}",
    status_code=204,
    responses=raises(DonorNotFound, LastContact),
)
async def remove_contact(donor_id: UUID, contact_id: UUID, principal: Person, session: WriteSession) -> None:
    """Call somebody no more; the last one stays."""
    await service.remove_contact(session, donor_id, contact_id, principal)


@router.put("/{donor_id}/wishes", responses=raises(DonorNotFound))
async def wish(
    donor_id: UUID,
    body: Wishes,
    principal: Declarer,
    session: WriteSession,
) -> Wishes:
    """Whether the donor's name stands on the public sheets of its devices."""
    return await service.wish(session, donor_id, body, principal)


@router.post(
    "/{donor_id}/members", status_code=201, responses=raises(DonorNotFound, OrganisationMismatch, SubjectUnknown)
)
async def add_member(
    donor_id: UUID, body: MemberIn, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: WriteSession
) -> MemberOut:
    """Let a person act for this donor."""
    granted = await service.add_member(session, donor_id, body, principal)
    return MemberOut(subject=body.subject, role=Role.DONOR, donor_id=donor_id, granted=granted)
