"""Performance grades, by versioned rule sets, with the reason of every point."""

from filiere.catalogue.grading.by_category import grade, grade_by, in_force_for, rulesets_for
from filiere.catalogue.grading.other_devices import grade_state
from filiere.catalogue.grading.pc import grade_pc
from filiere.catalogue.grading.result import Grading, Reason
from filiere.catalogue.grading.rules import GradingRules
from filiere.catalogue.grading.smartphone import grade_smartphone
from filiere.catalogue.grading.specs import DeviceFacts, PcSpec, PhoneState, SmartphoneSpec, Spec, StateSpec, Storage

__all__ = [
    "DeviceFacts",
    "Grading",
    "GradingRules",
    "PcSpec",
    "PhoneState",
    "Reason",
    "SmartphoneSpec",
    "Spec",
    "StateSpec",
    "Storage",
    "grade",
    "grade_by",
    "grade_pc",
    "grade_smartphone",
    "grade_state",
    "in_force_for",
    "rulesets_for",
]
