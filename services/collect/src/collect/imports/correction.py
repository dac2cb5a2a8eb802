"""The columns of a previewed list taken for others than was guessed: read again at once, remembered for the donor."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from filiere.calendar import today
from filiere.database import EVERYBODY, AsyncSession, Database
from filiere.identifiers import uuid7
from filiere.jobs.repository import JobRepository
from filiere.jobs.running import JobRefused, Work
from filiere.telemetry.metrics import import_seconds, timed
from filiere.web import FieldError, Principal

from collect.imports.columns_repository import ColumnsRepository
from collect.imports.errors import ColumnsAreFixed, UnfitColumns, UnreadableFile
from collect.imports.own_process import Apart, read_apart
from collect.imports.parsing import Reading, read_again
from collect.imports.reading import Corrections, Unreadable
from collect.imports.repository import ImportRepository
from collect.imports.schemas import ColumnChoice, ColumnOut, ImportProgress, ImportRecord
from collect.imports.service import AGAIN, get, refuse_declared
from collect.tenancy import donors_of

AT_ONCE_ROWS = 5_000
"""A list of so many rows is read again while its sender waits; a longer one by the worker, with its progress."""


class Again(NamedTuple):
    """A list to take in another way: `columns` None for as guessed; read already unless it is long."""

    record: ImportRecord
    columns: dict[str, str] | None
    max_rows: int
    reading: Reading | None


async def corrections_of(database: Database, donor_id: UUID, principal: Principal) -> Corrections:
    """What was said of this donor's columns before; no connection is held afterwards."""
    async with database.read() as session:
        return await ColumnsRepository.from_session(session).corrections(donors_of(principal), donor_id)


async def read_by(
    database: Database, import_id: UUID, principal: Principal, choices: Sequence[ColumnChoice] | None, max_rows: int
) -> Again:
    """A previewed list read as somebody says (None: as it is guessed); nothing is kept yet, no connection held.

    Raises ImportNotFound, ImportNotReady, ColumnsAreFixed, UnfitColumns, UnreadableFile.
    """
    async with database.read() as session:
        record = await get(session, import_id, principal)
        copy = await ColumnsRepository.from_session(session).copy(donors_of(principal), import_id)
    if record.status != "previewed" or copy is None or record.layout.table is None:
        raise ColumnsAreFixed
    columns = None if choices is None else fields_chosen(record.layout.table, choices)
    if record.rows > AT_ONCE_ROWS:
        return Again(record, columns, max_rows, None)
    corrections = {record.layout.heading: columns} if columns is not None else {}
    try:
        reading = await asyncio.to_thread(read_again, copy, today(), max_rows, corrections)
    except Unreadable as error:
        raise UnreadableFile(str(error)) from error
    return Again(record, columns, max_rows, reading)


async def keep(session: AsyncSession, again: Again, principal: Principal) -> ImportRecord | ImportProgress:
    """Remember what was said, and keep the rows as they are read now, or ask the worker for it.

    Raises ColumnsAreFixed for a list that was declared meanwhile.
    """
    record, columns = again.record, ColumnsRepository.from_session(session)
    if again.columns is None:
        await columns.forget(record.donor_id, record.layout.heading)
    else:
        await columns.remember(record.donor_id, record.layout.heading, again.columns)
    if again.reading is None:
        job_input = {
            "donor_id": str(record.donor_id),
            "import_id": str(record.id),
            "filename": record.filename,
            "max_rows": again.max_rows,
        }
        jobs = JobRepository.from_session(session)
        job = await jobs.ask(uuid7(), AGAIN, str(record.id), job_input, total=record.rows)
        return ImportProgress.of(job)
    imports = ImportRepository.from_session(session)
    if not await imports.begin_again(donors_of(principal), record.id, again.reading.layout):
        raise ColumnsAreFixed
    await imports.add(record.id, record.donor_id, again.reading.pieces)
    return await refuse_declared(session, record.id, record.donor_id)


def fields_chosen(table: Sequence[ColumnOut], choices: Sequence[ColumnChoice]) -> dict[str, str]:
    """The field of every column, by its name. Raises UnfitColumns."""
    chosen, by_index = {column.column: column.field for column in table}, {column.column: column for column in table}
    errors = []
    for choice in choices:
        column = by_index.get(choice.column)
        if column is None:
            errors.append(FieldError(f"column-{choice.column}", "Cette colonne n'est pas dans le fichier."))
        elif column.closed and choice.field is not None:
            errors.append(
                FieldError(f"column-{choice.column}", "Cette colonne parle de personnes : elle reste écartée.")
            )
        else:
            chosen[choice.column] = choice.field
    taken: dict[str, int] = {}
    for index, field in chosen.items():
        if field is not None and taken.setdefault(field, index) != index:
            first = by_index[taken[field]]
            title = first.header or f"n° {first.column + 1}"
            errors.append(FieldError(f"column-{index}", f"La colonne « {title} » est déjà prise pour cela."))
    if errors:
        raise UnfitColumns(errors)
    return {by_index[index].name: field or "" for index, field in chosen.items()}


@timed(import_seconds, "read")
async def read_long_again(work: Work) -> None:
    """The worker's side: a long list read by what its donor says now. Raises JobRefused."""
    import_id, donor_id = UUID(work.claim.input["import_id"]), UUID(work.claim.input["donor_id"])
    async with work.database.read() as session:
        columns = ColumnsRepository.from_session(session)
        copy = await columns.copy(EVERYBODY, import_id)
        corrections = await columns.corrections(EVERYBODY, donor_id)
    if copy is None:
        raise JobRefused(ColumnsAreFixed.title)
    found = await _read(work, copy, corrections)
    async with work.database.unit_of_work() as session:
        imports = ImportRepository.from_session(session)
        if not await imports.begin_again(EVERYBODY, import_id, found.layout):
            raise JobRefused(ColumnsAreFixed.title)
        await imports.add(import_id, donor_id, found.pieces)
        await refuse_declared(session, import_id, donor_id)
        await JobRepository.from_session(session).finish(work.claim)


async def _read(work: Work, copy: bytes, corrections: Corrections) -> Apart:
    def tell(done: int, total: int) -> None:
        work.done = done

    try:
        return await read_apart(
            copy, "utf-8", today(), work.claim.input["max_rows"], how="copy", corrections=corrections, tell=tell
        )
    except Unreadable as error:
        raise JobRefused(str(error)) from error
