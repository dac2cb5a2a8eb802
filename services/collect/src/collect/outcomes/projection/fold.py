"""Many events to one row of news per device: the newest word on each point. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from collect.outcomes.projection.events import (
    Erased,
    Graded,
    HandedOver,
    PromiseEvent,
    Tested,
    Withdrawn,
    WorkEvent,
)
from collect.outcomes.stage import PROMISE_RANK, WORK_RANK, Stage

At = tuple[datetime, int]


@dataclass
class WorkNews:
    """What a slice of `refurbish.devices` says of one device: the newest stage, and the newest event of each kind."""

    device_id: UUID
    work: str
    at: At
    workshop_id: UUID | None
    times: dict[str, datetime] = field(default_factory=dict)
    erasures: str | None = None
    failures: str | None = None
    grade: str | None = None
    withdrawn_reason: str | None = None

    @property
    def is_final(self) -> bool:
        return Stage.WITHDRAWN in self.times


@dataclass(frozen=True)
class PromiseNews:
    """What a slice of `distribute.devices` says of one device: the newest promise."""

    device_id: UUID
    promise: str
    at: At
    territory: str | None
    how: str | None


def fold_work(events: Iterable[WorkEvent]) -> list[WorkNews]:
    """One piece of news per device, in id order. Any order of the events gives the same news."""
    news: dict[UUID, WorkNews] = {}
    for event in events:
        at = (event.occurred_at, WORK_RANK[event.stage])
        known = news.get(event.device_id)
        if known is None:
            known = news[event.device_id] = WorkNews(event.device_id, event.stage, at, event.workshop_id)
        elif at >= known.at:
            known.work, known.at, known.workshop_id = event.stage, at, event.workshop_id or known.workshop_id
        if event.occurred_at >= known.times.get(event.stage, event.occurred_at):
            known.times[event.stage] = event.occurred_at
            _facts(known, event)
    return sorted(news.values(), key=lambda one: one.device_id)


def fold_promises(events: Iterable[PromiseEvent]) -> list[PromiseNews]:
    """One piece of news per device, in id order. Any order of the events gives the same news."""
    news: dict[UUID, PromiseNews] = {}
    for event in events:
        at = (event.occurred_at, PROMISE_RANK[event.promise])
        known = news.get(event.device_id)
        if known is None or at >= known.at:
            how = event.how if isinstance(event, HandedOver) else None
            # A département is kept only while something leads there.
            territory = event.territory if PROMISE_RANK[event.promise] else None
            news[event.device_id] = PromiseNews(event.device_id, event.promise, at, territory, how)
    return sorted(news.values(), key=lambda one: one.device_id)


def _facts(news: WorkNews, event: WorkEvent) -> None:
    """What only one kind of event says."""
    if isinstance(event, Erased):
        news.erasures = json.dumps(event.media)
    elif isinstance(event, Tested):
        news.failures = "\n".join(event.failures)
    elif isinstance(event, Graded):
        news.grade = event.grade
    elif isinstance(event, Withdrawn):
        news.withdrawn_reason = event.reason
