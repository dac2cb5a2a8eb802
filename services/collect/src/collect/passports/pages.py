"""The page behind the QR code of a device: light, without a script, for anybody."""

from typing import Annotated

from fastapi import Request, Response
from filiere.documents.labels import LABEL_PAGE, PUBLIC_SHEET, TILL_PAGE
from filiere.neighbours import page_of
from filiere.web import Principal, ReadSession, Role, page, page_router, path, public, redirect
from filiere.web.app_state import app_state

from collect.devices.repository import DeviceRepository
from collect.devices.words import LEVELS
from collect.passports import service
from collect.tenancy import donors_of

router = page_router()

Visitor = Annotated[Principal | None, public()]


@router.get(PUBLIC_SHEET + "{label}", name="passport")
async def sheet(request: Request, label: str, visitor: Visitor, session: ReadSession) -> Response:
    """Whoever is logged in here and may see the device is led to its history; a workshop's QR leads to it directly."""
    found = await service.passport(session, label)
    if visitor is not None and visitor.has(Role.DONOR, Role.COORDINATOR) and "publique" not in request.query_params:
        own = await DeviceRepository.from_session(session).by_label(donors_of(visitor), found.label)
        if own is not None:
            return redirect(path("device", label=found.label))
    settings = app_state(request).settings
    answer = page(
        request,
        "passports/templates/passport.html",
        found=found,
        levels=LEVELS,
        bench=page_of(settings.refurbish_url, f"{LABEL_PAGE}{found.label}"),
        till=f"{settings.distribute_url.rstrip('/')}{TILL_PAGE}{found.label}",
    )
    answer.headers["x-robots-tag"] = "noindex"
    return answer
