"""Words to compare, however they are written."""

import re
import unicodedata
from collections.abc import Sequence

_CAMEL = re.compile(r"(?<=[a-zà-öø-ÿ])(?=[A-Z])")
_WORD = re.compile(r"[a-z0-9]+")
_APART = "\0"
_NO_WORD = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) != _APART}


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


def words_in_each(texts: Sequence[str]) -> list[str]:
    """The words of each text, in one go over all of them: apart by spaces, perhaps by several."""
    joined = _APART.join(texts)
    if joined.count(_APART) != len(texts) - 1:
        return [plain(text) for text in texts]
    if not joined.isascii():
        joined = joined.replace("°", " ").replace("º", " ")
    joined = _CAMEL.sub(" ", joined)
    if not joined.isascii():
        joined = unicodedata.normalize("NFKD", joined).encode("ascii", "ignore").decode()
    return joined.lower().translate(_NO_WORD).split(_APART)
