"""The page of a device's identifiers."""

from typing import Annotated, Any
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
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from refurbish.aliases import service
from refurbish.aliases.kinds import AliasKind
from refurbish.aliases.repository import AliasRepository
from refurbish.aliases.schemas import NewAlias
from refurbish.devices.correction_reasons import CorrectionReason
from refurbish.devices.service import find
from refurbish.tenancy import AT_WORK

router = page_router("/equipements")


class Removal(BaseModel):
    """Why a number is taken away."""

    reason: CorrectionReason | None = None


@router.get("/{device_id}/identifiants", name="device_aliases")
async def aliases_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """By what it is known, and one more."""
    return await _page(request, principal, session, device_id, Form())


@router.post("/{device_id}/identifiants", name="device_aliases")
async def add(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """One more."""
    await find(session, principal, device_id)
    form = await read_form(request, NewAlias)
    if form.is_valid:
        async with attempt(request, form, field="value"):
            await service.add(session, principal, device_id, form.data)
            flash(request, gettext("C'est noté : tu le retrouveras aussi par ce numéro."))
            return redirect(path("device_aliases", device_id=device_id))
    return await _page(request, principal, session, device_id, form, status=422)


@router.post("/{device_id}/identifiants/{alias_id}/retirer", name="remove_alias")
async def remove(
    request: Request, device_id: UUID, alias_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """It was not its own."""
    await find(session, principal, device_id)
    form = await read_form(request, Removal)
    if form.is_valid:
        async with attempt(request, form, field="removed"):
            await service.remove(session, principal, device_id, alias_id, form.data.reason)
            flash(request, gettext("Ce numéro est retiré."), "info")
            return redirect(path("device_aliases", device_id=device_id))
    refused = Form[Any]({}, {"": gettext("Choisis la raison.")})
    return await _page(request, principal, session, device_id, refused, status=422)


async def _page(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    device_id: UUID,
    form: Form[Any],
    *,
    status: int = 200,
) -> Response:
    device = await find(session, principal, device_id)
    return page(
        request, "aliases/templates/aliases.html", principal=principal, device=device, form=form, kinds=list(AliasKind),
        reasons=list(CorrectionReason),
        aliases=await AliasRepository.from_session(session).of_device(device.id), status=status,
    )  # fmt: skip
