"""Keep a photo that somebody takes: its picture alone, of a kind that every browser shows."""

from filiere.database import Database
from filiere.files.keeping import Kept, Reads, keep
from filiere.files.photos.cleaning import without_metadata
from filiere.files.store import Files

MOST_BYTES = 10 * 1024 * 1024
SHOWN = frozenset({"image/jpeg", "image/png", "image/webp"})
"""What every browser shows."""


async def keep_photo(database: Database, files: Files, content: Reads) -> Kept | None:
    """What is about to be named by a row; None for what is no such picture. No connection is held while bytes go by.

    Raises FileTooLarge, PhotoUnreadable, and OSError when the store takes nothing.
    """
    async with without_metadata(content, MOST_BYTES) as picture_alone:
        return await keep(database, files, picture_alone, MOST_BYTES, kinds=lambda kind: kind in SHOWN)
