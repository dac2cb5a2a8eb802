"""Import a fleet file: understand it, show what it would declare, declare it."""

from collections.abc import AsyncIterator
from hashlib import md5
from uuid import UUID

from filiere import journal, outbox
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import is_junk_serial, uuid7
from filiere.jobs.repository import Job, JobRepository
from filiere.telemetry.metrics import import_seconds, timed
from filiere.web import Principal

from collect.donations import drafting
from collect.donations.draft_repository import DraftLine, DraftRepository
from collect.donations.events import DonationDeclared
from collect.donations.repository import DonationRepository
from collect.donations.service import JOURNAL, get_for_update, may_see
from collect.donations.service import get as get_donation
from collect.donations.status import DonationStatus, Step
from collect.donors.errors import DonorNotFound
from collect.donors.repository import DonorRepository
from collect.imports.columns_repository import ColumnsRepository
from collect.imports.declared_before_repository import DeclaredBeforeRepository
from collect.imports.errors import AnotherDonor, ImportNotFound, ImportNotReady, NothingToConfirm, UnreadableFile
from collect.imports.merge_repository import MergeRepository
from collect.imports.repository import ImportRepository
from collect.imports.schemas import (
    ConfirmedOut,
    DonationNow,
    DraftedOut,
    ImportOut,
    ImportProgress,
    ImportRecord,
    Merged,
)
from collect.imports.uploads import Upload
from collect.news import service as news
from collect.tenancy import donors_of, drafts_of

KIND = "import"
AGAIN = "import-again"
"""A list that is read again because its columns are taken for others."""
SHOWN_PROBLEMS = 200
PREVIEW_DAYS = 30


async def take_in(
    session: AsyncSession, upload: Upload, donor_id: UUID, principal: Principal
) -> ImportRecord | ImportProgress:
    """Keep what a file would declare, or ask the worker to read it; the same content again is the same import.

    Raises DonorNotFound.
    """
    if (
        await DonorRepository.from_session(session).for_declaration(donors_of(principal), donor_id, for_update=False)
        is None
    ):
        raise DonorNotFound(donor_id)
    imports = ImportRepository.from_session(session)
    known = await imports.same_content(donor_id, upload.content_hash)
    if known is not None:
        return known
    by_network = drafting.written_by_network(principal, donor_id)
    await imports.forget_old_previews(donor_id, PREVIEW_DAYS)
    if upload.reading is None:
        return await _ask(session, upload, donor_id, by_network=by_network)
    import_id = uuid7()
    layout = upload.reading.layout
    if not await imports.begin(
        import_id, donor_id, upload.content_hash, upload.filename, layout, by_network=by_network
    ):
        made_meanwhile = await imports.same_content(donor_id, upload.content_hash)
        assert made_meanwhile is not None  # it is what the insert waited for
        return made_meanwhile
    await imports.add(import_id, donor_id, upload.reading.pieces)
    if upload.reading.copy is not None:
        await ColumnsRepository.from_session(session).keep_copy(import_id, donor_id, upload.reading.copy)
    return await refuse_declared(session, import_id, donor_id)


async def refuse_declared(
    session: AsyncSession, import_id: UUID, donor_id: UUID, *, but: UUID | None = None
) -> ImportRecord:
    """Refuse the rows that the donor has declared before, except by the donation `but`, and count the rows again."""
    imports = ImportRepository.from_session(session)
    before = DeclaredBeforeRepository.from_session(session)
    if await before.is_any(import_id, but):
        identifying = [tag for tag in await before.tags(import_id, donor_id, but) if not is_junk_serial(tag)]
        if await before.refuse_known(import_id, donor_id, identifying, but):
            tags = [tag for tag in await imports.tags(import_id) if not is_junk_serial(tag)]
            await before.refuse_repeated(import_id, donor_id, tags, but)
    return await imports.finish(import_id)


@timed(import_seconds, "declare")
async def confirm(session: AsyncSession, import_id: UUID, principal: Principal) -> ConfirmedOut:
    """Declare the readable rows as one donation; a second time answers with the same donation.

    What was declared since the preview is refused now. Raises what `get` does, and NothingToConfirm.
    """
    imports, donations = ImportRepository.from_session(session), DonationRepository.from_session(session)
    record = await _locked(session, import_id, principal)
    if record.donation_id is not None:
        donation = await get_donation(session, record.donation_id, principal)
        if donation.status is DonationStatus.DRAFT:
            await drafting.submit(session, donation.id, principal)
            donation = await get_donation(session, donation.id, principal)
        return ConfirmedOut(
            import_id=import_id,
            donation_id=donation.id,
            reference=donation.reference,
            declared=donation.declared,
            accepted=donation.accepted,
            refused=donation.refused,
        )
    if await JobRepository.from_session(session).is_open(AGAIN, str(import_id)):
        raise ImportNotReady
    donors = DonorRepository.from_session(session)
    public_body = await donors.for_declaration(donors_of(principal), record.donor_id, for_update=False)
    assert public_body is not None  # the caller sees the import, so the donor
    donation_id = uuid7()
    reference = await donations.declare(
        donation_id,
        record.donor_id,
        [],
        status=DonationStatus.SUBMITTED,
        public_body=public_body,
        source="file",
        note=record.filename,
        counts=(record.accepted_devices, record.accepted_devices, 0),
        lines_count=record.accepted + record.refused,
        by_network=record.by_network,
    )
    # Copied first: a second for fifty thousand lines, which no other declaration of this donor has to wait for.
    await imports.become_lines(import_id, donation_id)
    await donors.for_declaration(donors_of(principal), record.donor_id, for_update=True)
    record = await refuse_declared(session, import_id, record.donor_id, but=donation_id)
    if not record.accepted:
        raise NothingToConfirm
    await imports.refuse_lines(import_id, donation_id)
    refused = await imports.refused_devices(import_id)
    counts = (record.accepted_devices + refused, record.accepted_devices, refused)
    await donations.recount(donation_id, counts)
    await imports.confirm(import_id, donation_id)
    await ColumnsRepository.from_session(session).forget_copy(import_id)
    await journal.note(session, principal, JOURNAL, donation_id, "declared", {"devices": counts[0], "import": True})
    await news.declared(session, donation_id, reference, record.donor_id, counts[0])
    await outbox.append(
        session,
        [
            DonationDeclared(
                donation_id=donation_id,
                reference=reference,
                donor_id=record.donor_id,
                public_body=public_body,
                devices=counts[0],
                lines=record.accepted + record.refused,
            )
        ],
    )
    return ConfirmedOut(
        import_id=import_id,
        donation_id=donation_id,
        reference=reference,
        declared=counts[0],
        accepted=counts[1],
        refused=counts[2],
    )


async def draft(session: AsyncSession, import_id: UUID, principal: Principal) -> DraftedOut:
    """Make the file a draft, whose lines can be corrected; a second time answers with the same one.

    Raises what `get` does, and TooManyDevices.
    """
    record = await _locked(session, import_id, principal)
    if record.donation_id is not None:
        return await _drafted(session, record.donation_id, principal, Merged(changed=0, added=0, rows=record.rows))
    if await JobRepository.from_session(session).is_open(AGAIN, str(import_id)):
        raise ImportNotReady
    donors = DonorRepository.from_session(session)
    public_body = await donors.for_declaration(donors_of(principal), record.donor_id, for_update=False)
    assert public_body is not None  # the caller sees the import, so the donor
    donation_id = uuid7()
    imports = ImportRepository.from_session(session)
    await DonationRepository.from_session(session).declare(
        donation_id,
        record.donor_id,
        [],
        status=DonationStatus.DRAFT,
        public_body=public_body,
        source="file",
        note=record.filename,
        counts=(0, 0, 0),
        by_network=record.by_network,
    )
    await imports.become_lines(import_id, donation_id)
    await imports.confirm(import_id, donation_id)
    await ColumnsRepository.from_session(session).forget_copy(import_id)
    await drafting.refresh(session, await get_donation(session, donation_id, principal))
    await journal.note(session, principal, JOURNAL, donation_id, "drafted", {"file": record.filename})
    return await _drafted(session, donation_id, principal, Merged(changed=0, added=record.rows, rows=record.rows))


async def merge(session: AsyncSession, import_id: UUID, donation_id: UUID, principal: Principal) -> DraftedOut:
    """Correct a draft by a file and add what is new in it; the same file again changes nothing.

    Raises what `get` does, DonationNotFound, DonationNotInState, AnotherDonor, TooManyDevices.
    """
    donation = await get_for_update(session, donation_id, principal, Step.EDIT)
    record = await _locked(session, import_id, principal)
    if record.donor_id != donation.donor_id:
        raise AnotherDonor
    if record.donation_id is not None:
        return await _drafted(session, record.donation_id, principal, Merged(changed=0, added=0, rows=record.rows))
    if await JobRepository.from_session(session).is_open(AGAIN, str(import_id)):
        raise ImportNotReady
    imports, drafts = ImportRepository.from_session(session), DraftRepository.from_session(session)
    tags = [tag for tag in await imports.tags(import_id) if not is_junk_serial(tag)]
    columns = None if record.layout.inventories else record.layout.columns
    merged, again = await MergeRepository.from_session(session).merge(
        import_id, donation.id, tags, await drafts.last_position(donation.id), columns
    )
    await drafting.judge_again(session, donation, again)
    await imports.confirm(import_id, donation.id)
    await ColumnsRepository.from_session(session).forget_copy(import_id)
    await drafting.refresh(session, donation)
    await journal.note(session, principal, JOURNAL, donation.id, "edited", {"file": record.filename})
    return await _drafted(session, donation.id, principal, merged)


async def _drafted(session: AsyncReadSession, donation_id: UUID, principal: Principal, merged: Merged) -> DraftedOut:
    donation = await get_donation(session, donation_id, principal)
    counts = await DraftRepository.from_session(session).counts(donors_of(principal), donation_id)
    return DraftedOut(
        donation_id=donation.id,
        reference=donation.reference,
        changed=merged.changed,
        added=merged.added,
        passed_over=merged.passed_over,
        passed_over_lines=merged.passed_over_lines,
        accepted=counts.accepted,
        refused=counts.refused,
        errors=counts.errors,
    )


async def _locked(session: AsyncSession, import_id: UUID, principal: Principal) -> ImportRecord:
    record = await ImportRepository.from_session(session).get(donors_of(principal), import_id, for_update=True)
    if record is None:
        return await get(session, import_id, principal)
    await _seen(session, record, principal)
    return record


async def _seen(session: AsyncReadSession, record: ImportRecord, principal: Principal) -> None:
    """A file that is not sent is its donor's own, as a draft is. Raises ImportNotFound."""
    if record.by_network or drafts_of(principal).includes(record.donor_id):
        return
    donations = DonationRepository.from_session(session)
    donation = await donations.get(donors_of(principal), record.donation_id) if record.donation_id else None
    if donation is None or not may_see(principal, donation):
        raise ImportNotFound(record.id)


async def get(session: AsyncReadSession, import_id: UUID, principal: Principal) -> ImportRecord:
    """The import. Raises ImportNotReady, UnreadableFile for what could not be read, ImportNotFound."""
    found = await find(session, import_id, principal)
    if isinstance(found, ImportRecord):
        return found
    if found.failure is not None:
        raise UnreadableFile(found.failure)
    raise ImportNotReady


async def find(session: AsyncReadSession, import_id: UUID, principal: Principal) -> ImportRecord | ImportProgress:
    """The import, or how far its file is read. Raises ImportNotFound."""
    record = await ImportRepository.from_session(session).get(donors_of(principal), import_id)
    jobs = JobRepository.from_session(session)
    if record is not None:
        await _seen(session, record, principal)
        again = await jobs.newest(AGAIN, str(import_id)) if record.status == "previewed" else None
        return ImportProgress.of(again) if again is not None and again.state.is_open else record
    job = await jobs.get(import_id, KIND)
    if job is None or not _may_see(principal, job):
        raise ImportNotFound(import_id)
    return ImportProgress.of(job)


def _may_see(principal: Principal, job: Job) -> bool:
    whose = donors_of(principal) if job.input.get("by_network") else drafts_of(principal)
    return whose.includes(UUID(job.input["donor_id"]))


async def described(
    session: AsyncReadSession, record: ImportRecord, principal: Principal, *, named: int = SHOWN_PROBLEMS
) -> ImportOut:
    """The import with its reasons, and the donation that the same list became before.

    `named`: of how many rows that are not accepted it says why; a page lists them by itself.
    """
    imports = ImportRepository.from_session(session)
    again = await JobRepository.from_session(session).newest(AGAIN, str(record.id))
    is_open = record.status == "previewed"
    return ImportOut(
        import_id=record.id,
        headline=record.headline,
        by_rule=await imports.by_rule(record.id),
        problems=await imports.problems(record.id, named),
        same_as=await imports.same_list(donors_of(principal), record.id) if is_open else None,
        earlier=await imports.earlier(donors_of(principal), record.id) if is_open else [],
        failure=again.failure if again is not None and is_open else None,
        now=await _now(session, record, principal),
        **record.model_dump(exclude={"id", "created_at", "by_network"}),
    )


async def _now(session: AsyncReadSession, record: ImportRecord, principal: Principal) -> DonationNow | None:
    if record.donation_id is None:
        return None
    donation = await DonationRepository.from_session(session).get(donors_of(principal), record.donation_id)
    assert donation is not None  # the caller sees the import, so its donation
    counts = await DraftRepository.from_session(session).counts(donors_of(principal), donation.id)
    return DonationNow(
        reference=donation.reference,
        is_draft=donation.status is DonationStatus.DRAFT,
        accepted=counts.accepted,
        refused=counts.refused,
        errors=counts.errors,
        declared=donation.declared,
        refused_devices=donation.refused,
    )


def line_id(import_id: UUID, row: int) -> UUID:
    """The line of a donation that a row becomes (`repository.LINE_ID`)."""
    return UUID(md5(f"{import_id}:{row}".encode(), usedforsecurity=False).hexdigest())


def stopped_rows(session: AsyncReadSession, record: ImportRecord) -> AsyncIterator[DraftLine]:
    """Every row that is not accepted."""
    return ImportRepository.from_session(session).stopped(record.id)


async def _ask(session: AsyncSession, upload: Upload, donor_id: UUID, *, by_network: bool) -> ImportProgress:
    job_input = {
        "donor_id": str(donor_id),
        "filename": upload.filename,
        "content_hash": upload.content_hash,
        "encoding": upload.encoding,
        "max_rows": upload.max_rows,
        "packed": True,
        "by_network": by_network,
    }
    job = await JobRepository.from_session(session).ask(
        uuid7(), KIND, f"{donor_id}:{upload.content_hash}", job_input, content=upload.packed, total=upload.rows
    )
    return ImportProgress.of(job)
