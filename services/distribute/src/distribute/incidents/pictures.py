"""The photo of what arrived damaged: kept before it is named, read by whoever may see the incident."""

from collections.abc import AsyncIterator
from uuid import UUID

from filiere.database import AsyncReadSession, Database
from filiere.files import FileMissing, Files, FileTooLarge, Reads
from filiere.files.photos import PhotoUnreadable, keep_photo
from filiere.web import Principal

from distribute.incidents.errors import NotAPicture, PictureAway, PictureDamaged, PictureNotFound, PictureTooLarge
from distribute.incidents.repository import IncidentsRepository, Picture
from distribute.tenancy import relais_of, workshops_of


async def take_in(database: Database, files: Files, content: Reads) -> str:
    """The hash of a kept picture. Raises NotAPicture, PictureDamaged, PictureTooLarge, PictureAway."""
    try:
        kept = await keep_photo(database, files, content)
    except FileTooLarge:
        raise PictureTooLarge from None
    except PhotoUnreadable:
        raise PictureDamaged from None
    except OSError as error:
        raise PictureAway from error
    if kept is None:
        raise NotAPicture
    return kept.hash


async def read(
    session: AsyncReadSession, files: Files, principal: Principal, incident_id: UUID
) -> tuple[Picture, AsyncIterator[bytes]]:
    """The picture and its bytes. Raises PictureNotFound, PictureAway."""
    found = await IncidentsRepository.from_session(session).picture(
        relais_of(principal), workshops_of(principal), incident_id
    )
    if found is None:
        raise PictureNotFound
    try:
        return found, await files.read(found.file_hash)
    except (FileMissing, OSError) as error:
        raise PictureAway from error
