"""What to do with what is not accepted: a sentence for each rule that refuses (data/advice_*.yaml)."""

from datetime import date
from functools import cache

from pydantic import Field

from filiere.catalogue.datafiles import DATA, Versioned, in_force, load_all


class Advice(Versioned):
    """The file advice_*.yaml."""

    advice: dict[str, str] = Field(description="code of a rule → what the donor can do with what it refuses")


def advice_for(rule: str | None, on: date) -> str:
    """The sentence for what this rule refuses; empty when there is none, the reason then says enough."""
    return in_force(advice_files().values(), on, "conseils").advice.get(rule or "", "")


@cache
def advice_files() -> dict[str, Advice]:
    """Every version by name, earliest first. Raises BrokenDataFile."""
    return load_all(Advice, "advice_*.yaml", DATA)
