"""What a device is, from the word for it, its model and its system together: no one of the three is believed alone.

People write « Téléphone » for an iPhone, « Portable » for a Galaxy, « Ordinateur » for a ThinkPad; tools write
« Unknown ». Source of the words: categories.yaml and model_words.yaml.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from filiere.catalogue.categories import Category, categories, words_of
from filiere.catalogue.datafiles import DATA, Versioned, load_file

MAX_TEXT = 120
"""Characters of a cell that are looked at."""


class ModelWordsFile(Versioned):
    """The file model_words.yaml."""

    words: dict[Category, list[str]]
    not_taken: list[str]
    systems: dict[Category, list[str]]


class Doubt(StrEnum):
    """Why a line says no category, or what is to be told of the one it was given."""

    MISSING = "missing"  # neither word, model nor system says anything
    UNKNOWN = "unknown"  # a word that nobody knows
    SEVERAL = "several"  # « UC + écran »
    NOT_TAKEN = "not-taken"  # a server, a desk phone
    CONTRADICTION = "contradiction"  # « Imprimante » for an iPad
    FROM_MODEL = "from-model"  # the model, or the system, said what the word left open
    CORRECTED = "corrected"  # the model says otherwise than the word, and is believed


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a line is about. `category` None: `doubt` says why, and `other` what the model alone would say."""

    category: Category | None
    doubt: Doubt | None = None
    other: Category | None = None


@cache
def model_words() -> ModelWordsFile:
    """Return the words of models. Raises BrokenDataFile."""
    return load_file(ModelWordsFile, DATA / "model_words.yaml")


@lru_cache(maxsize=4096)  # a fleet has thousands of machines and dozens of models
def recognise(
    word: str | None, manufacturer: str | None = None, model: str | None = None, system: str | None = None,
    *, has_imei: bool = False,
) -> Recognised:  # fmt: skip
    """Decide what a device is. A model that is sure corrects a word of its family, and is asked about otherwise."""
    by_word = _of_word(_key(word))
    by_model = _of_model(_key(f"{manufacturer or ''} {model or ''}"))
    if by_model == _NOT_TAKEN and (by_word.category is None or by_word.is_vague):
        return Recognised(None, Doubt.NOT_TAKEN)
    found = by_model if isinstance(by_model, Category) else None
    if by_word.doubt is Doubt.MISSING:
        found = found or _of_system(_key(system), has_imei) or _of_system(_key(word), has_imei)
        return Recognised(found, Doubt.FROM_MODEL) if found else Recognised(None, Doubt.MISSING)
    if by_word.category is None:
        return Recognised(None, by_word.doubt, found)
    if found is None and by_word.is_vague:
        found = _of_system(_key(system), has_imei)
    if found is None or found is by_word.category:
        return Recognised(by_word.category)
    if by_word.is_vague:
        return Recognised(found, Doubt.FROM_MODEL)
    if any({found, by_word.category} <= family for family in _FAMILIES):
        return Recognised(found, Doubt.CORRECTED)
    return Recognised(None, Doubt.CONTRADICTION, found)


def word_category(text: str) -> Category | None:
    """The category that a word alone names, None when it names none, several, or what nobody takes."""
    return _of_word(_key(text)).category


# Within these people take one word for another.
_FAMILIES = (
    frozenset({Category.LAPTOP, Category.DESKTOP}),
    frozenset({Category.BASIC_PHONE, Category.SMARTPHONE, Category.TABLET}),
    frozenset({Category.LAPTOP, Category.TABLET}),
)
_NOT_TAKEN = "not taken"
_TOGETHER = re.compile(r"[+&/]|\bet\b")


@dataclass(frozen=True, slots=True)
class _Word:
    category: Category | None
    doubt: Doubt | None = None
    is_vague: bool = False


def _of_word(key: str) -> _Word:
    """The first of the known words in the text; several of different kinds side by side are several things."""
    if not key or key in _nothing():
        return _Word(None, Doubt.MISSING)
    if key.isdigit():  # SCCM and others write the SMBIOS number of the chassis
        chassis = categories().chassis.get(int(key[:3]))
        return _Word(chassis) if chassis else _Word(None, Doubt.MISSING)
    found = _matches(key, _words())
    if not found:
        return _Word(None, Doubt.UNKNOWN)
    kinds = list(dict.fromkeys(kind for kind, _ in found))
    if len(kinds) > 1 and _TOGETHER.search(key):
        return _Word(None, Doubt.SEVERAL)
    if kinds[0] == _NOT_TAKEN:
        return _Word(None, Doubt.NOT_TAKEN)
    category = kinds[0]
    assert isinstance(category, Category)
    return _Word(category, is_vague=found[0][1] in _vague())


def _of_model(key: str) -> Category | str | None:
    """The longest of the known words in a model's name; None when there is none, or two as long of different kinds."""
    found = _matches(key, _models())
    longest = max((len(word) for _, word in found), default=0)
    kinds = {kind for kind, word in found if len(word) == longest}
    return kinds.pop() if len(kinds) == 1 else None


def _of_system(key: str, has_imei: bool) -> Category | None:
    if "android" in key.split():
        return Category.SMARTPHONE if has_imei else None
    if "ipados" in key and "ios" in key.split():  # « iOS/iPadOS »: either
        return None
    for category, names in model_words().systems.items():
        if any(key == _key(name) or key.startswith(f"{_key(name)} ") for name in names):
            return category
    return None


Kind = Category | str


def _matches(key: str, words: Mapping[str, Mapping[tuple[str, ...], Kind]]) -> list[tuple[Kind, str]]:
    """The known words in a text, in order, none within a longer one. `words`: by first token, see `_index`."""
    tokens: list[str] = re.findall(r"[a-z0-9]+", key)
    found: list[tuple[int, int, Kind, str]] = []
    for start, token in enumerate(tokens):
        beginnings = {token, *(f"{token[:length]}*" for length in range(1, len(token) + 1))}
        for first in beginnings & words.keys():
            for phrase, kind in words[first].items():
                end = start + len(phrase)
                if end <= len(tokens) and all(map(_fits, phrase, tokens[start:end])):
                    found.append((start, end, kind, " ".join(phrase)))
    return [(kind, phrase) for start, end, kind, phrase in found if not _is_within((start, end, phrase), found)]


def _is_within(one: tuple[int, int, str], found: Iterable[tuple[int, int, Kind, str]]) -> bool:
    """Say whether a longer known word covers this one; of two at the same place the one that says more counts."""
    start, end, phrase = one
    return any(a <= start and end <= b and (b - a, len(other)) > (end - start, len(phrase)) for a, b, _, other in found)


def _fits(part: str, token: str) -> bool:
    return token.startswith(part[:-1]) if part.endswith("*") else part == token


def _index(named: Iterable[tuple[Kind, Iterable[str]]]) -> dict[str, dict[tuple[str, ...], Kind]]:
    index: dict[str, dict[tuple[str, ...], Kind]] = {}
    for kind, names in named:
        for name in names:
            phrase = tuple(re.findall(r"[a-z0-9]+\*?", _key(name)))
            index.setdefault(phrase[0], {})[phrase] = kind
    return index


@cache
def _words() -> dict[str, dict[tuple[str, ...], Kind]]:
    return _index([*words_of().items(), (_NOT_TAKEN, categories().not_taken)])


@cache
def _models() -> dict[str, dict[tuple[str, ...], Kind]]:
    file = model_words()
    return _index([*file.words.items(), (_NOT_TAKEN, file.not_taken)])


@cache
def _vague() -> frozenset[str]:
    return frozenset(map(_key, categories().vague))


@cache
def _nothing() -> frozenset[str]:
    return frozenset(map(_key, (*categories().nothing, *categories().systems)))


_PLURAL = re.compile(r"(?<=[a-z]{3})s\b")


def _key(text: str | None) -> str:
    """Plain lower-case words without the mark of the plural; `+`, `&`, `/` and `*` stay."""
    plain = unicodedata.normalize("NFKD", (text or "")[:MAX_TEXT]).encode("ascii", "ignore").decode().lower()
    return " ".join(_PLURAL.sub("", re.sub(r"[^a-z0-9+&/*]+", " ", plain)).split())
