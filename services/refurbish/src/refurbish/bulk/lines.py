"""What becomes of each device of a bulk: a line of the preview, and of the result."""

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Outcome(StrEnum):
    CHANGES = "changes"
    ASKS = "asks"  # promised to somebody: distribute is asked for it first, and decides
    SAME = "same"  # it is so already
    REFUSED = "refused"
    MOVED = "moved"  # something happened to it since it was looked at

    @property
    def is_done(self) -> bool:
        return self in {Outcome.CHANGES, Outcome.ASKS}


class Why(NamedTuple):
    """Why nothing is done: the rule that refuses, and what it lacks; in French, nothing of one device in it."""

    title: str
    details: tuple[str, ...] = ()


class Line(NamedTuple):
    """One device. `seen`: what it was like when it was looked at. `sentence`: the refusal as it tells this device."""

    device_id: UUID
    label: str
    seen: str
    outcome: Outcome
    why: Why | None = None
    sentence: str | None = None


def counts(lines: Sequence[Line]) -> Counter[Outcome]:
    return Counter(line.outcome for line in lines)


def by_reason(lines: Sequence[Line]) -> list[tuple[Why, list[Line]]]:
    """Those of which nothing is made, by why; the most frequent first."""
    found: dict[Why, list[Line]] = {}
    for line in lines:
        if line.why is not None:
            found.setdefault(line.why, []).append(line)
    return sorted(found.items(), key=lambda one: -len(one[1]))
