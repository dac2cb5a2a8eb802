"""Pages of the repairs: note one, take it back; what they took, for whoever runs the workshop."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from filiere.identifiers import uuid7
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
from refurbish.devices.boards import perhaps_soldered
from refurbish.devices.device import Device
from refurbish.devices.stages import Stage
from refurbish.parts.repository import PartRepository
from refurbish.repairs import service
from refurbish.repairs.boards import OLD_BOARD, WITH_BOARDS
from refurbish.repairs.kinds import Barrier, Outcome, RepairKind
from refurbish.repairs.period import Period, period
from refurbish.repairs.repository import RepairRepository
from refurbish.repairs.schemas import Minutes, NewRepair, Remark
from refurbish.repairs.sheet import LOTS, REPAIRS, lot_rows, repair_rows
from refurbish.repairs.unsaid import unsaid
from refurbish.tenancy import AT_WORK, workshops_of
from refurbish.test_sheets.repository import TestSheetRepository

router = page_router("/equipements")
sums = page_router("/reparations")

QUICK_MINUTES = (5, 15, 30, 60, 120)


class RepairForm(BaseModel):
    """As the bench says it: minutes by one tap, or exactly."""

    kind: RepairKind
    outcome: Outcome
    barrier: Barrier | None = None
    minutes: Minutes | None = None
    exactly: Minutes | None = None
    part_id: UUID | None = None
    pieces: int = Field(default=1, ge=1, le=16)
    disk_serial: str | None = Field(default=None, max_length=100)
    disk_known: bool = False
    board: bool = False
    soldered: bool | None = None
    memory_serial: str | None = Field(default=None, max_length=100)
    old_board: Literal["to_destroy", "kept", "returned"] | None = None
    remark: Remark | None = None
    # Of the page: pressed twice, or sent again from the Back button, it is one repair.
    repair_id: UUID | None = None

    def command(self, minutes: int) -> NewRepair:
        return NewRepair(**self.model_dump(exclude={"minutes", "exactly", "repair_id"}), minutes=minutes)


@router.get("/{device_id}/reparer", name="repair_device")
async def repair_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Ask what was done; what failed is shown."""
    device = await devices.find(session, principal, device_id)
    return await _repair_page(request, principal, session, device, Form({"pieces": "1"}))


@router.post("/{device_id}/reparer", name="repair_device")
async def record(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Keep it; a device that works again goes back to its tests."""
    device = await devices.find(session, principal, device_id)
    form = await read_form(request, RepairForm)
    parts = await PartRepository.from_session(session).to_choose(device.workshop_id, device.model or "")
    chosen = next((one.kind for one in parts if str(one.id) == form.values.get("part_id")), None)
    form.errors = {**unsaid(form.values, device, chosen), **form.errors}
    if form.is_valid:
        minutes = form.data.exactly or form.data.minutes
        async with attempt(request, form):
            repair = await service.record(
                session, principal, device_id, form.data.command(minutes or 1), form.data.repair_id
            )
            if repair.exit_ids:
                flash(request, gettext("Noté. Un collègue doit confirmer que l'ancienne carte est sortie."), "wait")
                return redirect(path("device", device_id=device_id))
            if repair.disk_serial is not None and form.data.soldered:
                flash(request, gettext("Noté. La mémoire de la nouvelle carte est à effacer."), "wait")
                return redirect(path("device", device_id=device_id))
            if repair.disk_serial is not None:
                flash(request, gettext("Noté. Le disque que tu as mis dedans est à effacer, comme les autres."), "wait")
                return redirect(path("device", device_id=device_id))
            flash(request, gettext("La réparation est notée."))
            if repair.outcome is Outcome.END_OF_LIFE:
                return redirect(path("withdraw_device", device_id=device_id))
            has_new_board = form.data.soldered is not None  # what is in it may be asked again first
            is_to_test = repair.outcome is Outcome.FIXED and device.stage is Stage.TO_REPAIR and not has_new_board
            return redirect(path("test_sheet" if is_to_test else "device", device_id=device_id))
    return await _repair_page(request, principal, session, device, form, status=422)


@router.post("/{device_id}/reparations/{repair_id}/annuler", name="undo_repair")
async def undo(
    request: Request, device_id: UUID, repair_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """It was noted by mistake."""
    undone = await service.undo(session, principal, device_id, repair_id)
    if undone.part_is_back:
        flash(request, gettext("La réparation est annulée, sa pièce est de retour au stock."))
    else:
        flash(request, gettext("La réparation est annulée."))
    if undone.words:
        flash(request, " ".join(undone.words), "wait")
    return redirect(path("device", device_id=device_id))


First = Annotated[str, Query(alias="du", max_length=10)]
Last = Annotated[str, Query(alias="au", max_length=10)]


@sums.get("", name="repairs")
async def overview(
    request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession, first: First = "", last: Last = ""
) -> Response:
    """Time and cost of a period: lot by lot, and the hours of each person as one sum."""
    asked, repairs = _asked(first, last), RepairRepository.from_session(session)
    scope = workshops_of(principal)
    lots = await repairs.per_lot(scope, asked)
    return page(
        request, "repairs/templates/repairs.html", principal=principal, asked=asked, lots=lots,
        people=await repairs.per_person(scope, asked),
        minutes=sum(one.minutes for one in lots), cents=sum(one.cents for one in lots),
        days=f"?du={asked.first.isoformat()}&au={asked.last.isoformat()}",
    )  # fmt: skip


@sums.get(".csv", name="repairs_csv")
async def repairs_csv(
    request: Request, principal: Annotated[Principal, AT_WORK], session: StreamSession, first: First = "",
    last: Last = "",
) -> Response:  # fmt: skip
    """Every repair of the period, for a spreadsheet."""
    asked = _asked(first, last)
    found = RepairRepository.from_session(session).each(workshops_of(principal), asked)
    return sheet_response("reparations.csv", REPAIRS, repair_rows(found), spoken=True)


@sums.get("/lots.csv", name="lot_repairs_csv")
async def lots_csv(
    request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession, first: First = "", last: Last = ""
) -> Response:
    """The sums of the page, for a spreadsheet."""
    asked = _asked(first, last)
    found = await RepairRepository.from_session(session).per_lot(workshops_of(principal), asked)
    return sheet_response("reparations-par-lot.csv", LOTS, lot_rows(found), spoken=True)


def _asked(first: str, last: str) -> Period:
    return period(_day(first), _day(last))


def _day(text: str) -> date | None:
    """A day of an address; what is none, or of another century, asks for nothing."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


async def _repair_page(
    request: Request,
    principal: Principal,
    session: ReadSession,
    device: Device,
    form: Form[RepairForm],
    *,
    status: int = 200,
) -> Response:
    parts = await PartRepository.from_session(session).to_choose(device.workshop_id, device.model or "")
    sheet = await TestSheetRepository.from_session(session).newest(device)
    return page(
        request, "repairs/templates/repair.html", principal=principal, device=device, form=form, parts=parts,
        failed=[(point, sheet.answers[point.test]) for point in sheet.failed], kinds=list(RepairKind),
        boards={one.value: one.label_fr for one in OLD_BOARD} if device.category in WITH_BOARDS else {},
        asks_memory=perhaps_soldered(device), has_disks=any(one.kind.is_disk for one in parts),
        outcomes=list(Outcome), barriers=list(Barrier), quick=QUICK_MINUTES, repair_id=uuid7(), status=status,
    )  # fmt: skip
