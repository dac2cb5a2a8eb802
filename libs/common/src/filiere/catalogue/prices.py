"""The price of a device for a person, explained.

The list in force gives the price of category × grade × tier; the ceiling in force bounds it. The ceiling of décret
n° 2022-1413 is law for devices that a public body gave; Filière keeps to the same amounts for all the others, so that
a person never pays more because of where a device came from.
"""

from dataclasses import dataclass
from datetime import date

from filiere.catalogue.categories import Category
from filiere.catalogue.datafiles import in_force
from filiere.catalogue.grades import Grade
from filiere.catalogue.money import euros
from filiere.catalogue.pricing_files import Ceilings, PriceList, Tier, ceilings, price_lists


@dataclass(frozen=True, slots=True)
class Quote:
    """A price in euro cents, tax included, its ceiling, and the French sentences that justify it, in reading order."""

    amount_cents: int
    ceiling_cents: int
    ceiling_source: str
    price_list: str
    explanation_fr: list[str]


@dataclass(frozen=True, slots=True)
class PriceRange:
    """Lowest and highest price of a category on a day, in euro cents, gifts apart."""

    lowest_cents: int
    highest_cents: int

    @property
    def label_fr(self) -> str:
        """ "10 € à 120 €", or one amount when both are equal."""
        if self.lowest_cents == self.highest_cents:
            return euros(self.lowest_cents)
        return f"{euros(self.lowest_cents)} à {euros(self.highest_cents)}"


def quote(category: Category, grade: Grade, tier: Tier, on: date, public_origin: bool) -> Quote:
    """Quote a device on a day. Raises NothingInForce when the day precedes every price list or ceiling.

    `public_origin`: the device was given by the State or a local authority, so that the ceiling is the law's.
    """
    price_list = in_force(price_lists().values(), on, "liste de prix")
    limits = in_force(ceilings().values(), on, "plafonds de prix")
    return quote_from(price_list, limits, category, grade, tier, public_origin=public_origin)


def quote_from(
    price_list: PriceList, limits: Ceilings, category: Category, grade: Grade, tier: Tier, *, public_origin: bool
) -> Quote:
    """Quote by a given list and ceilings: what a new list would change, before it is in force."""
    listed = price_list.prices[category].of(grade, tier)
    ceiling = limits.ceilings[category]
    # Filière's default never exceeds the law (checked at loading): it binds first when it is the lower of the two.
    by_law = public_origin and ceiling.legal == ceiling.default
    limit = ceiling.default
    source = limits.legal_source if by_law else limits.default_source
    amount = min(listed, limit)

    noun = f"{category.label_fr}, {grade.label_fr}"
    if tier is Tier.GIFT:
        sentences = [f"{noun} : remis gratuitement (palier « {tier.label_fr} »)."]
    else:
        sentences = [f"{noun}, palier « {tier.label_fr} » : {euros(listed)} ({price_list.label})."]
    sentences[0] = sentences[0][0].upper() + sentences[0][1:]
    if amount < listed:
        sentences.append(f"Ramené au plafond de {euros(limit)} ({source}).")
    else:
        sentences.append(f"Plafond respecté : {euros(limit)} ({source}).")
    if by_law:
        sentences.append("Équipement donné par une personne publique : ce plafond s'impose.")
    elif public_origin and ceiling.legal is None:
        sentences.append("Équipement donné par une personne publique, d'une catégorie que le décret ne plafonne pas.")
    return Quote(amount, limit, source, price_list.name, sentences)


def price_range(category: Category, on: date, grade: Grade | None = None) -> PriceRange:
    """Return what people pay for a category on a day, or for one of its grades. Raises NothingInForce."""
    grades = [grade] if grade else list(Grade)
    amounts = [
        quote(category, one, tier, on, public_origin=False).amount_cents
        for one in grades
        for tier in Tier
        if tier is not Tier.GIFT
    ]
    return PriceRange(min(amounts), max(amounts))
