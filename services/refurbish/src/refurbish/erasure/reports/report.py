"""What a report says, whatever tool wrote it: its tool, and each medium that it speaks of. None: it does not say."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import islice

from filiere.catalogue.grades import StorageKind
from filiere.identifiers import normalise_serial
from pydantic import BaseModel, ConfigDict

from refurbish.devices.erasure_levels import ErasureResult, Level

MOST_MEDIA = 500
"""Of one report: the largest shelf that is wiped at once holds some dozens."""


class Unreadable(Exception):
    """No report that could be read; the message is a French sentence."""


class ReportedMedium(BaseModel):
    """One medium as the report has it.

    `doubts`: what in the report itself speaks against its own result, as French sentences. `quote`: the line by which
    it failed. Moments are those of the machine that wiped, which says no time zone.
    """

    model_config = ConfigDict(frozen=True)

    serial: str | None = None
    model: str | None = None
    kind: StorageKind | None = None
    size_bytes: int | None = None
    level: Level | None = None
    method: str | None = None
    result: ErasureResult | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: int | None = None
    passes: int = 1
    quote: str | None = None
    doubts: tuple[str, ...] = ()


class Report(BaseModel):
    """A whole report."""

    model_config = ConfigDict(frozen=True)

    tool: str | None = None
    tool_version: str | None = None
    media: tuple[ReportedMedium, ...] = ()

    def of(self, serial: str) -> ReportedMedium | None:
        """What it says of the medium with this serial; the last word where it speaks of it several times.

        A report of one medium whose tool does not name it (hdparm, nvme format) speaks of the one it is attached to.
        """
        named = [one for one in self.media if one.serial and is_same_serial(one.serial, serial)]
        if named:
            return named[-1]
        if len(self.media) == 1 and self.media[0].serial is None:
            return self.media[0]
        return None

    @property
    def serials(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.serial for one in self.media if one.serial))


def is_same_serial(one: str, other: str) -> bool:
    """The same disk; some tools leave out what its maker puts in front (« WX11A1234567 », « WD-WX11A1234567 »)."""
    spelled = (re.sub(r"\W", "", normalise_serial(text) or text.upper()) for text in (one, other))
    short, long = sorted(spelled, key=len)
    return short == long or (len(short) >= 6 and long.endswith(short))


def whole(text: str | None, most: int = 100) -> str | None:
    """A value as it may stand in a field: one line, printable; None for nothing and for « Unknown »."""
    if text is None:
        return None
    clean = " ".join("".join(one if one.isprintable() else " " for one in text[: 4 * most]).split())[:most]
    return clean if clean and clean.lower() not in _NOTHING else None


_NOTHING = {"unknown", "unk", "n/a", "none", "not available", "not applicable", "-", "–"}
_BYTES = 2**63
_MOST_NAMED = 16
_CLOCK = re.compile(r"^(\d{1,5}):(\d\d):(\d\d)$")


def number(text: str | None) -> int | None:
    """A count of bytes; None for what is none, or is more than any disk."""
    digits = (text or "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 20 and int(digits) < _BYTES else None


def clock(text: str | None) -> int | None:
    """« 03:39:00 » in seconds."""
    found = _CLOCK.match((text or "").strip())
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else None


def moment(text: str | None) -> datetime | None:
    """« 2026/11/28 20:01:02 », « 2026-11-28T20:01:02+0100 » as the machine's clock showed it; None for no date."""
    clean = (text or "").strip().replace("/", "-").replace("T", " ")[:19]
    try:
        found = datetime.strptime(clean, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the tools say no zone
    except ValueError:
        return None
    return found if found.year >= 1990 else None


def for_each(serials: Collection[str], medium: ReportedMedium) -> tuple[ReportedMedium, ...]:
    """What a tool for one disk says, where its text names several: of which of them, it does not tell."""
    if len(serials) < 2:
        return (medium,)
    return tuple(medium.model_copy(update={"serial": whole(one)}) for one in islice(serials, _MOST_NAMED))


def told(media: Iterable[ReportedMedium]) -> tuple[ReportedMedium, ...]:
    """Bounded: more media than a shelf holds are no report of ours. Raises Unreadable."""
    found = tuple(media)
    if len(found) > MOST_MEDIA:
        raise Unreadable("Ce rapport parle de plus de 500 disques : joins celui de cette machine.")
    return found
