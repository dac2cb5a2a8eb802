"""Pages of looking: one zone at a time, four pictures to tap, and what they propose."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.catalogue.grades import Cosmetic
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    WriteSession,
    attempt,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from starlette.requests import Request
from starlette.responses import Response

from refurbish.devices import service as devices
from refurbish.devices.device import Device
from refurbish.looks import service
from refurbish.looks.repository import Look, LookRepository
from refurbish.looks.schemas import SeenForm
from refurbish.looks.zones import REC, SEEN, next_zone, propose, zones_of
from refurbish.tenancy import AT_WORK

router = page_router("/equipements")


@router.get("/{device_id}/regarder", name="look_at_device")
async def look_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession,
    zone: Annotated[str, Query(alias="zone", max_length=40)] = "",
) -> Response:  # fmt: skip
    """The zone asked for, else the next that nobody looked at, else what was seen and what it proposes."""
    device = await devices.find(session, principal, device_id)
    look = await LookRepository.from_session(session).of_device(device)
    return _page(request, principal, device, look, Form(), zone)


@router.post("/{device_id}/regarder", name="look_at_device")
async def see(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Keep it at once, and go on to the next zone."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, SeenForm)
    if form.is_valid:
        async with attempt(request, form):
            await service.record(session, principal, device_id, {form.data.zone: form.data.cosmetic})
            return redirect(path("look_at_device", device_id=device_id))
    look = await LookRepository.from_session(session).of_device(device)
    return _page(request, principal, device, look, form, str(form.values.get("zone", "")), status=422)


def _page(
    request: Request,
    principal: Principal,
    device: Device,
    look: Look,
    form: Form[SeenForm],
    asked: str,
    *,
    status: int = 200,
) -> Response:
    zones = zones_of(device.category)
    zone = next((one for one in zones if one.zone == asked), None) or next_zone(device.category, look.seen)
    return page(
        request, "looks/templates/look.html", principal=principal, device=device, zones=zones, zone=zone, look=look,
        place=zones.index(zone) + 1 if zone else 0, seen=list(SEEN.items()), words=SEEN, rec=REC, form=form,
        proposal=propose(device.category, look.seen), cosmetics=list(Cosmetic), status=status,
    )  # fmt: skip
