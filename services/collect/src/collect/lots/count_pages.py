"""Pages of a lot's count as the link in a letter opens it, and what is done with such links."""

from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from filiere.catalogue import Category
from filiere.database import EVERYBODY, Part
from filiere.links.tokens import LinkSigner
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    attempt,
    flash,
    page,
    page_router,
    path,
    public,
    read_form,
    redirect,
)
from filiere.web import gettext as _
from filiere.web.app_state import app_state
from filiere.web.pages import UNLISTED
from filiere.web.request_limits import KIB, body_limit
from pydantic import BaseModel, Field

from collect.devices.repository import DeviceRepository
from collect.devices.stage import Stage
from collect.devices.words import line_of
from collect.lots import count_link
from collect.lots.errors import AlreadyAgreed, AskedLately, CountChanged
from collect.lots.lot import Lot
from collect.lots.repository import LotRepository
from collect.news.kinds import COUNT_LINK

router = page_router()

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
SHOWN = 100


class Agreement(BaseModel):
    count: str = Field(max_length=32)


@router.get("/comptes/{count_token}", name="shared_count", dependencies=[public()])
async def shared(request: Request, count_token: str, session: ReadSession) -> Response:
    """What was handed over, counted and missing; looking confirms nothing."""
    lot = await count_link.opened(session, signer(request), count_token)
    return await _show(request, session, lot, count_token, Form())


@router.post(
    "/comptes/{count_token}",
    name="shared_count",
    dependencies=[public()],
    openapi_extra=body_limit(4 * KIB),
)
async def confirm(request: Request, count_token: str, session: WriteSession) -> Response:
    """The one button."""
    form = await read_form(request, Agreement)
    lot = await count_link.opened(session, signer(request), count_token)
    if form.is_valid:
        async with attempt(request, form, CountChanged, field="count"):
            await count_link.confirm(session, signer(request), count_token, form.data.count)
            flash(request, _("Merci : le compte du lot %(code)s est confirmé.") % {"code": lot.code})
            return redirect(path("shared_count", count_token=count_token))
    return await _show(request, session, lot, count_token, form, 422)


@router.post("/lots/{lot_id}/demander-confirmation", name="ask_count")
async def ask_again(
    request: Request, lot_id: UUID, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: WriteSession
) -> Response:
    form = Form[Agreement]()
    async with attempt(request, form, AskedLately, AlreadyAgreed) as tried:
        await count_link.ask_again(session, lot_id, principal)
        flash(request, _("Un nouveau courriel part au donateur."))
        return redirect(path("lot", lot_id=lot_id))
    flash(request, tried.refusal.sentence, "stop")
    return redirect(path("lot", lot_id=lot_id))


@router.post("/lots/{lot_id}/liens/revoquer", name="revoke_count_links")
async def revoke(request: Request, lot_id: UUID, principal: Donor, session: WriteSession) -> Response:
    await count_link.revoke(session, lot_id, principal)
    flash(request, _("Les liens des courriels n'ouvrent plus rien."))
    return redirect(path("lot", lot_id=lot_id))


def signer(request: Request) -> LinkSigner:
    state = app_state(request)
    return LinkSigner(state.settings, state.service.name, COUNT_LINK)


async def _show(
    request: Request, session: ReadSession, lot: Lot, token: str, form: Form[Agreement], status: int = 200
) -> Response:
    missing = await DeviceRepository.from_session(session).listing(
        EVERYBODY, lot_id=lot.id, stages=[Stage.MISSING], part=Part(SHOWN)
    )
    answer = page(
        request,
        "lots/templates/count.html",
        status=status,
        lot=lot,
        count=await LotRepository.from_session(session).count_of(lot.id),
        missing=[line_of(device) for device in missing.rows],
        missing_total=missing.total,
        token=token,
        form=form,
        category_of=Category,
    )
    answer.headers.update(UNLISTED)
    return answer
