"""Pages of media that are gone: say why, and the second person's answer."""

from typing import Annotated
from uuid import UUID

from filiere.catalogue.grades import StorageKind
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
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from refurbish.devices import service as devices
from refurbish.devices.device import Device
from refurbish.devices.repository import DeviceRepository
from refurbish.erasure.exits import service
from refurbish.erasure.exits.errors import MediumNotFound
from refurbish.erasure.exits.reasons import ExitReason
from refurbish.erasure.exits.repository import Exit
from refurbish.erasure.exits.schemas import ExitAnswer, NewExit
from refurbish.tenancy import AT_WORK

router = page_router()


class ExitForm(BaseModel):
    """Why; `went_to` when it was put into another device."""

    reason: ExitReason
    went_to: str | None = Field(default=None, max_length=100)


@router.get("/equipements/{device_id}/supports/{serial}/sortir", name="medium_exit")
async def exit_page(
    request: Request, device_id: UUID, serial: str, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Ask why the disk is not there."""
    device = await devices.find(session, principal, device_id)
    return await _ask_why(request, principal, session, device, serial, Form())


@router.post("/equipements/{device_id}/supports/{serial}/sortir", name="medium_exit")
async def ask(
    request: Request, device_id: UUID, serial: str, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """It waits for a colleague from now on."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, ExitForm)
    if form.is_valid:
        async with attempt(request, form):
            new = NewExit(medium_serial=serial, reason=form.data.reason, went_to=form.data.went_to)
            await service.ask(session, principal, device_id, new)
            flash(request, gettext("C'est noté. Un collègue doit regarder, et confirmer."), "wait")
            return redirect(path("device", device_id=device_id))
    return await _ask_why(request, principal, session, device, serial, form, status=422)


@router.get("/a-verifier/sorties/{exit_id}", name="verify_exit")
async def answer_page(
    request: Request, exit_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """What was said, before the eyes of whoever answers for it."""
    return _answer(request, principal, await service.find(session, principal, exit_id), Form())


@router.post("/a-verifier/sorties/{exit_id}", name="verify_exit")
async def answer(
    request: Request, exit_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """« Je confirme », or « Je refuse, parce que »."""
    one = await service.find(session, principal, exit_id)
    form = await read_form(request, ExitAnswer)
    if form.is_valid:
        async with attempt(request, form):
            await service.answer(session, principal, exit_id, form.data)
            if form.data.confirmed:
                flash(request, gettext("{label} : le disque n'y est plus.").format(label=one.label))
            else:
                flash(request, gettext("{label} : le disque y est toujours.").format(label=one.label), "wait")
            return redirect(path("to_verify"))
        one = await service.find(session, principal, exit_id)  # as a colleague, or a first tap, has left it
    return _answer(request, principal, one, form, status=422)


@router.post("/a-verifier/sorties/{exit_id}/reprendre", name="take_exit_back")
async def take_back(
    request: Request, exit_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """« Je me suis trompé »."""
    one = await service.take_back(session, principal, exit_id)
    flash(request, gettext("Repris : le disque est toujours dans {label}.").format(label=one.label))
    return redirect(path("device", device_id=one.device_id))


async def _ask_why(
    request: Request, principal: Principal, session: ReadSession, device: Device, serial: str, form: Form[ExitForm],
    *, status: int = 200,
) -> Response:  # fmt: skip
    media = await DeviceRepository.from_session(session).media(device.id)
    medium = next((one for one in media if one.serial == serial), None)
    if medium is None:
        raise MediumNotFound(serial)
    reasons = [one for one in ExitReason if not (one.is_mistake and medium.is_wiped)]
    return page(
        request, "erasure/exits/templates/exit.html", principal=principal, device=device, medium=medium, form=form,
        reasons=reasons, status=status,
    )  # fmt: skip


def _answer(
    request: Request, principal: Principal, one: Exit, form: Form[ExitAnswer], *, status: int = 200
) -> Response:
    return page(
        request, "erasure/exits/templates/answer.html", principal=principal, one=one, form=form,
        is_own=service.is_own(principal, one), kind=StorageKind(one.kind), status=status,
    )  # fmt: skip
