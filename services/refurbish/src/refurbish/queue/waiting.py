"""What is waited for, said beside a device. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from filiere.catalogue.axes import Grade
from filiere.catalogue.categories import Category

from refurbish.queue.repository import Demand


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many devices of a category people wait for: near the workshop, and everywhere."""

    category: Category
    near: int
    everywhere: int
    territory: str

    @property
    def sentence_fr(self) -> str:
        """« 23 personnes attendent un ordinateur portable dans le 59. Celui-ci passe devant. »"""
        count = self.near or self.everywhere
        people = f"{count} personnes attendent" if count >= 2 else "1 personne attend"
        where = f" dans le {self.territory}" if self.near else ""
        article = "une" if self.category is Category.TABLET or self.category is Category.PRINTER else "un"
        return f"{people} {article} {self.category.label_fr}{where}. Celui-ci passe devant."


def territory_of(postcode: str) -> str:
    """Département of a postcode: two figures, three overseas; Corsica's two share their beginning."""
    if postcode.startswith("20"):
        return "2A" if postcode < "20200" else "2B"
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]


def waiting_for(category: Category, grade: Grade | None, postcode: str, demands: Iterable[Demand]) -> Waiting | None:
    """What is waited for that this device could serve, None when nobody waits. An ungraded device may serve all."""
    territory = territory_of(postcode)
    fitting = [
        demand for demand in demands if demand.category is category and (grade is None or grade.at_least(demand.grade))
    ]
    everywhere = sum(demand.wanted for demand in fitting)
    near = sum(demand.wanted for demand in fitting if demand.territory == territory)
    return Waiting(category, near, everywhere, territory) if everywhere else None
