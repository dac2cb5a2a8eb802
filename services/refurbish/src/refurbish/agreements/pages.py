"""Pages of agreements: prices and the limit of a workshop; the lines of a lot, as a table, a CSV and a PDF."""

from collections.abc import Iterator, Sequence
from typing import Annotated
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue.categories import Category
from filiere.catalogue.money import in_euros
from filiere.documents.paper import paper_pdf
from filiere.web import (
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    WriteSession,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
    sheet_response,
)
from filiere.web.addresses import whole_path
from filiere.web.app_state import app_state
from filiere.web.downloads import attached
from starlette.requests import Request
from starlette.responses import Response

from refurbish.agreements import service
from refurbish.agreements.acts import Act
from refurbish.agreements.paper import stamped, written
from refurbish.agreements.repository import AgreementRepository
from refurbish.agreements.schemas import DefectLimit, LinesOut, NewPrice
from refurbish.agreements.service import Kind
from refurbish.tenancy import COORDINATION, LEADS, workshops_of

router = page_router()
CSV_HEADER = (
    "Lot", "Document", "Acte", "Équipement", "Quantité", "Prix unitaire (€)", "Total (€)", "Prix en vigueur depuis",
)  # fmt: skip


@router.get("/ateliers/{workshop_id}/accord", name="agreement")
async def agreement_page(
    request: Request, workshop_id: UUID, principal: Annotated[Principal, LEADS], session: ReadSession
) -> Response:
    """What the workshop is paid, since when, and where that is written."""
    return await _agreement(request, workshop_id, principal, session)


@router.post("/ateliers/{workshop_id}/accord/prix", name="set_price")
async def set_price(
    request: Request, workshop_id: UUID, principal: Annotated[Principal, COORDINATION], session: WriteSession
) -> Response:
    """A price from a day on."""
    form = await read_form(request, NewPrice)
    if form.is_valid:
        await service.set_price(session, principal, workshop_id, form.data)
        flash(request, gettext("Le prix est enregistré. Les actes d'avant ce jour gardent le leur."))
        return redirect(path("agreement", workshop_id=workshop_id))
    return await _agreement(request, workshop_id, principal, session, price=form)


@router.post("/ateliers/{workshop_id}/accord/limite", name="set_limit")
async def set_limit(
    request: Request, workshop_id: UUID, principal: Annotated[Principal, COORDINATION], session: WriteSession
) -> Response:
    """The share of defects that the agreement allows."""
    form = await read_form(request, DefectLimit)
    if form.is_valid:
        await service.set_limit(session, principal, workshop_id, form.data)
        flash(request, gettext("La limite est enregistrée."))
        return redirect(path("agreement", workshop_id=workshop_id))
    return await _agreement(request, workshop_id, principal, session, limit=form)


@router.get("/lots/{lot_id}/actes", name="lot_acts")
async def lot_acts(
    request: Request, lot_id: UUID, principal: Annotated[Principal, LEADS], session: ReadSession
) -> Response:
    """A lot's lines: what was done, or a quote."""
    kind = _kind(request)
    lot, lines = await service.lines(session, principal, lot_id, kind)
    return page(
        request, "agreements/templates/lot_acts.html", principal=principal, lot=lot.lot, lines=lines, kind=kind,
        kinds=list(Kind),
    )  # fmt: skip


@router.get("/lots/{lot_id}/actes.csv", name="lot_acts_csv")
async def lot_acts_csv(
    request: Request, lot_id: UUID, principal: Annotated[Principal, LEADS], session: ReadSession
) -> Response:
    """The same for a spreadsheet."""
    kind = _kind(request)
    lot, lines = await service.lines(session, principal, lot_id, kind)
    return sheet_response(f"{kind.value}-{lot.lot.name}.csv", CSV_HEADER, _rows(lot.lot.name, kind, lines), spoken=True)


@router.get("/lots/{lot_id}/actes.pdf", name="lot_acts_pdf")
async def lot_acts_pdf(
    request: Request, lot_id: UUID, principal: Annotated[Principal, LEADS], database: OwnSessions
) -> Response:
    """The same on paper. Read first: no connection is held while it is drawn."""
    kind = _kind(request)
    async with database.read() as session:
        lot, lines = await service.lines(session, principal, lot_id, kind)
        workshop = await service.workshop_of(session, principal, lot.lot.workshop_id)
    address = whole_path(app_state(request).settings.public_url, "lot_acts", lot_id=lot_id)
    pdf = await paper_pdf(written(workshop, lot.lot.name, kind, lines), stamped(lot.lot.name, kind, today(), address))
    return Response(pdf, media_type="application/pdf", headers=attached(f"{kind.value}-{lot.lot.name}.pdf"))


def _kind(request: Request) -> Kind:
    """What the address asks for; what was done where it asks for nothing known."""
    asked = request.query_params.get("document", "")
    return Kind(asked) if asked in set(Kind) else Kind.STATEMENT


def _rows(lot: str, kind: Kind, lines: LinesOut) -> Iterator[Sequence[object]]:
    for line in lines.lines:
        unit = None if line.cents is None else in_euros(line.cents)
        total = None if line.total is None else in_euros(line.total)
        yield (
            lot,
            gettext(kind.label_fr),
            gettext(line.act.label_fr),
            gettext(line.category.label_fr),
            line.quantity,
            unit,
            total,
            line.valid_from,
        )


async def _agreement(
    request: Request, workshop_id: UUID, principal: Principal, session: ReadSession | WriteSession, *,
    price: Form[NewPrice] | None = None, limit: Form[DefectLimit] | None = None,
) -> Response:  # fmt: skip
    workshop = await service.workshop_of(session, principal, workshop_id)
    repository, scope = AgreementRepository.from_session(session), workshops_of(principal)
    known = await repository.limit(scope, workshop_id)
    written_before = {"percent": f"{known.percent:f}", "source": known.source} if known else {}
    return page(
        request, "agreements/templates/agreement.html", principal=principal, workshop=workshop,
        prices=await repository.prices(scope, workshop_id), known=known,
        price=price or Form[NewPrice]({"valid_from": today().isoformat()}),
        limit=limit or Form[DefectLimit](written_before),
        acts={act.value: gettext(act.label_fr) for act in Act},
        categories={category.value: gettext(category.label_fr) for category in Category},
        may_edit=principal.is_coordinator, status=422 if price or limit else 200,
    )  # fmt: skip
