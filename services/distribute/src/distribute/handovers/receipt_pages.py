"""Receipts: printed, shown by a QR code to whoever was handed the devices, taken back."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from filiere.calendar import day_of, now
from filiere.database import Scope
from filiere.documents.qr import draw
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
from filiere.web.addresses import whole_path
from filiere.web.app_state import app_state
from starlette.requests import Request
from starlette.responses import Response

from distribute.handovers import service
from distribute.handovers import undo as undoing
from distribute.handovers.choices import labelled
from distribute.handovers.errors import HandoverUndone, SoldByAnotherTill, UndoIsTheLeads
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.schemas import CardOut, HandoverOut, UndoIn
from distribute.handovers.status import HandoverKind
from distribute.handovers.used import was_used
from distribute.handovers.warranty import warranty
from distribute.instruction_links import page_of
from distribute.relais.repository import RelaisRepository
from distribute.relais.schemas import RelaisOut
from distribute.tenancy import own_relais_of
from distribute.till_journal.repository import TillJournalRepository
from distribute.till_journal.status import UndoReason

router = page_router()

Relais = Annotated[Principal, allow(Role.RELAIS)]
PURPOSE = "receipt"
"""Of the signed addresses: the handover's id and 128 bits under a key of this purpose. Nothing is kept of them."""
OPEN_FOR = timedelta(days=2 * 366)
"""As long as the guarantee lasts."""


@router.get("/caisse/recus/{handover_id}", name="receipt")
async def receipt(request: Request, handover_id: UUID, principal: Relais, session: ReadSession) -> Response:
    """The receipt, to print, to show or to take back."""
    return await _receipt(request, handover_id, principal, session, Form())


@router.post("/caisse/recus/{handover_id}/annuler", name="undo_handover")
async def undo(request: Request, handover_id: UUID, principal: Relais, session: WriteSession) -> Response:
    """Take the handover back, for a reason."""
    form = await read_form(request, UndoIn)
    if form.is_valid:
        async with attempt(request, form, HandoverUndone, SoldByAnotherTill, UndoIsTheLeads):
            await undoing.undo(session, principal, handover_id, form.data.reason)
            flash(request, _("Remise annulée."))
            return redirect(path("receipt", handover_id=handover_id))
    return await _receipt(request, handover_id, principal, session, form, 422)


@router.get("/recu/{receipt_token}", name="shown_receipt", dependencies=[public()])
async def shown(request: Request, receipt_token: str, session: ReadSession) -> Response:
    """The receipt on the telephone of whoever scanned its code: neither tier nor person."""
    handover_id = _signer(request).read(receipt_token)
    repository = HandoversRepository.from_session(session)
    found = await repository.of_whoever_holds_it(handover_id) if handover_id is not None else []
    if not found or found[0].handed_over_at + OPEN_FOR < now():
        answer = page(request, "handovers/templates/shown_nothing.html", status=404)
    else:
        own = Scope((found[0].relais_id,))
        relais = await RelaisRepository.from_session(session).get(own, found[0].relais_id)
        assert relais is not None  # a handover names its Relais
        answer = page(
            request,
            "handovers/templates/shown.html",
            instructions={one.device_id: page_of(request, one.device_id) for one in found},
            **_said(found, relais, await _card(repository, own, found[0])),
        )
    answer.headers.update({"x-robots-tag": "noindex, nofollow", "referrer-policy": "no-referrer"})
    return answer


async def _receipt(
    request: Request,
    handover_id: UUID,
    principal: Principal,
    session: ReadSession | WriteSession,
    form: Form[UndoIn],
    status: int = 200,
) -> Response:
    scope = own_relais_of(principal)
    journal = await TillJournalRepository.from_session(session).of_handover(scope, handover_id)
    if len(journal) == 2:
        sale, undone = journal
        return page(
            request,
            "handovers/templates/receipt_undone.html",
            principal=principal,
            status=status,
            sale=sale,
            undone=undone,
            is_used=was_used(sale, undone.draft.reason, undone.draft.at) if undone.draft.reason else False,
        )
    handover = await service.get(session, principal, handover_id)
    repository = HandoversRepository.from_session(session)
    checkout = await repository.checkout(scope, handover.checkout_id) if handover.checkout_id else None
    relais = await RelaisRepository.from_session(session).get(scope, handover.relais_id)
    assert relais is not None  # its handover was found for the same people
    lead = await repository.lead(handover.relais_id)
    address = _address(request, handover_id)
    await draw([address])
    return page(
        request,
        "handovers/templates/receipt.html",
        principal=principal,
        status=status,
        handover=handover,
        checkout=checkout,
        address=address,
        form=form,
        may_undo=undoing.may_undo(principal, journal[0], lead) if journal else principal.subject == lead,
        reasons=labelled(UndoReason),
        **_said(
            checkout.handovers if checkout else [handover],
            relais,
            await repository.card_of(scope, checkout) if checkout else None,
        ),
    )


async def _card(repository: HandoversRepository, own: Scope, first: HandoverOut) -> CardOut | None:
    checkout = await repository.checkout(own, first.checkout_id) if first.checkout_id else None
    return await repository.card_of(own, checkout) if checkout else None


def _said(handovers: list[HandoverOut], relais: RelaisOut, card: CardOut | None) -> dict[str, Any]:
    """What every receipt says of what was handed over in one go."""
    first = handovers[0]
    both: list[HandoverOut | CardOut] = [*handovers, *([card] if card else [])]
    return {
        "lines": handovers,
        "card": card,
        "relais": relais,
        "day": day_of(first.handed_over_at),
        "warranty": warranty(first.kind, relais.name),
        "guaranteed_until": first.guaranteed_until,
        "is_sold": first.kind is HandoverKind.SOLD,
        "total": sum(one.amount_cents for one in both),
        "persons": sum(one.person_cents for one in both),
        "structures": sum(one.structure_cents for one in both),
        "person_means": next((one.means for one in handovers if one.means), None),
        "structure_means": next((one.structure_means for one in handovers if one.structure_means), None),
    }


def _signer(request: Request) -> LinkSigner:
    state = app_state(request)
    return LinkSigner(state.settings, state.service.name, PURPOSE)


def _address(request: Request, handover_id: UUID) -> str:
    """The whole address of the shown receipt, for a QR code."""
    token = _signer(request).token(handover_id)
    return whole_path(app_state(request).settings.public_url, "shown_receipt", receipt_token=token)
