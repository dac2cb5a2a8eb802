"""One declaration until it is sent: its lines are corrected, added, taken out and judged again at once."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import today
from filiere.database import AsyncSession, Scope
from filiere.identifiers import is_junk_serial
from filiere.loop_turns import in_turns
from filiere.web import Principal

from collect.donations.donation import Donation
from collect.donations.draft_repository import DraftLine, DraftRepository
from collect.donations.errors import NothingToSend, TooManyDevices
from collect.donations.events import DonationDeclared
from collect.donations.limits import MAX_DEVICES
from collect.donations.repository import DonationRepository
from collect.donations.schemas import ChangedOut, DeclareDonation, DeclaredOut, LineIn
from collect.donations.service import JOURNAL, answered, changed, count, get, get_for_update, judge, without_declared
from collect.donations.status import DonationStatus, Step
from collect.donors.errors import DonorNotFound
from collect.donors.repository import DonorRepository
from collect.eligibility.judge import OVERRULED, Judge, JudgedLine, unreadable
from collect.eligibility.lines import equipment
from collect.eligibility.unknown import uncertain
from collect.news import service as news
from collect.tenancy import donors_of, drafts_of


async def edit(session: AsyncSession, donation_id: UUID, command: DeclareDonation, principal: Principal) -> DeclaredOut:
    """Replace a draft's lines. Raises DonationNotFound, DonationNotInState."""
    donation = await get_for_update(session, donation_id, principal, Step.EDIT)
    await DonorRepository.from_session(session).for_declaration(
        donors_of(principal), donation.donor_id, for_update=True
    )
    judged = await without_declared(session, donation.donor_id, await judge(command.lines), but=donation.id)
    declared, accepted, refused = counts = count(judged)
    await DonationRepository.from_session(session).replace_lines(donation, judged, command.note, counts)
    await journal.note(session, principal, JOURNAL, donation.id, "edited", {"devices": declared})
    return DeclaredOut(
        id=donation.id,
        reference=donation.reference,
        donor_id=donation.donor_id,
        status=donation.status,
        declared=declared,
        accepted=accepted,
        refused=refused,
        verdicts=await answered(judged),
    )


async def begin(session: AsyncSession, donation_id: UUID, donor_id: UUID, principal: Principal) -> Donation:
    """The draft of this id, made empty when there is none: a form that comes twice finds what it made the first time.

    Raises DonorNotFound, DonationNotFound for an id that is somebody else's.
    """
    donors = DonorRepository.from_session(session)
    public_body = await donors.for_declaration(donors_of(principal), donor_id, for_update=True)
    if public_body is None:
        raise DonorNotFound(donor_id)
    donations = DonationRepository.from_session(session)
    if await donations.is_taken(donation_id):
        return await get(session, donation_id, principal)
    await donations.declare(
        donation_id,
        donor_id,
        [],
        status=DonationStatus.DRAFT,
        public_body=public_body,
        source="lines",
        note=None,
        counts=(0, 0, 0),
        by_network=written_by_network(principal, donor_id),
    )
    await journal.note(session, principal, JOURNAL, donation_id, "drafted", {})
    return await get(session, donation_id, principal)


async def save_lines(
    session: AsyncSession,
    donation_id: UUID,
    lines: Sequence[tuple[UUID, LineIn | JudgedLine]],
    principal: Principal,
    *,
    remove: Sequence[UUID] = (),
    note: str | None = None,
) -> None:
    """Write lines of a draft by their ids, take others out, and judge again what that touches.

    Raises DonationNotFound, DonationNotInState, TooManyDevices.
    """
    donation = await get_for_update(session, donation_id, principal, Step.EDIT)
    drafts = DraftRepository.from_session(session)
    known = {
        one.id: one.line for one in await drafts.some(donors_of(principal), donation.id, [id_ for id_, _ in lines])
    }
    last = await drafts.last_position(donation.id)
    judged: list[DraftLine] = []
    async for id_, line in in_turns(lines):
        if id_ in known:
            position = known[id_].position
        else:
            last += 1
            position = last
        judged.append(DraftLine(id_, _judged(position, line)))
    await drafts.remove(donation.id, remove)
    if note is not None:
        await drafts.write_note(donation.id, note)
    await drafts.save(donation.donor_id, donation.id, judged)
    await refresh(session, donation)
    if judged or remove:
        await journal.note(session, principal, JOURNAL, donation.id, "edited", {"lines": len(judged) + len(remove)})


async def judge_again(session: AsyncSession, donation: Donation, ids: Sequence[UUID]) -> None:
    """What the rules say of these lines of a draft that the caller has locked."""
    drafts = DraftRepository.from_session(session)
    lines = await drafts.some(Scope((donation.donor_id,)), donation.id, ids) if ids else []
    await drafts.save(
        donation.donor_id, donation.id, [DraftLine(one.id, _again(one.line)) async for one in in_turns(lines)]
    )


async def refresh(session: AsyncSession, donation: Donation) -> None:
    """Find again what stands twice in a draft or was sent before, and count its lines. Raises TooManyDevices.

    Of a draft that the caller has locked.
    """
    drafts = DraftRepository.from_session(session)
    doubted = [DraftLine(one.id, _again(one.line)) async for one in in_turns(await drafts.doubted(donation.id))]
    await drafts.save(donation.donor_id, donation.id, doubted)
    tags = [tag for tag in await drafts.tags(donation.id) if not is_junk_serial(tag)]
    await drafts.refuse_twins(donation.donor_id, donation.id, tags)
    await drafts.recount(donation.id)
    counts = await drafts.counts(Scope((donation.donor_id,)), donation.id)
    if counts.devices + counts.stopped > MAX_DEVICES:
        raise TooManyDevices(counts.devices + counts.stopped)


async def submit(session: AsyncSession, donation_id: UUID, principal: Principal) -> ChangedOut:
    """Send a draft; what was sent by another one since is refused now.

    Raises DonationNotFound, DonationNotInState, NothingToSend.
    """
    donation = await get_for_update(session, donation_id, principal, Step.SUBMIT)
    # Two drafts of one serial that are sent at the same moment would each not see the other.
    await DonorRepository.from_session(session).for_declaration(
        donors_of(principal), donation.donor_id, for_update=True
    )
    await refresh(session, donation)
    donation = await get(session, donation.id, principal)
    if not donation.accepted:
        raise NothingToSend
    await DonationRepository.from_session(session).move(donation.id, DonationStatus.SUBMITTED, submitted_at=True)
    await news.declared(session, donation.id, donation.reference, donation.donor_id, donation.declared)
    await journal.note(session, principal, JOURNAL, donation.id, "declared", {"devices": donation.declared})
    await outbox.append(
        session,
        [
            DonationDeclared(
                donation_id=donation.id,
                reference=donation.reference,
                donor_id=donation.donor_id,
                public_body=donation.public_body,
                devices=donation.declared,
                lines=donation.lines,
            )
        ],
    )
    return changed(donation, DonationStatus.SUBMITTED)


async def discard(session: AsyncSession, donation_id: UUID, principal: Principal) -> Donation:
    """Delete a draft for good. Raises DonationNotFound, DonationNotInState."""
    donation = await get_for_update(session, donation_id, principal, Step.DISCARD)
    await DraftRepository.from_session(session).delete([donation.id])
    return donation


def written_by_network(principal: Principal, donor_id: UUID) -> bool:
    """Whether a draft of this caller is the coordination's, which then sees it; the donor's own are private."""
    return not drafts_of(principal).includes(donor_id)


def _judged(position: int, line: LineIn | JudgedLine) -> JudgedLine:
    if isinstance(line, JudgedLine):
        return replace(line, position=position)
    understood = equipment(**line.model_dump())
    flags = tuple(understood.flags)
    if (why := uncertain(understood)) is not None:
        return replace(unreadable(position, understood.equipment, *why), flags=flags)
    return Judge(today()).judge(position, understood.equipment, flags)


def _again(line: JudgedLine) -> JudgedLine:
    """What the rules say of a line by itself."""
    flags = tuple(flag for flag in line.flags if flag != OVERRULED)
    return replace(Judge(today()).judge(line.position, line.equipment, flags), cells=line.cells)
