"""Add a file to a donation, read it, take it away."""

from collections.abc import AsyncIterator
from uuid import UUID

from filiere import journal
from filiere.database import AsyncReadSession, AsyncSession, Database
from filiere.files import UNKNOWN, FileMissing, Files, FileTooLarge, Kept, Reads, keep
from filiere.files.pdfs import PdfLocked, PdfUnreadable, opens
from filiere.files.photos import PhotoUnreadable, without_metadata
from filiere.identifiers import uuid7
from filiere.web import Principal

from collect.attachments.errors import (
    AttachmentAway,
    AttachmentNotFound,
    AttachmentTooLarge,
    KindNotTaken,
    PdfHasPassword,
    PdfNotRead,
    PhotoNotRead,
    TooManyAttachments,
)
from collect.attachments.repository import Attachment, AttachmentRepository
from collect.donations.service import JOURNAL
from collect.donations.service import get as get_donation
from collect.tenancy import donors_of

MOST_BYTES = 10 * 1024 * 1024
MOST = 20
LONGEST_NAME = 120


async def add(
    database: Database, files: Files, donation_id: UUID, filename: str, content: Reads, principal: Principal
) -> None:
    """Keep the file first, name it then: no connection is held while bytes go by.

    Raises DonationNotFound, KindNotTaken, PhotoNotRead, PdfNotRead, PdfHasPassword, AttachmentTooLarge,
    TooManyAttachments, AttachmentAway.
    """
    kept = await take_in(database, files, donation_id, content, principal)
    async with database.unit_of_work() as session:
        await name(session, donation_id, filename, kept, principal)


async def take_in(database: Database, files: Files, donation_id: UUID, content: Reads, principal: Principal) -> Kept:
    """Keep a file that is about to be named; of a photo its picture alone, for it says where it was taken.

    Raises DonationNotFound, KindNotTaken, PhotoNotRead, PdfNotRead, PdfHasPassword, AttachmentTooLarge,
    AttachmentAway.
    """
    async with database.read() as reading:
        await get_donation(reading, donation_id, principal)
    try:
        await opens(content, MOST_BYTES)
        async with without_metadata(content, MOST_BYTES) as shown_alone:
            kept = await keep(database, files, shown_alone, MOST_BYTES, kinds=lambda kind: kind != UNKNOWN)
    except FileTooLarge:
        raise AttachmentTooLarge from None
    except PhotoUnreadable:
        raise PhotoNotRead from None
    except PdfUnreadable:
        raise PdfNotRead from None
    except PdfLocked:
        raise PdfHasPassword from None
    except OSError as error:
        raise AttachmentAway from error
    if kept is None:
        raise KindNotTaken
    return kept


async def name(session: AsyncSession, donation_id: UUID, filename: str, kept: Kept, principal: Principal) -> Attachment:
    """Attach a kept file, once however often it is sent. Raises DonationNotFound, TooManyAttachments."""
    donation = await get_donation(session, donation_id, principal)
    by = (principal.subject, principal.name)
    attachments, new = AttachmentRepository.from_session(session), uuid7()
    attached = await attachments.add(donation, new, kept.hash, shown(filename), by, MOST)
    if attached is None:
        raise TooManyAttachments
    if attached == new:
        await journal.note(session, principal, JOURNAL, donation.id, "attachment-added")
    made = await attachments.get(donors_of(principal), donation.id, attached)
    assert made is not None
    return made


async def of_donation(session: AsyncReadSession, donation_id: UUID, principal: Principal) -> list[Attachment]:
    return await AttachmentRepository.from_session(session).of_donation(donors_of(principal), donation_id, MOST)


async def read(
    session: AsyncReadSession, files: Files, donation_id: UUID, attachment_id: UUID, principal: Principal
) -> tuple[Attachment, AsyncIterator[bytes]]:
    """The attachment and its bytes. Raises AttachmentNotFound, AttachmentAway."""
    found = await AttachmentRepository.from_session(session).get(donors_of(principal), donation_id, attachment_id)
    if found is None:
        raise AttachmentNotFound
    try:
        return found, await files.read(found.file_hash)
    except (FileMissing, OSError) as error:
        raise AttachmentAway from error


async def remove(session: AsyncSession, donation_id: UUID, attachment_id: UUID, principal: Principal) -> None:
    """Once or twice; the worker takes the bytes away when nothing else names them. Raises DonationNotFound."""
    await get_donation(session, donation_id, principal)
    if await AttachmentRepository.from_session(session).remove(donors_of(principal), donation_id, attachment_id):
        await journal.note(session, principal, JOURNAL, donation_id, "attachment-removed")


def shown(name: str) -> str:
    """A file's name as it may stand on a page and in a header."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(character if character.isprintable() else " " for character in last)
    return " ".join(printable.split())[-LONGEST_NAME:] or "fichier"
