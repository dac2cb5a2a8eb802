"""What an inventory is kept for: hardware facts, and nothing that speaks of a person.

An inventory holds host names, logins, phone numbers, software lists, addresses. None of it has a field here, so none
of it can be stored.
"""

import re
from collections.abc import Iterable
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from filiere.catalogue.device_models import model_of
from filiere.catalogue.grades import StorageKind
from filiere.identifiers import normalise_serial


class MediumFact(BaseModel):
    """One storage medium, as the machine reports it; serial None when it reports none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    serial: str | None = None
    kind: StorageKind = StorageKind.UNKNOWN
    size_gb: float | None = None
    model: str | None = Field(default=None, max_length=100)


class HardwareFacts(BaseModel):
    """A machine in ten lines. Memory in nominal GiB, media in decimal GB, battery in percent of its first capacity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(description="format it was read from: lshw, glpi-json, glpi-xml")
    manufacturer: str | None = Field(default=None, max_length=100)
    model: str | None = Field(default=None, max_length=150)
    serial: str | None = Field(default=None, max_length=100)
    chassis: str | None = Field(default=None, max_length=50)
    ram_gb: float | None = None
    cpu: str | None = Field(default=None, max_length=200)
    battery_percent: float | None = None
    media: tuple[MediumFact, ...] = ()

    @classmethod
    def of(
        cls, source: str, *, manufacturer: str | None, model: str | None, serial: str | None, chassis: str | None,
        ram_mib: float | None, cpu: str | None, battery_percent: float | None, media: Iterable[MediumFact],
    ) -> Self:  # fmt: skip
        """Facts in their one spelling, bounded."""
        known = model_of(_short(manufacturer, 100), _short(model, 150))
        return cls(
            source=source,
            manufacturer=known.manufacturer,
            model=known.name,
            serial=serial_of(serial),
            chassis=_short(chassis, 50),
            ram_gb=nominal_gb(ram_mib),
            cpu=_short(cpu, 200),
            battery_percent=battery_percent,
            media=tuple(media)[:MAX_MEDIA],
        )


MAX_MEDIA = 16
MAX_RAM_GB = 4096
MAX_MEDIUM_GB = 100_000
MAX_SERIAL = 100
MAX_TEXT = 500
"""What is looked at of a text; the longest that a tool writes of a part has some 150 characters."""
# Sizes that memory is sold in, in GiB. A system shows a little less: the firmware and the graphics take their part.
_SOLD = (
    0.25,
    0.5,
    1,
    1.5,
    2,
    3,
    4,
    5,
    6,
    8,
    10,
    12,
    16,
    18,
    20,
    24,
    32,
    36,
    40,
    48,
    64,
    96,
    128,
    192,
    256,
    384,
    512,
    1024,
)


def nominal_gb(mib: float | None) -> float | None:
    """Nominal memory from what a system reports in MiB: 7800 → 8, 3887 → 4. None for what no machine has.

    A whole number of GiB is what modules add up to (8 + 4 + 2 = 14): nothing is missing from it.
    """
    if mib is None or not 0 < mib / 1024 <= MAX_RAM_GB:
        return None
    gib = mib / 1024
    if gib.is_integer():
        return gib
    return next((float(sold) for sold in _SOLD if gib <= sold * 1.01), round(gib))


# Makers' prefixes of rotating disks, for inventories that do not say what spins.
_ROTATING = re.compile(
    r"\b(?:HITACHI|HGST|HTS\d|HUA\d|HDS\d|ST\d{3,}|WDC? ?WD\d|WD\d{3,}|MK\d{4}|MQ0|DT01|HD\d{3}[A-Z]{2}"
    r"|SAMSUNG H[DMN]\d)",
    re.IGNORECASE,
)
_SPEED = re.compile(r"\b\d{4,5} ?(?:rpm|tr/min)\b", re.IGNORECASE)
# What makers call their flash disks, where nothing else says what they are.
_SOLID = re.compile(
    r"\bSSD|SSD\b|solid.?state|\bPM9\d\d|\bMZ[-\d]|\bCT\d+[MBPT]|\bSA400|\bSUV\d{3}|\bSKC\d{3}|\bSV\d{3}S|\bSDSSD|\bSD[789]S"
    r"|SanDisk X\d{3}|\bSSDSC|\bWDS\d{3}|\bSU\d{3}\b|\bTHNS|\bKSG\d|\bHFS\d|LITE-?ON (?:CV|L[A-Z]T|ECE)|\bMTFD",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"\busb\b|usb@|removable|amovible|dvd|cd-?rom|\bcd\b|blu-?ray|card reader|floppy|virtual", re.IGNORECASE
)


def is_internal(*said: str | None) -> bool:
    """Say whether a storage device belongs to the machine: not the key it was started from, not a drive for discs."""
    return not _NOT_OURS.search(" ".join(part for part in said if part))


def kind_of(*said: str | None) -> StorageKind:
    """What a medium is, from everything the inventory says of it; unknown when in doubt."""
    text = " ".join(part for part in said if part)
    if re.search(r"nvme", text, re.IGNORECASE):
        return StorageKind.NVME
    if re.search(r"mmcblk|e\.?mmc", text, re.IGNORECASE):
        return StorageKind.EMMC
    if _SOLID.search(text):
        return StorageKind.SSD
    if _SPEED.search(text) or _ROTATING.search(text):
        return StorageKind.HDD
    return StorageKind.UNKNOWN


def number(text: object) -> float | None:
    """The number at the beginning of a text, None when there is none or it is not a size."""
    if isinstance(text, int | float) and not isinstance(text, bool):
        return float(text) if 0 <= text < 1e18 else None
    found = re.match(r"\s*(\d{1,17}(?:[.,]\d{1,6})?)", text) if isinstance(text, str) else None
    return float(found.group(1).replace(",", ".")) if found else None


def text_of(value: object) -> str | None:
    """A text, when the inventory holds one there: printable, of a length that can be looked at."""
    if not isinstance(value, str):
        return None
    text = value[:MAX_TEXT]
    # U+0000 and lone surrogates among others: JSON can write them, no database can keep them.
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return text if text.strip() else None


def serial_of(value: object) -> str | None:
    """A serial that identifies; None also for a text too long to be one, of which a part would be another's."""
    serial = normalise_serial(text_of(value))
    return serial if serial is not None and len(serial) <= MAX_SERIAL else None


def size_gb(amount: float | None, per_gb: float) -> float | None:
    """The size of a medium in decimal gigabytes, one decimal; None for what no medium has."""
    size = round(amount / per_gb, 1) if amount else 0.0
    return size if 0 < size <= MAX_MEDIUM_GB else None


def _short(text: str | None, length: int) -> str | None:
    return " ".join(text.split())[:length] or None if text else None
