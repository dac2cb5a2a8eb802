"""What a scanned or typed text may be: our label, a maker's serial, an IMEI, each in the spelling that is compared."""

from contextlib import suppress

from filiere.identifiers.errors import IdentifierError
from filiere.identifiers.labels import parse_label
from filiere.identifiers.official_numbers import normalise_imei
from filiere.identifiers.serials import normalise_serial

LONGEST = 60


def readings(text: str) -> list[str]:
    """Everything that the text may be the identifier of, the likeliest first; none for junk such as « 0000 »."""
    found: list[str] = []
    try:
        found.append(parse_label(text))
    except IdentifierError:
        pass
    else:
        if "/" in text or text.strip()[:3].upper() == "FIL":
            return found  # it says what it is: five thousand of them are read in one request
    serial = normalise_serial(text)
    if serial is not None and len(serial) <= LONGEST:
        found.append(serial)
    with suppress(IdentifierError):
        found.append(normalise_imei(text))
    return list(dict.fromkeys(found))
