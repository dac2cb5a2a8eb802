"""Schemas of the price lists and of the ceilings, and their loading."""

from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from filiere.catalogue.categories import Category
from filiere.catalogue.datafiles import DATA, DataModel, Versioned, load_all
from filiere.catalogue.grades import Grade

Cents = Annotated[int, Field(ge=0, le=100_000_00)]


class Tier(StrEnum):
    """Price tier (palier solidaire), poorest first. Opened by quotient familial, reste à vivre or an attestation."""

    GIFT = "gift"
    VERY_SOLIDARY = "very_solidary"
    SOLIDARY = "solidary"

    @property
    def rank(self) -> int:
        """0 for the gift: a greater rank pays more."""
        return list(Tier).index(self)

    @property
    def label_fr(self) -> str:
        return _TIER_FR[self]


_TIER_FR = {Tier.GIFT: "don", Tier.VERY_SOLIDARY: "très solidaire", Tier.SOLIDARY: "solidaire"}


class GradePrices(DataModel):
    """Prices of one category in one tier, in euro cents, one per grade."""

    PREMIUM: Cents
    A: Cents
    B: Cents
    C: Cents
    D: Cents

    def of(self, grade: Grade) -> int:
        """Price of a grade, in euro cents."""
        return int(getattr(self, grade.value))

    @model_validator(mode="after")
    def _never_dearer_for_a_worse_grade(self) -> "GradePrices":
        for better, worse in pairwise(Grade):
            if self.of(worse) > self.of(better):
                raise ValueError(f"{worse.value} costs more than {better.value}")
        return self


class Anchor(DataModel):
    """A price observed elsewhere, on which the list leans."""

    what: str
    euros: float
    year: int | None = None
    source: str


class CategoryPrices(DataModel):
    """Prices of one category; a gift costs nothing and is not written."""

    solidary: GradePrices
    very_solidary: GradePrices
    anchors: list[Anchor]
    note: str = Field(description="what is anchored and what is our own proposal")

    def of(self, grade: Grade, tier: Tier) -> int:
        """Price of a grade in a tier, in euro cents."""
        if tier is Tier.GIFT:
            return 0
        return (self.solidary if tier is Tier.SOLIDARY else self.very_solidary).of(grade)

    @model_validator(mode="after")
    def _never_dearer_for_a_poorer_tier(self) -> "CategoryPrices":
        for grade in Grade:
            if self.very_solidary.of(grade) > self.solidary.of(grade):
                raise ValueError(f"very_solidary costs more than solidary for {grade.value}")
        return self


class PriceList(Versioned):
    """A dated price list: all seven categories, all grades."""

    label: str = Field(description="name shown to people, in French")
    prices: dict[Category, CategoryPrices]

    @model_validator(mode="after")
    def _complete(self) -> "PriceList":
        if missing := [category.value for category in Category if category not in self.prices]:
            raise ValueError(f"categories without a price: {', '.join(missing)}")
        return self


class Ceiling(DataModel):
    """Highest price of a category. `legal` binds devices given by a public body; `default` all the others."""

    legal: Cents | None = Field(description="euro cents, tax included; null where the décret names no such equipment")
    default: Cents
    covers: str = Field(description="what the amount covers, in French")

    @model_validator(mode="after")
    def _default_under_the_law(self) -> "Ceiling":
        if self.legal is not None and self.default > self.legal:
            raise ValueError("the default ceiling may not be above the legal one")
        return self


class Ceilings(Versioned):
    """Dated ceilings of all seven categories."""

    legal_source: str
    default_source: str
    ceilings: dict[Category, Ceiling]

    @model_validator(mode="after")
    def _complete(self) -> "Ceilings":
        if missing := [category.value for category in Category if category not in self.ceilings]:
            raise ValueError(f"categories without a ceiling: {', '.join(missing)}")
        return self


@cache
def price_lists() -> dict[str, PriceList]:
    """Return the price lists by name, earliest first. Raises BrokenDataFile."""
    return load_all(PriceList, "prices_*.yaml", DATA)


@cache
def ceilings() -> dict[str, Ceilings]:
    """Return the ceilings by name, earliest first. Raises BrokenDataFile."""
    return load_all(Ceilings, "ceilings_*.yaml", DATA)
