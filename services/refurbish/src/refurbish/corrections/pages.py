"""The page on which what a device is gets corrected."""

from typing import Annotated
from uuid import UUID

from filiere.catalogue.categories import Category
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

from refurbish.corrections import service
from refurbish.corrections.schemas import Correction
from refurbish.devices import service as devices
from refurbish.devices.correction_reasons import CorrectionReason
from refurbish.devices.device import Device
from refurbish.tenancy import AT_WORK

router = page_router("/equipements")


class CorrectionForm(Correction):
    """The page shows all fields: an empty one is meant to be empty."""

    category: Category

    def command(self) -> Correction:
        return Correction(**self.model_dump())


@router.get("/{device_id}/corriger", name="correct_device")
async def correction_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """What is known of it, to be put right."""
    device = await devices.find(session, principal, device_id)
    values = {
        "category": device.category.value,
        "manufacturer": device.manufacturer or "",
        "model": device.model or "",
        "serial": device.serial or "",
    }
    return _page(request, principal, device, Form(values))


@router.post("/{device_id}/corriger", name="correct_device")
async def correct(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """It is this."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, CorrectionForm)
    if form.is_valid:
        async with attempt(request, form, field="serial"):
            right = await service.correct(session, principal, device_id, form.data.command())
            said = gettext("C'est corrigé.")
            if right.category is not device.category:
                said = gettext("C'est corrigé. Sa fiche de test et son classement sont à refaire.")
            flash(request, said)
            return redirect(path("device", device_id=device_id))
    return _page(request, principal, device, form, status=422)


def _page(
    request: Request, principal: Principal, device: Device, form: Form[CorrectionForm], *, status: int = 200
) -> Response:
    return page(
        request, "corrections/templates/correct.html", principal=principal, device=device, form=form,
        categories=list(Category), reasons=list(CorrectionReason), status=status,
    )  # fmt: skip
