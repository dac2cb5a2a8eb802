"""The till without the network: a page that opens without it, and the sales that its device sends afterwards."""

from typing import Annotated

from filiere.database import Part
from filiere.web import (
    Form,
    OwnSessions,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    page,
    page_router,
    path,
    script_router,
)
from filiere.web import gettext as _
from starlette.requests import Request
from starlette.responses import Response

from distribute.handovers import service, slips
from distribute.handovers.choices import MEANS, PAID_TIERS, labelled
from distribute.handovers.schemas import CheckoutIn, SaleKept
from distribute.handovers.status import Criterion
from distribute.publics import publics
from distribute.referrals.pages import codes_of
from distribute.stock.repository import StockRepository
from distribute.tenancy import NOBODY, own_relais_of

router = page_router("/caisse")
scripts = script_router()

Relais = Annotated[Principal, allow(Role.RELAIS)]
MOST_KEPT = 300  # devices in the page that is kept


@router.get("/sans-reseau", name="offline_till")
async def offline_till(request: Request, principal: Relais, session: ReadSession) -> Response:
    """What may be handed over with its prices, in the page itself; no person and nothing of anybody's."""
    stock = await StockRepository.from_session(session).devices(
        own_relais_of(principal), NOBODY, status="delivered", order="category", part=Part(MOST_KEPT)
    )
    devices = await service.cart(session, principal, [one.label for one in stock.rows])
    return page(
        request,
        "handovers/templates/offline_till.html",
        principal=principal,
        devices=[
            {
                "label": one.label,
                "name": one.name,
                "numbers": [number for number in (one.serial, *one.identifiers) if number],
                "may_sell": one.may_sell,
                "may_give": one.may_give,
                "prices": {price.tier.value: price.amount_cents for price in one.prices},
            }
            for one in devices
        ],
        limits=list(dict.fromkeys(one.limit for one in devices if one.limit)),
        tiers=PAID_TIERS,
        means=labelled(MEANS),
        publics={value: text for value, text in publics().items() if value != "tous-publics"},
        criteria=labelled(Criterion),
        words=words(),
        form=Form(),
    )


@scripts.post("/caisse/envoi", name="send_sale")
async def send_sale(
    body: CheckoutIn, request: Request, principal: Relais, database: OwnSessions, session: WriteSession
) -> SaleKept:
    """One sale out of the queue of somebody's device; sent twice it is made once."""
    slip = await slips.shown(database, principal, codes_of(request), body.slip, body.id)
    made = await slips.check_out_with(session, principal, slips.filled(body, slip), slip)
    return SaleKept(receipt=path("receipt", handover_id=made.handovers[0].id) if made.handovers else path("till"))


def words() -> dict[str, str]:
    """What till.js says."""
    return {
        "waiting": _("À envoyer : {count}."),
        "queued": _("À envoyer"),
        "offline": _("Pas de réseau."),
        "later": _("Nouvel essai dans un instant."),
        "login": _("Reconnectez-vous pour envoyer."),
        "done": _("Envoyé."),
        "refused": _("Refusé."),
        "settled": _("C'est réglé"),
        "receipt": _("Reçu"),
        "remove": _("Retirer"),
        "choose": _("Choisir…"),
        "gone": _("Déjà remis sur cet appareil."),
        "shared": _("Ce numéro est celui de plusieurs équipements : scannez l'étiquette."),
        "alone": _("Envoyer sans le repère"),
        "seen_by": _("Dites qui a vu le justificatif : vos initiales ou votre fonction."),
        "bracket": _("Écrivez la tranche que vous avez lue, par exemple « 500-700 »."),
        "part": _("Part de la structure : écrivez un montant qui ne dépasse pas le prix, par exemple 20."),
        "unknown": _("Pas dans votre stock, tel que cet appareil le connaît."),
    }
