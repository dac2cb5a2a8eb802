"""Pages of stock: the coordinator's, and a Relais' own."""

from typing import Annotated

from filiere.catalogue import Category
from filiere.web import Choice, Column, Principal, ReadSession, Role, Search, Table, allow, page, page_router
from starlette.requests import Request
from starlette.responses import Response

from distribute.clock import today
from distribute.demand.repository import DemandRepository
from distribute.stock import service
from distribute.stock.models import StockStatus
from distribute.stock.repository import StockRepository

router = page_router()

CATEGORIES = {category.value: category.plural_fr.capitalize() for category in Category}
STATUSES = {status.value: status.label_fr for status in StockStatus}
COLUMNS = (
    Column("category", "Équipement", sortable=True),
    Column("label", "Étiquette", sortable=True),
    Column("grade", "Catégorie"),
    Column("workshop", "Atelier"),
    Column("ready_at", "Prêt le", sortable=True),
    Column("status", "Statut"),
)
FILTERS = (
    Search("q", "Chercher", "Étiquette, série, modèle"),
    Choice("status", "Statut", STATUSES),
    Choice("category", "Type", CATEGORIES, "Tous les types"),
)
DEVICES = Table(columns=COLUMNS, filters=FILTERS, default_sort="-ready_at")
PROMISED = {key: STATUSES[key] for key in ("reserved", "shipped", "delivered", "handed_over")}
MINE = Table(
    columns=COLUMNS,
    filters=(
        FILTERS[0],
        Choice("status", "Statut", PROMISED),
        Choice("category", "Type", CATEGORIES, "Tous les types"),
    ),
    default_sort="-ready_at",
)


@router.get("/stock")
async def everything(
    request: Request, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: ReadSession
) -> Response:
    """What is free, what is wanted, every device."""
    view = DEVICES.read(request)
    repository = StockRepository.from_session(session)
    rows, total = await repository.devices(
        principal,
        status=view["status"],
        category=view["category"],
        q=view.q,
        sort=view.sort,
        descending=view.descending,
        limit=view.limit,
        offset=view.offset,
    )
    wanted: dict[str, int] = {}
    for one in await DemandRepository.from_session(session).listing():
        wanted[one.category] = wanted.get(one.category, 0) + one.wanted
    return page(
        request,
        "stock/templates/stock.html",
        principal=principal,
        view=view.fill(rows, total),
        stock=await service.stock(session, today()),
        wanted=wanted,
    )


@router.get("/mon-stock")
async def mine(request: Request, principal: Annotated[Principal, allow(Role.RELAIS)], session: ReadSession) -> Response:
    """What is promised to the Relais, what it holds, what it handed over."""
    view = MINE.read(request)
    repository = StockRepository.from_session(session)
    rows, total = await repository.devices(
        principal,
        status=view["status"],
        category=view["category"],
        q=view.q,
        sort=view.sort,
        descending=view.descending,
        limit=view.limit,
        offset=view.offset,
    )
    return page(
        request,
        "stock/templates/mine.html",
        principal=principal,
        view=view.fill(rows, total),
        counts=await repository.counts(principal),
    )
