"""API of pickups."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, Role, WriteSession, allow, api_router, raises

from collect.devices.errors import DeviceNotFound
from collect.devices.schemas import DeviceLine
from collect.donations.errors import BeingAccepted, DonationNotFound, DonationNotInState
from collect.donors.errors import DonorNotFound, SiteUnknown
from collect.pickups import found as finding
from collect.pickups import service
from collect.pickups.errors import LabelsUnknown, NothingCollected, NothingFound, NotMissing, PickupInThePast
from collect.pickups.schemas import CollectDonation, CollectedOut, ScheduledOut, SchedulePickup

router = api_router("", tags=["pickups"])

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]


@router.post(
    "/donations/{donation_id}/pickup",
    responses=raises(DonationNotFound, DonorNotFound, BeingAccepted, DonationNotInState, PickupInThePast, SiteUnknown),
)
async def schedule(
    donation_id: UUID, body: SchedulePickup, principal: Coordinator, session: WriteSession
) -> ScheduledOut:
    """Set the day and place of the pickup; again to change it."""
    return await service.schedule(session, donation_id, body, principal)


@router.post(
    "/donations/{donation_id}/collect",
    responses=raises(DonationNotFound, BeingAccepted, DonationNotInState, LabelsUnknown, NothingCollected),
)
async def collect(
    donation_id: UUID, principal: Coordinator, session: WriteSession, body: CollectDonation | None = None
) -> CollectedOut:
    """Everything that was there becomes a sealed lot; labels not found are missing."""
    return await service.collect(session, donation_id, (body or CollectDonation()).not_found, principal)


@router.post(
    "/donations/{donation_id}/collect-found",
    responses=raises(DonationNotFound, BeingAccepted, DonationNotInState, NothingFound),
)
async def collect_found(donation_id: UUID, principal: Coordinator, session: WriteSession) -> CollectedOut:
    """What was missing at the pickup and has been found since becomes a lot of its own."""
    return await finding.collect_found(session, donation_id, principal)


@router.post("/devices/{device_id}/found", responses=raises(DeviceNotFound, NotMissing))
async def found(device_id: UUID, principal: Donor, session: WriteSession) -> DeviceLine:
    """A missing device is at its donor's: it is to be fetched, or brought to the workshop that missed it."""
    return await finding.found(session, device_id, principal, is_there=True)


@router.delete("/devices/{device_id}/found", responses=raises(DeviceNotFound, NotMissing))
async def not_found(device_id: UUID, principal: Donor, session: WriteSession) -> DeviceLine:
    """It was another one: the device is still missing."""
    return await finding.found(session, device_id, principal, is_there=False)
