"""API of pickups."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, Role, WriteSession, allow, api_router, raises

from collect.donations.errors import BeingAccepted, DonationNotFound, DonationNotInState
from collect.donors.errors import DonorNotFound, SiteUnknown
from collect.pickups import service
from collect.pickups.errors import LabelsUnknown, NothingCollected, PickupInThePast
from collect.pickups.schemas import CollectDonation, CollectedOut, ScheduledOut, SchedulePickup

router = api_router("/donations", tags=["pickups"])

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]


@router.post(
    "/{donation_id}/pickup",
    responses=raises(DonationNotFound, DonorNotFound, BeingAccepted, DonationNotInState, PickupInThePast, SiteUnknown),
)
async def schedule(
    donation_id: UUID, body: SchedulePickup, principal: Coordinator, session: WriteSession
) -> ScheduledOut:
    """Set the day and place of the pickup; again to change it."""
    return await service.schedule(session, donation_id, body, principal)


@router.post(
    "/{donation_id}/collect",
    responses=raises(DonationNotFound, BeingAccepted, DonationNotInState, LabelsUnknown, NothingCollected),
)
async def collect(
    donation_id: UUID, principal: Coordinator, session: WriteSession, body: CollectDonation | None = None
) -> CollectedOut:
    """Everything that was there becomes a sealed lot; labels not found are missing."""
    return await service.collect(session, donation_id, (body or CollectDonation()).not_found, principal)
