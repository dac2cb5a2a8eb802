"""A kit, « téléphone et carte SIM »: one act at the till, one receipt, and the code of its card leaves once.

The device goes as every other; the card is a line beside it, with an entry of its own in the journal that names the
kit. Both are of one transaction, so neither leaves alone; taken back, each comes back by itself.
"""

from filiere.database import AsyncSession, Scope
from filiere.web import Principal

from distribute.handovers.chaining import shares
from distribute.handovers.checkout import check_out
from distribute.handovers.errors import CheckoutKeyReused
from distribute.handovers.repository import HandoversRepository
from distribute.handovers.schemas import CartDeviceIn, CheckoutIn, CheckoutOut
from distribute.handovers.service import at_till, label_of
from distribute.handovers.status import HandoverKind
from distribute.tenancy import own_relais_of
from distribute.topups import offers
from distribute.topups.errors import NoPrice, NotASim, StructurePaysMore
from distribute.topups.sales_repository import TopupSalesRepository
from distribute.topups.schemas import KitIn, KitOut, SaleIn, SaleOut
from distribute.topups.selling import sell
from distribute.topups.status import OfferKind
from distribute.topups.vault import Vault

_BOTH = ("kind", "person_alias", "public", "criterion", "bracket", "seen_by", "means", "structure_means")


async def hand_over(
    session: AsyncSession, principal: Principal, vault: Vault, body: KitIn, ceiling_cents: int
) -> KitOut:
    """Hand a device and a SIM card over together; the same id again gives the same kit.

    Raises what handing over either raises, and NotASim.
    """
    scope, sales = own_relais_of(principal), TopupSalesRepository.from_session(session)
    label = label_of(body.label)
    if (made := await _made(session, scope, body, label)) is not None:
        return made
    device = await at_till(session, principal, label)
    # The card's lock comes first, as for a card alone: a second press waits here.
    await sales.lock_topups(device.relais_id)
    if (made := await _made(session, scope, body, label)) is not None:
        return made
    offer = await offers.get_open(session, Scope((device.relais_id,)), body.offer_id)
    if offer.kind is not OfferKind.SIM:
        raise NotASim
    if offer.cents is None:
        raise NoPrice
    is_sold = body.kind is HandoverKind.SOLD
    prices = [device.price(body.tier).amount_cents, offer.cents] if is_sold and body.tier is not None else [0, 0]
    if body.structure_cents > sum(prices):
        raise StructurePaysMore
    (_, of_device), (_, of_card) = shares(prices, body.structure_cents)
    said = body.model_dump(include={*_BOTH})
    cart = CheckoutIn(
        **said, id=body.id, devices=[CartDeviceIn(label=label)], tier=body.tier, structure_cents=of_device
    )
    checkout = await check_out(session, principal, cart)
    card = SaleIn(**said, id=body.id, offer_id=body.offer_id, relais_id=device.relais_id, structure_cents=of_card)
    sale = await sell(session, principal, vault, card, ceiling_cents, in_kit=True)
    return _kit(checkout, sale)


async def _made(session: AsyncSession, scope: Scope, body: KitIn, label: str) -> KitOut | None:
    """What was handed over for this id. Raises CheckoutKeyReused."""
    checkout = await HandoversRepository.from_session(session).checkout(scope, body.id)
    sale = await TopupSalesRepository.from_session(session).get(scope, body.id)
    if checkout is None and sale is None:
        return None
    if checkout is None or sale is None or sale.offer_id != body.offer_id or sale.kind is not body.kind:
        raise CheckoutKeyReused
    if checkout.handovers and [one.label for one in checkout.handovers] != [label]:
        raise CheckoutKeyReused
    return _kit(checkout, sale)


def _kit(checkout: CheckoutOut, sale: SaleOut) -> KitOut:
    return KitOut(id=sale.id, amount_cents=checkout.amount_cents + sale.amount_cents, checkout=checkout, card=sale)
