"""Makers' serial numbers, as firmware and people report them.

Firmware that nobody filled in answers with a placeholder. Two thousand machines then share one "serial": such a text
never identifies a device, and must never merge two of them.
"""

import re
import unicodedata

# Compared after _skeleton(), that is in upper case with letters and digits only. The English ones are SMBIOS defaults
# seen in dmidecode output; the French ones are what people type into a spreadsheet column they must fill.
_PLACEHOLDER_WORDS = """
TOBEFILLEDBYOEM TOBEFILLEDBYOEM1 TOBEFILLED DEFAULTSTRING DEFAULT OEM OEMDEFAULT SYSTEMSERIALNUMBER SYSTEMSERIAL
CHASSISSERIALNUMBER BASEBOARDSERIALNUMBER BOARDSERIALNUMBER MBSERIAL SERIALNUMBER SERIALNO SERIAL SN SSN SNO NUMBER
STRING TYPE1PRODUCTCONFIGID NOTSPECIFIED NOTAPPLICABLE NOTAVAILABLE NOTAVAILABLENOTSET NOTDEFINED NOTSET NOTFOUND
NOTPROVIDED NOTPRESENT NONE NULL NIL NAN NA NC NR UNKNOWN UNDEFINED UNSPECIFIED INVALID EMPTY BLANK NOSERIAL
NOSERIALNUMBER NOSN FILLBYOEM FILLEDBYOEM OEMSERIAL SERIALPLACEHOLDER EVALUATION TEST TESTSERIAL SAMPLE DEMO INCONNU
INCONNUE AUCUN AUCUNE SANS SANSNUMERO SANSNUMERODESERIE PASDENUMERO NEANT VIDE ILLISIBLE ABSENT NONRENSEIGNE
NONCONNU NONCOMMUNIQUE NONDISPONIBLE NONAPPLICABLE NUMERODESERIE NUMEROSERIE NDESERIE ARENSEIGNER ASSETTAG NOASSETTAG
NOASSETINFORMATION CHASSISASSETTAG
"""
_PLACEHOLDERS = frozenset(_PLACEHOLDER_WORDS.split())
_RUNS = "0123456789012345678901234567890 9876543210987654321 ABCDEFGHIJKLMNOPQRSTUVWXYZ AZERTYUIOP QWERTYUIOP"
_SHORTEST = 4  # a shorter text is a shelf number or a quantity that slipped into the wrong column
_UNPRINTED = re.compile(r"[^!-~]+")
_MARKS = re.compile(r"[^0-9A-Z]+")
_AS_WRITTEN = re.compile(r"[0-9A-Z]{6,40}")
_PREFIX = re.compile(r"^(?:(?:S/?N|SERIAL(?:NUMBER|NO)?|N(?:DE)?SERIE)[:#.])+")  # read without spaces nor accents


def is_junk_serial(text: str | None) -> bool:
    """Say whether the text can identify no device: empty, a placeholder, too short, one character repeated, a run."""
    skeleton = _skeleton(text or "")
    return len(skeleton) < _SHORTEST or skeleton in _PLACEHOLDERS or len(set(skeleton)) == 1 or skeleton in _RUNS


def is_serial_as_written(text: str) -> bool:
    """Say whether it surely identifies just as it stands; False says nothing. For columns of thousands of them."""
    return (
        _AS_WRITTEN.fullmatch(text) is not None
        and text not in _PLACEHOLDERS
        and text not in _RUNS
        and text.strip(text[0]) != ""
    )


def normalise_serial(text: str | None) -> str | None:
    """Return the serial in upper-case ASCII, no spaces, no leading "S/N:"; None when it can identify no device."""
    serial = _plain(text or "")
    if not serial.isalnum():
        serial = _PREFIX.sub("", serial)
    return None if is_junk_serial(serial) else serial


def _plain(text: str) -> str:
    """Upper case, no accents, no spaces, nothing a label printer or a database would refuse."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    elif text.isalnum() or (text.isprintable() and " " not in text):
        return text.upper()
    return _UNPRINTED.sub("", text.upper())


def _skeleton(text: str) -> str:
    """Letters and digits only: "N/A", "n.a." and "NA" are one word."""
    plain = _plain(text)
    return plain if plain.isascii() and plain.isalnum() else _MARKS.sub("", plain)
