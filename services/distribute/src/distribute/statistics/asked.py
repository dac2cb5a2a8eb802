"""What a reader asks for in the address of the page: a period, what is counted, two steps, filters. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from distribute.statistics.road import Counted, Step, words

FILTERS = {"commune": Step.LOCALITY, "public": Step.PUBLIC, "nature": Step.ITEM, "palier": Step.TIER}
_WIDE = Step.PUBLIC
"""Too many words for columns."""
NONE = "non-dit"
"""In an address: the word that is empty."""


class Asked(NamedTuple):
    """A table."""

    period: str
    quarters: Sequence[date]
    counted: Counted
    row: Step
    column: Step
    only: Mapping[Step, str]


def asked(query: Mapping[str, str], told: Sequence[date]) -> Asked:
    """What an address asks for; what it does not say, or says wrongly, is what most look for: the latest year."""
    offered = periods(told)
    period = query.get("periode", "")
    if period not in offered:
        period = next(iter(offered), "")
    counted = Counted(query["quoi"]) if query.get("quoi") in list(Counted) else Counted.DEVICES
    row = Step(query["lignes"]) if query.get("lignes") in list(Step) else Step.PUBLIC
    column = Step(query["colonnes"]) if query.get("colonnes") in list(Step) else Step.LOCALITY
    if column in (row, _WIDE):
        column = Step.ITEM if row is Step.LOCALITY else Step.LOCALITY
    known, only = words(counted), {}
    for name, step in FILTERS.items():
        word = "" if query.get(name) == NONE else query.get(name) or None
        if word is not None and word in known[step]:
            only[step] = word
    return Asked(period, offered.get(period, ()), counted, row, column, only)


def periods(told: Sequence[date]) -> dict[str, Sequence[date]]:
    """« 2026 », « 2026-T3 » → quarters, the newest first, each year before its quarters."""
    found: dict[str, list[date]] = {}
    for first in sorted(told, reverse=True):
        found.setdefault(str(first.year), []).append(first)
    return {
        name: quarters
        for year, all_of_it in found.items()
        for name, quarters in ((year, all_of_it), *((quarter_name(one), [one]) for one in all_of_it))
    }


def quarter_name(first: date) -> str:
    return f"{first.year}-T{(first.month + 2) // 3}"
