"""What is waited for, said beside a device. Pure but for the language of the request."""

from collections.abc import Iterable
from dataclasses import dataclass

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.geography import UnknownTerritory, departement, departement_of_postcode
from filiere.web import gettext as _
from filiere.web import ngettext

from refurbish.demand.repository import Demand


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many devices of a category people wait for: in the workshop's region, and everywhere."""

    category: Category
    near: int
    everywhere: int
    region: str

    @property
    def sentence(self) -> str:
        """« 23 personnes attendent : ordinateur portable, près d'ici (Hauts-de-France). Celui-ci passe devant. »"""
        count = self.near or self.everywhere
        people = ngettext(
            "{count} personne attend cet équipement ({what})",
            "{count} personnes attendent cet équipement ({what})",
            count,
        ).format(count=count, what=_(self.category.label_fr))
        where = _("près d'ici, en région {region}.").format(region=self.region) if self.near else _("dans le réseau.")
        return f"{people} {where} " + _("Celui-ci passe devant.")


def region_of(territory: str) -> str:
    """Region of a département code; the code itself when it is no French one."""
    try:
        return departement(territory).region_name
    except UnknownTerritory:
        return territory


def waiting_for(category: Category, grade: Grade | None, postcode: str, demands: Iterable[Demand]) -> Waiting | None:
    """What is waited for that this device could serve, None when nobody waits. An ungraded device may serve all."""
    try:
        region = departement_of_postcode(postcode).region_name
    except UnknownTerritory:
        region = ""
    fitting = [
        demand for demand in demands if demand.category is category and (grade is None or grade.at_least(demand.grade))
    ]
    everywhere = sum(demand.wanted for demand in fitting)
    near = sum(demand.wanted for demand in fitting if region_of(demand.territory) == region)
    return Waiting(category, near, everywhere, region) if everywhere else None
