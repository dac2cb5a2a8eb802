"""What others found of who is served, as dated data with its source. Pure."""

from datetime import date
from functools import cache
from pathlib import Path

from filiere.catalogue.datafiles import DataModel, Versioned, in_force, load_all
from pydantic import Field

from distribute.statistics.road import Step

FILES = Path(__file__).parent / "data"


class Figure(DataModel):
    """A share, and of what."""

    step: Step
    word: str
    percent: float = Field(ge=0, le=100)
    says: str
    source: str


class Thesis(Versioned):
    """One version of it."""

    figures: list[Figure] = Field(min_length=1)

    def of(self, step: Step) -> dict[str, Figure]:
        return {one.word: one for one in self.figures if one.step is step}


@cache
def _versions() -> dict[str, Thesis]:
    return load_all(Thesis, "thesis_*.yaml", FILES)


def thesis_on(day: date) -> Thesis:
    """The version in force. Raises NothingInForce."""
    return in_force(_versions().values(), day, "thesis")
