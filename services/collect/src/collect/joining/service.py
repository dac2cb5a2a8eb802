"""What is done when a company joins."""

from uuid import UUID

from filiere import journal
from filiere.calendar import now
from filiere.database import AsyncReadSession, AsyncSession
from filiere.keys.repository import KeyRepository
from filiere.web import Principal, Role
from filiere.web.invitation_repository import InvitationRepository
from filiere.web.repository import MembershipRepository

from collect.donations.draft_repository import DraftRepository
from collect.donations.service import decline
from collect.donors.errors import DonorNotFound
from collect.donors.public_bodies import signs_of_public_body
from collect.donors.repository import DonorRepository
from collect.donors.schemas import RegisterDonor
from collect.donors.service import JOURNAL
from collect.joining.errors import AlreadyRegistered, FirstOneWaits, NothingToConfirm, NothingToReopen, SirenTaken
from collect.joining.repository import JoiningRepository
from collect.joining.schemas import Confirm, Join, JoinedOut, Refusal, Refuse, Reopen
from collect.news import service as news
from collect.tenancy import donors_of


async def join(session: AsyncSession, command: Join, principal: Principal) -> JoinedOut:
    """Register the caller's company and let the caller act for it. Raises FirstOneWaits, AlreadyRegistered.

    Drafts and declarations begin at once; nothing is accepted before the coordination has confirmed.
    """
    joining = JoiningRepository.from_session(session)
    if await joining.lock_waits(principal.subject):
        raise FirstOneWaits
    signs = signs_of_public_body(command.siren, command.legal_category)
    donor = RegisterDonor(
        siren=command.siren, name=command.name, public_body=bool(signs), site=command.site, contact=command.contact
    )
    made = await DonorRepository.from_session(session).register(donor)
    if made is None:
        raise AlreadyRegistered
    await joining.mark(made.id, command.legal_category, public_body=bool(signs))
    await MembershipRepository(session).grant(principal.subject, Role.DONOR, made.id)
    await journal.note(session, principal, JOURNAL, made.id, "joined")
    await news.joined(session, made.id, made.name)
    return JoinedOut(
        donor_id=made.id,
        name=made.name,
        siren=made.siren,
        legal_category=command.legal_category,
        public_body=bool(signs),
        signs=signs,
        to_confirm=True,
        created_at=made.created_at,
    )


async def left_by(session: AsyncReadSession, principal: Principal) -> str | None:
    """The donor whose access was taken back from the caller, to tell them so; None for who has access to any."""
    if principal.has(Role.DONOR, Role.COORDINATOR):
        return None
    return await JoiningRepository.from_session(session).left_by(principal.subject)


async def refused(session: AsyncReadSession, principal: Principal) -> Refusal | None:
    """The registration that was refused to the caller, to tell them why; None for who has access to any."""
    if principal.has(Role.DONOR, Role.COORDINATOR):
        return None
    return await JoiningRepository.from_session(session).refused(principal.subject)


async def get(session: AsyncReadSession, donor_id: UUID, principal: Principal) -> JoinedOut:
    """Raises DonorNotFound."""
    found = await JoiningRepository.from_session(session).get(donors_of(principal), donor_id)
    if found is None:
        raise DonorNotFound(donor_id)
    return found


async def confirm(session: AsyncSession, donor_id: UUID, command: Confirm, principal: Principal) -> JoinedOut:
    """The coordination knows who it is. Raises DonorNotFound, NothingToConfirm."""
    joining = JoiningRepository.from_session(session)
    found = await _get_for_update(joining, donor_id, principal)
    if not found.to_confirm:
        raise NothingToConfirm
    await joining.confirm(donor_id, public_body=command.public_body)
    await journal.note(session, principal, JOURNAL, donor_id, "confirmed")
    await news.confirmed(session, donor_id)
    return found.model_copy(update={"to_confirm": False, "public_body": command.public_body})


async def refuse(session: AsyncSession, donor_id: UUID, command: Refuse, principal: Principal) -> JoinedOut:
    """This is not who it says it is: its people read why, act for it no more, and its number is free again.

    What it has declared is declined with the same reason; its drafts, which nobody else may see, are deleted.
    Raises DonorNotFound, NothingToConfirm.
    """
    joining = JoiningRepository.from_session(session)
    found = await _get_for_update(joining, donor_id, principal)
    if not found.to_confirm:
        raise NothingToConfirm
    waiting, drafts = await joining.unanswered(donor_id)
    for donation_id in waiting:
        await decline(session, donation_id, command.reason, principal)
    await DraftRepository.from_session(session).delete(drafts)
    await news.refused(session, donor_id, found.siren, command.reason)
    await KeyRepository.from_session(session).revoke_all_of(donor_id, principal.name)
    await InvitationRepository.from_session(session).take_back_all_of(donor_id)
    await joining.refuse(donor_id, command.reason)
    await journal.note(session, principal, JOURNAL, donor_id, "refused", {"reason": command.reason})
    return found.model_copy(update={"to_confirm": False, "refused_at": now(), "refused_reason": command.reason})


async def reopen(session: AsyncSession, donor_id: UUID, command: Reopen, principal: Principal) -> JoinedOut:
    """The refusal was a mistake: it waits for its answer again, with its number and the people who acted for it.

    What was declined stays so, what was deleted is gone, and closed keys stay closed: its people read that.
    Raises DonorNotFound, NothingToReopen, SirenTaken.
    """
    joining = JoiningRepository.from_session(session)
    found = await _get_for_update(joining, donor_id, principal)
    if found.refused_at is None:
        raise NothingToReopen
    holder = await joining.holder_of(found.siren)
    if holder is not None:
        raise SirenTaken(found.siren, holder)
    if await joining.reopen(donor_id) is None:
        raise SirenTaken(found.siren, None)
    await journal.note(session, principal, JOURNAL, donor_id, "reopened", {"reason": command.reason})
    await news.reopened(session, donor_id, command.reason)
    return found.model_copy(update={"to_confirm": True, "refused_at": None, "refused_reason": None})


async def _get_for_update(joining: JoiningRepository, donor_id: UUID, principal: Principal) -> JoinedOut:
    found = await joining.get(donors_of(principal), donor_id, for_update=True)
    if found is None:
        raise DonorNotFound(donor_id)
    return found
