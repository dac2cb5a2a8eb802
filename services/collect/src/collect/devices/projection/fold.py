"""Many events to one row of news per device or lot: the newest word on each point. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from filiere.catalogue.categories import Category

from collect.devices.projection.incoming import (
    BroughtBack,
    Corrected,
    Erased,
    FoundAgain,
    Graded,
    HandedOver,
    HandoverUndone,
    LotReconciled,
    PromiseEvent,
    Ready,
    Recalled,
    Reopened,
    Returned,
    Tested,
    Ungraded,
    Withdrawn,
    WorkEvent,
)
from collect.devices.stage import NO_PROMISE, Stage

_OPENS_AGAIN = (HandoverUndone, FoundAgain, BroughtBack, Returned)  # its story was at an end, perhaps
_BACK = (Recalled, Reopened, Corrected, Ungraded)  # they bring back to a stage, and are not when that was reached


@dataclass
class WorkNews:
    """What a slice of `refurbish.devices` says of one device: the newest stage, and the newest event of each kind."""

    device_id: UUID
    work: str | None  # none: as it was, unless `is_undone`
    at: datetime
    workshop_id: UUID | None
    times: dict[str, datetime] = field(default_factory=dict)
    erasures: str | None = None
    gone: str | None = None
    failures: str | None = None
    grade: str | None = None
    withdrawn_reason: str | None = None
    work_minutes: int | None = None
    new_parts: str | None = None
    seen_category: str | None = None
    is_reopened: bool = False
    is_wiped_alone: bool = True  # nothing else is said: a withdrawn device stays so
    is_undone: bool = False  # it had not arrived after all

    @property
    def is_final(self) -> bool:
        return Stage.WITHDRAWN in self.times


@dataclass(frozen=True)
class PromiseNews:
    """What a slice of `distribute.devices` says of one device: the newest promise."""

    device_id: UUID
    promise: str
    at: datetime
    territory: str | None
    how: str | None
    is_reopened: bool = False  # a handover was taken back, or it is found: the donation may not be at its end any more
    away: str | None = None


@dataclass
class Count:
    """What a slice of `refurbish.lots` says of one lot's newest count, or of the chunks of it that the slice holds."""

    lot_id: UUID
    at: datetime
    is_new: bool  # the slice holds its first chunk: what was counted before is void
    is_whole: bool  # the slice holds its last one
    missing: list[UUID]
    surplus: int


def fold_work(events: Iterable[WorkEvent]) -> list[WorkNews]:
    """One piece of news per device, in id order, from events in the order of their log.

    That order decides, and no clock: all events of a device come from one topic by one key, and the clock of the
    machine that wrote one of them may be hours fast.
    """
    news: dict[UUID, WorkNews] = {}
    for event in events:
        known = news.setdefault(event.device_id, WorkNews(event.device_id, None, event.occurred_at, event.workshop_id))
        known.at = event.occurred_at
        known.workshop_id = event.workshop_id or known.workshop_id
        if isinstance(event, Corrected) and event.category in set(Category):
            known.seen_category = event.category  # one that is not known here is for a later release
        if not event.moves:
            continue
        if not (known.work == Stage.WITHDRAWN and isinstance(event, Erased)):
            known.work = event.stage
        known.is_wiped_alone &= isinstance(event, Erased)
        known.is_reopened |= isinstance(event, Reopened)
        if event.stage is None:
            known.is_undone = True
            known.times.pop(Stage.ARRIVED, None)
        elif not isinstance(event, _BACK) and not _is_after_use(event):
            known.times[event.stage] = event.occurred_at
        _facts(known, event)
    return sorted(news.values(), key=lambda one: one.device_id)


def fold_promises(events: Iterable[PromiseEvent]) -> list[PromiseNews]:
    """One piece of news per device, in id order, from events in the order of their log: the last word counts."""
    news: dict[UUID, PromiseNews] = {}
    for event in events:
        if not event.moves:
            continue
        how = event.how if isinstance(event, HandedOver) else None
        # A département is kept only while something leads there.
        territory = event.territory if event.promise != NO_PROMISE else None
        before = news.get(event.device_id)
        is_reopened = isinstance(event, _OPENS_AGAIN) or (before is not None and before.is_reopened)
        news[event.device_id] = PromiseNews(
            event.device_id, event.promise, event.occurred_at, territory, how, is_reopened, event.away
        )
    return sorted(news.values(), key=lambda one: one.device_id)


def fold_counts(events: Iterable[LotReconciled]) -> list[Count]:
    """The newest count of each lot, in id order, from chunks in the order of their log."""
    counts: dict[UUID, Count] = {}
    for event in events:
        count = counts.get(event.lot_id)
        if count is None or event.chunk == 1:
            count = counts[event.lot_id] = Count(event.lot_id, event.occurred_at, event.chunk == 1, False, [], 0)
        count.missing += event.missing
        count.surplus += len(event.surplus)
        count.is_whole = event.chunk >= event.chunks
    return sorted(counts.values(), key=lambda one: one.lot_id)


def _is_after_use(event: WorkEvent) -> bool:
    """What a person wrote on it is no donor's: the proof for the donor stays as it is, and its day."""
    return isinstance(event, Erased) and event.after_use


def _facts(news: WorkNews, event: WorkEvent) -> None:
    """What only one kind of event says."""
    if _is_after_use(event):
        return
    if isinstance(event, Erased):
        news.erasures = json.dumps([one.model_dump(mode="json", exclude_none=True) for one in event.media])
        news.gone = json.dumps([one.model_dump(mode="json", exclude_none=True) for one in event.gone])
    elif isinstance(event, Tested):
        news.failures = "\n".join(event.failures)
    elif isinstance(event, Graded):
        news.grade = event.grade
    elif isinstance(event, Ready):
        news.work_minutes = news.work_minutes if event.work_minutes is None else event.work_minutes
        news.new_parts = news.new_parts if event.new_parts is None else json.dumps(event.new_parts)
    elif isinstance(event, Withdrawn):
        news.withdrawn_reason = event.reason
