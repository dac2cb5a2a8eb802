"""Import a fleet file: understand it, show what it would declare, declare it."""

from collections.abc import AsyncIterator
from uuid import UUID

from filiere import journal, outbox
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import is_junk_serial, uuid7
from filiere.jobs.repository import JobRepository
from filiere.telemetry.metrics import import_seconds, timed
from filiere.web import Principal

from collect.donations.events import DonationDeclared
from collect.donations.repository import DonationRepository
from collect.donations.service import JOURNAL
from collect.donations.status import DonationStatus
from collect.donors.errors import DonorNotFound
from collect.donors.repository import DonorRepository
from collect.eligibility.judge import JudgedLine
from collect.imports.columns_repository import ColumnsRepository
from collect.imports.errors import ImportNotFound, ImportNotReady, NothingToConfirm, UnreadableFile
from collect.imports.repository import ImportRepository
from collect.imports.schemas import ConfirmedOut, ImportOut, ImportProgress, ImportRecord
from collect.imports.uploads import Upload
from collect.news import service as news
from collect.tenancy import donors_of

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
    await imports.forget_old_previews(donor_id, PREVIEW_DAYS)
    if upload.reading is None:
        return await _ask(session, upload, donor_id)
    import_id = uuid7()
    if not await imports.begin(import_id, donor_id, upload.content_hash, upload.filename, upload.reading.layout):
        made_meanwhile = await imports.same_content(donor_id, upload.content_hash)
        assert made_meanwhile is not None  # it is what the insert waited for
        return made_meanwhile
    for piece in upload.reading.pieces:
        await imports.add(import_id, donor_id, piece)
    if upload.reading.copy is not None:
        await ColumnsRepository.from_session(session).keep_copy(import_id, donor_id, upload.reading.copy)
    return await refuse_declared(imports, import_id)


async def refuse_declared(imports: ImportRepository, import_id: UUID, *, but: UUID | None = None) -> ImportRecord:
    """Refuse the rows that the donor has declared before, except by the donation `but`, and count the rows again."""
    tags = [tag for tag in await imports.tags(import_id) if not is_junk_serial(tag)]
    await imports.refuse_known(import_id, tags, but)
    return await imports.finish(import_id)


@timed(import_seconds, "declare")
async def confirm(session: AsyncSession, import_id: UUID, principal: Principal) -> ConfirmedOut:
    """Declare the readable rows as one donation; a second time answers with the same donation.

    What was declared since the preview is refused now. Raises what `get` does, and NothingToConfirm.
    """
    imports, donations = ImportRepository.from_session(session), DonationRepository.from_session(session)
    record = await imports.get(donors_of(principal), import_id, for_update=True)
    if record is None:
        record = await get(session, import_id, principal)
    if record.donation_id is not None:
        donation = await donations.get(donors_of(principal), record.donation_id)
        assert donation is not None  # same donor as the import's
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
    )
    # Copied first: a second for fifty thousand lines, which no other declaration of this donor has to wait for.
    await imports.become_lines(import_id, donation_id)
    await donors.for_declaration(donors_of(principal), record.donor_id, for_update=True)
    record = await refuse_declared(imports, import_id, but=donation_id)
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
        again = await jobs.newest(AGAIN, str(import_id)) if record.status == "previewed" else None
        return ImportProgress.of(again) if again is not None and again.state.is_open else record
    job = await jobs.get(import_id, KIND)
    if job is None or not donors_of(principal).includes(UUID(job.input["donor_id"])):
        raise ImportNotFound(import_id)
    return ImportProgress.of(job)


async def described(session: AsyncReadSession, record: ImportRecord, principal: Principal) -> ImportOut:
    """The import with its reasons, and the donation that the same list became before."""
    imports = ImportRepository.from_session(session)
    again = await JobRepository.from_session(session).newest(AGAIN, str(record.id))
    return ImportOut(
        import_id=record.id,
        headline=record.headline,
        by_rule=await imports.by_rule(record.id),
        problems=await imports.problems(record.id, SHOWN_PROBLEMS),
        same_as=await imports.same_list(donors_of(principal), record.id) if record.status == "previewed" else None,
        failure=again.failure if again is not None and record.status == "previewed" else None,
        **record.model_dump(exclude={"id", "created_at"}),
    )


def stopped_rows(session: AsyncReadSession, record: ImportRecord) -> AsyncIterator[JudgedLine]:
    """Every row that is not accepted."""
    return ImportRepository.from_session(session).stopped(record.id)


async def _ask(session: AsyncSession, upload: Upload, donor_id: UUID) -> ImportProgress:
    job_input = {
        "donor_id": str(donor_id),
        "filename": upload.filename,
        "content_hash": upload.content_hash,
        "encoding": upload.encoding,
        "max_rows": upload.max_rows,
        "packed": True,
    }
    job = await JobRepository.from_session(session).ask(
        uuid7(), KIND, f"{donor_id}:{upload.content_hash}", job_input, content=upload.packed, total=upload.rows
    )
    return ImportProgress.of(job)
