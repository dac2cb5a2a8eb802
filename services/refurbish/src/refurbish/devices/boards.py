"""A board with a soldered memory: who takes it out of a device takes a medium out."""

from collections.abc import Sequence

from filiere.catalogue.grades import StorageKind

from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import STORAGE, Storage
from refurbish.devices.errors import MemoryUnknown


def always_soldered(device: Device) -> bool:
    """Whether such a device has its memory on its board, declared or not."""
    return STORAGE[device.category] is Storage.SOLDERED


def perhaps_soldered(device: Device) -> bool:
    """Whether only somebody who looks knows if its board has a memory: a computer."""
    return STORAGE[device.category] is Storage.USUAL


def on_the_board(device: Device, media: Sequence[Medium], field: str = "board") -> list[Medium]:
    """The media that go with the board of a device: of a phone or a tablet all, of a computer what is soldered.

    What was wiped without anybody knowing its kind may be. Raises MemoryUnknown: nobody has said yet what is in a
    computer, or of which kind it is.
    """
    if always_soldered(device):
        return list(media)
    if perhaps_soldered(device) and (
        any(one.kind is StorageKind.UNKNOWN and not one.is_wiped for one in media) or not (media or device.no_storage)
    ):
        raise MemoryUnknown(field)
    return [one for one in media if one.kind in (StorageKind.EMMC, StorageKind.UNKNOWN)]


def perhaps_on_the_board(device: Device, media: Sequence[Medium], field: str = "board") -> list[Medium]:
    """The same, or else the NVMe memories, which some makers solder: only whoever looks knows."""
    return on_the_board(device, media, field) or [one for one in media if one.kind is StorageKind.NVME]
