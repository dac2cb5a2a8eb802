"""What an erasure tool's own report says, and what it may not say beside « réussi »."""

import re

from filiere.identifiers import normalise_serial

from refurbish.erasure.errors import EvidenceIsNoText, EvidenceSaysOtherwise, EvidenceTooLong
from refurbish.erasure.schemas import MAX_EVIDENCE

# Where disks are named: a log of a shelf of them has some hundreds of lines. The time to look through a line grows with
# the square of its length.
_LINES, _LONGEST = 4000, 400
# Where tools name a disk: nwipe by its serial beside the short name that its tables use; hdparm and smartctl alone.
# « system-serial-number » is the machine's.
_NAMED = (
    re.compile(r"/dev/(?P<disk>\S+) has serial number (?P<serial>\S+)"),
    re.compile(r"Found /dev/(?P<disk>[^\s,]+),.*\bS/N=(?P<serial>\S+)"),
    re.compile(r"^!?\s*(?P<disk>\w+)\s*\|(?:[^|]*\|){2,3}[^|/]*/(?P<serial>[\w-]+)\s*$"),
    re.compile(r"^\s*(?P<disk>)Serial Number:\s*(?P<serial>\S+)"),
)
# A row of nwipe's tables: errors counted for a disk, or the word for how it ended.
_COUNTED = re.compile(r"^!?\s*(?P<disk>\w+)\s*\|(?P<counts>[\s\d|]+)$")
_ENDED = re.compile(r"^!?\s*(?P<disk>\w+)\s*\|\s*-?(?:FAILED|INSANITY|U?ABORTED)\b")
_FAILED = re.compile(r"\bFAILED\b")


def evidence_text(raw: bytes) -> str | None:
    """The report as it is; None when there is nothing in it. Raises EvidenceTooLong, EvidenceIsNoText."""
    if len(raw) > MAX_EVIDENCE:
        raise EvidenceTooLong
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise EvidenceIsNoText from error
    if "\0" in text:
        raise EvidenceIsNoText
    return text or None


def check_success(text: str, serial: str) -> None:
    """Raise EvidenceSaysOtherwise unless the report may go with a successful erasure of this disk.

    Of a log of several disks only this one's rows count; one that names disks and not this one is another's.
    """
    lines = text.splitlines()
    short = [line[:_LONGEST] for line in lines[:_LINES]]
    found = [match for line in short for pattern in _NAMED if (match := pattern.search(line)) is not None]
    own = [one for one in found if is_same_serial(one["serial"], serial)]
    if found and not own and serial not in text.upper():
        raise EvidenceSaysOtherwise(f"Ce rapport est d'un autre disque : {found[0]['serial'][:40]}.")
    disks = {one["disk"] for one in own} - {""}
    for line in lines:
        if _says_failed(line, disks):
            raise EvidenceSaysOtherwise(f"Ce rapport dit un échec : « {' '.join(line.split())[:120]} ».")


def _says_failed(line: str, disks: set[str]) -> bool:
    """Say whether a line tells that the disk of these short names (any, when there is none) was not erased."""
    if "|" not in line:
        return _FAILED.search(line) is not None and "SMART" not in line
    if (row := _COUNTED.match(line)) is not None:
        failed = any(int(count) for count in re.findall(r"\d{1,9}", row["counts"]))
    elif (row := _ENDED.match(line)) is not None:
        failed = True
    else:
        return False
    return failed and (not disks or row["disk"] in disks)


def is_same_serial(one: str, other: str) -> bool:
    """The same disk; some tools leave out what its maker puts in front (« WX11A1234567 », « WD-WX11A1234567 »)."""
    spelled = (re.sub(r"\W", "", normalise_serial(text) or text.upper()) for text in (one, other))
    short, long = sorted(spelled, key=len)
    return short == long or (len(short) >= 6 and long.endswith(short))
