"""Pages of parcels: what is to be sent, and one parcel to pack by scan."""

from typing import Annotated
from uuid import UUID

from filiere.neighbours import page_of
from filiere.web import Principal, ReadSession, WriteSession, flash, gettext, page, page_router, path, redirect
from filiere.web.app_state import app_state
from starlette.requests import Request
from starlette.responses import Response

from refurbish.parcels import service
from refurbish.parcels.repository import ParcelRepository
from refurbish.tenancy import AT_WORK, workshops_of

router = page_router("/a-expedier")


@router.get("", name="to_send")
async def listing(request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Response:
    """Parcels, the oldest promise first."""
    found = await ParcelRepository.from_session(session).to_send(workshops_of(principal))
    several = len({parcel.workshop_id for parcel in found}) > 1
    return page(request, "parcels/templates/parcels.html", principal=principal, parcels=found, several=several)


@router.get("/{workshop_id}/{order_id}", name="parcel")
async def parcel_page(
    request: Request, workshop_id: UUID, order_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """One parcel: scan what goes into it."""
    return await _parcel(request, workshop_id, order_id, principal, session)


@router.post("/{workshop_id}/{order_id}/scanner", name="pack_parcel")
async def pack(
    request: Request, workshop_id: UUID, order_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """One scan; the page is shown again at once, ready for the next."""
    text = str((await request.form()).get("label", ""))[:300]
    answer = await service.pack(session, principal, workshop_id, order_id, text)
    return await _parcel(request, workshop_id, order_id, principal, session, answer)


@router.post("/{workshop_id}/{order_id}/sortir/{device_id}", name="unpack_parcel")
async def take_out(
    request: Request, workshop_id: UUID, order_id: UUID, device_id: UUID,
    principal: Annotated[Principal, AT_WORK], session: WriteSession,
) -> Response:  # fmt: skip
    """Out of the box again."""
    await service.take_out(session, principal, workshop_id, order_id, device_id)
    flash(request, gettext("Il n'est plus dans le colis."))
    return redirect(path("parcel", workshop_id=workshop_id, order_id=order_id))


async def _parcel(
    request: Request, workshop_id: UUID, order_id: UUID, principal: Principal, session: ReadSession | WriteSession,
    answer: service.PackAnswer | None = None,
) -> Response:  # fmt: skip
    parcel = await service.find(session, principal, workshop_id, order_id)
    devices = await ParcelRepository.from_session(session).devices(workshops_of(principal), workshop_id, order_id)
    return page(
        request, "parcels/templates/parcel.html", principal=principal, parcel=parcel, devices=devices, answer=answer,
        # A workshop's people begin there with its shipments.
        shipments=page_of(app_state(request).settings.distribute_url, "/", principal.subject),
    )  # fmt: skip
