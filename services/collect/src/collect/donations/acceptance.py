"""Accept a donation: every accepted line becomes devices, each with its label.

A small one at once; a large one by the worker, which says how far it is. Either is one transaction: a worker that dies
leaves nothing, and the next one begins again.
"""

from collections.abc import AsyncIterator
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import today
from filiere.catalogue import assess_lot
from filiere.database import EVERYBODY, AsyncReadSession, AsyncSession
from filiere.identifiers import uuid7
from filiere.jobs.repository import JobRepository, JobState
from filiere.jobs.running import JobRefused, Work
from filiere.web import Principal

from collect.devices.repository import DeviceRepository
from collect.donations.donation import Donation
from collect.donations.errors import DonationNotInState, DonorToConfirm, NothingAcceptable
from collect.donations.events import MAX_VERDICTS, DonationAccepted, LineOutcome
from collect.donations.repository import DonationRepository
from collect.donations.schemas import Acceptance, AcceptDonation, ChangedOut
from collect.donations.service import ACCEPTANCE, JOURNAL, changed, get_for_update
from collect.donations.status import DonationStatus, Step, allows
from collect.donations.verdicts import overrule
from collect.donors.repository import DonorRepository
from collect.eligibility.judge import LineVerdict
from collect.news import service as news

AT_ONCE = 5000
"""Devices that are made while the coordinator waits: half a second."""


async def accept(session: AsyncSession, donation_id: UUID, command: AcceptDonation, principal: Principal) -> ChangedOut:
    """Accept a donation, or ask the worker to when it is large: then it is still `submitted`.

    Raises DonationNotFound, DonationNotInState, DonorToConfirm, BeingAccepted, LineUnknown, LineNotAcceptable,
    NothingAcceptable.
    """
    donation = await get_for_update(session, donation_id, principal, Step.ACCEPT)
    if await DonorRepository.from_session(session).is_to_confirm(donation.donor_id):
        raise DonorToConfirm
    donations = DonationRepository.from_session(session)
    await overrule(
        donations,
        donation.id,
        accept={one.line: one.reason for one in command.accept},
        refuse={one.line: one.reason for one in command.refuse},
    )
    _, accepted, refused = await donations.counted(donation.id)
    enough = assess_lot(accepted, today())
    if not accepted or not enough.accepted:
        raise NothingAcceptable(
            donation.reference, enough.reason_fr if accepted else "toutes ses lignes sont refusées."
        )
    if accepted > AT_ONCE:
        await JobRepository.from_session(session).ask(
            uuid7(), ACCEPTANCE, str(donation.id), {"by": principal.subject, "name": principal.name}, total=accepted
        )
        return changed(donation, DonationStatus.SUBMITTED, accepted, refused)
    async for _ in _accepted(session, donation, principal):
        pass
    return changed(donation, DonationStatus.ACCEPTED, accepted, refused)


async def accept_large(work: Work) -> None:
    """The worker's side. Raises JobRefused."""
    donation_id = UUID(work.claim.key)
    async with work.database.unit_of_work() as session:
        # Whoever asked was allowed to; the worker acts for the network.
        donation = await DonationRepository.from_session(session).get(EVERYBODY, donation_id, for_update=True)
        assert donation is not None  # nothing deletes a donation
        if not allows(donation.status, Step.ACCEPT):
            raise JobRefused(DonationNotInState(donation.reference, donation.status, Step.ACCEPT).sentence)
        asked = work.claim.input
        by = Principal(asked.get("by", ""), asked.get("name", ""))
        async for labelled in _accepted(session, donation, by):
            work.done = labelled
        # Last: what tells that the job is alive needs its row until then.
        await JobRepository.from_session(session).finish(work.claim)


async def at_work(session: AsyncReadSession, donation_id: UUID) -> Acceptance | None:
    """How far the acceptance of a large donation is; None when none is at work, nor has failed."""
    job = await JobRepository.from_session(session).newest(ACCEPTANCE, str(donation_id))
    if job is None or job.state is JobState.DONE:
        return None
    return Acceptance.model_validate(
        {"status": job.state.value, "labelled": job.done, "devices": job.total, "failure": job.failure}
    )


async def _accepted(session: AsyncSession, donation: Donation, by: Principal) -> AsyncIterator[int]:
    """Make the devices, change the state, tell the world; yields how many devices have their label."""
    donations = DonationRepository.from_session(session)
    lines, accepted, refused = await donations.counted(donation.id)
    async for labelled in DeviceRepository.from_session(session).create(donation.id):
        yield labelled
    await donations.move(donation.id, DonationStatus.ACCEPTED, answered_at=True, accepted=accepted, refused=refused)
    stopped = await donations.refusals(EVERYBODY, donation.id)
    reasons = [(one.reason, one.devices) for one in stopped if one.verdict == LineVerdict.REFUSED]
    await journal.note(session, by, JOURNAL, donation.id, "accepted", {"accepted": accepted, "refused": refused})
    await news.accepted(session, donation.id, donation.reference, donation.donor_id, accepted, reasons)
    last, parts = 0, -(-lines // MAX_VERDICTS)
    for part in range(1, parts + 1):
        verdicts = await donations.verdicts(donation.id, last, MAX_VERDICTS)
        last = verdicts[-1][0]
        event = DonationAccepted(
            donation_id=donation.id,
            reference=donation.reference,
            accepted=accepted,
            refused=refused,
            part=part,
            parts=parts,
            verdicts=[
                LineOutcome(line=line, quantity=quantity, accepted=ok, rule=rule)
                for line, quantity, ok, rule in verdicts
            ],
        )
        await outbox.append(session, [event])
