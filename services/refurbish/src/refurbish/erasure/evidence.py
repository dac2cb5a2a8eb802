"""What an erasure tool's own report says, and what it may not say beside « réussi »."""

import re
from dataclasses import dataclass

from filiere.identifiers import normalise_serial

from refurbish.devices.erasure_levels import ErasureResult, Level
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
_WELL = re.compile(r"^!?\s*(?P<disk>\w+)\s*\|\s*Erased\s*\|")
# How tools name themselves and what they did.
_NWIPE = re.compile(r"\bnwipe (?:version )?v?(\d{1,3}(?:\.\d{1,3}){1,2})\b")
_NWIPE_METHOD = re.compile(r"Invoking method '([^']{1,60})' on (?:device )?'?/dev/(?P<disk>\w+)")
_HDPARM = re.compile(r"\bhdparm(?: - get/set hard disk parameters - version| version)? v?(\d{1,3}\.\d{1,3})\b")
_NVME = re.compile(r"\bnvme(?:-cli)?(?: version)? v?(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)\b")


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


@dataclass(frozen=True, slots=True)
class Reading:
    """What a report says of itself, to fill a form with: whoever sends it decides. None: it does not say."""

    tool: str | None = None
    tool_version: str | None = None
    method: str | None = None
    level: Level | None = None
    result: ErasureResult | None = None


def read_report(text: str, serial: str) -> Reading:
    """The tool, its version, what it did to this disk and how it ended, as nwipe, hdparm and nvme-cli write it.

    Raises EvidenceSaysOtherwise for a report of another disk.
    """
    lines = [line[:_LONGEST] for line in text.splitlines()]
    own = {one["disk"] for one in _named(lines[:_LINES], text, serial)} - {""}
    version = _first(_NWIPE, lines)
    methods = [match for line in lines if (match := _NWIPE_METHOD.search(line))]
    if version or methods:
        of_own = {match[1] for match in methods if not own or match["disk"] in own}
        ended = [_says_failed(line, own) for line in lines]
        well = {match["disk"] for line in lines if (match := _WELL.match(line)) and (not own or match["disk"] in own)}
        result = ErasureResult.FAILURE if any(ended) else ErasureResult.SUCCESS if len(well) == 1 else None
        method = of_own.pop() if len(of_own) == 1 else None
        return Reading("nwipe", version, method, Level.CLEAR, result)
    if "SECURITY_ERASE" in text or "--security-erase" in text or _first(_HDPARM, lines):
        is_enhanced = "--security-erase-enhanced" in text or "ENHANCED SECURITY_ERASE" in text.upper()
        failed = "Input/output error" in text or "bad/missing sense data" in text
        method = "ATA secure erase, enhanced" if is_enhanced else "ATA secure erase"
        result = ErasureResult.FAILURE if failed else None  # it says nothing of a success
        return Reading("hdparm", _first(_HDPARM, lines), method, Level.PURGE, result)
    if "formatting namespace" in text or _first(_NVME, lines):
        is_crypto = re.search(r"(?:--ses[= ]|-s ?)2\b", text) is not None
        result = ErasureResult.SUCCESS if "Success formatting namespace" in text else None
        method = "NVMe format, crypto erase" if is_crypto else "NVMe format"
        return Reading("nvme-cli", _first(_NVME, lines), method, Level.PURGE, result)
    return Reading()


def _first(pattern: re.Pattern[str], lines: list[str]) -> str | None:
    return next((match[1] for line in lines if (match := pattern.search(line))), None)


def _named(short: list[str], text: str, serial: str) -> list[re.Match[str]]:
    """Where the report names this disk. Raises EvidenceSaysOtherwise when it names others only."""
    found = [match for line in short for pattern in _NAMED if (match := pattern.search(line)) is not None]
    own = [one for one in found if is_same_serial(one["serial"], serial)]
    if found and not own and serial not in text.upper():
        raise EvidenceSaysOtherwise(f"Ce rapport est d'un autre disque : {found[0]['serial'][:40]}.")
    return own


def check_success(text: str, serial: str) -> None:
    """Raise EvidenceSaysOtherwise unless the report may go with a successful erasure of this disk.

    Of a log of several disks only this one's rows count; one that names disks and not this one is another's.
    """
    lines = text.splitlines()
    disks = {one["disk"] for one in _named([line[:_LONGEST] for line in lines[:_LINES]], text, serial)} - {""}
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
