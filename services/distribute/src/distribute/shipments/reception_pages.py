"""The page where a Relais receives: one field for all its parcels, with or without the network."""

from itertools import groupby
from typing import Annotated

from filiere.web import (
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    page,
    page_router,
    path,
    redirect,
    script_router,
)
from filiere.web.bounded_types import LONGEST_SCAN
from starlette.requests import Request
from starlette.responses import Response

from distribute.shipments import receiving
from distribute.shipments.repository import ShipmentsRepository
from distribute.shipments.schemas import ReceptionOut, ScanIn, ScanKept
from distribute.tenancy import own_relais_of

router = page_router("/reception")
scripts = script_router()

Receiver = Annotated[Principal, allow(Role.RELAIS)]
MOST_AT_ONCE = 1000


@router.get("", name="reception")
async def reception(request: Request, principal: Receiver, session: ReadSession) -> Response:
    """What is on its way, parcel by parcel."""
    return await _shown(request, principal, session, None)


@router.post("", name="reception")
async def receive(request: Request, principal: Receiver, session: WriteSession) -> Response:
    """One scan, or several ticks. Shown again at once, ready for the next."""
    given = (await request.form()).getlist("label")
    typed = [text[:LONGEST_SCAN] for text in given if isinstance(text, str) and text.strip()]
    if not typed:
        return redirect(path("reception"))
    return await _shown(request, principal, session, await receiving.receive(session, principal, typed[:MOST_AT_ONCE]))


@scripts.post("/reception/envoi", name="send_reception")
async def send_reception(body: ScanIn, principal: Receiver, session: WriteSession) -> ScanKept:
    """One scan out of the queue of somebody's device; what a colleague has received meanwhile is there already."""
    (scan,) = (await receiving.receive(session, principal, [body.scanned])).scans
    return ScanKept(**scan.model_dump())


async def _shown(
    request: Request, principal: Principal, session: ReadSession | WriteSession, received: ReceptionOut | None
) -> Response:
    expected = await ShipmentsRepository.from_session(session).expected(own_relais_of(principal))
    parcels = [(devices[0], devices) for _, group in groupby(expected, lambda one: one.shipment_id)
               for devices in [list(group)]]  # fmt: skip
    return page(
        request,
        "shipments/templates/reception.html",
        principal=principal,
        parcels=parcels,
        expected=len(expected),
        received=received,
    )
