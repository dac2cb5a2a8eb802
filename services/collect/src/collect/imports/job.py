"""The worker's side of imports: read a long file in a process of its own, keep all of it at once."""

from uuid import UUID

from filiere.calendar import today
from filiere.database import EVERYBODY, AsyncSession
from filiere.jobs.repository import JobRepository
from filiere.jobs.running import JobRefused, Work
from filiere.telemetry.metrics import import_seconds, timed

from collect.imports.columns_repository import ColumnsRepository
from collect.imports.own_process import Apart, read_apart
from collect.imports.reading import Corrections, Unreadable
from collect.imports.repository import ImportRepository
from collect.imports.service import refuse_declared


@timed(import_seconds, "read")
async def read_file(work: Work) -> None:
    """Read one uploaded file into a preview. Raises JobRefused."""
    async with work.database.read() as session:
        content = await JobRepository.from_session(session).content(work.claim.id)
        corrections = await ColumnsRepository.from_session(session).corrections(
            EVERYBODY, UUID(work.claim.input["donor_id"])
        )
    assert content is not None  # kept as long as the job is open
    found = await _read(work, content, corrections)
    async with work.database.unit_of_work() as session:
        await _keep(session, work, found)


async def _read(work: Work, content: bytes, corrections: Corrections) -> Apart:
    job_input = work.claim.input

    def tell(done: int, total: int) -> None:
        work.done = done
        work.total = total or work.total

    try:
        return await read_apart(
            content,
            job_input["encoding"],
            today(),
            job_input["max_rows"],
            # What was put down by the version before this one is the file as it is.
            how="packed" if job_input.get("packed") else "plain",
            corrections=corrections,
            tell=tell,
        )
    except Unreadable as error:
        raise JobRefused(str(error)) from error


async def _keep(session: AsyncSession, work: Work, found: Apart) -> None:
    job_input, imports = work.claim.input, ImportRepository.from_session(session)
    donor_id = UUID(job_input["donor_id"])
    if not await imports.begin(
        work.claim.id,
        donor_id,
        job_input["content_hash"],
        job_input["filename"],
        found.layout,
        by_network=job_input.get("by_network", False),
    ):
        raise JobRefused("Ce fichier a été lu entre-temps : il est parmi vos dons ou vos aperçus.")
    await imports.add(work.claim.id, donor_id, found.pieces)
    if found.copy is not None:
        await ColumnsRepository.from_session(session).keep_copy(work.claim.id, donor_id, found.copy)
    await refuse_declared(session, work.claim.id, donor_id)
    await JobRepository.from_session(session).finish(work.claim)
