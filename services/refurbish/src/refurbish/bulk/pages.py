"""Pages of bulks: choose the act, choose the devices, look, do."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.database import Found, Part
from filiere.documents.labels import MOST
from filiere.duties import Duty
from filiere.web import (
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    WriteSession,
    attempt,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from filiere.web import gettext as _
from filiere.web.access import DutyMissing
from filiere.web.app_state import app_state
from filiere.web.downloads import attached
from filiere.web.tables import TableView
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from refurbish.bulk import printing, service
from refurbish.bulk.acts import BulkAct
from refurbish.bulk.errors import NothingChosen, ReasonNeeded, TooManyChosen
from refurbish.bulk.lines import Line, Outcome, by_reason, counts
from refurbish.bulk.repository import Bulk
from refurbish.bulk.schemas import MOST_DEVICES, NewBulk
from refurbish.devices.board import asked, board
from refurbish.devices.device import Device
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.repository import DeviceRepository
from refurbish.devices.withdrawal_reasons import WithdrawalReason
from refurbish.tenancy import AT_WORK, workshops_of

router = page_router("/ensemble")
AtWork = Annotated[Principal, AT_WORK]
Act = Annotated[BulkAct | None, Query(alias="geste")]
_LABELS_SHOWN = 10
SHEET = ("Étiquette", "Ce qui se passe", "Pourquoi", "Détail")
SAID = {
    Outcome.CHANGES: ("Change", "Fait"),
    Outcome.ASKS: ("Sera demandé à sa commande", "Demandé à sa commande"),
    Outcome.SAME: ("Déjà fait", "Déjà fait"),
    Outcome.REFUSED: ("Ne change pas", "N'a pas changé"),
    Outcome.MOVED: ("A changé entre-temps", "A changé entre-temps"),
}
"""What becomes of a device: before it is done, and after."""


class BulkForm(BaseModel):
    """As it is ticked and typed."""

    model_config = ConfigDict(extra="forbid")

    act: BulkAct
    reason: Annotated[str, StringConstraints(max_length=20)] | None = None
    devices: list[UUID] = Field(default_factory=list, max_length=MOST_DEVICES)
    typed: Annotated[str, StringConstraints(max_length=40_000)] = ""

    def command(self) -> NewBulk:
        """Raises TooManyChosen for more lines than are done at once."""
        texts = [line.strip()[:300] for line in self.typed.splitlines() if line.strip()]
        if len(texts) > MOST_DEVICES:
            raise TooManyChosen(MOST_DEVICES)
        return NewBulk(act=self.act, reason=self.reason, devices=self.devices, texts=texts)


@router.get("", name="bulk_acts")
async def acts(request: Request, principal: AtWork) -> Response:
    """What is to be done with several?"""
    return page(request, "bulk/templates/acts.html", principal=principal, acts=_acts(principal))


@router.get("/choisir", name="bulk_devices")
async def devices(
    request: Request, principal: AtWork, session: ReadSession, act: Act = None,
    ticked: Annotated[bool, Query(alias="coche")] = False,
) -> Response:  # fmt: skip
    """With which ones? Those of the address's filters, else those the act is meant for."""
    if act is None:
        return redirect(path("bulk_acts"))
    if act not in _acts(principal):
        raise DutyMissing((Duty.LEAD,))
    return await _choose(request, principal, session, act, Form(), is_ticked=ticked)


@router.post("/choisir", name="bulk_devices")
async def prepare(request: Request, principal: AtWork, session: WriteSession) -> Response:
    """Look at what would become of them."""
    form = await read_form(request, BulkForm, lists=("devices",))
    if form.is_valid:
        async with attempt(request, form, NothingChosen, TooManyChosen, ReasonNeeded):
            made = await service.prepare(session, principal, form.data.command())
            return redirect(path("bulk", bulk_id=made.id))
    if "texts" in form.errors:
        form.errors["typed"] = form.errors.pop("texts")
    said = str(form.values.get("act", ""))
    act = BulkAct(said) if said in set(BulkAct) else BulkAct.LABELS
    return await _choose(request, principal, session, act, form, status=422)


@router.get("/{bulk_id}", name="bulk")
async def preview(request: Request, bulk_id: UUID, principal: AtWork, session: ReadSession) -> Response:
    """How many change, how many not and why; once it is done, how many did."""
    return _shown(request, principal, await service.find(session, principal, bulk_id))


@router.post("/{bulk_id}", name="bulk")
async def do(request: Request, bulk_id: UUID, principal: AtWork, session: WriteSession) -> Response:
    """Do it."""
    await service.do(session, principal, bulk_id)
    return redirect(path("bulk", bulk_id=bulk_id))


@router.get("/{bulk_id}/liste.csv", name="bulk_csv")
async def listing(bulk_id: UUID, principal: AtWork, session: ReadSession) -> Response:
    """Every device of it with what becomes of it, for a spreadsheet."""
    bulk = await service.find(session, principal, bulk_id)
    rows: list[Sequence[object]] = [
        (one.label, _said(bulk, one.outcome), _(one.why.title) if one.why else "", one.sentence or "")
        for one in bulk.shown
    ]
    rows += [(text, _("Pas reconnu"), "", "") for text in bulk.unknown]
    return sheet_response("ensemble.csv", SHEET, rows, spoken=True)


@router.get("/{bulk_id}/etiquettes.pdf", name="bulk_labels_pdf")
async def labels(
    request: Request, bulk_id: UUID, principal: AtWork, database: OwnSessions,
    tape: Annotated[bool, Query(alias="ruban")] = False,
    part: Annotated[int, Query(ge=1, le=100)] = 1,
) -> Response:  # fmt: skip
    """Their labels."""
    address = app_state(request).settings.public_url
    pdf = await printing.labels_of(database, principal, bulk_id, address, tape=tape, part=part)
    return Response(pdf, media_type="application/pdf", headers=attached(f"etiquettes-{part}.pdf"))


def _acts(principal: Principal) -> list[BulkAct]:
    """What the person may do with several."""
    return [one for one in BulkAct if principal.leads or not one.is_for_leads]


async def _choose(
    request: Request, principal: Principal, session: ReadSession | WriteSession, act: BulkAct, form: Form[BulkForm],
    *, is_ticked: bool = False, status: int = 200,
) -> Response:  # fmt: skip
    lots = {request.query_params["lot"]: ""} if _is_uuid(request.query_params.get("lot", "")) else {}
    view = board(lots).read(request)
    found = await _offered(principal, session, act, view)
    return page(
        request, "bulk/templates/devices.html", principal=principal, act=act, form=form, devices=found.rows,
        total=found.total, most=MOST_DEVICES, is_filtered=view.is_filtered, is_ticked=is_ticked,
        reasons={one.value: one.label_fr for one in act.reasons}, status=status,
    )  # fmt: skip


async def _offered(
    principal: Principal, session: ReadSession | WriteSession, act: BulkAct, view: TableView
) -> Found[Device]:
    repository = DeviceRepository.from_session(session)
    wanted = asked(view)
    if not view.is_filtered:
        wanted["stages"] = act.stages
    return await repository.listing(workshops_of(principal), **wanted, part=Part(MOST_DEVICES))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _shown(request: Request, principal: Principal, bulk: Bulk) -> Response:
    found = counts(bulk.shown)
    # A card for each reason, with the first labels; the rest is in the list.
    reasons = [
        (why, [_(detail) for detail in why.details], lines[:_LABELS_SHOWN], len(lines))
        for why, lines in by_reason(bulk.shown)
    ]
    return page(
        request, "bulk/templates/bulk.html", principal=principal, bulk=bulk, counts=found, outcomes=Outcome,
        most=MOST_DEVICES, reasons=reasons, reason=_reason(bulk), parts=range(1, -(-len(bulk.lines) // MOST) + 1),
        said={one: _said(bulk, one) for one in Outcome}, moved=_of(bulk.shown, Outcome.MOVED),
    )  # fmt: skip


def _of(lines: Sequence[Line], outcome: Outcome) -> list[Line]:
    return [line for line in lines if line.outcome is outcome]


def _said(bulk: Bulk, outcome: Outcome) -> str:
    return _(SAID[outcome][bulk.results is not None])


def _reason(bulk: Bulk) -> str:
    match bulk.act:
        case BulkAct.WITHDRAW:
            return WithdrawalReason(bulk.reason or "").sentence
        case BulkAct.RECALL:
            return RecallReason(bulk.reason or "").sentence
        case _:
            return ""
