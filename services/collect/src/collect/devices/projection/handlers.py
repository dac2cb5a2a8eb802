"""Apply what happened to devices and lots after they left the donor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.database import AsyncSession
from filiere.kafka import Received, Subscription

from collect.devices.history.repository import HistoryRepository, Row
from collect.devices.projection.fold import fold_counts, fold_promises, fold_work
from collect.devices.projection.incoming import (
    LOT_EVENTS,
    PROMISE_EVENTS,
    WORK_EVENTS,
    BroughtBack,
    Lost,
    LotArrived,
    LotReconciled,
    PromiseEvent,
    Reported,
    Surplus,
    WorkEvent,
)
from collect.devices.projection.repository import ProjectionRepository
from collect.devices.stage import Stage
from collect.news import service as news


async def follow_work(session: AsyncSession, events: Sequence[Received[WorkEvent]]) -> None:
    """Move devices along the workshop's work."""
    surplus = [received.event for received in events if isinstance(received.event, Surplus)]
    if surplus:
        await ProjectionRepository.from_session(session).put_surplus(surplus)
    moves = fold_work(received.event for received in events)
    devices = [one.device_id for one in moves]
    projection = ProjectionRepository.from_session(session)
    # Only an end closes a donation (also that of a device that is missing again), and only an arrival (a missing device
    # found) or a withdrawal that is undone can reopen one: the rest moves freely.
    matters = [
        one.device_id for one in moves if one.is_final or one.is_reopened or one.is_undone or Stage.ARRIVED in one.times
    ]
    donations = await projection.donations_of_for_update(matters) if matters else []
    await projection.devices_for_update(devices)
    await projection.apply_work(moves)
    await HistoryRepository.from_session(session).add(
        "work", [told_of(one, one.event.kind or str(one.event.stage)) for one in events]
    )
    if donations:
        await news.moved(session, *await projection.settle(donations))


async def follow_promises(session: AsyncSession, events: Sequence[Received[PromiseEvent]]) -> None:
    """Move devices along their promise: reserved, shipped, delivered, handed over, taken back, or in stock again."""
    moves = fold_promises(received.event for received in events)
    projection = ProjectionRepository.from_session(session)
    ends = [one.device_id for one in moves if one.promise == Stage.HANDED_OVER or one.is_reopened or one.away]
    donations = await projection.donations_of_for_update(ends) if ends else []
    await projection.devices_for_update([one.device_id for one in moves])
    await projection.apply_promises(moves)
    await HistoryRepository.from_session(session).add("promise", [told_of(one, _kind(one.event)) for one in events])
    if donations:
        await news.moved(session, *await projection.settle(donations))


async def follow_lots(session: AsyncSession, events: Sequence[Received[Any]]) -> None:
    """Lots arrive and are counted: what was not there is missing, and the donation is received."""
    reported = [received.event for received in events]
    arrivals: dict[UUID, datetime] = {
        event.lot_id: event.occurred_at for event in reported if isinstance(event, LotArrived)
    }
    counts = fold_counts(event for event in reported if isinstance(event, LotReconciled))
    projection = ProjectionRepository.from_session(session)
    donations = await projection.donations_of_lots_for_update(sorted({*arrivals, *(count.lot_id for count in counts)}))
    if arrivals:
        await projection.lots_arrived(arrivals)
    if counts:
        await projection.lots_counted(counts)
        await HistoryRepository.from_session(session).add("lot", _missing(events))
        whole = [count.lot_id for count in counts if count.is_whole]
        await news.counted(session, await projection.counts_to_confirm(whole))
        await news.moved(session, *await projection.settle(donations))


def told_of(received: Received[WorkEvent] | Received[PromiseEvent], kind: str) -> Row:
    """What an event says of its device, to keep as it was told."""
    event = received.event
    facts = event.model_dump(mode="json", exclude={"device_id", "workshop_id", "occurred_at"}, exclude_defaults=True)
    return event.device_id, received.id, kind, event.occurred_at, facts


def _kind(event: PromiseEvent) -> str:
    """What the history calls it."""
    if isinstance(event, Reported):
        return event.away if event.comes_back else "kept"
    if isinstance(event, Lost | BroughtBack):
        return event.away
    return event.kind or event.promise


def _missing(events: Sequence[Received[Any]]) -> list[Row]:
    """That a count did not find a device, for each that it names."""
    return [
        (device, one.id, Stage.MISSING.value, one.event.occurred_at, {})
        for one in events
        if isinstance(one.event, LotReconciled)
        for device in one.event.missing
    ]


SUBSCRIPTIONS = [
    Subscription("refurbish.lots", LOT_EVENTS, follow_lots),
    Subscription("refurbish.devices", WORK_EVENTS, follow_work),
    Subscription("distribute.devices", PROMISE_EVENTS, follow_promises),
]
