"""The lists of orders and of Relais as files, under the filters of their pages."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

from filiere.web import Principal, Role, StreamSession, allow, gettext, page_router, sheet_response
from starlette.requests import Request
from starlette.responses import Response

from distribute.orders.repository import OrdersRepository
from distribute.orders.schemas import OrderRowOut
from distribute.relais.repository import RelaisRepository
from distribute.relais.schemas import RelaisOut
from distribute.screens.orders import ALL, MINE
from distribute.screens.relais import RELAIS
from distribute.tenancy import own_relais_of, relais_of

router = page_router()

ORDERS = ("commande", "relais", "departement", "passee_le", "statut", "demandes", "attribues")
STRUCTURES = (
    "relais", "forme", "siret", "adresse", "code_postal", "commune", "departement", "publics", "personnes_suivies",
    "vend", "convention_demandee", "convention_signee", "jours_pour_signer",
)  # fmt: skip


@router.get("/mes-commandes.csv", name="own_orders_csv")
async def own(
    request: Request, principal: Annotated[Principal, allow(Role.RELAIS)], session: StreamSession
) -> Response:
    """The Relais' own orders."""
    view = MINE.read(request)
    found = OrdersRepository.from_session(session).each(own_relais_of(principal), status=view["statut"])
    return sheet_response("mes-commandes.csv", ORDERS, _orders(found), spoken=True)


@router.get("/commandes.csv", name="orders_csv")
async def everything(
    request: Request, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: StreamSession
) -> Response:
    """All orders."""
    view = ALL.read(request)
    found = OrdersRepository.from_session(session).each(relais_of(principal), status=view["statut"], q=view.q)
    return sheet_response("commandes.csv", ORDERS, _orders(found), spoken=True)


@router.get("/relais.csv", name="relais_csv")
async def structures(
    request: Request, principal: Annotated[Principal, allow(Role.COORDINATOR)], session: StreamSession
) -> Response:
    """All Relais, with their agreement."""
    view = RELAIS.read(request)
    found = RelaisRepository.from_session(session).each(
        relais_of(principal), q=view.q, agreement=view["convention"], asks=bool(view["demande"])
    )
    return sheet_response("relais.csv", STRUCTURES, _structures(found), spoken=True)


async def _orders(found: AsyncIterator[OrderRowOut]) -> AsyncIterator[Sequence[object]]:
    async for one in found:
        yield (
            one.reference,
            one.relais_name,
            one.territory,
            one.placed_at,
            gettext(one.standing_fr),
            one.requested,
            one.allocated,
        )


async def _structures(found: AsyncIterator[RelaisOut]) -> AsyncIterator[Sequence[object]]:
    async for one in found:
        yield (
            one.name,
            gettext(one.legal_form.label_fr),
            one.siret,
            one.address,
            one.postcode,
            one.city,
            one.territory,
            ", ".join(one.publics),
            one.people_supported,
            one.may_sell,
            one.requested_on,
            one.signed_on,
            one.days_to_sign,
        )
