"""Photos without what a camera says beside the picture: where, when, with what, by whom (decision 0036).

    async with without_metadata(upload, most=10 * MIB) as photo:     # a photo; anything else as it is
        kept = await keep(database, files, photo, most)

The picture itself is not touched: its parts are copied, those that hold words are left out. Which way up it is shown
stays; its colours stay.
"""

from filiere.files.photos.cleaning import PHOTOS, clean, without_metadata
from filiere.files.photos.keeping import SHOWN, keep_photo
from filiere.files.photos.parts import PhotoUnreadable

__all__ = ["PHOTOS", "SHOWN", "PhotoUnreadable", "clean", "keep_photo", "without_metadata"]
