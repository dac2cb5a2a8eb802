"""Words to compare, however they are written."""

import re
import unicodedata

_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_WORD = re.compile(r"[a-z0-9]+")


def plain(text: str) -> str:
    """Lower-case ASCII words; `N°` becomes `n`."""
    return " ".join(words_in(text))


def words_in(text: str) -> list[str]:
    """The same words, each for itself."""
    spaced = text
    if not text.isascii():
        spaced = text.replace("°", " ").replace("º", " ")
    if not (text.islower() or text.isupper()):
        spaced = _CAMEL.sub(" ", spaced)
    if not spaced.isascii():
        spaced = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode()
    return _WORD.findall(spaced.lower())
