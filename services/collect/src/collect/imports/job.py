"""The worker's side of imports: read a long file in a process of its own, keep all of it at once."""

import json
from datetime import date
from uuid import UUID

from filiere.calendar import today
from filiere.database import AsyncSession
from filiere.jobs.repository import JobRepository
from filiere.jobs.running import JobRefused, Work
from filiere.telemetry.metrics import import_seconds, timed

from collect.imports.own_process import read_apart
from collect.imports.reading import Unreadable
from collect.imports.repository import ImportRepository
from collect.imports.service import refuse_declared


@timed(import_seconds, "read")
async def read_file(work: Work) -> None:
    """Read one uploaded file into a preview. Raises JobRefused."""
    async with work.database.read() as session:
        content = await JobRepository.from_session(session).content(work.claim.id)
    assert content is not None  # kept as long as the job is open
    layout, pieces = await _read(work, content, today())
    async with work.database.unit_of_work() as session:
        await _keep(session, work, layout, pieces)


async def _read(work: Work, content: bytes, on: date) -> tuple[str, list[bytes]]:
    job_input = work.claim.input

    def tell(done: int, total: int) -> None:
        work.done = done
        work.total = total or work.total

    try:
        # What was put down by the version before this one is the file as it is.
        packed = bool(job_input.get("packed"))
        return await read_apart(content, job_input["encoding"], on, job_input["max_rows"], packed=packed, tell=tell)
    except Unreadable as error:
        raise JobRefused(str(error)) from error


async def _keep(session: AsyncSession, work: Work, layout: str, pieces: list[bytes]) -> None:
    job_input, imports = work.claim.input, ImportRepository.from_session(session)
    donor_id = UUID(job_input["donor_id"])
    if not await imports.begin(work.claim.id, donor_id, job_input["content_hash"], job_input["filename"], layout):
        raise JobRefused("Ce fichier a été lu entre-temps : il est parmi vos dons ou vos aperçus.")
    for piece in pieces:
        await imports.add(work.claim.id, donor_id, json.loads(piece))
    await refuse_declared(imports, work.claim.id)
    await JobRepository.from_session(session).finish(work.claim)
