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
from filiere.catalogue.processors import tidy_cpu

# No low-power model of these families has such a base frequency.
_FAST_GHZ = 3.0


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
    low_power: str | None = Field(default=None, description="numbers of low-power models, written without their letter")

    @model_validator(mode="after")
    def _compiles(self) -> "Family":
        for pattern in (self.pattern, self.full_power, self.low_power):
            re.compile(pattern or "", re.IGNORECASE)
        return self

    def is_full_power(self, name: str, clock: float) -> bool:
        """Say whether a model is one of the hot ones: a number that lost its letter is not, unless it is fast."""
        if not self.full_power or not re.search(self.full_power, name, re.IGNORECASE):
            return False
        is_low = self.low_power is not None and re.search(self.low_power, name, re.IGNORECASE) is not None
        return not is_low or clock >= _FAST_GHZ


class EstimationFile(Versioned):
    """The file cpu_estimation.yaml."""

    families: list[Family]
    points_by_year: dict[int, int] = Field(min_length=1, description="year from which → points of an ordinary machine")


def estimate_cpu_mark(cpu: str | None, year: int | None = None) -> Estimate | None:
    """Return an estimation from the processor's name, else from the machine's year; None when neither says anything."""
    rule = estimation()
    text = tidy_cpu(cpu) or ""
    clock = _clock(text)
    for family in rule.families:
        found = re.search(family.pattern, text, re.IGNORECASE)
        if found:
            generation = _generation(found.groupdict().get("generation"))
            points = _from(family.cores, generation) * _from(family.points_per_core, generation)
            if family.is_full_power(text, clock):
                points = int(points * family.full_power_factor)
            return _estimate(points, f"d'après la famille du processeur ({family.label})")
    if year is not None:
        return _estimate(_from(rule.points_by_year, year), f"d'après l'année de la machine ({year})")
    return None


@cache
def estimation() -> EstimationFile:
    """Return the rule of estimation. Raises BrokenDataFile."""
    return load_file(EstimationFile, DATA / "cpu_estimation.yaml")


def _clock(cpu: str) -> float:
    """The base frequency that a tidy name ends with, in GHz; 0 when it says none."""
    found = re.search(r"@ (\d)\.(\d{1,2})GHz", cpu)
    return float(f"{found[1]}.{found[2]}") if found else 0.0


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
