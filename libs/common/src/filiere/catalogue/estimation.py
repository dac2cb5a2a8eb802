"""Estimation of a processor's PassMark points, for the technician who does not have the figure.

An ESTIMATION, and labelled so wherever it is shown. PassMark's own table is not shipped (it belongs to PassMark): this
is a coarse rule of ours, data/cpu_estimation.yaml, that multiplies the number of cores usual for a family by points
per core usual for a generation and a power class. It aims at the right step of the grading table, not at the right
number; it rounds down to a hundred, so that a doubt lowers the grade rather than the trust in it.
"""

import re
from dataclasses import dataclass
from functools import cache

from pydantic import Field, model_validator

from filiere.catalogue.datafiles import DATA, DataModel, Versioned, load_file


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimated points and the French sentence that says where they come from."""

    mark: int
    sentence: str


class Family(DataModel):
    """Processors whose name matches `pattern`; the group `generation` of the pattern is looked up in `steps`."""

    label: str
    pattern: str
    cores: dict[int, int] = Field(min_length=1, description="generation from which → number of cores")
    points_per_core: dict[int, int] = Field(min_length=1, description="generation from which → points per core")
    full_power_factor: float = Field(default=1.0, ge=1, description="for the models that match `full_power`")
    full_power: str | None = None

    @model_validator(mode="after")
    def _compiles(self) -> "Family":
        re.compile(self.pattern, re.IGNORECASE)
        re.compile(self.full_power or "", re.IGNORECASE)
        return self


class EstimationFile(Versioned):
    """The file cpu_estimation.yaml."""

    families: list[Family]
    points_by_year: dict[int, int] = Field(min_length=1, description="year from which → points of an ordinary machine")


def estimate_cpu_mark(cpu: str | None, year: int | None = None) -> Estimate | None:
    """Return an estimation from the processor's name, else from the machine's year; None when neither says anything."""
    rule = estimation()
    text = _readable(cpu or "")
    for family in rule.families:
        found = re.search(family.pattern, text, re.IGNORECASE)
        if found:
            generation = _generation(found.groupdict().get("generation"))
            points = _from(family.cores, generation) * _from(family.points_per_core, generation)
            if family.full_power and re.search(family.full_power, text, re.IGNORECASE):
                points = int(points * family.full_power_factor)
            return _estimate(points, f"d'après la famille du processeur ({family.label})")
    if year is not None:
        return _estimate(_from(rule.points_by_year, year), f"d'après l'année de la machine ({year})")
    return None


@cache
def estimation() -> EstimationFile:
    """Return the rule of estimation. Raises BrokenDataFile."""
    return load_file(EstimationFile, DATA / "cpu_estimation.yaml")


def _readable(cpu: str) -> str:
    """ "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz" → "Intel Core i5-8250U CPU @ 1.60GHz"."""
    return " ".join(re.sub(r"\((?:R|TM|C)\)|®|™", " ", cpu, flags=re.IGNORECASE).split())


def _generation(digits: str | None) -> int:
    """Model digits to generation: 8250 → 8, 10210 → 10, 1135 → 11, 540 → 1; a short number is the generation itself."""
    if not digits:
        return 0
    if len(digits) == 5:
        return int(digits[:2])
    if len(digits) == 4:
        return int(digits[:2]) if digits[0] == "1" else int(digits[0])
    return 1 if len(digits) == 3 else int(digits)


def _from(steps: dict[int, int], value: int) -> int:
    """Value of the last step reached; the first step below it."""
    reached = [start for start in steps if start <= value]
    return steps[max(reached) if reached else min(steps)]


def _estimate(points: int, basis: str) -> Estimate:
    mark = max(100, points // 100 * 100)
    return Estimate(mark, f"Indice du processeur estimé à {mark} {basis} : estimation de Filière, non mesurée.")
