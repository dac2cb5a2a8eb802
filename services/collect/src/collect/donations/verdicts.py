"""The coordination decides otherwise than the rules, line by line, each with the reason that the donor reads."""

from collections.abc import Mapping
from uuid import UUID

from filiere import journal
from filiere.database import AsyncSession
from filiere.web import Principal

from collect.donations.errors import LineNotAcceptable, LineUnknown
from collect.donations.repository import DonationRepository
from collect.donations.schemas import ChangedOut
from collect.donations.service import JOURNAL, changed, get_for_update
from collect.donations.status import Step


async def decide(
    session: AsyncSession, donation_id: UUID, line: int, reason: str, principal: Principal, *, accepted: bool
) -> ChangedOut:
    """Accept a refused line, or refuse an accepted one.

    Raises DonationNotFound, DonationNotInState, BeingAccepted, LineUnknown, LineNotAcceptable.
    """
    donation = await get_for_update(session, donation_id, principal, Step.ACCEPT)
    donations = DonationRepository.from_session(session)
    reasons = {line: reason}
    await overrule(donations, donation_id, accept=reasons if accepted else {}, refuse={} if accepted else reasons)
    verb = "line-accepted" if accepted else "line-refused"
    await journal.note(session, principal, JOURNAL, donation_id, verb, {"line": line})
    return changed(donation, donation.status, *await _recounted(donations, donation_id))


async def restore(session: AsyncSession, donation_id: UUID, line: int, principal: Principal) -> ChangedOut:
    """The verdict of the rules again. Raises DonationNotFound, DonationNotInState, BeingAccepted, LineUnknown."""
    donation = await get_for_update(session, donation_id, principal, Step.ACCEPT)
    donations = DonationRepository.from_session(session)
    if await donations.unknown_lines(donation_id, [line]):
        raise LineUnknown([line])
    await donations.restore_line(donation_id, line)
    await journal.note(session, principal, JOURNAL, donation_id, "line-restored", {"line": line})
    return changed(donation, donation.status, *await _recounted(donations, donation_id))


async def overrule(
    donations: DonationRepository, donation_id: UUID, *, accept: Mapping[int, str], refuse: Mapping[int, str]
) -> None:
    """Lines of a locked donation, line → reason. Raises LineUnknown, LineNotAcceptable."""
    if not accept and not refuse:
        return
    unknown = await donations.unknown_lines(donation_id, [*accept, *refuse])
    if unknown:
        raise LineUnknown(unknown)
    if accept and (never := await donations.never_acceptable(donation_id, list(accept))):
        raise LineNotAcceptable(never)
    if accept:
        await donations.overrule(donation_id, accept, accepted=True)
    if refuse:
        await donations.overrule(donation_id, refuse, accepted=False)


async def _recounted(donations: DonationRepository, donation_id: UUID) -> tuple[int, int]:
    """Devices accepted and refused, kept with the donation."""
    _, accepted, refused = await donations.counted(donation_id)
    await donations.recount(donation_id, (accepted + refused, accepted, refused))
    return accepted, refused
