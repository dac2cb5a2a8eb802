"""The code printed on the label of a device: `FIL-7K2M9-4`.

Read aloud on the telephone, typed with gloves on, scanned from a scratched sticker. Hence:

- the 32 letters and digits of Crockford's alphabet: no I, L, O (read as 1, 1, 0) and no U;
- five characters, that is 33,554,431 labels: three centuries at 100,000 devices a year, and still short enough to be
  kept in mind between a device and a keyboard (six would add nothing but a chance to mistype);
- one check character, computed in the field of 32 elements with a different weight at each place: every wrong
  character and every exchange of two characters, neighbours or not, is detected with certainty, where Luhn's
  algorithm or a plain sum would let some through;
- numbers are scattered before being written, because 100 devices of one lot labelled in sequence would differ by one
  character only, and the eye would confuse them on the bench. Scattering hides nothing: a label is no secret.
"""

import re

from filiere.identifiers.errors import IdentifierError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BODY_LENGTH = 5
LABEL_CAPACITY: int = 32**BODY_LENGTH - 1
"""Greatest number a label can carry: collect numbers from 1 up, workshops their surplus from here down."""

_MODULUS: int = 32**BODY_LENGTH
_SCATTER = 20_737_777  # odd, near 2^25 / golden ratio: neighbours land far apart, and the product can be undone
_GATHER: int = pow(_SCATTER, -1, _MODULUS)
_BETWEEN = re.compile(r"[\W_]+")
_CONFUSIONS = str.maketrans("OIL", "011")
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LENGTHS = (BODY_LENGTH + 1, len("FIL") + BODY_LENGTH + 1)


class InvalidLabel(IdentifierError):
    """What was typed or scanned is no label code, or carries a reading error."""

    def __init__(self, text: str, why: str, *, is_misread: bool = False) -> None:
        super().__init__(f"L'étiquette « {text[:40]} » {why}")
        self.text = text
        self.is_misread = is_misread
        """It has the form of a label, and its check character says no."""


def label_code(number: int) -> str:
    """Return the label of a number from 1 to LABEL_CAPACITY, usually drawn from a database sequence.

    Two numbers never share a label. Raises ValueError outside of these bounds.
    """
    if not 1 <= number <= LABEL_CAPACITY:
        raise ValueError(f"labels are numbered from 1 to {LABEL_CAPACITY}, not {number}")
    scattered = number * _SCATTER % _MODULUS
    values = [scattered >> shift & 31 for shift in range(5 * (BODY_LENGTH - 1), -1, -5)]
    body = "".join(ALPHABET[value] for value in values)
    return f"FIL-{body}-{ALPHABET[check_value(values)]}"


def label_number(code: str) -> int:
    """Return the number a label was made from. Raises InvalidLabel."""
    body = parse_label(code)[4 : 4 + BODY_LENGTH]
    scattered = 0
    for character in body:
        scattered = scattered << 5 | _VALUES[character]
    return scattered * _GATHER % _MODULUS


def parse_label(text: str) -> str:
    """Return the label in its printed form, from what a person typed or a scanner read.

    Forgives case, spaces, any dash or none, a missing `FIL`, O for 0, I or L for 1, and an address that ends in the
    code (what the QR code holds). Raises InvalidLabel with a sentence that says whether the form or the check failed.
    """
    compact = _compact(text)
    if compact is None:
        raise InvalidLabel(text, "n'a pas la forme FIL-XXXXX-X.")
    if not _is_right(compact):
        why = "comporte une erreur de lecture : à relire caractère par caractère."
        raise InvalidLabel(text, why, is_misread=True)
    return f"FIL-{compact[:-1]}-{compact[-1]}"


def is_label(text: str) -> bool:
    """Say whether parse_label() would accept the text."""
    compact = _compact(text)
    return compact is not None and _is_right(compact)


def _compact(text: str) -> str | None:
    """Body and check character; None for what has not the form."""
    last_segment = text.strip().rstrip("/").rsplit("/", 1)[-1]
    compact = _BETWEEN.sub("", last_segment)
    if len(compact) not in _LENGTHS:
        return None  # asked of every cell that may be an inventory number
    compact = compact.upper().translate(_CONFUSIONS)
    if len(compact) == 3 + BODY_LENGTH + 1 and compact.startswith("F11"):
        compact = compact[3:]
    return compact if len(compact) == BODY_LENGTH + 1 and all(one in _VALUES for one in compact) else None


def _is_right(compact: str) -> bool:
    values = [_VALUES[character] for character in compact]
    return check_value(values[:-1]) == values[-1]


def check_value(values: list[int]) -> int:
    """Weighted sum in GF(32), weights x, x², x³ …; the check character itself weighs 1.

    All weights differ and none is zero: a changed character and an exchange both change the sum.
    """
    total = 0
    for value in reversed(values):  # Horner: the place next to the check character weighs x
        total = _times_x(total ^ value)
    return total


def _times_x(value: int) -> int:
    """Multiply by x in GF(32) = GF(2)[x] / (x⁵ + x² + 1)."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value
