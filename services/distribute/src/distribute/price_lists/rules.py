"""What a published list must hold: under the ceilings, never dearer for a worse grade or a poorer tier. Pure."""

from datetime import date
from itertools import pairwise

from filiere.catalogue import Category, Grade, Tier, euros
from filiere.web import FieldError

from distribute.price_book import ceilings_on
from distribute.price_lists.schemas import PAYING, AllCells


def cell_name(category: Category, tier: Tier, grade: Grade) -> str:
    """The name of a price in a form and in an error."""
    return f"{category.value}__{tier.value}__{grade.value}"


def faults(prices: AllCells, on: date) -> list[FieldError]:
    """What is wrong, price by price, with the ceilings of the day."""
    found = []
    limits = ceilings_on(on).ceilings
    for category in Category:
        limit = limits[category].default
        for tier in PAYING:
            for grade in Grade:
                if prices.of(category, grade, tier) > limit:
                    sentence = f"Au-dessus du plafond de {euros(limit)}."
                    found.append(FieldError(cell_name(category, tier, grade), sentence))
            for better, worse in pairwise(Grade):
                if prices.of(category, worse, tier) > prices.of(category, better, tier):
                    sentence = f"{worse.label_fr[0].upper()}{worse.label_fr[1:]} coûte plus que {better.label_fr}."
                    found.append(FieldError(cell_name(category, tier, worse), sentence))
        found += [
            FieldError(
                cell_name(category, Tier.VERY_SOLIDARY, grade), "« Très solidaire » coûte plus que « solidaire »."
            )
            for grade in Grade
            if prices.of(category, grade, Tier.VERY_SOLIDARY) > prices.of(category, grade, Tier.SOLIDARY)
        ]
    return found
