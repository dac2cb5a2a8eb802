"""The page that asks which other row is the same machine, and says what that does."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
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
from filiere.web.bounded_types import LONGEST_SCAN, Flag, Scanned
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from refurbish.devices import service as devices
from refurbish.devices.device import Device
from refurbish.merges import service
from refurbish.merges.differences import MergeReason
from refurbish.tenancy import AT_WORK

router = page_router("/equipements")


class MergeForm(BaseModel):
    """As it is asked: first which one; then, where both differ, a tick and why."""

    other: Scanned = Field(min_length=1)
    compared: Flag = False
    reason: MergeReason | None = None

    @property
    def despite(self) -> MergeReason | None:
        return self.reason if self.compared else None


@router.get("/{device_id}/meme-machine", name="merge_device")
async def merge_page(
    request: Request,
    device_id: UUID,
    principal: Annotated[Principal, AT_WORK],
    session: ReadSession,
    autre: Annotated[str, Query(max_length=LONGEST_SCAN)] = "",
) -> Response:
    """Which one?"""
    device = await devices.find(session, principal, device_id)
    seen = await service.compared(session, principal, device, autre) if autre else None
    return _ask(request, principal, device, Form({"other": autre}), seen)


@router.post("/{device_id}/meme-machine", name="merge_device")
async def merge(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """They are one."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, MergeForm)
    seen = None
    if form.is_valid:
        async with attempt(request, form, field="other"):
            seen = await service.compared(session, principal, device, form.data.other)
            if seen is None or not seen.differences or seen.are_two or form.data.despite:
                kept = await service.merge(session, principal, device_id, form.data.other, form.data.despite)
                flash(request, gettext("C'est une seule machine : tu la retrouves par les deux étiquettes."))
                return redirect(path("device", device_id=kept.id))
            _say_what_lacks(form)
    return _ask(request, principal, device, form, seen, status=422)


def _say_what_lacks(form: Form[MergeForm]) -> None:
    """Nothing is wrong when the question is shown for the first time: then it is only asked."""
    if "reason" not in form.values and "compared" not in form.values and "asked" not in form.values:
        return
    if not form.data.compared:
        form.errors["compared"] = gettext("Coche quand tu les as comparées.")
    if form.data.reason is None:
        form.errors["reason"] = gettext("Dis pourquoi elles diffèrent.")


def _ask(
    request: Request,
    principal: Principal,
    device: Device,
    form: Form[MergeForm],
    seen: service.Comparison | None = None,
    *,
    status: int = 200,
) -> Response:
    return page(
        request, "merges/templates/merge.html", principal=principal, device=device, form=form, seen=seen,
        reasons={one.value: gettext(one.label_fr) for one in MergeReason}, status=status,
    )  # fmt: skip
