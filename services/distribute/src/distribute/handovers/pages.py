"""The till on screen: scan or choose a device; the day's handovers. Its own Relais only."""

from datetime import date
from typing import Annotated

from fastapi import Query
from filiere.calendar import bounds, today
from filiere.database import Part
from filiere.web import (
    Column,
    DomainError,
    Principal,
    ReadSession,
    Role,
    StreamSession,
    Table,
    WriteSession,
    allow,
    attempt,
    page,
    page_router,
    path,
    redirect,
    sheet_response,
)
from filiere.web.bounded_types import Day
from starlette.requests import Request
from starlette.responses import Response

from distribute.handovers import accounting_export, service
from distribute.handovers.offline_pages import words as offline_words
from distribute.handovers.repository import HandoversRepository
from distribute.stock.repository import StockRepository
from distribute.tenancy import NOBODY, own_relais_of

router = page_router("/caisse")

Relais = Annotated[Principal, allow(Role.RELAIS)]
SHOWN = 100  # of what may be handed over; how many more there are is said
HANDED = Table(
    columns=(
        Column("receipt", "N° de reçu"),
        Column("device", "Équipement"),
        Column("tier", "Palier"),
        Column("amount", "Montant", is_number=True),
        Column("alias", "Repère"),
    ),
    per_page=SHOWN,
)


@router.get("", name="till")
async def till(
    request: Request, principal: Relais, session: ReadSession, on: Annotated[Day | None, Query(alias="jour")] = None
) -> Response:
    """Scan a device or choose one; the day's handovers below."""
    return await _till(request, principal, session, on)


@router.post("", name="till")
async def scan(request: Request, principal: Relais, session: ReadSession) -> Response:
    """A label was scanned: its device begins a cart; or say why not."""
    typed = str((await request.form()).get("label", "")).strip()
    async with attempt(request) as tried:
        device = await service.at_till(session, principal, typed)
        return redirect(f"{path('cart')}?e={device.label}")
    return await _till(request, principal, session, None, tried.error)


@router.get("/remises.csv", name="handovers_csv")
async def csv(
    principal: Relais, session: StreamSession, year: Annotated[int | None, Query(alias="annee")] = None
) -> Response:
    """The accountant's file of a year."""
    chosen = year if year and 2000 <= year <= 2999 else today().year
    start, end = bounds(date(chosen, 1, 1), date(chosen, 12, 31))
    found = HandoversRepository.from_session(session).for_accountant(own_relais_of(principal), start, end)
    return sheet_response(f"remises-{chosen}.csv", accounting_export.HEADER, accounting_export.rows(found))


async def _till(
    request: Request,
    principal: Principal,
    session: ReadSession | WriteSession,
    on: date | None,
    error: DomainError | None = None,
) -> Response:
    day = on or today()
    start, end = bounds(day, day)
    repository = HandoversRepository.from_session(session)
    view = HANDED.read(request)
    handovers = await repository.listing(own_relais_of(principal), start, end, part=view.part)
    devices = await StockRepository.from_session(session).devices(
        own_relais_of(principal),
        NOBODY,
        status="delivered",
        order="category",
        part=Part(SHOWN),
    )
    return page(
        request,
        "handovers/templates/till.html",
        principal=principal,
        status=error.status_code if error else 200,
        error=error,
        devices=devices.rows,
        devices_total=devices.total,
        handed=view.fill(handovers.rows, handovers),
        totals=await repository.totals(own_relais_of(principal), start, end),
        day=day,
        is_today=day == today(),
        year=day.year,
        offline_words=offline_words(),
    )
