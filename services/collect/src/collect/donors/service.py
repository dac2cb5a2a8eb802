"""What is done with donors."""

from uuid import UUID

from filiere import journal
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal, Role
from filiere.web.memberships import grant_known

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
from collect.tenancy import donors_of

JOURNAL = "donor"
"""The word for donors in the journal."""


async def register(session: AsyncSession, donor: RegisterDonor, principal: Principal) -> DonorOut:
    """Register a donor. Raises DonorExists."""
    donors = DonorRepository.from_session(session)
    made = await donors.register(donor)
    if made is None:
        raise DonorExists(donor.siren, await donors.name_of_siren(donor.siren) or donor.siren)
    await journal.note(session, principal, JOURNAL, made.id, "registered")
    return made


async def get(session: AsyncReadSession, donor_id: UUID, principal: Principal) -> DonorOut:
    """The donor, or DonorNotFound for what does not exist and for what is not the caller's.

    A tool reads where to fetch, never whom to call: no key opens names and addresses of people.
    """
    donor = await DonorRepository.from_session(session).get(donors_of(principal), donor_id)
    if donor is None:
        raise DonorNotFound(donor_id)
    return donor.model_copy(update={"contacts": []}) if principal.is_key else donor


async def add_member(session: AsyncSession, donor_id: UUID, member: MemberIn, principal: Principal) -> bool:
    """Let somebody act for the donor; False when they do already. Raises DonorNotFound, SubjectUnknown."""
    await get(session, donor_id, principal)
    return await grant_known(session, member.subject, Role.DONOR, donor_id)


async def wish(session: AsyncSession, donor_id: UUID, wishes: Wishes, principal: Principal) -> Wishes:
    """Whether the donor's name stands on the public sheets of its devices. Raises DonorNotFound."""
    donors = DonorRepository.from_session(session)
    if not await donors.wish(donors_of(principal), donor_id, named=wishes.named_on_sheets):
        raise DonorNotFound(donor_id)
    return wishes


async def add_site(session: AsyncSession, donor_id: UUID, site: SiteIn, principal: Principal) -> SiteOut:
    """Add a pickup site. Raises DonorNotFound."""
    await get(session, donor_id, principal)
    made = await DonorRepository.from_session(session).add_site(donor_id, site)
    await journal.note(session, principal, JOURNAL, donor_id, "site-added", {"site": site.label})
    return made


async def change_site(
    session: AsyncSession, donor_id: UUID, site_id: UUID, site: SiteIn, principal: Principal
) -> SiteOut:
    """Correct a pickup site; pickups that are fixed there follow it. Raises SiteNotFound."""
    donors = DonorRepository.from_session(session)
    if not await donors.change_site(donors_of(principal), donor_id, site_id, site):
        raise SiteNotFound(site_id)
    await journal.note(session, principal, JOURNAL, donor_id, "site-changed", {"site": site.label})
    return SiteOut(id=site_id, **site.model_dump())


async def rename(session: AsyncSession, donor_id: UUID, command: NameIn, principal: Principal) -> NameIn:
    """Raises DonorNotFound."""
    before = await DonorRepository.from_session(session).rename(donors_of(principal), donor_id, command.name)
    if before is None:
        raise DonorNotFound(donor_id)
    if before != command.name:
        await journal.note(session, principal, JOURNAL, donor_id, "renamed", {"before": before})
    return command


async def add_contact(session: AsyncSession, donor_id: UUID, contact: ContactIn, principal: Principal) -> ContactOut:
    """Whom to call besides. Raises DonorNotFound."""
    await get(session, donor_id, principal)
    made = await DonorRepository.from_session(session).add_contact(donor_id, contact)
    await journal.note(session, principal, JOURNAL, donor_id, "contact-added")
    return made


async def change_contact(
    session: AsyncSession, donor_id: UUID, contact_id: UUID, contact: ContactIn, principal: Principal
) -> ContactOut:
    """Raises ContactNotFound."""
    donors = DonorRepository.from_session(session)
    if not await donors.change_contact(donors_of(principal), donor_id, contact_id, contact):
        raise ContactNotFound(contact_id)
    await journal.note(session, principal, JOURNAL, donor_id, "contact-changed")
    return ContactOut(id=contact_id, **contact.model_dump())


async def remove_contact(session: AsyncSession, donor_id: UUID, contact_id: UUID, principal: Principal) -> None:
    """Call somebody no more; nothing is done about one who is gone already. Raises DonorNotFound, LastContact."""
    await get(session, donor_id, principal)
    donors = DonorRepository.from_session(session)
    contacts = await donors.contacts_for_update(donor_id)
    if contact_id not in contacts:
        return
    if len(contacts) == 1:
        raise LastContact
    await donors.remove_contact(donor_id, contact_id)
    await journal.note(session, principal, JOURNAL, donor_id, "contact-removed")
