"""What donor and coordination say to each other about a donation, and where and when it can be fetched."""

from uuid import UUID

from filiere import journal
from filiere.database import AsyncSession
from filiere.web import Principal

from collect.donations.schemas import MessageOut, PlaceIn, PlaceOut
from collect.donations.service import JOURNAL, get, get_for_update
from collect.donations.status import Step
from collect.donations.words_repository import WordsRepository
from collect.donors.errors import SiteUnknown
from collect.donors.service import get as get_donor
from collect.news import service as news
from collect.tenancy import drafts_of


def side_of(principal: Principal, donor_id: UUID) -> str:
    """For whom the caller speaks of this donor's donations."""
    return "donor" if drafts_of(principal).includes(donor_id) else "network"


async def say(session: AsyncSession, donation_id: UUID, text: str, principal: Principal) -> MessageOut:
    """A word to the other side, which is told by mail; what it said before is seen. Raises DonationNotFound."""
    donation = await get(session, donation_id, principal)
    side, words = side_of(principal, donation.donor_id), WordsRepository.from_session(session)
    await words.mark_read(donation.id, side)
    said = await words.say(donation.donor_id, donation.id, side, principal.name or principal.subject, text)
    await news.word(session, donation.id, donation.reference, donation.donor_id, to_donor=side == "network")
    return said


async def read(session: AsyncSession, donation_id: UUID, principal: Principal) -> None:
    """What the other side has said is seen. Raises DonationNotFound."""
    donation = await get(session, donation_id, principal)
    await WordsRepository.from_session(session).mark_read(donation.id, side_of(principal, donation.donor_id))


async def put(session: AsyncSession, donation_id: UUID, place: PlaceIn, principal: Principal) -> PlaceOut:
    """Where the devices are and when it suits, until the donation is answered.

    Raises DonationNotFound, DonationNotInState, BeingAccepted, SiteUnknown.
    """
    donation = await get_for_update(session, donation_id, principal, Step.PLACE)
    donor = await get_donor(session, donation.donor_id, principal)
    if place.site_id is not None and place.site_id not in [site.id for site in donor.sites]:
        raise SiteUnknown(place.site_id)
    found = PlaceOut(**place.model_dump())
    await WordsRepository.from_session(session).put(donation.id, found)
    await journal.note(session, principal, JOURNAL, donation.id, "placed", {})
    return found
