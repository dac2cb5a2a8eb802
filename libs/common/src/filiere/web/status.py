"""The eight words for where a device is, which people already know; one key, word, colour and mark each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["ok", "wait", "stop", "info"]
State = Literal["done", "now", "todo", "stopped"]


@dataclass(frozen=True)
class Status:
    """`word` is the French source text; `mark` names an icon of components.html."""

    key: str
    word: str
    kind: Kind
    mark: str


STATUSES = {
    status.key: status
    for status in (
        Status("to_process", "À traiter", "info", "open"),
        Status("in_process", "En cours de traitement", "wait", "half"),
        Status("not_reusable", "Non réemployable", "stop", "cross"),
        Status("ready", "Prêt à commander", "ok", "check"),
        Status("in_delivery", "En cours de livraison", "info", "half"),
        Status("to_hand_out", "Prêt à distribuer", "ok", "open"),
        Status("handed_out", "Distribué", "ok", "done"),
        Status("returned", "SAV", "wait", "back"),
    )
}


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
