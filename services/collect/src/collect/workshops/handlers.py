"""Keep the workshops as refurbish tells them."""

from collections.abc import Sequence

from filiere.database import AsyncSession
from filiere.kafka import Received, Subscription

from collect.workshops.incoming import WorkshopCapacity
from collect.workshops.repository import WorkshopRepository


async def project(session: AsyncSession, events: Sequence[Received[WorkshopCapacity]]) -> None:
    """The newest event of each workshop counts; one statement for all."""
    newest = {received.event.workshop_id: received.event for received in events}  # the order of the log, no clock
    # In id order, so that two slices never wait for each other crosswise.
    ordered = sorted(newest.values(), key=lambda event: event.workshop_id)
    await WorkshopRepository.from_session(session).upsert([(event, event.occurred_at) for event in ordered])


SUBSCRIPTIONS = [Subscription("refurbish.workshops", [WorkshopCapacity], project)]
