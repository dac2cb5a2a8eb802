"""The French sentence that each line gets: what it receives, why not more, and what could be taken instead."""

from collections.abc import Mapping, Sequence

from filiere.catalogue import Category, Grade

_FEMININE = frozenset({Category.TABLET, Category.PRINTER})
# What a person may do the same things with: proposed, never given without consent.
ALTERNATIVES: Mapping[Category, Sequence[Category]] = {
    Category.LAPTOP: (Category.DESKTOP, Category.TABLET),
    Category.DESKTOP: (Category.LAPTOP,),
    Category.TABLET: (Category.LAPTOP, Category.SMARTPHONE),
    Category.SMARTPHONE: (Category.BASIC_PHONE, Category.TABLET),
    Category.BASIC_PHONE: (Category.SMARTPHONE,),
    Category.MONITOR: (),
    Category.PRINTER: (),
}
Counts = Mapping[Category, int]
Classes = Mapping[tuple[Category, Grade], int]


def complete(category: Category, given: Counts) -> str:
    """For a line that gets all it lacked."""
    replaced = _substitutes(category, given)
    return f"Complète. {replaced}" if replaced else "Complète."


def shortfall(
    category: Category,
    min_grade: Grade,
    substitutes: Sequence[Category],
    given: Counts,
    *,
    ready: Classes,
    left: Classes,
) -> str:
    """For a line that stays short: `ready` are the free devices before the run, `left` those that nobody took yet."""
    were_ready = _count(ready, category, min_grade)
    grade = "" if min_grade is Grade.D else f" {_grade_or_better(min_grade)}"
    agreed = "e" if category in _FEMININE else ""
    if were_ready == 0:
        why = f"Aucun{agreed} {category.label_fr}{grade} n'est prêt{agreed}"
    elif were_ready == 1:
        why = (
            f"Un{agreed} seul{agreed} {category.label_fr}{grade} était prêt{agreed} : "
            "les commandes les plus anciennes sont servies d'abord"
        )
    else:
        why = (
            f"{category.counted_fr(were_ready)}{grade} étaient prêt{agreed}s : "
            "les commandes les plus anciennes sont servies d'abord"
        )
    offers = _offers(category, min_grade, substitutes, left)
    sentences = [f"{why} ; {offers}." if offers else f"{why}."]
    if replaced := _substitutes(category, given):
        sentences.append(replaced)
    return " ".join(sentences)


def _substitutes(category: Category, given: Counts) -> str:
    others = [other.counted_fr(count) for other, count in given.items() if other is not category and count]
    return f"Vous recevez {_join(others)} en remplacement, comme vous l'acceptez." if others else ""


def _offers(category: Category, min_grade: Grade, substitutes: Sequence[Category], left: Classes) -> str:
    """What is free and was not asked for: a lower grade, another category."""
    offers = []
    lower = sum(left.get((category, grade), 0) for grade in Grade if not grade.at_least(min_grade))
    if lower:
        offers.append((lower, f"{lower} de catégorie inférieure"))
    for other in ALTERNATIVES[category]:
        count = _count(left, other, Grade.D)
        if count and other not in substitutes:
            offers.append((count, other.counted_fr(count)))
    if not offers:
        return ""
    plural = len(offers) > 1 or offers[0][0] > 1
    return f"{_join([words for _, words in offers])} {'sont disponibles' if plural else 'est disponible'}"


def _count(classes: Classes, category: Category, min_grade: Grade) -> int:
    return sum(classes.get((category, grade), 0) for grade in Grade if grade.at_least(min_grade))


def _grade_or_better(grade: Grade) -> str:
    return f"de {grade.label_fr[0].lower()}{grade.label_fr[1:]}" + ("" if grade is Grade.PREMIUM else " ou mieux")


def _join(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} et {parts[-1]}"
