"""Pages of stock: the coordinator's, with what is set aside for campaigns, and a Relais' own."""

from collections.abc import Sequence
from typing import Annotated

from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.web import (
    Choice,
    Column,
    Form,
    Principal,
    ReadSession,
    Role,
    Search,
    Table,
    WriteSession,
    allow,
    attempt,
    flash,
    gettext,
    page,
    page_router,
    path,
    read_form,
    redirect,
)
from starlette.requests import Request
from starlette.responses import Response

from distribute.campaign_stock import service as campaign_stock
from distribute.campaign_stock.schemas import CampaignStockOut, GiveBackForm, SetAsideForm
from distribute.campaigns.in_force import campaigns_in_force
from distribute.demand.repository import DemandRepository
from distribute.recalls.repository import RecallsRepository
from distribute.statuses import StockStatus
from distribute.stock import service
from distribute.stock.repository import StockRepository
from distribute.tenancy import NOBODY, own_relais_of, relais_of, workshops_of

router = page_router()

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
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
    Choice("statut", "Statut", STATUSES, "Tout sauf ce qui est remis"),
    Choice("categorie", "Type", CATEGORIES, "Tous les types"),
)
PROMISED = {key: STATUSES[key] for key in ("reserved", "shipped", "delivered", "lent", "handed_over")}
MINE = Table(
    columns=COLUMNS,
    filters=(
        FILTERS[0],
        Choice("statut", "Statut", PROMISED, "Tout sauf ce qui est remis"),
        Choice("categorie", "Type", CATEGORIES, "Tous les types"),
    ),
    default_sort="-ready_at",
)


@router.get("/stock", name="stock")
async def everything(request: Request, principal: Coordinator, session: ReadSession) -> Response:
    """What is free, what is set aside for campaigns, what is wanted, every device."""
    return await _everything(request, principal, session, Form())


@router.post("/stock/campagnes/reserver", name="reserve_stock")
async def set_aside(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    """Set free devices aside for a campaign."""
    form = await read_form(request, SetAsideForm)
    if form.is_valid:
        async with attempt(request, form):
            result = await campaign_stock.set_aside(session, form.data.campaign, form.data, today())
            return _outcome(request, result)
    return await _everything(request, principal, session, form)


@router.post("/stock/campagnes/rendre", name="release_stock")
async def give_back(request: Request, principal: Coordinator, session: WriteSession) -> Response:
    """Give free devices of a campaign back to everybody."""
    form = await read_form(request, GiveBackForm)
    if not form.is_valid:
        flash(request, gettext("Rien n'est rendu : %(why)s") % {"why": form.first_error}, "stop")
        return redirect(path("stock"))
    return _outcome(request, await campaign_stock.give_back(session, form.data.campaign, form.data, today()))


def _outcome(request: Request, result: CampaignStockOut) -> Response:
    """Say what became of a request; less than was wanted is worth a look."""
    is_whole = bool(result.moved) and result.asked in (None, result.moved)
    sentence = gettext("Campagne « %(name)s » : %(what)s") % {"name": result.campaign, "what": result.sentence}
    flash(request, sentence, "ok" if is_whole else "wait")
    return redirect(path("stock"))


async def _everything(
    request: Request, principal: Principal, session: ReadSession | WriteSession, form: Form[SetAsideForm]
) -> Response:
    repository = StockRepository.from_session(session)
    stock, in_force = await service.stock(session, today()), await campaigns_in_force(session, today())
    view = _devices(sorted({*in_force, *stock.ended})).read(request)
    campaign = view.values.get("campagne", "")
    found = await repository.devices(
        relais_of(principal),
        workshops_of(principal),
        status=view["statut"],
        category=view["categorie"],
        campaign=campaign,
        q=view.q,
        is_here=True,
        order=view.order,
        part=view.part,
    )
    wanted: dict[str, int] = {}
    for one in await DemandRepository.from_session(session).listing():
        wanted[one.category] = wanted.get(one.category, 0) + one.wanted
    return page(
        request,
        "screens/templates/stock/stock.html",
        principal=principal,
        status=422 if form.errors else 200,
        view=view.fill(found.rows, found),
        stock=stock,
        wanted=wanted,
        nothing=[
            one.category for one in stock.categories if not (one.available or one.set_aside or wanted.get(one.category))
        ],
        campaigns=in_force,
        form=form,
        workshops=await repository.workshops(),
        grades=list(reversed(Grade)),
    )


def _devices(campaigns: Sequence[str]) -> Table:
    """The table of devices; where nothing was ever set aside, it does not speak of campaigns."""
    choice = Choice("campagne", "Campagne", {one: one for one in campaigns}, "Toutes")
    return Table(COLUMNS, (*FILTERS, choice) if campaigns else FILTERS, default_sort="-ready_at")


@router.get("/mon-stock", name="own_stock")
async def mine(request: Request, principal: Annotated[Principal, allow(Role.RELAIS)], session: ReadSession) -> Response:
    """What is promised to the Relais, what it holds, what it handed over."""
    view = MINE.read(request)
    repository = StockRepository.from_session(session)
    found = await repository.devices(
        own_relais_of(principal),
        NOBODY,
        status=view["statut"],
        category=view["categorie"],
        q=view.q,
        is_here=True,
        order=view.order,
        part=view.part,
    )
    here = [one.device_id for one in found.rows if one.status is StockStatus.DELIVERED]
    return page(
        request,
        "screens/templates/stock/mine.html",
        principal=principal,
        recalls=await RecallsRepository.from_session(session).of_devices(here) if here else {},
        view=view.fill(found.rows, found),
        counts=await repository.counts(own_relais_of(principal), NOBODY),
    )
