"""The seven categories of equipment, and how people write them."""

import re
import unicodedata
from enum import StrEnum
from functools import cache

from pydantic import Field, model_validator

from filiere.catalogue.datafiles import DATA, DataModel, Versioned, load_file


class Category(StrEnum):
    """What a device is. The value travels in APIs, events and files."""

    BASIC_PHONE = "basic_phone"
    SMARTPHONE = "smartphone"
    TABLET = "tablet"
    LAPTOP = "laptop"
    DESKTOP = "desktop"
    MONITOR = "monitor"
    PRINTER = "printer"

    @property
    def label_fr(self) -> str:
        """Name in the singular, lower case, ready for a sentence."""
        return categories().names[self].singular

    @property
    def plural_fr(self) -> str:
        return categories().names[self].plural

    @property
    def is_computer(self) -> bool:
        return self in {Category.LAPTOP, Category.DESKTOP}

    @property
    def has_battery(self) -> bool:
        return self in {Category.LAPTOP, Category.TABLET, Category.SMARTPHONE, Category.BASIC_PHONE}

    def counted_fr(self, quantity: int) -> str:
        """Quantity and noun in agreement: "1 ordinateur portable", "12 tablettes"."""
        return f"{quantity} {self.plural_fr if quantity >= 2 else self.label_fr}"


class CategoryNames(DataModel):
    """How one category is written."""

    singular: str
    plural: str
    also: list[str] = Field(description="other spellings met in donors' files; compared without case nor accents")


class CategoriesFile(Versioned):
    """The file categories.yaml."""

    names: dict[Category, CategoryNames]
    not_taken: list[str]
    vague: list[str]
    nothing: list[str]
    systems: list[str]
    chassis: dict[int, Category]

    @model_validator(mode="after")
    def _complete_and_unambiguous(self) -> "CategoriesFile":
        missing = [category.value for category in Category if category not in self.names]
        if missing:
            raise ValueError(f"categories without a name: {', '.join(missing)}")
        owners: dict[str, Category] = {}
        for category, names in self.names.items():
            for word in (category.value, names.singular, names.plural, *names.also):
                if owners.setdefault(_key(word), category) is not category:
                    raise ValueError(f"« {word} » names both {owners[_key(word)].value} and {category.value}")
        return self


@cache
def categories() -> CategoriesFile:
    """Return the names of the categories. Raises BrokenDataFile."""
    return load_file(CategoriesFile, DATA / "categories.yaml")


def words_of() -> dict[Category, list[str]]:
    """Every way to write each category."""
    return {
        category: [category.value, names.singular, names.plural, *names.also]
        for category, names in categories().names.items()
    }


def _key(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()
