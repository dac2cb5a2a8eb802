"""Schemas of the grading rule sets, and their loading."""

from functools import cache
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from filiere.catalogue.categories import Category
from filiere.catalogue.datafiles import DataModel, Versioned, load_all
from filiere.catalogue.errors import UnknownRuleset
from filiere.catalogue.grades import Cosmetic, Grade
from filiere.catalogue.grading.specs import PhoneState

Step = tuple[float | None, float]


def _rising(steps: list[Step]) -> list[Step]:
    """The steps climb, the last one is open, and a greater value never gets a lower mark."""
    if not steps or steps[-1][0] is not None or any(step[0] is None for step in steps[:-1]):
        raise ValueError("only the last step, and always the last, has no bound (null)")
    if any(not (low[0] or 0) < (high[0] or 0) for low, high in pairwise(steps[:-1])):
        raise ValueError("the bounds must rise")
    if any(low[1] > high[1] for low, high in pairwise(steps)):
        raise ValueError("the marks may not fall")
    return steps


MarkTable = Annotated[list[Step], AfterValidator(_rising)]
"""Pairs (bound, mark): the first bound greater than the value gives the mark; null has no bound."""


class WordOfTotal(DataModel):
    """The rule set's word for a total strictly below `below`, and the grade we print for it (null: not reusable)."""

    below: float | None
    published: str
    grade: Grade | None
    note: str | None = None


class GradingRules(Versioned):
    """What every rule set says."""

    categories: list[Category] = Field(min_length=1)
    on_trial: bool = Field(
        default=False, description="its day does not put it in force: it waits until somebody switches it on"
    )
    reading: list[str] = Field(description="how the ambiguities of the published rules were settled")


class Cap(DataModel):
    """An "at best" of the published rules: all the conditions given must hold."""

    sentence: str
    at_most: int
    disk: Literal["hdd", "flash"] | None = None
    cpu_mark_below: int | None = None
    cpu_points_at_most: int | None = None
    os_contains: list[str] | None = None


class PcRules(GradingRules):
    """Marks for memory, storage and processor, summed; see grading/pc.py for the order of the steps."""

    kind: Literal["pc"]
    ram: MarkTable
    cpu_mark: MarkTable
    hdd: MarkTable
    ssd: MarkTable
    nvme: MarkTable
    storage: Literal["sum", "main"] = Field(
        default="sum", description="which media count: all of them, or the one that the system is installed on"
    )
    storage_capped_at: int
    nvme_bonus: int
    nvme_bonus_from_cpu_mark: int = Field(default=0, description="processors below it get no bonus")
    caps: list[Cap]
    words: list[WordOfTotal] = Field(min_length=1)

    @model_validator(mode="after")
    def _words_rise(self) -> "PcRules":
        check_words(self.words)
        return self


class Forcing(DataModel):
    """A case in which the published rules set the word whatever the total."""

    sentence: str
    published: str
    ram_below: float | None = None
    ram: float | None = None
    storage_below: float | None = None
    storage: float | None = None


class StateWeighting(DataModel):
    """A phone state and what it does to the total."""

    percent: int
    label: str
    reusable: bool = True
    note: str | None = None


class SmartphoneRules(GradingRules):
    """Marks looked up in tables, summed, weighted; see grading/smartphone.py."""

    kind: Literal["smartphone"]
    ram: dict[float, int]
    storage: dict[float, int]
    antutu: dict[float, int]
    weightings_percent: list[int]
    states: dict[PhoneState, StateWeighting]
    rounded: bool = Field(default=False, description="the weighted total is rounded to the nearest point")
    forcings: list[Forcing]
    words: list[WordOfTotal] = Field(min_length=1)
    word_notes: dict[str, WordOfTotal] = Field(description="words that only a forcing gives")

    @model_validator(mode="after")
    def _consistent(self) -> "SmartphoneRules":
        check_words(self.words)
        if set(self.states) != set(PhoneState):
            raise ValueError("every phone state needs a weighting")
        if unknown := {state.percent for state in self.states.values()} - set(self.weightings_percent):
            raise ValueError(f"weightings of states that are not published: {sorted(unknown)}")
        words = {word.published for word in self.words} | set(self.word_notes)
        if strangers := {forcing.published for forcing in self.forcings} - words:
            raise ValueError(f"forcings to unknown words: {sorted(strangers)}")
        return self


class StateRules(GradingRules):
    """Grade by outer state; a defect costs one step."""

    kind: Literal["state"]
    grade_of_cosmetic: dict[Cosmetic, Grade]

    @model_validator(mode="after")
    def _complete(self) -> "StateRules":
        ranks = [self.grade_of_cosmetic[cosmetic].rank for cosmetic in Cosmetic if cosmetic in self.grade_of_cosmetic]
        if len(ranks) != len(Cosmetic) or ranks != sorted(ranks):
            raise ValueError("every cosmetic grade needs a grade, and a worse aspect may not give a better one")
        return self


def check_words(words: list[WordOfTotal]) -> None:
    """Refuse words whose bounds do not rise or whose grades do not improve."""
    _rising([(word.below, float(position)) for position, word in enumerate(words)])
    ranks = [99 if word.grade is None else word.grade.rank for word in words]
    if ranks != sorted(ranks, reverse=True):
        raise ValueError("a greater total may not give a worse grade")


@cache
def pc_rulesets() -> dict[str, PcRules]:
    """Return the rule sets of computers by name. Raises BrokenDataFile."""
    return load_all(PcRules, "pc_*.yaml")


@cache
def smartphone_rulesets() -> dict[str, SmartphoneRules]:
    """Return the rule sets of smartphones by name. Raises BrokenDataFile."""
    return load_all(SmartphoneRules, "smartphone_*.yaml")


@cache
def state_rulesets() -> dict[str, StateRules]:
    """Return the rule sets of plain equipment by name. Raises BrokenDataFile."""
    return load_all(StateRules, "state_*.yaml")


def pc_rules(name: str) -> PcRules:
    """Return one rule set of computers. Raises UnknownRuleset."""
    try:
        return pc_rulesets()[name]
    except KeyError:
        raise UnknownRuleset(name) from None


def smartphone_rules(name: str) -> SmartphoneRules:
    """Return one rule set of smartphones. Raises UnknownRuleset."""
    try:
        return smartphone_rulesets()[name]
    except KeyError:
        raise UnknownRuleset(name) from None


def state_rules(name: str) -> StateRules:
    """Return one rule set of plain equipment. Raises UnknownRuleset."""
    try:
        return state_rulesets()[name]
    except KeyError:
        raise UnknownRuleset(name) from None


def mark(table: MarkTable, value: float) -> int:
    """Return the mark of a value: the first bound strictly greater wins."""
    for bound, points in table:
        if bound is None or value < bound:
            return int(points)
    raise ValueError(f"no bound above {value}")


def word_of(words: list[WordOfTotal], total: float) -> WordOfTotal:
    """Return the word of a total."""
    return next(word for word in words if word.below is None or total < word.below)
