"""A donation taken back: withdrawn by its donor before the answer, cancelled by either side before the pickup."""

from uuid import UUID, uuid5

from filiere import journal, outbox
from filiere.database import AsyncSession
from filiere.identifiers import uuid7
from filiere.web import Principal

from collect.devices.repository import DeviceRepository
from collect.donations.draft_repository import DraftRepository
from collect.donations.drafting import begin, refresh
from collect.donations.events import DonationCancelled, DonationWithdrawn
from collect.donations.repository import DonationRepository
from collect.donations.schemas import ChangedOut
from collect.donations.service import JOURNAL, changed, get, get_for_update
from collect.donations.status import DonationStatus, Step
from collect.news import service as news
from collect.tenancy import drafts_of


async def withdraw(session: AsyncSession, donation_id: UUID, principal: Principal) -> ChangedOut:
    """Take a donation back before it is answered; its file and its devices may be declared again.

    Raises DonationNotFound, DonationNotInState, BeingAccepted.
    """
    donation = await get_for_update(session, donation_id, principal, Step.WITHDRAW)
    donations = DonationRepository.from_session(session)
    await donations.move(donation.id, DonationStatus.WITHDRAWN, ended_at=True)
    await donations.release_file(donation.id)
    await journal.note(session, principal, JOURNAL, donation.id, "withdrawn", {})
    await news.withdrawn(session, donation.id, donation.reference, donation.donor_id)
    await outbox.append(session, [DonationWithdrawn(donation_id=donation.id, reference=donation.reference)])
    return changed(donation, DonationStatus.WITHDRAWN)


async def cancel(session: AsyncSession, donation_id: UUID, reason: str, principal: Principal) -> ChangedOut:
    """Give an accepted donation up, as long as nothing has left; nobody waits for its devices any more.

    Raises DonationNotFound, DonationNotInState, BeingAccepted.
    """
    donation = await get_for_update(session, donation_id, principal, Step.CANCEL)
    donations = DonationRepository.from_session(session)
    devices = await DeviceRepository.from_session(session).cancel(donation.id)
    await donations.move(donation.id, DonationStatus.CANCELLED, ended_at=True, ended_reason=reason)
    await donations.release_file(donation.id)
    is_donor = drafts_of(principal).includes(donation.donor_id)
    await journal.note(session, principal, JOURNAL, donation.id, "cancelled", {"devices": devices})
    await news.cancelled(
        session,
        donation.id,
        donation.reference,
        donation.donor_id,
        devices=devices,
        reason=reason,
        by_donor=is_donor,
    )
    await outbox.append(
        session,
        [
            DonationCancelled(
                donation_id=donation.id,
                reference=donation.reference,
                devices=devices,
                by="donor" if is_donor else "network",
            )
        ],
    )
    return changed(donation, DonationStatus.CANCELLED)


async def draft_again(session: AsyncSession, donation_id: UUID, principal: Principal) -> UUID:
    """A draft of the lines of a donation that came to nothing; the one made before, while it is one.

    Raises DonationNotFound, DonationNotInState, DonorNotFound, TooManyDevices.
    """
    donation = await get_for_update(session, donation_id, principal, Step.DRAFT_AGAIN)
    donations = DonationRepository.from_session(session)
    draft_id = uuid5(donation.id, "again")
    if await donations.is_taken(draft_id):
        if (await get(session, draft_id, principal)).status is DonationStatus.DRAFT:
            return draft_id
        draft_id = uuid7()
    draft = await begin(session, draft_id, donation.donor_id, principal)
    drafts = DraftRepository.from_session(session)
    await drafts.copy_lines(donation.id, draft_id)
    await drafts.copy_place(donation.id, draft_id)
    await refresh(session, draft)
    return draft_id
