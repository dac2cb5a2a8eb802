"""Models: a maker and a name, each in one spelling, so that the same machine is not listed under five makers."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Protocol

from filiere.catalogue.categories import Category
from filiere.catalogue.datafiles import DATA, Versioned, load_file


class ManufacturersFile(Versioned):
    """The file manufacturers.yaml: the spelling shown, and the others found in firmware and spreadsheets."""

    spellings: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Model:
    """A maker's model. `known_manufacturer` is False when the maker is kept as it was written."""

    manufacturer: str | None
    name: str | None
    known_manufacturer: bool

    @property
    def label(self) -> str:
        """Maker and name, or a dash when neither is known."""
        return maker_and_model(self.manufacturer, self.name) or "—"


def maker_and_model(manufacturer: str | None, model: str | None) -> str:
    """What a device is called by both, or by the one that is known; empty when neither is."""
    return " ".join(part for part in (manufacturer, model) if part)


class _OfAModel(Protocol):
    @property
    def category(self) -> Category: ...
    @property
    def manufacturer(self) -> str | None: ...
    @property
    def model(self) -> str | None: ...


class NamedByModel:
    """What is called by its maker and model, else by what it is: « HP EliteBook 840 G5 », « tablette »."""

    __slots__ = ()

    @property
    def name(self: _OfAModel) -> str:
        return maker_and_model(self.manufacturer, self.model) or self.category.label_fr


def normalise_manufacturer(text: str | None) -> str | None:
    """Return the maker's usual spelling ("Hewlett-Packard" → "HP"); an unknown maker tidied; None for a placeholder."""
    return model_of(text, None).manufacturer


@lru_cache(maxsize=4096)  # a fleet has thousands of machines and dozens of models
def model_of(manufacturer: str | None, name: str | None) -> Model:
    """Return the model from what an inventory says; the maker's name is not repeated in front of the model's."""
    shown = _tidy(manufacturer)
    known = _by_spelling().get(_key(shown)) if shown else None
    tidy_name = _tidy(name)
    if tidy_name:
        for prefix in filter(None, (shown, known)):
            if tidy_name.lower().startswith(prefix.lower() + " "):
                tidy_name = tidy_name[len(prefix) + 1 :]
                break
    return Model(manufacturer=known or shown, name=tidy_name, known_manufacturer=known is not None)


@cache
def manufacturers() -> ManufacturersFile:
    """Return the makers' spellings. Raises BrokenDataFile."""
    return load_file(ManufacturersFile, DATA / "manufacturers.yaml")


@cache
def _by_spelling() -> dict[str, str]:
    return {_key(word): shown for shown, others in manufacturers().spellings.items() for word in (shown, *others)}


_PLACEHOLDERS = {"", "na", "none", "null", "unknown", "inconnu", "inconnue", "tobefilledbyoem", "defaultstring",
                 "systemmanufacturer", "systemproductname", "systemversion", "notspecified", "oem"}  # fmt: skip


_MARKS = re.compile(r"[^a-z0-9]+")


def _tidy(text: str | None) -> str | None:
    text = text or ""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    kept = " ".join(text.split())
    return None if _key(kept) in _PLACEHOLDERS else kept


def _key(word: str) -> str:
    plain = word if word.isascii() else unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    plain = plain.lower()
    return _MARKS.sub("", plain) or plain.strip()
