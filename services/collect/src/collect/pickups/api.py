"""API of pickups."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.web import Principal, ReadSession, Role, WriteSession, allow, api_router, raises
from filiere.web.addresses import whole_path
from filiere.web.app_state import app_state
from filiere.web.downloads import attached

from collect.devices.errors import DeviceNotFound
from collect.devices.schemas import DeviceLine
from collect.donations.errors import BeingAccepted, DonationNotFound, DonationNotInState
from collect.donations.service import get as get_donation
from collect.donors.errors import DonorNotFound, SiteUnknown
from collect.keys import DECLARE, READ
from collect.pickups import found as finding
from collect.pickups import service
from collect.pickups import slots as proposals
from collect.pickups.calendar_file import calendar_of
from collect.pickups.errors import (
    DayNeedsWord,
    LabelsUnknown,
    NoDayYet,
    NothingCollected,
    NothingFound,
    NotMissing,
    PickupInThePast,
)
from collect.pickups.schemas import CollectDonation, CollectedOut, Pickup, ProposeSlots, ScheduledOut, SchedulePickup

router = api_router("", tags=["pickups"])

Reader = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(READ, DECLARE))]
Declarer = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(DECLARE,))]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]


@router.post(
    "/donations/{donation_id}/pickup",
    responses=raises(
        DonationNotFound, DonorNotFound, BeingAccepted, DonationNotInState, PickupInThePast, DayNeedsWord, SiteUnknown
    ),
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
async def found(device_id: UUID, principal: Declarer, session: WriteSession) -> DeviceLine:
    """A missing device is at its donor's: it is to be fetched, or brought to the workshop that missed it."""
    return await finding.found(session, device_id, principal, is_there=True)


@router.delete("/devices/{device_id}/found", responses=raises(DeviceNotFound, NotMissing))
async def not_found(device_id: UUID, principal: Declarer, session: WriteSession) -> DeviceLine:
    """It was another one: the device is still missing."""
    return await finding.found(session, device_id, principal, is_there=False)


@router.get("/donations/{donation_id}/pickup", responses=raises(DonationNotFound))
async def pickup(donation_id: UUID, principal: Reader, session: ReadSession) -> Pickup:
    """What is agreed of the pickup, and what the donor has proposed."""
    return await proposals.of(session, donation_id, principal)


@router.put(
    "/donations/{donation_id}/slots",
    responses=raises(DonationNotFound, DonorNotFound, BeingAccepted, DonationNotInState, PickupInThePast, DayNeedsWord),
)
async def propose(donation_id: UUID, body: ProposeSlots, principal: Declarer, session: WriteSession) -> Pickup:
    """Half days that suit the donor, and how one gets there; again to replace them."""
    return await proposals.propose(session, donation_id, body, principal)


@router.get("/donations/{donation_id}/pickup.ics", responses=raises(DonationNotFound, NoDayYet))
async def calendar(request: Request, donation_id: UUID, principal: Reader, session: ReadSession) -> Response:
    """The appointment as a calendar file."""
    return await calendar_file(request, session, donation_id, principal)


async def calendar_file(request: Request, session: ReadSession, donation_id: UUID, principal: Principal) -> Response:
    """For the API and for the page."""
    donation = await get_donation(session, donation_id, principal)
    agreed = await proposals.of(session, donation_id, principal)
    if agreed.on is None:
        raise NoDayYet
    address = whole_path(app_state(request).settings.public_url, "donation", donation_id=donation_id)
    made = await asyncio.to_thread(calendar_of, donation_id, donation.reference, donation.accepted, agreed, address)
    headers = attached(f"collecte-{donation.reference}.ics")
    return Response(made, media_type="text/calendar; charset=utf-8", headers=headers)
