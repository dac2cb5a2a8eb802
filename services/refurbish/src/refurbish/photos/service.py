"""Add a photo to a device, read it, take it away."""

from collections.abc import AsyncIterator
from uuid import UUID

from filiere import journal
from filiere.calendar import now
from filiere.database import AsyncReadSession, AsyncSession, Database
from filiere.files import FileMissing, Files, FileTooLarge, Kept, Reads
from filiere.files.photos import PhotoUnreadable, keep_photo
from filiere.identifiers import uuid7
from filiere.web import Principal

from refurbish.devices.service import JOURNAL, find, get_for_update
from refurbish.photos.errors import NotAPhoto, PhotoAway, PhotoDamaged, PhotoNotFound, PhotoTooLarge, TooManyPhotos
from refurbish.photos.repository import Photo, PhotoRepository
from refurbish.tenancy import person, workshops_of

MOST = 12


async def take_in(database: Database, files: Files, device_id: UUID, content: Reads, principal: Principal) -> Kept:
    """Keep a photo that is about to be named: the picture alone. No connection is held while bytes go by.

    Raises DeviceNotFound, NotAPhoto, PhotoDamaged, PhotoTooLarge, PhotoAway.
    """
    async with database.read() as reading:
        await find(reading, principal, device_id)
    try:
        kept = await keep_photo(database, files, content)
    except FileTooLarge:
        raise PhotoTooLarge from None
    except PhotoUnreadable:
        raise PhotoDamaged from None
    except OSError as error:
        raise PhotoAway from error
    if kept is None:
        raise NotAPhoto
    return kept


async def name(session: AsyncSession, device_id: UUID, kept: Kept, principal: Principal) -> Photo:
    """Put a kept photo on the device. Raises DeviceNotFound, TooManyPhotos."""
    device = await get_for_update(session, principal, device_id)
    photos, photo_id = PhotoRepository.from_session(session), uuid7()
    if not await photos.add(device, photo_id, kept.hash, person(principal), now(), MOST):
        raise TooManyPhotos
    await journal.note(session, principal, JOURNAL, device.id, "photo-added")
    made = await photos.get(workshops_of(principal), device.id, photo_id)
    assert made is not None
    return made


async def read(
    session: AsyncReadSession, files: Files, device_id: UUID, photo_id: UUID, principal: Principal
) -> tuple[Photo, AsyncIterator[bytes]]:
    """The photo and its bytes. Raises PhotoNotFound, PhotoAway."""
    found = await PhotoRepository.from_session(session).get(workshops_of(principal), device_id, photo_id)
    if found is None:
        raise PhotoNotFound
    try:
        return found, await files.read(found.file_hash)
    except (FileMissing, OSError) as error:
        raise PhotoAway from error


async def remove(session: AsyncSession, device_id: UUID, photo_id: UUID, principal: Principal) -> None:
    """Once or twice; the worker takes the bytes away when nothing else names them. Raises DeviceNotFound."""
    device = await get_for_update(session, principal, device_id)
    if await PhotoRepository.from_session(session).remove(workshops_of(principal), device.id, photo_id):
        await journal.note(session, principal, JOURNAL, device.id, "photo-removed")
