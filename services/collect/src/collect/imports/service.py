"""Import a fleet file: understand it, show what it would declare, declare it."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import PurePath
from typing import BinaryIO
from uuid import UUID

from filiere import outbox
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import is_junk_serial, uuid7
from filiere.telemetry.metrics import import_seconds, timed
from filiere.web import Principal

from collect.donations.events import DonationDeclared
from collect.donations.repository import DonationRepository
from collect.donations.status import DonationStatus
from collect.donors.errors import DonorNotFound
from collect.donors.repository import DonorRepository
from collect.eligibility.judge import JudgedLine
from collect.imports.errors import ImportNotFound, NothingToConfirm, UnreadableFile
from collect.imports.reading import Source, fingerprint, inspect
from collect.imports.repository import ImportRepository, layout_json
from collect.imports.rows import judged_rows
from collect.imports.schemas import ConfirmedOut, ImportOut, ImportRecord

ROWS_AT_ONCE = 1000
SHOWN_PROBLEMS = 200
PREVIEW_DAYS = 30


@timed(import_seconds, "read")
async def preview(
    session: AsyncSession, file: BinaryIO, filename: str, donor_id: UUID, principal: Principal, *, max_rows: int
) -> ImportRecord:
    """Read a file and keep what it would declare; the same content again is the same import.

    Reading and judging run in a thread, a thousand rows at a time, so that other requests go on and memory stays
    bounded. Raises DonorNotFound, UnreadableFile.
    """
    if await DonorRepository.from_session(session).for_declaration(donor_id, principal, identified=False) is None:
        raise DonorNotFound(donor_id)
    imports = ImportRepository.from_session(session)
    content_hash, encoding = await asyncio.to_thread(fingerprint, file)
    known = await imports.same_content(donor_id, content_hash)
    if known is not None:
        return known
    await imports.forget_old_previews(donor_id, PREVIEW_DAYS)
    source = await asyncio.to_thread(inspect, file, encoding)
    import_id = uuid7()
    layout = layout_json(source.encoding, source.delimiter, source.header_row, source.layout)
    if not await imports.begin(import_id, donor_id, content_hash, _name(filename), layout):
        made_meanwhile = await imports.same_content(donor_id, content_hash)
        assert made_meanwhile is not None  # it is what the insert waited for
        return made_meanwhile
    await _store_rows(imports, import_id, donor_id, file, source, max_rows)
    await imports.refuse_known(import_id, await _telling_tags(imports, import_id))
    record = await imports.finish(import_id)
    if not record.rows:
        raise UnreadableFile("Le fichier a des titres de colonnes, mais aucune ligne en dessous.")
    return record


@timed(import_seconds, "declare")
async def confirm(session: AsyncSession, import_id: UUID, principal: Principal) -> ConfirmedOut:
    """Declare the readable rows as one donation; a second time answers with the same donation.

    What was declared since the preview is refused now. Raises ImportNotFound, NothingToConfirm.
    """
    imports, donations = ImportRepository.from_session(session), DonationRepository.from_session(session)
    record = await imports.get(import_id, principal, lock=True)
    if record is None:
        raise ImportNotFound(import_id)
    if record.donation_id is not None:
        donation = await donations.get(record.donation_id, principal)
        assert donation is not None  # same donor as the import's
        return ConfirmedOut(
            import_id=import_id,
            donation_id=donation.id,
            reference=donation.reference,
            declared=donation.declared,
            accepted=donation.accepted,
            refused=donation.refused,
        )
    public_body = await DonorRepository.from_session(session).for_declaration(
        record.donor_id, principal, identified=True
    )
    assert public_body is not None  # the caller sees the import, so the donor
    await imports.refuse_known(import_id, await _telling_tags(imports, import_id))
    record = await imports.finish(import_id)
    if not record.accepted:
        raise NothingToConfirm
    donation_id = uuid7()
    refused = await imports.refused_devices(import_id)
    counts = (record.accepted_devices + refused, record.accepted_devices, refused)
    reference = await donations.declare(
        donation_id,
        record.donor_id,
        [],
        status=DonationStatus.SUBMITTED,
        public_body=public_body,
        source="file",
        note=record.filename,
        counts=counts,
        lines_count=record.accepted + record.refused,
    )
    await imports.become_lines(import_id, donation_id)
    await imports.confirm(import_id, donation_id)
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
    """The import, or ImportNotFound for what does not exist and for what is not the caller's."""
    record = await ImportRepository.from_session(session).get(import_id, principal)
    if record is None:
        raise ImportNotFound(import_id)
    return record


async def described(session: AsyncReadSession, record: ImportRecord) -> ImportOut:
    """The import with its reasons."""
    imports = ImportRepository.from_session(session)
    return ImportOut(
        import_id=record.id,
        headline=record.headline,
        by_rule=await imports.by_rule(record.id),
        problems=await imports.problems(record.id, SHOWN_PROBLEMS),
        **record.model_dump(exclude={"id", "created_at"}),
    )


async def stopped_rows(session: AsyncReadSession, record: ImportRecord) -> Sequence[JudgedLine]:
    """Every row that is not accepted."""
    return await ImportRepository.from_session(session).stopped(record.id)


async def _store_rows(
    imports: ImportRepository, import_id: UUID, donor_id: UUID, file: BinaryIO, source: Source, max_rows: int
) -> None:
    rows = judged_rows(file, source, today(), max_rows)
    while chunk := await asyncio.to_thread(_next, rows):
        await imports.add(import_id, donor_id, chunk)


def _next(rows: Iterator[JudgedLine]) -> list[JudgedLine]:
    return list(islice(rows, ROWS_AT_ONCE))


async def _telling_tags(imports: ImportRepository, import_id: UUID) -> list[str]:
    """The file's asset tags that may identify: placeholders never do."""
    return [tag for tag in await imports.tags(import_id) if not is_junk_serial(tag)]


def _name(filename: str) -> str:
    """The file's own name, without the folders of somebody's machine."""
    return (PurePath(filename.replace("\\", "/")).name or "fichier")[:120]
