"""What `hdparm` writes: the erase command, and `-I` before and after it.

A disk that was asked to erase itself holds a password until it has: security that is off again says that it is done.
"""

import re

from filiere.catalogue.grades import StorageKind

from refurbish.devices.erasure_levels import ErasureResult, Level
from refurbish.erasure.reports.report import Report, ReportedMedium, for_each, whole

_VERSION = re.compile(r"\bhdparm(?: - get/set hard disk parameters - version| version)? v?(\d{1,3}\.\d{1,3})\b")
_SERIAL = re.compile(r"^\s*Serial Number:[ \t]*(\S.{0,60})$", re.MULTILINE)
_MODEL = re.compile(r"^\s*Model Number:[ \t]*(\S.{0,80})$", re.MULTILINE)
_SIZE = re.compile(r"device size with M = 1000\*1000:[ \t]*(\d{1,12}) MBytes")
_SOLID = re.compile(r"^\s*Nominal Media Rotation Rate: Solid State Device", re.MULTILINE)
_TURNS = re.compile(r"^\s*Nominal Media Rotation Rate: \d{4,5}\s*$", re.MULTILINE)
_ERASE = re.compile(r"SECURITY_ERASE|--security-erase")
_OFF = re.compile(r"^\s*not[ \t]+enabled\s*$", re.MULTILINE)
_ON = re.compile(r"^[ \t]+enabled\s*$", re.MULTILINE)
_BAD = re.compile(
    r"^.{0,200}?(?:Input/output error|bad/missing sense data|SECURITY_ERASE: FAILED).{0,100}$", re.MULTILINE
)
_TOOK = re.compile(r"^real\s+(?:(\d{1,5})m)?(\d{1,3})(?:[.,]\d+)?s", re.MULTILINE)


def looks_like_it(text: str) -> bool:
    """An erase command, or the details that hdparm gives of a disk."""
    return (
        _ERASE.search(text) is not None
        or _VERSION.search(text) is not None
        or ("ATA device, with" in text and "Serial Number:" in text)
    )


def read(text: str) -> Report:
    """One disk: hdparm works on one at a time."""
    serials = dict.fromkeys(found[1].strip() for found in _SERIAL.finditer(text))
    version = _VERSION.search(text)
    erase = next(reversed(list(_ERASE.finditer(text))), None)
    after = text[erase.end() :] if erase else ""
    bad = _BAD.search(text)
    states = sorted(
        [(one.start(), False) for one in _OFF.finditer(after)] + [(one.start(), True) for one in _ON.finditer(after)]
    )
    doubts = []
    result: ErasureResult | None = None
    if bad is not None:
        result = ErasureResult.FAILURE
    elif states:
        result = ErasureResult.FAILURE if states[-1][1] else ErasureResult.SUCCESS
    if erase is None:
        doubts.append("Ce texte décrit un disque, il ne dit pas qu'il a été effacé.")
    if len(serials) > 1:
        doubts.append("Ce texte nomme plusieurs disques : " + ", ".join(one[:40] for one in list(serials)[:4]) + ".")
    took = _TOOK.search(after)
    size = _SIZE.search(text)
    is_enhanced = "--security-erase-enhanced" in text or "ENHANCED SECURITY_ERASE" in text.upper()
    medium = ReportedMedium(
        serial=whole(next(iter(serials), None)) if len(serials) == 1 else None,
        model=whole(found[1]) if (found := _MODEL.search(text)) else None,
        kind=StorageKind.SSD if _SOLID.search(text) else StorageKind.HDD if _TURNS.search(text) else None,
        size_bytes=int(size[1]) * 1_000_000 if size else None,
        level=Level.PURGE,
        method="ATA secure erase, enhanced" if is_enhanced else "ATA secure erase",
        result=result,
        seconds=int(took[1] or 0) * 60 + int(took[2]) if took else None,
        quote=whole(bad[0], 120) if bad else "enabled" if result is ErasureResult.FAILURE else None,
        doubts=tuple(doubts),
    )  # fmt: skip
    return Report(tool="hdparm", tool_version=version[1] if version else None, media=for_each(serials, medium))
