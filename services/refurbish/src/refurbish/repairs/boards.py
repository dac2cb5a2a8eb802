"""A board that is replaced: where the old one is, and which number the memory of the new one has."""

from collections.abc import Sequence

from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import STORAGE, Storage
from refurbish.erasure.exits.reasons import ExitReason

WITH_BOARDS = [category for category, storage in STORAGE.items() if storage is not Storage.UNUSUAL]
OLD_BOARD = (ExitReason.TO_DESTROY, ExitReason.KEPT, ExitReason.RETURNED)
"""Where the old board is, with the data that it keeps."""


def number_of_its_own(device: Device, known: Sequence[Medium]) -> str:
    """A number for a new soldered memory, on which none can be read: the label is that of the first."""
    taken = {one.serial for one in known}
    return next(free for n in range(2, 100) if (free := f"{device.label}-{n}") not in taken)
