"""The steps of one device's way, in order. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any, Literal

from pydantic import BaseModel

Service = Literal["collect", "refurbish", "distribute"]


@dataclass(frozen=True, slots=True)
class Told:
    """What one event said of the device. `number` counts in the order of arrival."""

    axis: str
    number: int
    kind: str
    at: datetime
    facts: dict[str, Any]


class Step(BaseModel):
    """One step, in words: `title`, and `details`, a sentence each. `service`: which of the three did it."""

    at: datetime
    service: Service
    kind: str
    title: str
    details: list[str]


def in_order(entries: Iterable[Told]) -> list[Told]:
    """All that was told, the oldest first.

    Within one log its order decides and no clock; clocks only place the logs between each other, each event no earlier
    than the one before it in its log.
    """
    logs: dict[str, list[Told]] = {}
    for one in sorted(entries, key=lambda one: one.number):
        logs.setdefault(one.axis, []).append(one)
    return [one for _, one in merge(*(_timed(log) for log in logs.values()), key=lambda pair: pair[0])]


def _timed(log: Sequence[Told]) -> list[tuple[datetime, Told]]:
    timed: list[tuple[datetime, Told]] = []
    for one in log:
        timed.append((max(one.at, timed[-1][0]) if timed else one.at, one))
    return timed
