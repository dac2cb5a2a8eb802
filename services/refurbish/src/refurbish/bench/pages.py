"""Pages of the devices: the board, the device with its next step, giving it up."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from filiere.database import Part
from filiere.documents.labels import HANDED_ON
from filiere.web import (
    Form,
    Principal,
    ReadSession,
    Role,
    StreamSession,
    WriteSession,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    public,
    read_form,
    redirect,
    sheet_response,
)
from filiere.web.app_state import app_state
from filiere.web.bounded_types import Scanned
from filiere.web.journal import journal_of
from filiere.web.tables import TableView
from starlette.requests import Request
from starlette.responses import Response

from refurbish.aliases import service as aliases
from refurbish.arrivals import service as arrivals
from refurbish.arrivals.repository import ArrivalRepository, LotCounts
from refurbish.audits.audit import TOOLS
from refurbish.bench.detail import detail_of
from refurbish.bench.journal_words import said
from refurbish.bench.progress import device_thread
from refurbish.devices import service
from refurbish.devices.board import CSV_HEADER, asked, board, csv_rows
from refurbish.devices.device import Device
from refurbish.devices.errors import DeviceNotFound
from refurbish.devices.next_step import next_step
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.schemas import Withdrawal
from refurbish.devices.withdrawal_reasons import WithdrawalReason
from refurbish.erasure.exits.repository import ExitRepository
from refurbish.how_to.service import entering_setup
from refurbish.installs.service import has_system
from refurbish.repairs.repository import RepairRepository
from refurbish.tenancy import AT_WORK, workshops_of
from refurbish.test_sheets.checklists import checklist

router = page_router("/equipements")
printed = page_router()


async def _table(request: Request, principal: Principal, session: ReadSession) -> TableView:
    """The board as the address asks for it; the filter offers the newest lots, and the one that is asked for."""
    lots = await ArrivalRepository.from_session(session).listing(workshops_of(principal), part=Part(50))
    return board(_lot_names(lots.rows, request.query_params.get("lot", ""))).read(request)


def _lot_names(lots: Sequence[LotCounts], asked_for: str) -> dict[str, str]:
    names = {str(counted.lot.id): counted.lot.name for counted in lots}
    try:
        wanted = str(UUID(asked_for))
    except ValueError:
        return names
    return {wanted: wanted[:13], **names}


@router.get("", name="devices")
async def board_page(request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Response:
    """Every device of the workshop."""
    view = await _table(request, principal, session)
    repository = DeviceRepository.from_session(session)
    found = await repository.listing(workshops_of(principal), **asked(view), part=view.part)
    media = await repository.media_of([device.id for device in found.rows])
    repaired = await RepairRepository.from_session(session).repaired([device.id for device in found.rows])
    leaving = await ExitRepository.from_session(session).open_of([device.id for device in found.rows])
    rows = [
        (
            device,
            next_step(
                device, media.get(device.id, []), points=len(checklist(device.category)),
                repaired=device.id in repaired, leaving=leaving,
            ),
        )
        for device in found.rows
    ]  # fmt: skip
    return page(request, "bench/templates/board.html", principal=principal, table=view.fill(rows, found))


@router.get(".csv", name="devices_csv")
async def board_csv(request: Request, principal: Annotated[Principal, AT_WORK], session: StreamSession) -> Response:
    """The same devices, all of them, for a spreadsheet."""
    view = await _table(request, principal, session)
    found = DeviceRepository.from_session(session).each(workshops_of(principal), **asked(view))
    return sheet_response("equipements.csv", CSV_HEADER, csv_rows(found), spoken=True)


@router.get("/etiquettes/{label}", name="device_by_label")
@printed.get("/devices/by-label/{label}", name="label_printed_before")
async def by_label(
    request: Request, label: Scanned, principal: Annotated[Principal | None, public()], session: ReadSession
) -> Response:
    """The address in a label's QR code leads here, also the one that was printed when pages had English addresses.

    Anybody may scan it. Whoever does not work on it here is handed on to distribute, which knows the Relais, and from
    there to the public sheet: nobody learns here whether there is such a device.
    """
    if principal is not None and principal.has(Role.WORKSHOP, Role.COORDINATOR):
        async with attempt(request, None, DeviceNotFound):
            return redirect(path("device", device_id=(await aliases.find(session, principal, label)).id))
    distribute = app_state(request).settings.distribute_url.rstrip("/")
    return redirect(f"{distribute}{HANDED_ON}{quote(label, safe='')}")


@router.get("/{device_id}", name="device")
async def device_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """One device: what to do now, where it is, why."""
    device = await service.find(session, principal, device_id)
    detail = await detail_of(session, principal, device)
    return page(
        request, "bench/templates/device.html", principal=principal, detail=detail,
        thread=device_thread(device, detail.media),
        has_system=has_system(device.category), tools=TOOLS,
        journal=await journal_of(request, session, service.JOURNAL, device.id, said),
    )  # fmt: skip


@router.get("/{device_id}/aide", name="device_help")
async def help_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """What to try when the step does not work."""
    device = await service.find(session, principal, device_id)
    detail = await detail_of(session, principal, device)
    return page(
        request, "bench/templates/help.html", principal=principal, detail=detail,
        setup=entering_setup(device.manufacturer, device.model),
    )  # fmt: skip


@router.post("/{device_id}/recevoir", name="receive_device")
async def arrive(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """The device is in hand."""
    device = await service.find(session, principal, device_id)
    [scanned] = await arrivals.arrive(session, principal, device.lot_id, [device.label])
    flash(request, scanned.sentence)
    return redirect(path("device", device_id=device_id))


@router.post("/{device_id}/terminer", name="ready_device")
async def make_ready(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """The device is refurbished."""
    device = await service.make_ready(session, principal, device_id)
    flash(request, gettext("{label} est prêt. Un Relais peut le commander.").format(label=device.label))
    return redirect(path("device", device_id=device_id))


@router.get("/{device_id}/retirer", name="withdraw_device")
async def withdraw_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """Ask why."""
    device = await service.find(session, principal, device_id)
    return _ask_why(request, principal, device, Form())


@router.post("/{device_id}/retirer", name="withdraw_device")
async def withdraw(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Give the device up."""
    device = await service.find(session, principal, device_id)
    form = await read_form(request, Withdrawal)
    if form.is_valid:
        async with attempt(request, form):
            await service.withdraw(session, principal, device_id, form.data.reason)
            flash(request, gettext("{label} est retiré.").format(label=device.label))
            return redirect(path("device", device_id=device_id))
    return _ask_why(request, principal, device, form, status=422)


def _ask_why(
    request: Request, principal: Principal, device: Device, form: Form[Withdrawal], *, status: int = 200
) -> Response:
    return page(
        request, "bench/templates/withdraw.html", principal=principal, device=device, form=form,
        reasons=WithdrawalReason.chosen(), status=status,
    )  # fmt: skip
