"""The shared catalogue: categories, models, grading axes and rules, prices, eligibility, all as versioned data.

`load()` reads and validates every data file; services call it when they start, so that a broken file stops the start
with a sentence instead of failing a request. All functions are pure: same arguments, same answer, whatever the day.
"""

from filiere.catalogue.advice import advice_files
from filiere.catalogue.categories import Category, categories
from filiere.catalogue.device_models import Model, manufacturers, model_of, normalise_manufacturer
from filiere.catalogue.disk_models import disk_models
from filiere.catalogue.eligibility import (
    DeclaredLine,
    Verdict,
    assess,
    assess_lot,
    eligibility_rulesets,
)
from filiere.catalogue.errors import (
    BrokenDataFile,
    CatalogueError,
    ForbiddenClaim,
    ImpossibleSpec,
    IncompleteSpec,
    NothingInForce,
    UnknownRuleset,
)
from filiere.catalogue.estimation import Estimate, estimate_cpu_mark, estimation
from filiere.catalogue.faults import Fault
from filiere.catalogue.forbidden_wording import check_published_text, forbidden_claims
from filiere.catalogue.grades import Battery, Cosmetic, Grade, StorageKind, battery_state
from filiere.catalogue.grading import (
    DeviceFacts,
    Grading,
    GradingRules,
    PcSpec,
    PhoneState,
    Reason,
    SmartphoneSpec,
    Spec,
    StateSpec,
    Storage,
    grade,
    grade_by,
    grade_pc,
    grade_smartphone,
    grade_state,
    in_force_for,
    rulesets_for,
)
from filiere.catalogue.impact import Impact, impact_methods, impact_of
from filiere.catalogue.money import euros
from filiere.catalogue.prices import PriceRange, Quote, price_range, quote
from filiere.catalogue.pricing_files import Tier, ceilings, price_lists
from filiere.catalogue.recognition import Doubt, Recognised, model_words, recognise, word_category
from filiere.catalogue.statuses import ShownStatus

__all__ = [
    "Battery",
    "BrokenDataFile",
    "CatalogueError",
    "Category",
    "Cosmetic",
    "DeclaredLine",
    "DeviceFacts",
    "Doubt",
    "Estimate",
    "Fault",
    "ForbiddenClaim",
    "Grade",
    "Grading",
    "GradingRules",
    "Impact",
    "ImpossibleSpec",
    "IncompleteSpec",
    "Model",
    "NothingInForce",
    "PcSpec",
    "PhoneState",
    "PriceRange",
    "Quote",
    "Reason",
    "Recognised",
    "ShownStatus",
    "SmartphoneSpec",
    "Spec",
    "StateSpec",
    "Storage",
    "StorageKind",
    "Tier",
    "UnknownRuleset",
    "Verdict",
    "assess",
    "assess_lot",
    "battery_state",
    "ceilings",
    "check_published_text",
    "eligibility_rulesets",
    "estimate_cpu_mark",
    "euros",
    "forbidden_claims",
    "grade",
    "grade_by",
    "grade_pc",
    "grade_smartphone",
    "grade_state",
    "impact_methods",
    "impact_of",
    "in_force_for",
    "load",
    "manufacturers",
    "model_of",
    "model_words",
    "normalise_manufacturer",
    "price_lists",
    "price_range",
    "quote",
    "recognise",
    "rulesets_for",
    "word_category",
]


def load() -> list[str]:
    """Read and validate every data file; return their names. Raises BrokenDataFile, which names the file and place."""
    names = [categories().name, manufacturers().name, model_words().name, estimation().name]
    names += [disk_models().name]
    names += [rules.name for category in Category for rules in rulesets_for(category)]
    names += [*price_lists(), *ceilings(), *eligibility_rulesets(), *impact_methods(), *advice_files()]
    return sorted(set(names))
