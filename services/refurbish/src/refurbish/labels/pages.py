"""Pages of labels: what may be printed of a device or a lot, and the files."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.documents.labels import MOST
from filiere.documents.qr import draw
from filiere.web import OwnSessions, Principal, ReadSession, page, page_router
from filiere.web.app_state import app_state
from filiere.web.downloads import attached
from starlette.requests import Request
from starlette.responses import Response

from refurbish.arrivals.errors import LotNotFound
from refurbish.arrivals.repository import ArrivalRepository
from refurbish.devices.service import find
from refurbish.labels import service
from refurbish.labels.printing import label_of
from refurbish.labels.repository import LabelRepository
from refurbish.labels.service import Print
from refurbish.tenancy import AT_WORK, workshops_of

router = page_router()
Tape = Annotated[bool, Query(alias="ruban")]
Part = Annotated[int, Query(ge=1, le=100_000)]
FILES = {Print.LABEL: "etiquette", Print.GRADE: "categorie", Print.SHEET: "fiche"}


@router.get("/equipements/{device_id}/etiquette", name="device_label")
async def of_device(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Its label, to print from the browser or as PDF."""
    device = await find(session, principal, device_id)
    items = [label_of(device, app_state(request).settings.public_url)]
    await draw(text for _code, text, _words in items)
    return page(request, "labels/templates/device.html", principal=principal, device=device, items=items, kinds=Print)


@router.get("/equipements/{device_id}/{document}.pdf", name="device_print")
async def pdf_of_device(
    request: Request, device_id: UUID, document: Print, principal: Annotated[Principal, AT_WORK], database: OwnSessions,
    tape: Tape = False,
) -> Response:  # fmt: skip
    """The file."""
    address = app_state(request).settings.public_url
    device, pdf = await service.of_device(database, principal, device_id, document, address, tape=tape)
    return _file(pdf, f"{FILES[document]}-{device.label}")


@router.get("/lots/{lot_id}/etiquettes", name="lot_labels")
async def of_lot(
    request: Request, lot_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """What may be printed of a lot: all of it, or what nobody itemised."""
    lot = await ArrivalRepository.from_session(session).get(workshops_of(principal), lot_id)
    if lot is None:
        raise LotNotFound(lot_id)
    labels = LabelRepository.from_session(session)
    totals = {
        is_unfinished: (
            await labels.of_lot(workshops_of(principal), lot_id, is_unfinished=is_unfinished, limit=0, offset=0)
        )[1]
        for is_unfinished in (True, False)
    }
    parts = {which: range(1, -(-total // MOST) + 1) for which, total in totals.items()}
    return page(
        request, "labels/templates/lot.html", principal=principal, lot=lot, totals=totals, parts=parts, most=MOST
    )


@router.get("/lots/{lot_id}/etiquettes.pdf", name="lot_labels_pdf")
async def pdf_of_lot(
    request: Request, lot_id: UUID, principal: Annotated[Principal, AT_WORK], database: OwnSessions,
    unfinished: Annotated[bool, Query(alias="a-finir")] = False, tape: Tape = False, part: Part = 1,
) -> Response:  # fmt: skip
    """The file."""
    address = app_state(request).settings.public_url
    lot, pdf = await service.of_lot(
        database, principal, lot_id, address, is_unfinished=unfinished, tape=tape, part=part
    )
    return _file(pdf, f"etiquettes-{lot.lot.name}-{part}")


def _file(pdf: bytes, name: str) -> Response:
    return Response(pdf, media_type="application/pdf", headers=attached(f"{name}.pdf"))
