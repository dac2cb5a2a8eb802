"""Take in a report: read it, keep its very bytes, and say what it says of a device's media."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

from filiere.calendar import now
from filiere.database import AsyncReadSession, AsyncSession, Database
from filiere.files import FileMissing, Files, FileTooLarge, Kept, Reads, keep
from filiere.identifiers import uuid7
from filiere.web import Principal

from refurbish.devices import service as devices
from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import Level
from refurbish.erasure.errors import ReportAway, ReportNotFound, UnreadableReport
from refurbish.erasure.reports.aside import read_aside
from refurbish.erasure.reports.questions import questions, refusal
from refurbish.erasure.reports.reading import MAX_BYTES
from refurbish.erasure.reports.report import Report, Unreadable
from refurbish.erasure.reports.repository import KeptReport, ReportRepository
from refurbish.erasure.reports.schemas import ProposalOut, QuestionOut
from refurbish.tenancy import person, workshops_of

_LONGEST_NAME = 120


async def take_in(
    database: Database, files: Files, principal: Principal, device_id: UUID, content: Reads
) -> tuple[Kept, Report]:
    """Read a report, then keep its file; no connection is held while bytes go by.

    Raises DeviceNotFound, UnreadableReport, ReportAway.
    """
    async with database.read() as session:
        await devices.find(session, principal, device_id)
    raw = await content.read(MAX_BYTES + 1)
    try:
        said = await read_aside(raw)
    except Unreadable as error:
        raise UnreadableReport(str(error)) from error
    try:
        kept = await keep(database, files, content, MAX_BYTES)
    except FileTooLarge:
        raise UnreadableReport("Au plus 10 Mo : joins le rapport de cette machine seule.") from None
    except OSError as error:
        raise ReportAway from error
    assert kept is not None  # every kind is taken that could be read
    return kept, said


async def take_in_whole(
    database: Database, files: Files, principal: Principal, device_id: UUID, filename: str, content: Reads
) -> KeptReport:
    """The same with its row, whatever becomes of the form that it came with."""
    kept, said = await take_in(database, files, principal, device_id, content)
    async with database.unit_of_work() as session:
        return await name(session, principal, device_id, filename, kept, said)


async def name(
    session: AsyncSession, principal: Principal, device_id: UUID, filename: str, kept: Kept, said: Report
) -> KeptReport:
    """Keep what was read. Raises DeviceNotFound."""
    device = await devices.find(session, principal, device_id)
    report = KeptReport(uuid7(), device.workshop_id, kept.hash, shown(filename), kept.size, kept.media_type, said)
    by = (principal.subject, person(principal))
    reports = ReportRepository.from_session(session)
    await reports.insert(device.workshop_id, report.id, kept, report.name, said, by)
    return report


async def find(session: AsyncReadSession, principal: Principal, report_id: UUID) -> KeptReport:
    """Raises ReportNotFound."""
    report = await ReportRepository.from_session(session).get(workshops_of(principal), report_id)
    if report is None:
        raise ReportNotFound
    return report


async def read(
    session: AsyncReadSession, files: Files, principal: Principal, report_id: UUID
) -> tuple[KeptReport, AsyncIterator[bytes]]:
    """A report and its bytes. Raises ReportNotFound, ReportAway."""
    report = await find(session, principal, report_id)
    try:
        return report, await files.read(report.file_hash)
    except (FileMissing, OSError) as error:
        raise ReportAway from error


def proposals(device: Device, media: list[Medium], report: Report) -> list[ProposalOut]:
    """What the report would make of each medium of the device that it speaks of."""
    at = now()
    found = []
    for medium in media:
        said = report.of(medium.serial)
        if said is None:
            continue
        asked = questions(report, medium, arrived_at=device.here_since, now=at)
        found.append(
            ProposalOut(
                medium_serial=medium.serial,
                said=said,
                refusal=refusal(report, medium.serial, said.level or Level.CLEAR),
                questions=[QuestionOut.model_validate(one) for one in asked],
            )
        )
    return found


def strangers(media: list[Medium], report: Report) -> list[str]:
    """Serials that the report speaks of, and the device does not have: of the next machine on the shelf."""
    own = {said.serial for medium in media if (said := report.of(medium.serial)) is not None}
    return [serial for serial in report.serials if serial not in own]


def shown(filename: str) -> str:
    """A file's name as it may stand on a page and in a header."""
    last = re.split(r"[/\\]", filename)[-1]
    printable = "".join(one if one.isprintable() else " " for one in last)
    return " ".join(printable.split())[-_LONGEST_NAME:] or "rapport"
