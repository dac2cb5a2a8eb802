"""The page on which one says what is seen of a device when it arrives."""

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

from refurbish.arrivals.remarks import service
from refurbish.arrivals.remarks.kinds import RemarkKind
from refurbish.arrivals.remarks.repository import RemarkRepository
from refurbish.arrivals.remarks.schemas import Remarks
from refurbish.devices import service as devices
from refurbish.devices.device import Device
from refurbish.tenancy import AT_WORK

router = page_router("/equipements")


@router.get("/{device_id}/remarques", name="device_remarks")
async def remarks_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """What is seen of it."""
    device = await devices.find(session, principal, device_id)
    said = await RemarkRepository.from_session(session).of_device(device.id)
    return _page(request, principal, device, Form({"remarks": [kind.value for kind in said]}))


@router.post("/{device_id}/remarques", name="device_remarks")
async def remark(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Say it. Another model is put right on the next page."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, Remarks, lists=("remarks",))
    if form.is_valid:
        async with attempt(request, form):
            said = await service.remark(session, principal, device_id, form.data.remarks)
            flash(request, gettext("C'est noté."))
            next_page = "correct_device" if RemarkKind.OTHER_MODEL in said else "device"
            return redirect(path(next_page, device_id=device_id))
    return _page(request, principal, device, form, status=422)


def _page(
    request: Request, principal: Principal, device: Device, form: Form[Remarks], *, status: int = 200
) -> Response:
    return page(
        request, "arrivals/remarks/templates/remarks.html", principal=principal, device=device, form=form,
        kinds=list(RemarkKind), status=status,
    )  # fmt: skip
