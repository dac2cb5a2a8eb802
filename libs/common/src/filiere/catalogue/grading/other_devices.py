"""Grading of monitors, printers and basic phones: our own rule, since none was published.

A screen that works does its work: what differs is how it looks and what is wrong with it. So the grade is the outer
state, one step lower with a minor defect, none when it does not work. PREMIUM is not given: it would promise a
performance that nobody measured.
"""

from filiere.catalogue.grades import Grade
from filiere.catalogue.grading.result import Grading, Reason
from filiere.catalogue.grading.rules import state_rules
from filiere.catalogue.grading.specs import StateSpec

_STEPS = list(Grade)


def grade_state(spec: StateSpec, ruleset: str = "state_2023") -> Grading:
    """Grade plain equipment and say why; points are steps below PREMIUM, so 0 or negative. Raises UnknownRuleset."""
    rules = state_rules(ruleset)
    grade = rules.grade_of_cosmetic[spec.cosmetic]
    reasons = [Reason(f"{spec.cosmetic.label_fr} : {grade.label_fr}.", -grade.rank)]
    if spec.minor_defect and grade is not Grade.D:
        grade = _STEPS[grade.rank + 1]
        reasons.append(Reason("Défaut mineur signalé : une catégorie de moins.", -1))
    total = sum(reason.points for reason in reasons)
    if not spec.works:
        return Grading(
            None, "HORS SERVICE", total, tuple(reasons), rules.name, ("Ne fonctionne pas : non réemployable.",)
        )
    return Grading(grade, grade.value, total, tuple(reasons), rules.name)
