"""The code of a slip: `BON-7K2M9-4XQ3R-C`. Of it the database holds a keyed hash alone.

Ten characters that nobody guesses (fifty bits, made from the slip's id by a key that is in no database, so that its
maker sees it again) and a check character, so that what is mistyped is told from what is guessed. Another
SESSION_SECRET ends all slips, as it ends all links. In a QR code it stands behind a `#`, which no browser sends.
"""

import hmac
import re
from uuid import UUID

from filiere.identifiers.labels import ALPHABET, check_value
from filiere.settings import Settings

LENGTH = 10
_BITS = 5
_BETWEEN = re.compile(r"[\W_]+")
_CONFUSIONS = str.maketrans("OIL", "011")
_BEGINS = "B0N"  # as read: an O is a 0
_VALUES = {character: value for value, character in enumerate(ALPHABET)}


class SlipCodes:
    """Makes and knows the codes of one installation."""

    def __init__(self, settings: Settings) -> None:
        secret = settings.session_secret.get_secret_value().encode()
        self._making = hmac.digest(secret, b"filiere.slip.code", "sha256")
        self._hashing = hmac.digest(secret, b"filiere.slip.hash", "sha256")

    def code(self, slip_id: UUID) -> str:
        number = int.from_bytes(hmac.digest(self._making, slip_id.bytes, "sha256")[:8], "big")
        values = [number >> _BITS * place & 31 for place in range(LENGTH)]
        return written([*values, check_value(values)])

    def fingerprint(self, code: str) -> bytes:
        """What is kept of a code, as `parsed` gives it."""
        return hmac.digest(self._hashing, code.encode(), "sha256")


def written(values: list[int]) -> str:
    text = "".join(ALPHABET[value] for value in values)
    return f"BON-{text[:5]}-{text[5:10]}-{text[10]}"


def parsed(text: str) -> str | None:
    """The code in what was typed or scanned, as it is printed; None for what is none or was misread."""
    compact = _BETWEEN.sub("", text.rpartition("#")[2]).upper().translate(_CONFUSIONS)
    if len(compact) == len(_BEGINS) + LENGTH + 1:
        compact = compact.removeprefix(_BEGINS)
    if len(compact) != LENGTH + 1 or any(one not in _VALUES for one in compact):
        return None
    values = [_VALUES[one] for one in compact]
    return written(values) if check_value(values[:-1]) == values[-1] else None


def looks_like_one(text: str) -> bool:
    """Whether somebody scanned a slip where a device was expected."""
    return bool(re.match(r"\s*(?:\S*#)?\s*b[o0]n[\W_]", text, re.IGNORECASE))
