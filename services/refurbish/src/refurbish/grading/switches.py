"""Which rule set is in force: the newest that somebody switched on, else the file of the day. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.catalogue.grading import GradingRules, in_force_for, rulesets_for


@dataclass(frozen=True, slots=True)
class Switch:
    """A rule set switched on from a day on. `decided_by`, `undone_by`: names, for the coordination to read."""

    id: UUID
    ruleset: str
    starts_on: date
    decided_at: datetime
    decided_by: str
    undone_at: datetime | None = None
    undone_by: str | None = None
    applied_at: datetime | None = None

    def has_begun(self, on: date) -> bool:
        return self.undone_at is None and self.starts_on <= on


def in_force(category: Category, on: date, switches: Iterable[Switch]) -> GradingRules:
    """The rule set that grades a category on a day. A file of a later day than the switch counts again."""
    by_day = in_force_for(category, on)
    known = {rules.name: rules for rules in rulesets_for(category)}
    begun = [one for one in switches if one.has_begun(on) and one.ruleset in known]
    if not begun:
        return by_day
    newest = max(begun, key=lambda one: (one.starts_on, one.decided_at))
    return known[newest.ruleset] if newest.starts_on >= by_day.valid_from else by_day


def categories_of(ruleset: str) -> list[Category]:
    """What a rule set grades; empty for an unknown one."""
    return [category for category in Category if any(rules.name == ruleset for rules in rulesets_for(category))]


def touched(switches: Sequence[Switch], on: date) -> dict[Category, str]:
    """Category → rule set in force, of those for which a switch has begun, undone or not: their stock follows."""
    moved = {
        category for one in switches if one.starts_on <= on or one.applied_at for category in categories_of(one.ruleset)
    }
    return {category: in_force(category, on, switches).name for category in Category if category in moved}
