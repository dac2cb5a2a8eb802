"""Keep Relais as distribute tells them, and when each was last heard of."""

from collections.abc import Sequence

from filiere.calendar import day_of
from filiere.database import AsyncSession
from filiere.kafka import Received, Subscription

from collect.network.incoming import DeviceDelivered, DeviceHandedOver, Heard, OrderPlaced, RelaisChanged
from collect.network.relais_repository import RelaisRepository


async def project(session: AsyncSession, events: Sequence[Received[RelaisChanged]]) -> None:
    """The newest word on each Relais in the log counts; one statement for all, in id order."""
    newest = {received.event.relais_id: received.event for received in events}
    await RelaisRepository.from_session(session).keep([newest[key] for key in sorted(newest)])


async def hear(session: AsyncSession, events: Sequence[Received[Heard]]) -> None:
    """The days on which each was heard of, each once: in whatever order they arrive, the last of them is the same."""
    heard = {(one.event.relais_id, day_of(one.event.occurred_at)) for one in events if one.event.relais_id is not None}
    await RelaisRepository.from_session(session).hear(sorted(heard))


SUBSCRIPTIONS = [
    Subscription("distribute.relais", [RelaisChanged], project),
    Subscription("distribute.orders", [OrderPlaced], hear),
    Subscription("distribute.devices", [DeviceDelivered, DeviceHandedOver], hear),
]
