"""People's names and numbers in cells that should only describe a device: taken out before anything is kept.

« Latitude 5490 de Jean Exemple », « PC-JEXEMPLE », « 06 00 00 00 00 ». The columns about people say whom to look for;
a name after « de » is taken for one without them.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from filiere.catalogue.categories import words_of
from filiere.catalogue.device_models import manufacturers
from filiere.catalogue.recognition import model_words

from collect.imports.headers import plain

CLEANED = ("category", "manufacturer", "model")
_TELEPHONE = re.compile(
    r"(?<![\w+])(?:\+33|0033|0)[ .-]?[1-9](?:[ .-]\d\d){4}(?!\w)|(?<!\w)(?:\+33|0033|0)[67]\d{8}(?!\w)"
)
_WHOSE = re.compile(r"\s*\b(?:de|d['’]|du|pour|à|chez)\s*(?P<who>(?:[A-ZÀ-Þ][\w'’.-]*\s*){1,3})$")
_LEFT_OVER = re.compile(r"(?:\s*(?:\b(?:de|d|du|pour|à|chez)\b|['’(),;:/_-]))+\s*$|^[\s,;:/_-]+")
_SHORTEST_NAME = 3
_SHORTEST_IN_TAG = 4


def without_persons(values: Mapping[str, str], about_people: Sequence[str]) -> tuple[dict[str, str], bool]:
    """The cells without people, and whether an inventory number was one's own and is gone.

    `about_people`: the cells of the row's columns about people, which are not kept.
    """
    names = {word for cell in about_people for word in plain(cell[:200]).split() if len(word) >= _SHORTEST_NAME}
    names -= _known()
    kept = dict(values)
    for field in CLEANED:
        if text := kept.get(field):
            kept[field] = _cleaned(text, names)
    tag = kept.get("asset_tag", "")
    is_personal = bool(tag) and (
        _TELEPHONE.search(tag) is not None
        or any(len(name) >= _SHORTEST_IN_TAG and name in plain(tag).replace(" ", "") for name in names)
    )
    if is_personal:
        del kept["asset_tag"]
    return kept, is_personal


def _cleaned(text: str, names: set[str]) -> str:
    found = _TELEPHONE.sub(" ", text)
    if names:
        found = " ".join(word for word in found.split() if not names & set(plain(word).split()))
    whose = _WHOSE.search(found)
    if whose and not set(plain(whose["who"]).split()) & _known():
        found = found[: whose.start()]
    if found == text:
        return text
    return _LEFT_OVER.sub("", " ".join(found.split())).strip()


@cache
def _known() -> frozenset[str]:
    """Words that name equipment, its makers and models: « PC de Bureau » is nobody's, nor is « salle HP »."""
    makers = [word for shown, others in manufacturers().spellings.items() for word in (shown, *others)]
    models = [word for words in model_words().words.values() for word in words]
    written = [word for words in words_of().values() for word in words]
    return frozenset(token for word in (*written, *makers, *models) for token in plain(word).split())
