"""From a pace of arrivals to words: « environ deux semaines ». Pure.

What all Relais together still wait for, less what is free, over what became ready a week in the last weeks. A share of
it comes earlier, for devices are shared out as they arrive: this is when such a line would be served whole. Too few
arrivals say nothing, and then nothing is said. In simulated years (`test_estimates_in_a_year`, slow) 84 % of lines were
served in that time or before with as much asked for as came, 68 % with 1.6 times as much; median error 0 and 3 weeks.
"""

from typing import NamedTuple

# The weeks that are looked back at, and the fewest devices in them that tell a pace.
WEEKS = 8
FEWEST = 4
# Weeks up to which each wording holds; beyond the last, only that it is long.
WORDS = (
    (1, "environ une semaine"),
    (2, "environ deux semaines"),
    (3, "environ trois semaines"),
    (6, "environ un mois"),
    (10, "environ deux mois"),
    (15, "environ trois mois"),
)
LONG = "plus de trois mois"
NEXT = "à la prochaine attribution"


class Pace(NamedTuple):
    """Devices that a line accepts: free now, arrived in the last weeks, waited for by all Relais."""

    free: int
    arrived: int
    wanted: int

    @property
    def weeks(self) -> int | None:
        """Whole weeks until all that wait are served, at this pace; None when nothing tells a pace."""
        left = self.wanted - self.free
        if left <= 0:
            return 0
        return -(-left * WEEKS // self.arrived) if self.arrived >= FEWEST else None


def in_words(weeks: int) -> str:
    """A French wording as rough as the estimate is."""
    if weeks == 0:
        return NEXT
    return next((words for most, words in WORDS if weeks <= most), LONG)
