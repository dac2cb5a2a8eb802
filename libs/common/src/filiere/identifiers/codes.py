"""The code printed on a document, by which anybody has it confirmed: `7K2M9-QX4T5-R`.

Ten characters drawn by chance (50 bits: nobody finds another document by trying) and the check character of labels.
"""

import re
import secrets

from filiere.identifiers.errors import IdentifierError
from filiere.identifiers.labels import ALPHABET, check_value

CODE_LENGTH = 10
_CONFUSIONS = str.maketrans("OIL", "011")


class InvalidCode(IdentifierError):
    """What was typed is no code of a document, or carries a reading error."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"Le code « {text[:40]} » {why}")


def new_code() -> str:
    """A code nobody has."""
    drawn = secrets.randbits(5 * CODE_LENGTH)
    values = [drawn >> 5 * place & 31 for place in range(CODE_LENGTH)]
    body = "".join(ALPHABET[value] for value in values)
    return f"{body[:5]}-{body[5:]}-{ALPHABET[check_value(values)]}"


def parse_code(text: str) -> str:
    """The code in its printed form, from what a person typed or a camera read; forgives as labels do.

    Raises InvalidCode.
    """
    compact = re.sub(r"[\W_]+", "", text.strip().rstrip("/").rsplit("/", 1)[-1]).upper().translate(_CONFUSIONS)
    if len(compact) != CODE_LENGTH + 1 or any(character not in ALPHABET for character in compact):
        raise InvalidCode(text, "n'a pas la forme XXXXX-XXXXX-X.")
    values = [ALPHABET.index(character) for character in compact]
    if check_value(values[:-1]) != values[-1]:
        raise InvalidCode(text, "comporte une erreur de lecture : à relire caractère par caractère.")
    return f"{compact[:5]}-{compact[5:10]}-{compact[10]}"
