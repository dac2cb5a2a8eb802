"""Which declared equipment is accepted, and the rule quoted for what is not.

Rules are versioned data (data/eligibility_*.yaml). A donor's file is often incomplete: what is not said refuses
nothing, because the workshop will see it; only what is said and too weak or too old is refused.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache

from pydantic import Field, model_validator

from filiere.catalogue.categories import Category
from filiere.catalogue.datafiles import DATA, DataModel, Versioned, in_force, load_all


@dataclass(frozen=True, slots=True)
class DeclaredLine:
    """What one line of a declaration says. `category` is None when `written_category` names none of the seven."""

    category: Category | None
    year: int | None = None
    ram_gb: float | None = None
    storage_gb: float | None = None
    written_category: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Accepted or not; `rule` is the code of the rule that refuses (None when accepted), `ruleset` its file."""

    accepted: bool
    rule: str | None
    reason_fr: str
    ruleset: str


class CategoryLimits(DataModel):
    """Limits of one category; an absent limit refuses nothing."""

    max_age_years: int | None = Field(default=None, ge=0)
    min_ram_gb: float | None = Field(default=None, ge=0)
    min_storage_gb: float | None = Field(default=None, ge=0)
    why: str = Field(description="where the limits come from")


class Sentences(DataModel):
    """The French sentence of each refusal; the names in braces are filled in."""

    unknown_category: str
    category_not_accepted: str
    year_in_the_future: str
    too_old: str
    too_little_memory: str
    too_little_storage: str
    lot_too_small: str
    accepted: str


class EligibilityRules(Versioned):
    """The file eligibility_*.yaml."""

    minimum_lot: int = Field(ge=1, description="fewest accepted devices for a collection; 1 asks for nothing")
    limits: dict[Category, CategoryLimits] = Field(description="the categories accepted")
    sentences: Sentences

    @model_validator(mode="after")
    def _sentences_fill(self) -> "EligibilityRules":
        """A brace misspelt in a sentence is found at start, not at the first refusal."""
        for name in Sentences.model_fields:
            try:
                getattr(self.sentences, name).format(**_EXAMPLE)
            except (KeyError, IndexError, ValueError) as error:
                raise ValueError(f"sentence {name}: {error!r}") from error
        return self


_EXAMPLE = {"written": "", "category": "", "categories": "", "year": 0, "age": 0, "limit": "", "value": "", "today": 0}


def assess(line: DeclaredLine, on: date) -> Verdict:
    """Judge one declared line by the rules in force on the day. Raises NothingInForce.

    Age is counted in whole years between the year of making and the day's year. The first rule broken is quoted:
    category, year, age, memory, storage.
    """
    rules = in_force(eligibility_rulesets().values(), on, "règles d'acceptation")
    sentences = rules.sentences
    if line.category is None:
        accepted = ", ".join(category.plural_fr for category in Category if category in rules.limits)
        return _refused(
            rules, "category", sentences.unknown_category, written=line.written_category or "?", categories=accepted
        )
    limits = rules.limits.get(line.category)
    noun = line.category.label_fr
    if limits is None:
        return _refused(rules, "category", sentences.category_not_accepted, category=line.category.plural_fr)
    if line.year is not None:
        if line.year > on.year:
            return _refused(rules, "year", sentences.year_in_the_future, year=line.year, today=on.year)
        age = on.year - line.year
        if limits.max_age_years is not None and age > limits.max_age_years:
            return _refused(
                rules, "age", sentences.too_old, category=noun, year=line.year, age=age, limit=limits.max_age_years
            )
    for rule, sentence, value, limit in (
        ("memory", sentences.too_little_memory, line.ram_gb, limits.min_ram_gb),
        ("storage", sentences.too_little_storage, line.storage_gb, limits.min_storage_gb),
    ):
        if value is not None and limit is not None and value < limit:
            return _refused(rules, rule, sentence, category=noun, value=_number(value), limit=_number(limit))
    return Verdict(True, None, sentences.accepted.format(**_EXAMPLE | {"category": noun}), rules.name)


def assess_lot(devices: int, on: date) -> Verdict:
    """Judge the number of accepted devices of a whole declaration. Raises NothingInForce."""
    rules = in_force(eligibility_rulesets().values(), on, "règles d'acceptation")
    if devices < rules.minimum_lot:
        return _refused(rules, "minimum-lot", rules.sentences.lot_too_small, value=devices, limit=rules.minimum_lot)
    return Verdict(True, None, f"{devices} équipement{'s' if devices >= 2 else ''} à collecter.", rules.name)


@cache
def eligibility_rulesets() -> dict[str, EligibilityRules]:
    """Return the rule sets of eligibility by name, earliest first. Raises BrokenDataFile."""
    return load_all(EligibilityRules, "eligibility_*.yaml", DATA)


def _refused(rules: EligibilityRules, rule: str, sentence: str, **values: object) -> Verdict:
    return Verdict(False, rule, sentence.format(**_EXAMPLE | values), rules.name)


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")
