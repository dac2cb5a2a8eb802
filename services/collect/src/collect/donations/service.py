"""What is done with donations: declare, decline; `drafting` corrects and sends drafts, `acceptance` accepts them."""

from collections.abc import Sequence
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import uuid7
from filiere.jobs.repository import JobRepository
from filiere.loop_turns import in_turns
from filiere.web import Principal

from collect.donations.donation import Donation
from collect.donations.errors import BeingAccepted, DonationNotFound, DonationNotInState
from collect.donations.events import DonationDeclared, DonationDeclined
from collect.donations.repository import DeclaredLine, DonationRepository
from collect.donations.schemas import (
    ChangedOut,
    DeclareDonation,
    DeclaredOut,
    LineIn,
    LineOut,
)
from collect.donations.status import DonationStatus, Step, allows
from collect.donors.errors import DonorNotFound
from collect.donors.repository import DonorRepository
from collect.eligibility.judge import Judge, JudgedLine, LineVerdict, already_declared
from collect.eligibility.lines import equipment
from collect.eligibility.unknown import uncertain
from collect.news import service as news
from collect.tenancy import donors_of, drafts_of

ACCEPTANCE = "acceptance"
"""The kind of job that accepts a large donation; its key is the donation's id."""

JOURNAL = "donation"
"""The word for donations in the journal."""

# What the network is told; the coordinator's own words, which may name somebody, are for the donor alone.
DECLINED = "La coordination a décliné le don."


async def declare(session: AsyncSession, command: DeclareDonation, principal: Principal) -> DeclaredOut:
    """Declare by lines: each gets its verdict at once. Raises DonorNotFound."""
    judged = await judge(command.lines)
    identified = any(line.equipment.serial or line.equipment.tag_key for line in judged)
    public_body = await DonorRepository.from_session(session).for_declaration(
        donors_of(principal), command.donor_id, for_update=identified
    )
    if public_body is None:
        raise DonorNotFound(command.donor_id)
    if identified:
        judged = await without_declared(session, command.donor_id, judged)
    donation_id = uuid7()
    status = DonationStatus.DRAFT if command.draft else DonationStatus.SUBMITTED
    declared = await record(
        session,
        donation_id,
        command.donor_id,
        judged,
        status=status,
        public_body=public_body,
        note=command.note,
        by_network=not drafts_of(principal).includes(command.donor_id),
    )
    verb = "drafted" if command.draft else "declared"
    await journal.note(session, principal, JOURNAL, donation_id, verb, {"devices": declared.declared})
    return declared


async def record(
    session: AsyncSession,
    donation_id: UUID,
    donor_id: UUID,
    judged: Sequence[JudgedLine],
    *,
    status: DonationStatus,
    public_body: bool,
    source: str = "lines",
    note: str | None = None,
    by_network: bool = False,
) -> DeclaredOut:
    """Write a declaration whose lines are judged; tells the world unless it is a draft."""
    declared, accepted, refused = counts = count(judged)
    reference = await DonationRepository.from_session(session).declare(
        donation_id,
        donor_id,
        judged,
        status=status,
        public_body=public_body,
        source=source,
        note=note,
        counts=counts,
        by_network=by_network,
    )
    if status is DonationStatus.SUBMITTED:
        await news.declared(session, donation_id, reference, donor_id, declared)
        await outbox.append(
            session,
            [
                DonationDeclared(
                    donation_id=donation_id,
                    reference=reference,
                    donor_id=donor_id,
                    public_body=public_body,
                    devices=declared,
                    lines=len(judged),
                )
            ],
        )
    return DeclaredOut(
        id=donation_id,
        reference=reference,
        donor_id=donor_id,
        status=status,
        declared=declared,
        accepted=accepted,
        refused=refused,
        verdicts=await answered(judged),
    )


async def decline(session: AsyncSession, donation_id: UUID, reason: str, principal: Principal) -> ChangedOut:
    """Decline a donation; its file may be declared again. Raises DonationNotFound, DonationNotInState."""
    donation = await get_for_update(session, donation_id, principal, Step.DECLINE)
    donations = DonationRepository.from_session(session)
    await donations.move(donation.id, DonationStatus.DECLINED, answered_at=True, declined_reason=reason)
    await donations.release_file(donation.id)
    await news.declined(session, donation.id, donation.reference, donation.donor_id, reason)
    await journal.note(session, principal, JOURNAL, donation.id, "declined")
    await outbox.append(
        session, [DonationDeclined(donation_id=donation.id, reference=donation.reference, reason=DECLINED)]
    )
    return changed(donation, DonationStatus.DECLINED)


async def get(session: AsyncReadSession, donation_id: UUID, principal: Principal) -> Donation:
    """The donation, or DonationNotFound for what does not exist and for what is not the caller's."""
    donation = await DonationRepository.from_session(session).get(donors_of(principal), donation_id)
    if donation is None or not may_see(principal, donation):
        raise DonationNotFound(donation_id)
    return donation


def may_see(principal: Principal, donation: Donation) -> bool:
    """A draft is its donor's own people's alone, unless the coordination writes it for them."""
    return (
        donation.status is not DonationStatus.DRAFT
        or donation.by_network
        or drafts_of(principal).includes(donation.donor_id)
    )


async def get_for_update(session: AsyncSession, donation_id: UUID, principal: Principal, step: Step) -> Donation:
    """The donation, locked, in a state from which the step starts.

    Raises DonationNotFound, DonationNotInState, BeingAccepted.
    """
    donations, jobs = DonationRepository.from_session(session), JobRepository.from_session(session)
    # Before the lock, which the worker holds until all devices are made: nobody waits for it with a connection in hand.
    if await jobs.is_open(ACCEPTANCE, str(donation_id)):
        await get(session, donation_id, principal)
        raise BeingAccepted
    donation = await donations.get(donors_of(principal), donation_id, for_update=True)
    if donation is None or not may_see(principal, donation):
        raise DonationNotFound(donation_id)
    if not allows(donation.status, step):
        raise DonationNotInState(donation.reference, donation.status, step)
    if donation.status is DonationStatus.SUBMITTED and await jobs.is_open(ACCEPTANCE, str(donation_id)):
        raise BeingAccepted  # asked for while we waited for the lock
    return donation


async def judge(lines: Sequence[LineIn]) -> list[JudgedLine]:
    """The verdict of the rules on each line, numbered from 1."""
    rules = Judge(today())
    judged: list[JudgedLine] = []
    async for line in in_turns(lines):
        understood = equipment(**line.model_dump())
        why = uncertain(understood)
        found = rules.judge(len(judged) + 1, understood.equipment, tuple(understood.flags))
        judged.append(found if why is None else found.refused(*why))
    return judged


async def without_declared(
    session: AsyncSession, donor_id: UUID, judged: Sequence[JudgedLine], *, but: UUID | None = None
) -> list[JudgedLine]:
    """The lines, those that the donor has declared before refused. The donor must be locked."""
    numbers: list[str] = []
    tags: list[str] = []
    async for line in in_turns(judged):
        numbers += line.equipment.numbers
        if tag := line.equipment.tag_key:
            tags.append(tag)
    known = await DonationRepository.from_session(session).declared_before(donor_id, numbers, tags, but=but)
    if not known:
        return list(judged)
    by_number: dict[str, tuple[str, int]] = {}
    by_tag: dict[str, list[DeclaredLine]] = {}
    for one in known:
        for its in one.numbers:
            by_number.setdefault(its, (one.reference, one.position))
        if one.asset_tag:
            by_tag.setdefault(one.asset_tag, []).append(one)
    checked: list[JudgedLine] = []
    async for line in in_turns(judged):
        twin = None
        if line.verdict is LineVerdict.ACCEPTED:
            serial, tag = line.equipment.serial, line.equipment.tag_key
            number = next((one for one in line.equipment.numbers if one in by_number), None)
            twin = by_number[number] if number else None
            for one in by_tag.get(tag, []) if tag and twin is None else []:
                # Two serials that differ are two devices, whatever their tags say.
                if serial is None or one.serial is None:
                    twin = (one.reference, one.position)
            line = already_declared(line, number, *twin) if twin else line
        checked.append(line)
    return checked


def count(lines: Sequence[JudgedLine]) -> tuple[int, int, int]:
    """Devices (declared, accepted, refused)."""
    accepted = sum(line.equipment.quantity for line in lines if line.verdict is LineVerdict.ACCEPTED)
    refused = sum(line.equipment.quantity for line in lines if line.verdict is LineVerdict.REFUSED)
    return accepted + refused, accepted, refused


def changed(
    donation: Donation, status: DonationStatus, accepted: int | None = None, refused: int | None = None
) -> ChangedOut:
    return ChangedOut(
        id=donation.id,
        reference=donation.reference,
        status=status,
        accepted=donation.accepted if accepted is None else accepted,
        refused=donation.refused if refused is None else refused,
    )


async def answered(judged: Sequence[JudgedLine]) -> list[LineOut]:
    """The verdicts as they are told."""
    return [LineOut.of(line) async for line in in_turns(judged)]
