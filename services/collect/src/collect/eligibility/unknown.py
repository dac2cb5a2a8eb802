"""A line that does not say what it is: what to ask of whoever wrote it."""

from functools import cache, lru_cache

from filiere.catalogue import Category, Doubt
from filiere.catalogue.categories import words_of
from rapidfuzz import fuzz, process

from collect.eligibility.lines import Understood

# Of 100: one letter wrong or missing in a word of five.
_CLOSE = 75


def uncertain(line: Understood) -> tuple[str, str] | None:
    """(rule, what to correct) of a line whose category is not certain; None for one that the rules can judge.

    What the network does not take is certain: the rules refuse it.
    """
    equipment, doubt = line.equipment, line.recognised.doubt
    word, model = equipment.written_category or "", " ".join(filter(None, (equipment.manufacturer, equipment.model)))
    if doubt is Doubt.MISSING:
        return "missing-category", f"La catégorie manque. Écrivez l'une de : {_all()}."
    if doubt is Doubt.SEVERAL:
        return "several-categories", f"« {word} » désigne plusieurs équipements : faites une ligne pour chacun."
    if doubt is Doubt.CONTRADICTION and line.recognised.other is not None:
        other = line.recognised.other.label_fr
        return "contradiction", f"Le type dit « {word} », le modèle « {model} » dit {other} : corrigez l'un ou l'autre."
    if doubt is Doubt.UNKNOWN:
        near = line.recognised.other or _near(word.lower())
        question = f"Vouliez-vous dire : {near.label_fr} ?" if near else f"Écrivez l'une de : {_all()}."
        return "unknown-category", f"« {word} » n'est pas un équipement connu. {question}"
    return None


def _all() -> str:
    return ", ".join(category.label_fr for category in Category)


@lru_cache(maxsize=1024)
def _near(word: str) -> Category | None:
    found = process.extractOne(word, list(_by_word()), scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return _by_word()[found[0]] if found is not None else None


@cache
def _by_word() -> dict[str, Category]:
    return {word.lower(): category for category, words in words_of().items() for word in words}
