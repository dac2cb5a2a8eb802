"""The donor proposes half days; the coordination confirms one by scheduling it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from filiere import journal
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal

from collect.donations.donation import Donation
from collect.donations.errors import DonationNotFound
from collect.donations.service import JOURNAL, get_for_update
from collect.donations.status import Step
from collect.donations.words_repository import WordsRepository
from collect.donors.schemas import SiteOut
from collect.donors.service import get as get_donor
from collect.pickups.days import closed
from collect.pickups.errors import DayNeedsWord, PickupInThePast
from collect.pickups.repository import PickupRepository
from collect.pickups.schemas import Pickup, ProposeSlots
from collect.tenancy import donors_of


async def propose(session: AsyncSession, donation_id: UUID, command: ProposeSlots, principal: Principal) -> Pickup:
    """What suits the donor, and how one gets there; again to replace it.

    Raises DonationNotFound, DonationNotInState, PickupInThePast, DayNeedsWord.
    """
    donation = await get_for_update(session, donation_id, principal, Step.SCHEDULE)
    postcode = (await place_of(session, donation, principal)).postcode
    check_days([(slot.on, slot.word) for slot in command.slots], postcode)
    # A word explains a Sunday or a holiday: of another day it says nothing.
    slots = [slot if closed(slot.on, postcode) else slot.model_copy(update={"word": None}) for slot in command.slots]
    before = await of(session, donation_id, principal)
    await PickupRepository.from_session(session).propose(donation_id, slots, command.access, command.floor)
    after = await of(session, donation_id, principal)
    if (before.slots, before.access, before.floor) != (after.slots, after.access, after.floor):
        await journal.note(session, principal, JOURNAL, donation_id, "slots-proposed", {"days": len(command.slots)})
    return after


async def carry(session: AsyncSession, donation_id: UUID, draft_id: UUID, principal: Principal) -> None:
    """The days that a donor proposed for what came to nothing, those that are still to come, for its draft.

    Raises DonationNotFound, DonationNotInState.
    """
    donation = await get_for_update(session, donation_id, principal, Step.DRAFT_AGAIN)
    await PickupRepository.from_session(session).carry(donation.id, draft_id, today())


async def of(session: AsyncReadSession, donation_id: UUID, principal: Principal) -> Pickup:
    """How a donation is fetched. Raises DonationNotFound."""
    found = await PickupRepository.from_session(session).get(donors_of(principal), donation_id)
    if found is None:
        raise DonationNotFound(donation_id)
    return found


async def place_of(
    session: AsyncReadSession, donation: Donation, principal: Principal, chosen: UUID | None = None
) -> SiteOut:
    """Where the devices wait: what is chosen now, was agreed, or the donor said; else the first site."""
    sites = {site.id: site for site in (await get_donor(session, donation.donor_id, principal)).sites}
    said = (await WordsRepository.from_session(session).place(donors_of(principal), donation.id)).site_id
    known = [sites[one] for one in (chosen, donation.pickup_site_id, said) if one in sites]
    return (known or list(sites.values()))[0]


def check_days(days: Sequence[tuple[date, str | None]], postcode: str) -> None:
    """Each with its word. Raises PickupInThePast, DayNeedsWord, which names them all."""
    if any(day < today() for day, _ in days):
        raise PickupInThePast
    if unsaid := {day: name for day, word in days if word is None and (name := closed(day, postcode))}:
        raise DayNeedsWord(unsaid)
