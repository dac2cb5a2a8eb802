"""Page of a donation's declared lines, whatever became of it: each with its verdict, and the coordination's own."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Request, Response
from filiere.web import (
    Choice,
    Column,
    Form,
    Principal,
    ReadSession,
    Role,
    Search,
    StreamSession,
    Table,
    WriteSession,
    allow,
    attempt,
    flash,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from filiere.web import gettext as _
from pydantic import BaseModel

from collect.donations import service, verdicts
from collect.donations.errors import LineNotAcceptable
from collect.donations.limits import MAX_LINES
from collect.donations.lines_download import DECIDED, DESCRIBING, HEADER, line_rows
from collect.donations.repository import DonationRepository
from collect.donations.said import ENDED, said_of
from collect.donations.schemas import Reason
from collect.donations.status import DonationStatus, Step, allows
from collect.eligibility.advice import advice_of
from collect.eligibility.judge import DOUBLES, OVERRULED, LineVerdict
from collect.eligibility.lines import flag_sentences
from collect.tenancy import donors_of

router = page_router("/dons")

Donor = Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
LineNumber = Annotated[int, Path(ge=1, le=MAX_LINES * 100)]

LINES = Table(
    columns=(
        Column("equipment", "Équipement", sheet=DESCRIBING),
        Column("quantity", "Quantité", is_number=True),
        Column("serial", "N° de série"),
        Column("asset_tag", "N° d'inventaire"),
        Column("verdict", "Verdict", sheet=DECIDED),
    ),
    filters=(Search("q", "Chercher", "série, modèle, raison"),),
    always=DESCRIBING,
)


def _table(status: DonationStatus) -> Table:
    """The list with the words that hold for such a donation."""
    verdicts = {verdict.value: said_of(status, verdict).text for verdict in LineVerdict}
    return replace(LINES, filters=(*LINES.filters, Choice("verdict", "Verdict", verdicts)))


class VerdictForm(BaseModel):
    """What the coordination decides of one line."""

    accepted: bool = False
    reason: Reason


@router.get("/{donation_id}/lignes", name="donation_lines")
async def lines(request: Request, donation_id: UUID, principal: Donor, session: ReadSession) -> Response:
    return await _show(request, session, donation_id, principal)


async def _show(
    request: Request,
    session: ReadSession,
    donation_id: UUID,
    principal: Principal,
    form: Form[Any] | None = None,
    line: int = 0,
) -> Response:
    """The lines; again with what was written at one of them, when that was refused."""
    donation = await service.get(session, donation_id, principal)
    view = _table(donation.status).read(request)
    found = await DonationRepository.from_session(session).page_of_lines(
        donors_of(principal), donation_id, view["verdict"] or None, view.part, q=view.q
    )
    return page(
        request,
        "screens/templates/donations/lines.html",
        principal=principal,
        status=422 if form else 200,
        donation=donation,
        view=view.fill(found.rows, found),
        can_decide=principal.is_coordinator and allows(donation.status, Step.ACCEPT),
        advice_of=advice_of,
        remarks_of=flag_sentences,
        overruled=OVERRULED,
        said_of=said_of,
        ended=donation.status in ENDED,
        doubles=DOUBLES,
        form=form or Form(),
        at_line=line,
    )


@router.get("/{donation_id}/lignes.csv", name="donation_lines_csv")
async def export(request: Request, donation_id: UUID, principal: Donor, session: StreamSession) -> Response:
    """The lines with their verdicts as a spreadsheet, under the page's filters."""
    donation = await service.get(session, donation_id, principal)
    view = _table(donation.status).read(request)
    found = DonationRepository.from_session(session).each_line(
        donors_of(principal), donation_id, view["verdict"] or None, q=view.q
    )
    return sheet_response(
        f"don-{donation.reference}-lignes.csv", HEADER, line_rows(found, donation.status), view, spoken=True
    )


@router.post("/{donation_id}/lignes/{line}/verdict", name="decide_line")
async def decide(
    request: Request, donation_id: UUID, line: LineNumber, principal: Coordinator, session: WriteSession
) -> Response:
    form = await read_form(request, VerdictForm)
    if form.is_valid:
        async with attempt(request, form, LineNotAcceptable, field="reason"):
            accepted = form.data.accepted
            await verdicts.decide(session, donation_id, line, form.data.reason, principal, accepted=accepted)
            done = _("Ligne %(line)s acceptée.") if accepted else _("Ligne %(line)s refusée.")
            flash(request, done % {"line": line})
            return redirect(_back(request, donation_id))
    return await _show(request, session, donation_id, principal, form, line)


@router.post("/{donation_id}/lignes/{line}/retablir", name="restore_line")
async def restore(
    request: Request, donation_id: UUID, line: LineNumber, principal: Coordinator, session: WriteSession
) -> Response:
    await verdicts.restore(session, donation_id, line, principal)
    flash(request, _("Ligne %(line)s : le verdict des règles vaut de nouveau.") % {"line": line})
    return redirect(_back(request, donation_id))


def _back(request: Request, donation_id: UUID) -> str:
    """The list under the filters that it had."""
    query = f"?{request.url.query}" if request.url.query else ""
    return path("donation_lines", donation_id=donation_id) + query
