"""Keep Relais as distribute tells them, and when each was last heard of."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from filiere.database import AsyncSession
from filiere.kafka import Received, Subscription

from collect.network.incoming import DeviceDelivered, DeviceHandedOver, Heard, OrderPlaced, RelaisChanged
from collect.network.relais_repository import RelaisRepository


async def project(session: AsyncSession, events: Sequence[Received[RelaisChanged]]) -> None:
    """The newest word on each Relais in the log counts; one statement for all, in id order."""
    newest = {received.event.relais_id: received.event for received in events}
    await RelaisRepository.from_session(session).keep([newest[key] for key in sorted(newest)])


async def hear(session: AsyncSession, events: Sequence[Received[Heard]]) -> None:
    """The latest day of each Relais, whatever order topics arrive in."""
    latest: dict[UUID, datetime] = {}
    for one in (received.event for received in events):
        if one.relais_id is not None:
            latest[one.relais_id] = max(one.occurred_at, latest.get(one.relais_id, one.occurred_at))
    await RelaisRepository.from_session(session).hear([(key, latest[key]) for key in sorted(latest)])


SUBSCRIPTIONS = [
    Subscription("distribute.relais", [RelaisChanged], project),
    Subscription("distribute.orders", [OrderPlaced], hear),
    Subscription("distribute.devices", [DeviceDelivered, DeviceHandedOver], hear),
]
