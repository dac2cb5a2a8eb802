"""A board with a soldered memory: who replaces it takes a medium out, and puts another in."""

from collections.abc import Sequence

from filiere.catalogue.grades import StorageKind

from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import STORAGE, Storage
from refurbish.erasure.exits.reasons import ExitReason
from refurbish.repairs.errors import MemoryUnknown

WITH_BOARDS = [category for category, storage in STORAGE.items() if storage is not Storage.UNUSUAL]
OLD_BOARD = (ExitReason.TO_DESTROY, ExitReason.KEPT, ExitReason.RETURNED)
"""Where the old board is, with the data that it keeps."""


def always_soldered(device: Device) -> bool:
    """Whether such a device has its memory on its board, declared or not."""
    return STORAGE[device.category] is Storage.SOLDERED


def on_the_board(device: Device, media: Sequence[Medium]) -> list[Medium]:
    """The media that go with the board of a device: of a phone or a tablet all, of a computer what is soldered.

    What was wiped without anybody knowing its kind may be. Raises MemoryUnknown: nobody has said yet what is in a
    computer, or of which kind it is.
    """
    if always_soldered(device):
        return list(media)
    if STORAGE[device.category] is Storage.USUAL and (
        any(one.kind is StorageKind.UNKNOWN and not one.is_wiped for one in media) or not (media or device.no_storage)
    ):
        raise MemoryUnknown
    return [one for one in media if one.kind in (StorageKind.EMMC, StorageKind.UNKNOWN)]


def number_of_its_own(device: Device, known: Sequence[Medium]) -> str:
    """A number for a new soldered memory, on which none can be read: the label is that of the first."""
    taken = {one.serial for one in known}
    return next(free for n in range(2, 100) if (free := f"{device.label}-{n}") not in taken)
