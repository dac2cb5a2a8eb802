"""The page that asks which other row is the same machine, and says what that does."""

from typing import Annotated
from uuid import UUID

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
from refurbish.merges import service
from refurbish.merges.schemas import Merge
from refurbish.tenancy import AT_WORK

router = page_router("/equipements")


@router.get("/{device_id}/meme-machine", name="merge_device")
async def merge_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Which one?"""
    return _ask(request, principal, await devices.find(session, principal, device_id), Form())


@router.post("/{device_id}/meme-machine", name="merge_device")
async def merge(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """They are one."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, Merge)
    if form.is_valid:
        async with attempt(request, form, field="other"):
            await service.merge(session, principal, device_id, form.data.other)
            flash(request, gettext("C'est une seule machine : tu la retrouves par les deux étiquettes."))
            return redirect(path("device", device_id=device_id))
    return _ask(request, principal, device, form, status=422)


def _ask(request: Request, principal: Principal, device: Device, form: Form[Merge], *, status: int = 200) -> Response:
    return page(request, "merges/templates/merge.html", principal=principal, device=device, form=form, status=status)
