"""What leaves the workshop of a person's name: the initials, enough to tell two people apart on a certificate."""

import re
import unicodedata

MOST = 4


def initials(name: str | None) -> str | None:
    """« Élise Le Goff-Martin » → « E.L.G.M. »; None for what is no name: nothing, an address, an identifier."""
    if name is None or "@" in name or any(one.isdigit() for one in name):
        return None
    plain = "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one))
    letters = [word[0].upper()[0] for word in re.split(r"[\W_]+", plain) if word]
    return "".join(f"{one}." for one in letters if "A" <= one <= "Z")[: 2 * MOST] or None
