"""The page that anybody who holds the device opens by its QR code, its paper, and both for a whole parcel."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response
from filiere.documents.qr import draw, qr_svg
from filiere.web import OwnSessions, Principal, ReadSession, Role, allow, page, page_router, public, redirect
from filiere.web.downloads import attached

from distribute.instruction_links import address_of, page_of, signer
from distribute.instructions import service
from distribute.instructions.errors import TooMuchToPrint
from distribute.instructions.instructions import Described, Instructions, written
from distribute.instructions.languages import LANGUAGES, drawings, language, preferred
from distribute.instructions.paper import MOST, instructions_pdf
from distribute.instructions.repository import InstructionsRepository

router = page_router()

Code = Literal["fr", "en", "ar", "uk", "fa", "es"]
InHand = Annotated[Principal, allow(Role.RELAIS, Role.WORKSHOP, Role.COORDINATOR)]
UNLISTED = {"x-robots-tag": "noindex, nofollow"}
"""No search engine is told; the reader's own browser may keep it, for a day without the network."""


@router.get("/mode-d-emploi/{device_token}", name="instructions", dependencies=[public()])
async def in_their_language(request: Request, device_token: str, session: ReadSession) -> Response:
    """In the language that the browser asks for."""
    answer = await _show(request, device_token, session, preferred(request.headers.get("accept-language", "")))
    answer.headers["vary"] = "accept-language"
    return answer


@router.get("/mode-d-emploi/{device_token}/{code}.pdf", name="instructions_pdf", dependencies=[public()])
async def on_paper(request: Request, device_token: str, code: Code, database: OwnSessions) -> Response:
    """A page to print. Read first: no connection is held while it is drawn."""
    async with database.read() as session:
        found = await _found(request, device_token, session)
    if found is None:
        return _closed(request, code)
    device, device_id = found
    return await _pdf(request, f"mode-d-emploi-{device.label}-{code}.pdf", {device_id: device}, code)


@router.get("/mode-d-emploi/{device_token}/{code}", name="instructions_in", dependencies=[public()])
async def in_language(request: Request, device_token: str, code: Code, session: ReadSession) -> Response:
    """In the language that the reader chose: it stays in the address."""
    return await _show(request, device_token, session, code)


@router.get("/equipements/{device_id}/mode-d-emploi", name="device_instructions")
async def of_device(request: Request, device_id: UUID, principal: InHand, session: ReadSession) -> Response:
    """From the stock or a receipt to the public page."""
    await service.of_own(session, principal, device_id)
    return redirect(page_of(request, device_id))


@router.get("/equipements/{device_id}/mode-d-emploi.svg", name="device_instructions_code")
async def code_of_device(request: Request, device_id: UUID, principal: InHand, session: ReadSession) -> Response:
    """The QR code of the public page, to print on a receipt."""
    await service.of_own(session, principal, device_id)
    drawn = str(qr_svg(address_of(request, device_id))).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return Response(drawn, media_type="image/svg+xml", headers={"cache-control": "private, no-cache"})


@router.get("/envois/{shipment_id}/modes-d-emploi", name="parcel_instructions")
async def of_parcel(request: Request, shipment_id: UUID, principal: InHand, session: ReadSession) -> Response:
    """Each device of a parcel with its page, and all of them as one PDF in each language."""
    shipment, devices = await service.of_parcel(session, principal, shipment_id)
    return page(
        request,
        "instructions/templates/parcel.html",
        principal=principal,
        shipment=shipment,
        devices=devices,
        languages={code: language(code) for code in LANGUAGES},
    )


@router.get("/envois/{shipment_id}/modes-d-emploi.pdf", name="parcel_instructions_pdf")
async def parcel_on_paper(
    request: Request,
    shipment_id: UUID,
    principal: InHand,
    database: OwnSessions,
    code: Annotated[Code, Query(alias="langue")] = "fr",
) -> Response:
    """A page for each device of a parcel."""
    async with database.read() as session:
        shipment, devices = await service.of_parcel(session, principal, shipment_id)
    if len(devices) > MOST:
        raise TooMuchToPrint
    return await _pdf(request, f"modes-d-emploi-{shipment.reference}-{code}.pdf", devices, code)


async def _found(request: Request, token: str, session: ReadSession) -> tuple[Described, UUID] | None:
    device_id = signer(request).read(token)
    if device_id is None:
        return None  # a guess costs no query
    device = await InstructionsRepository.from_session(session).of_device(device_id)
    return (device, device_id) if device is not None else None


async def _show(request: Request, token: str, session: ReadSession, code: str) -> Response:
    found = await _found(request, token, session)
    if found is None:
        return _closed(request, code)
    device, device_id = found
    address = address_of(request, device_id)
    await draw([address])
    answer = page(
        request,
        "instructions/templates/instructions.html",
        said=written(device, code),
        words=language(code),
        languages={one: language(one) for one in LANGUAGES},
        drawings=drawings(),
        token=token,
        address=address,
    )
    answer.headers.update(UNLISTED)
    return answer


def _closed(request: Request, code: str) -> Response:
    """A plain page in the reader's language: it does not tell a wrong address from a device that has gone back."""
    answer = page(request, "instructions/templates/closed.html", status=404, words=language(code), code=code)
    answer.headers.update(UNLISTED)
    return answer


async def _pdf(request: Request, name: str, devices: dict[UUID, Described], code: str) -> Response:
    sheets: Sequence[tuple[Instructions, str]] = [
        (written(device, code), address_of(request, device_id)) for device_id, device in devices.items()
    ]
    pdf = await instructions_pdf(sheets)
    return Response(pdf, media_type="application/pdf", headers={**attached(name), **UNLISTED})
