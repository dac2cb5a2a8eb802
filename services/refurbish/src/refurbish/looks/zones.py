"""The zones to look at, per category, and what may be seen there: versioned data. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from filiere.catalogue.categories import Category
from filiere.catalogue.datafiles import DataModel, Versioned, load_file
from filiere.catalogue.grades import Cosmetic
from pydantic import Field, model_validator

_FILE = Path(__file__).parent / "data" / "zones.yaml"

SEEN: Mapping[Cosmetic, str] = {
    Cosmetic.A: "Rien, ou à peine visible",
    Cosmetic.B: "Légères rayures",
    Cosmetic.C: "Rayures ou marques visibles",
    Cosmetic.D: "Choc, fêlure ou morceau abîmé",
}
"""What an eye sees at arm's length, by the grade that it means."""
REC: Mapping[Cosmetic, str] = {Cosmetic.A: "C6", Cosmetic.B: "C4", Cosmetic.C: "C3", Cosmetic.D: "C2"}
"""The nearest category of R2v3 REC, for partners who speak it."""


class Zone(DataModel):
    """One place to look at."""

    zone: str = Field(pattern=r"^[a-z_]+$")
    name: str
    shape: Literal["screen", "plate", "keys", "corner", "phone"]


class ZonesFile(Versioned):
    """The file zones.yaml."""

    lists: dict[Category, list[Zone]]

    @model_validator(mode="after")
    def _every_category_once(self) -> "ZonesFile":
        if set(self.lists) != set(Category):
            raise ValueError("every category needs its zones")
        for category, zones in self.lists.items():
            if not zones or len({one.zone for one in zones}) != len(zones):
                raise ValueError(f"a zone is missing or stands twice for {category.value}")
        return self


@cache
def zones_file() -> ZonesFile:
    """The lists in force. Raises BrokenDataFile."""
    return load_file(ZonesFile, _FILE)


def zones_of(category: Category) -> list[Zone]:
    return zones_file().lists[category]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The cosmetic grade that what was seen means, with the zones that decided."""

    cosmetic: Cosmetic
    zones: tuple[Zone, ...]


def next_zone(category: Category, seen: Mapping[str, Cosmetic]) -> Zone | None:
    """The first zone that nobody looked at."""
    return next((one for one in zones_of(category) if one.zone not in seen), None)


def propose(category: Category, seen: Mapping[str, Cosmetic]) -> Proposal | None:
    """The worst zone decides; nothing is proposed before every zone was looked at."""
    zones = zones_of(category)
    if any(one.zone not in seen for one in zones):
        return None
    worst = max((seen[one.zone] for one in zones), key=lambda cosmetic: cosmetic.value)
    return Proposal(worst, tuple(one for one in zones if seen[one.zone] is worst))
