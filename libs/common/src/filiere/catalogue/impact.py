"""What reuse avoids, by ADEME's method: a yearly figure × the years of a second life, minus new parts.

Never the whole footprint of a new device: that would be about twice as much. What no figure is published for is not
counted, and said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from pydantic import Field

from filiere.catalogue.categories import Category
from filiere.catalogue.datafiles import DATA, DataModel, Versioned, in_force, load_all


class Part(StrEnum):
    """A new part that a refurbished device was given."""

    SSD = "ssd"
    HDD = "hdd"
    LAPTOP_CHARGER = "laptop_charger"
    PHONE_CHARGER = "phone_charger"


class Yearly(DataModel):
    """What one device in use for one more year avoids, in kilograms, and for how many years that is supposed."""

    co2e_kg: float = Field(gt=0)
    raw_material_kg: float = Field(gt=0)
    second_life_years: float = Field(gt=0, le=10)


class ImpactMethod(Versioned):
    """A file impact_*.yaml."""

    method_fr: str
    yearly: dict[Category, Yearly]
    new_parts_kg: dict[Part, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One category: so many devices, each avoiding `co2e_kg` a year for `years`."""

    category: Category
    devices: int
    co2e_kg: float
    years: float

    @property
    def avoided_kg(self) -> float:
        return self.devices * self.co2e_kg * self.years


@dataclass(frozen=True, slots=True)
class Impact:
    """What is avoided in all. `not_counted`: devices of categories without a published figure."""

    method: str
    method_fr: str
    source: tuple[str, ...]
    lines: tuple[Line, ...]
    parts_kg: float
    raw_material_kg: float
    not_counted: dict[Category, int]

    @property
    def co2e_kg(self) -> float:
        """Below zero when the new parts weigh more than what is avoided: said as it is."""
        return sum(line.avoided_kg for line in self.lines) - self.parts_kg


def impact_of(
    devices: Mapping[Category, int], on: date, new_parts: Mapping[tuple[Category, Part], int] | None = None
) -> Impact:
    """What these reused devices avoid, by the method in force on the day. Raises NothingInForce.

    `new_parts`: what they were given. Where a category's reuse is not counted, neither are its parts.
    """
    method = in_force(impact_methods().values(), on, "méthode d'impact")
    lines = tuple(
        Line(category, count, yearly.co2e_kg, yearly.second_life_years)
        for category in Category
        if (count := devices.get(category, 0)) and (yearly := method.yearly.get(category)) is not None
    )
    return Impact(
        method=method.name,
        method_fr=method.method_fr,
        source=tuple(method.source),
        lines=lines,
        parts_kg=sum(
            method.new_parts_kg[part] * count
            for (category, part), count in (new_parts or {}).items()
            if category in method.yearly
        ),
        raw_material_kg=sum(line.devices * method.yearly[line.category].raw_material_kg * line.years for line in lines),
        not_counted={category: count for category, count in devices.items() if count and category not in method.yearly},
    )


@cache
def impact_methods() -> dict[str, ImpactMethod]:
    """Return the methods by name, earliest first. Raises BrokenDataFile."""
    return load_all(ImpactMethod, "impact_*.yaml", DATA)
