"""Keep the workshops as refurbish tells them."""

from collections.abc import Sequence
from uuid import UUID

from filiere.database import AsyncSession
from filiere.kafka import Received, Subscription

from collect.workshops.events import WorkshopCapacity
from collect.workshops.repository import WorkshopRepository


async def project(session: AsyncSession, events: Sequence[Received[WorkshopCapacity]]) -> None:
    """The newest event of each workshop counts; one statement for all."""
    newest: dict[UUID, WorkshopCapacity] = {}
    for received in events:
        event = received.event
        kept = newest.get(event.workshop_id)
        if kept is None or kept.occurred_at <= event.occurred_at:
            newest[event.workshop_id] = event
    # In id order, so that two slices never wait for each other crosswise.
    ordered = sorted(newest.values(), key=lambda event: event.workshop_id)
    await WorkshopRepository.from_session(session).upsert([(event, event.occurred_at) for event in ordered])


workshops = Subscription("refurbish.workshops", [WorkshopCapacity], project)
