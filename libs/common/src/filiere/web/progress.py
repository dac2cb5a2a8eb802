"""The thread: what a donation, a lot or an order went through, as beads in the order of the chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["done", "now", "todo", "stopped"]


@dataclass(frozen=True)
class Bead:
    """One bead of the thread. `value`: a count, or a date in words; `label` is a French source text."""

    label: str
    value: int | str | None
    state: State
    when: str = ""
    href: str = ""


def counted_thread(steps: Sequence[tuple[str, int, int]]) -> list[Bead]:
    """Beads of things that move on together: (label, how many reached it, how many will), in the chain's order.

    A step is done when all that will come have come; the first that is not is where things are now.
    """
    beads: list[Bead] = []
    is_behind = False
    for label, count, expected in steps:
        state: State = "done" if not is_behind and count >= expected > 0 else ("todo" if is_behind else "now")
        is_behind = is_behind or state == "now"
        beads.append(Bead(label, count, state))
    return beads
