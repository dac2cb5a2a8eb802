"""Which media are a machine's own, and of which kind."""

import re

from filiere.catalogue.disk_models import kind_of_model
from filiere.catalogue.grades import StorageKind

_SPEED = re.compile(r"\b\d{4,5} ?(?:rpm|tr/min)\b", re.IGNORECASE)
# What nearly every maker calls its flash disks, where no rule of a maker fits.
_SOLID = re.compile(r"\bSSD|SSD\b|solid.?state|\bmSATA\b", re.IGNORECASE)
_NOT_OURS = re.compile(
    r"\busb\b|usb@|removable|amovible|dvd|cd-?rom|\bcd\b|blu-?ray|card reader|floppy|virtual", re.IGNORECASE
)


def is_internal(*said: str | None) -> bool:
    """Say whether a storage device belongs to the machine: not the key it was started from, not a drive for discs."""
    return not _NOT_OURS.search(" ".join(part for part in said if part))


def kind_of(*said: str | None) -> StorageKind:
    """What a medium is, from everything the inventory says of it; unknown when in doubt.

    What the tool measured or how it is connected counts first, then the makers' rules, then usual words.
    """
    text = " ".join(part for part in said if part).replace("_", " ")
    if re.search(r"nvme", text, re.IGNORECASE):
        return StorageKind.NVME
    if re.search(r"mmcblk|e\.?mmc", text, re.IGNORECASE):
        return StorageKind.EMMC
    by_model = kind_of_model(text)
    if by_model is StorageKind.UNKNOWN or (by_model is StorageKind.HDD and _SOLID.search(text)):
        # A disk of a maker of hard disks that calls itself SSD is flash: the stricter word counts.
        if _SOLID.search(text):
            return StorageKind.SSD
        if by_model is StorageKind.UNKNOWN and _SPEED.search(text):
            return StorageKind.HDD
    return by_model


def turning(kind: StorageKind, rotates: bool | None) -> StorageKind:
    """The kind, with what a tool measured of it: whether something turns in it. Flash stays flash."""
    if rotates is False and kind in {StorageKind.UNKNOWN, StorageKind.HDD}:
        return StorageKind.SSD
    return StorageKind.HDD if rotates and kind is StorageKind.UNKNOWN else kind
