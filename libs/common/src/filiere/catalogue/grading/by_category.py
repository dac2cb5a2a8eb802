"""The grade of any device, by the rule set in force for its category on a day."""

from dataclasses import replace
from datetime import date

from filiere.catalogue.categories import Category
from filiere.catalogue.datafiles import in_force
from filiere.catalogue.errors import IncompleteSpec
from filiere.catalogue.grading.other_devices import grade_state
from filiere.catalogue.grading.pc import grade_pc
from filiere.catalogue.grading.result import Grading
from filiere.catalogue.grading.rules import GradingRules, pc_rulesets, smartphone_rulesets, state_rulesets
from filiere.catalogue.grading.smartphone import grade_smartphone
from filiere.catalogue.grading.specs import DeviceFacts, PcSpec, SmartphoneSpec, Spec, StateSpec

_PHONES = frozenset({Category.SMARTPHONE, Category.TABLET})
_TABLET_NOTE = "Les règles des smartphones s'appliquent aux tablettes, faute de règles publiées pour elles."


def rulesets_for(category: Category) -> list[GradingRules]:
    """Return the rule sets that grade a category, earliest first (for choices and comparisons)."""
    known: list[GradingRules] = [
        *pc_rulesets().values(),
        *smartphone_rulesets().values(),
        *state_rulesets().values(),
    ]
    return sorted((rules for rules in known if category in rules.categories), key=lambda rules: rules.valid_from)


def in_force_for(category: Category, on: date) -> GradingRules:
    """The rule set that its day has put in force; one on trial never is. Raises NothingInForce."""
    settled = [rules for rules in rulesets_for(category) if not rules.on_trial]
    return in_force(settled, on, f"règles de classement ({category.label_fr})")


def grade(category: Category, spec: Spec | DeviceFacts, on: date) -> Grading:
    """Grade a device by the rule set in force on the day. Raises what `grade_by` does, and NothingInForce."""
    return grade_by(in_force_for(category, on).name, category, spec)


def grade_by(ruleset: str, category: Category, spec: Spec | DeviceFacts) -> Grading:
    """Grade a device by a named rule set.

    Accepts the category's own spec, or DeviceFacts from which it is drawn. Raises IncompleteSpec when the spec is
    another category's or lacks something, UnknownRuleset when no rule set of this name grades the category.
    """
    match spec.spec_for(category) if isinstance(spec, DeviceFacts) else spec:
        case PcSpec() as computer if category.is_computer:
            return grade_pc(computer, ruleset)
        case SmartphoneSpec() as phone if category in _PHONES:
            graded = grade_smartphone(phone, ruleset)
            if category is Category.SMARTPHONE:
                return graded
            return replace(graded, notes=(*graded.notes, _TABLET_NOTE))
        case StateSpec() as plain if not category.is_computer and category not in _PHONES:
            return grade_state(plain, ruleset)
        case other:
            raise IncompleteSpec(
                f"Une fiche {type(other).__name__} ne décrit pas un équipement « {category.label_fr} »."
            )
