"""Pages of devices: one box that finds what is written on one, and its way over the three services."""

from typing import Annotated

from fastapi import Query, Request, Response
from filiere.catalogue import Category
from filiere.database import Part
from filiere.web import Principal, ReadSession, Role, allow, page, page_router, path, redirect
from filiere.web.app_state import app_state

from collect.devices.elsewhere import elsewhere
from collect.devices.errors import DeviceNotFound
from collect.devices.history import service
from collect.devices.repository import DeviceRepository
from collect.devices.words import gone_of, line_of, medium_of
from collect.donations.repository import DonationRepository
from collect.donations.service import get as get_donation
from collect.donors.repository import DonorRepository
from collect.lots.repository import LotRepository
from collect.tenancy import donors_of, drafts_of

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
SHOWN = 10
LONGEST_TYPED = 2000
"""Of the box that searches: what is pasted there by mistake is answered, not refused."""


@router.get("/equipements", name="devices")
async def search(
    request: Request, principal: Donor, session: ReadSession, q: Annotated[str, Query(max_length=LONGEST_TYPED)] = ""
) -> Response:
    """The device, lot or donation itself when only one is meant; else devices, donations and donors that may be."""
    q = q.strip()
    devices = await service.found(session, principal, q)
    if len(devices) == 1 and service.written(q) in (devices[0].label, devices[0].serial, devices[0].asset_tag):
        return redirect(path("device", label=devices[0].label))
    scope, some = donors_of(principal), Part(SHOWN)
    lots = (await LotRepository.from_session(session).listing(scope, q=q, part=some)).rows if q else []
    if len(lots) == 1 and not devices:
        return redirect(path("lot", lot_id=lots[0].id))
    donations = (
        await DonationRepository.from_session(session).listing(scope, drafts_of(principal), q=q, part=some)
        if q
        else None
    )
    if donations and [one.reference for one in donations.rows] == [q] and not devices:
        return redirect(path("donation", donation_id=donations.rows[0].id))
    donors = (
        await DonorRepository.from_session(session).listing(scope, q, some) if q and principal.is_coordinator else None
    )
    return page(
        request,
        "screens/templates/devices/search.html",
        principal=principal,
        q=q,
        devices=[line_of(device) for device in devices],
        most=service.MOST_FOUND,
        donations=donations,
        donors=donors,
        shown=SHOWN,
        category_of=Category,
    )


@router.get("/equipements/{label}", name="device")
async def device_page(request: Request, label: str, principal: Donor, session: ReadSession) -> Response:
    device = await DeviceRepository.from_session(session).by_label(donors_of(principal), service.written(label))
    if device is None:
        raise DeviceNotFound(label)
    settings = app_state(request).settings
    return page(
        request,
        "screens/templates/devices/device.html",
        principal=principal,
        device=line_of(device),
        donation=await get_donation(session, device.donation_id, principal),
        steps=await service.way_of(session, device, principal),
        media=[*map(medium_of, device.erasures), *map(gone_of, device.gone)],
        category=Category(device.real_category),
        declared=Category(device.category),
        elsewhere=elsewhere(settings, device, principal.subject) if principal.is_coordinator else None,
    )
