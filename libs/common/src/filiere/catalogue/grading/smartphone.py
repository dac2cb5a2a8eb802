"""Grading of smartphones, and of tablets by the same rules.

Tables and words are those published in 2023 by Emmaüs Connect's own tool (data/smartphone_*.yaml). No rule set for
tablets was published: theirs is the smartphone's, and every grading of a tablet says so. Readings:

1. Marks: the mark of the greatest key that is not above the value; below the smallest key the mark is 0.
2. AnTuTu not measured counts as 0 points, which is worth 40 in the published table: the prudent reading.
3. The published program rounds the weighted total. `smartphone_2023` compares it as it is, as devices were graded by
   it; `smartphone_2026` rounds, half a point upwards (decision 0042).
4. A forcing ("storage < 32: HC") holds unless a weighting other than 0 was typed. The weighting that a state carries
   (BLOQUE -10 %) does not lift it: otherwise a locked phone would get a better grade than the same one unlocked.
5. Words that our grades do not have: HC is printed as D, MARAUDE as D with a note (to be given on street rounds).
   A phone in state DEEE is waste and gets no grade.
"""

import math

from filiere.catalogue.errors import IncompleteSpec
from filiere.catalogue.grading.result import Grading, Reason, points_fr
from filiere.catalogue.grading.rules import Forcing, SmartphoneRules, WordOfTotal, smartphone_rules, word_of
from filiere.catalogue.grading.specs import SmartphoneSpec


def grade_smartphone(spec: SmartphoneSpec, ruleset: str = "smartphone_2023") -> Grading:
    """Grade a smartphone and say why. Raises IncompleteSpec (a weighting that is not published) and UnknownRuleset."""
    rules = smartphone_rules(ruleset)
    typed = spec.weighting_percent
    if typed is not None and typed not in rules.weightings_percent:
        allowed = ", ".join(str(percent) for percent in rules.weightings_percent)
        raise IncompleteSpec(f"Pondération de {typed} % inconnue : choisissez parmi {allowed}.")
    state = rules.states[spec.state]
    percent = state.percent if typed is None else typed

    reasons = [
        _reason(f"Mémoire vive de {spec.ram_gb:g} Go", _looked_up(rules.ram, spec.ram_gb)),
        _reason(f"Stockage de {spec.storage_gb:g} Go", _looked_up(rules.storage, spec.storage_gb)),
        _reason(
            "AnTuTu non mesuré, note plancher" if spec.antutu is None else f"AnTuTu à {spec.antutu} points",
            _looked_up(rules.antutu, spec.antutu or 0),
        ),
    ]
    marks = sum(reason.points for reason in reasons)
    if percent:
        why = f"État « {state.label} »" if typed is None else "Pondération de l'atelier"
        reasons.append(_reason(f"{why}, {percent:+d} %", marks * percent / 100))
    total = marks * (100 + percent) / 100
    if rules.rounded and total % 1:
        whole = math.floor(total + 0.5)
        reasons.append(_reason("Total arrondi au point", whole - total))
        total = whole

    word = word_of(rules.words, total)
    notes = [state.note] if state.note else []
    forcing = next((one for one in rules.forcings if _applies(one, spec)), None) if not typed else None
    if forcing:
        word = _forced_word(rules, forcing)
        notes.append(forcing.sentence)
    if word.note:
        notes.append(word.note)
    grade = word.grade if state.reusable else None
    return Grading(grade, word.published, total, tuple(reasons), rules.name, tuple(notes))


def _looked_up(table: dict[float, int], value: float) -> int:
    reached = [key for key in table if key <= value]
    return table[max(reached)] if reached else 0


def _applies(forcing: Forcing, spec: SmartphoneSpec) -> bool:
    return (
        (forcing.ram_below is None or spec.ram_gb < forcing.ram_below)
        and (forcing.ram is None or spec.ram_gb == forcing.ram)
        and (forcing.storage_below is None or spec.storage_gb < forcing.storage_below)
        and (forcing.storage is None or spec.storage_gb == forcing.storage)
    )


def _forced_word(rules: SmartphoneRules, forcing: Forcing) -> WordOfTotal:
    by_word = {word.published: word for word in rules.words} | rules.word_notes
    return by_word[forcing.published]


def _reason(what: str, points: float) -> Reason:
    return Reason(f"{what} : {points_fr(points)}.", points)
