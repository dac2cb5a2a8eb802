"""What a donor can do with what is not accepted."""

from filiere.calendar import today
from filiere.catalogue.advice import advice_for

from collect.eligibility.judge import JudgedLine, LineVerdict


def advice_of(line: JudgedLine) -> str:
    """The sentence of the catalogue for the rule that refuses the line; empty when nothing is to be done."""
    return "" if line.verdict is LineVerdict.ACCEPTED else advice_for(line.rule, today())
