"""The page that asks what is installed; it begins with what the workshop installs usually."""

from typing import Annotated
from uuid import UUID

from filiere.catalogue.software import OfficePack, System
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    WriteSession,
    attempt,
    flash,
    gettext,
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
from refurbish.installs import service
from refurbish.installs.schemas import NewInstall
from refurbish.tenancy import AT_WORK

router = page_router("/equipements")


@router.get("/{device_id}/logiciels", name="device_software")
async def software_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Ask what is on it now."""
    device = await devices.find(session, principal, device_id)
    return _page(request, principal, device, Form(await service.to_begin_with(session, device)))


@router.post("/{device_id}/logiciels", name="device_software")
async def record(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Keep it."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, NewInstall)
    if form.is_valid:
        async with attempt(request, form):
            await service.record(session, principal, device_id, form.data)
            flash(request, gettext("C'est noté."))
            return redirect(path("device", device_id=device_id))
    return _page(request, principal, device, form, status=422)


def _page(
    request: Request, principal: Principal, device: Device, form: Form[NewInstall], *, status: int = 200
) -> Response:
    return page(
        request, "installs/templates/install.html", principal=principal, device=device, form=form,
        systems={one.value: one.label_fr for one in System}, packs={one.value: one.label_fr for one in OfficePack},
        status=status,
    )  # fmt: skip
