"""Pages of the spare parts: the stock, new ones, those taken out of a device."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from filiere.web import (
    Form,
    Principal,
    ReadSession,
    StreamSession,
    WriteSession,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from refurbish.devices import service as devices
from refurbish.devices.device import Device
from refurbish.parts import service
from refurbish.parts.board import CSV_HEADER, LEFT, TABLE, csv_rows
from refurbish.parts.kinds import PartKind
from refurbish.parts.repository import PartRepository
from refurbish.parts.schemas import Fits, Harvest, NewPart, Pieces
from refurbish.tenancy import AT_WORK, LEADS, workshops_of
from refurbish.workshops.repository import WorkshopRepository

router = page_router("/pieces")
of_devices = page_router("/equipements")
KINDS = {kind.value: kind.label_fr for kind in PartKind}


class PartForm(BaseModel):
    """Parts that were bought, with their price in euros."""

    kind: PartKind
    fits: Fits
    quantity: Pieces = 1
    euros: str = Field(default="0", max_length=8, pattern=r"^\d{1,4}([.,]\d{1,2})?$")
    workshop_id: UUID | None = None

    def command(self) -> NewPart:
        return NewPart(
            **self.model_dump(exclude={"euros"}), unit_cents=int(Decimal(self.euros.replace(",", ".")) * 100)
        )


@router.get("", name="parts")
async def stock(request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Response:
    """What there is on the shelves."""
    view = TABLE.read(request)
    order = f"-{view.sort}" if view.sort and view.descending else view.sort or "newest"
    found = await PartRepository.from_session(session).listing(
        workshops_of(principal), kind=view["piece"], q=view.q, is_left=view["stock"] == LEFT, order=order,
        part=view.part,
    )  # fmt: skip
    return page(request, "parts/templates/parts.html", principal=principal, table=view.fill(found.rows, found))


@router.get(".csv", name="parts_csv")
async def stock_csv(request: Request, principal: Annotated[Principal, AT_WORK], session: StreamSession) -> Response:
    """The same parts, all of them, for a spreadsheet."""
    view = TABLE.read(request)
    found = PartRepository.from_session(session).each(
        workshops_of(principal), kind=view["piece"], q=view.q, is_left=view["stock"] == LEFT
    )
    return sheet_response("pieces.csv", CSV_HEADER, csv_rows(found), spoken=True)


@router.get("/nouvelles", name="new_parts")
async def new_page(request: Request, principal: Annotated[Principal, LEADS], session: ReadSession) -> Response:
    """Ask what was bought."""
    return await _new_page(request, principal, session, Form({"quantity": "1"}))


@router.post("/nouvelles", name="new_parts")
async def add(request: Request, principal: Annotated[Principal, LEADS], session: WriteSession) -> Response:
    """Put it into the stock."""
    form = await read_form(request, PartForm)
    if form.is_valid:
        async with attempt(request, form):
            part = await service.add(session, principal, form.data.command())
            flash(request, gettext("{part} : au stock.").format(part=gettext(part.kind.label_fr)))
            return redirect(path("parts"))
    return await _new_page(request, principal, session, form, status=422)


@router.post("/{part_id}/sortir", name="take_off_part")
async def take_off(
    request: Request, part_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Nothing of it is left."""
    await service.take_off(session, principal, part_id)
    flash(request, gettext("C'est noté : il n'en reste plus."))
    return redirect(path("parts"))


@of_devices.get("/{device_id}/pieces", name="harvest_part")
async def harvest_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Ask which part is taken out."""
    device = await devices.find(session, principal, device_id)
    return await _harvest_page(request, principal, session, device, Form({"fits": device.model or "", "quantity": "1"}))


@of_devices.post("/{device_id}/pieces", name="harvest_part")
async def harvest(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Put it into the stock, with where it comes from."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, Harvest)
    if form.is_valid:
        async with attempt(request, form):
            part = await service.harvest(session, principal, device_id, form.data)
            flash(request, gettext("{part} : au stock.").format(part=gettext(part.kind.label_fr)))
            return redirect(path("harvest_part", device_id=device_id))
    return await _harvest_page(request, principal, session, device, form, status=422)


async def _harvest_page(
    request: Request,
    principal: Principal,
    session: ReadSession,
    device: Device,
    form: Form[Harvest],
    *,
    status: int = 200,
) -> Response:
    return page(
        request, "parts/templates/harvest.html", principal=principal, device=device, form=form, kinds=KINDS,
        parts=await PartRepository.from_session(session).harvested_from(device.id), status=status,
    )  # fmt: skip


async def _new_page(
    request: Request, principal: Principal, session: ReadSession, form: Form[PartForm], *, status: int = 200
) -> Response:
    workshops = await WorkshopRepository.from_session(session).listing(workshops_of(principal))
    return page(
        request, "parts/templates/new.html", principal=principal, form=form, kinds=KINDS, status=status,
        workshops={str(one.id): one.name for one in workshops} if len(workshops) != 1 else {},
    )  # fmt: skip
