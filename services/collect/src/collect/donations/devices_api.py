"""API of a donation's devices."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from filiere.web import Page, Paging, Principal, ReadSession, Role, StreamSession, allow, api_router, raises

from collect.devices.download import devices_csv
from collect.devices.impact import impact_of_donation
from collect.devices.repository import DeviceRepository
from collect.devices.schemas import DeviceLine, ImpactOut
from collect.devices.stage import Stage
from collect.devices.words import line_of
from collect.donations.errors import DonationNotFound
from collect.donations.repository import DonationRepository
from collect.donations.service import get as get_donation
from collect.keys import READ
from collect.tenancy import donors_of

router = api_router("", tags=["devices"])

Reader = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR, keys=(READ,))]


@router.get("/donations/{donation_id}/devices", responses=raises(DonationNotFound))
async def of_donation(
    donation_id: UUID,
    principal: Reader,
    session: ReadSession,
    paging: Paging,
    stage: Annotated[list[Stage] | None, Query(max_length=len(Stage))] = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Page[DeviceLine]:
    """The accepted devices and where each stands."""
    await get_donation(session, donation_id, principal)
    found = await DeviceRepository.from_session(session).listing(
        donors_of(principal), donation_id=donation_id, stages=stage or [], q=q, part=paging.part
    )
    return paging.of([line_of(device) for device in found.rows], found)


@router.get("/donations/{donation_id}/devices.csv", responses=raises(DonationNotFound))
async def as_csv(donation_id: UUID, principal: Reader, session: StreamSession) -> Response:
    """The same as a spreadsheet, whole."""
    donation = await get_donation(session, donation_id, principal)
    found = DeviceRepository.from_session(session).each(donors_of(principal), donation_id=donation_id)
    refused = DonationRepository.from_session(session).each_line(donors_of(principal), donation_id, "refused")
    return devices_csv(donation.reference, found, refused)


@router.get("/donations/{donation_id}/impact", responses=raises(DonationNotFound))
async def impact(donation_id: UUID, principal: Reader, session: ReadSession) -> ImpactOut:
    """What the donation's devices that found a new owner avoid, by ADEME's method."""
    await get_donation(session, donation_id, principal)
    return await impact_of_donation(session, donors_of(principal), donation_id)
