"""The till: a delivered device goes to a person, with its price explained and a receipt."""

from uuid import UUID

from filiere import outbox
from filiere.calendar import today
from filiere.catalogue import Category, Grade, Tier
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import IdentifierError, parse_label
from filiere.web import Principal

from distribute.handovers.errors import (
    HandoverNotFound,
    MayNotSell,
    NotDeliveredYet,
    NotInYourStock,
    TierDoesNotFit,
)
from distribute.handovers.events import DeviceHandedOver
from distribute.handovers.repository import AtTill, HandoversRepository
from distribute.handovers.schemas import HandoverIn, HandoverOut, TierPrice, TillDevice
from distribute.handovers.status import HandoverKind
from distribute.line_quotes import price_of
from distribute.orders.repository import OrdersRepository
from distribute.orders.stages import restate
from distribute.statuses import StockStatus
from distribute.tenancy import own_relais_of


async def at_till(session: AsyncReadSession | AsyncSession, principal: Principal, typed: str) -> TillDevice:
    """The device of a scanned label with its price per tier. Raises NotInYourStock, NotDeliveredYet."""
    found = await HandoversRepository.from_session(session).at_till(own_relais_of(principal), label=_label(typed))
    if found is None:
        raise NotInYourStock
    return _deliverable(_priced(found))


async def hand_over(session: AsyncSession, principal: Principal, body: HandoverIn) -> HandoverOut:
    """Sell or give a delivered device. Raises NotInYourStock, NotDeliveredYet, MayNotSell, TierDoesNotFit."""
    tier = _tier(body)
    label = _label(body.label) if body.label is not None else None
    repository = HandoversRepository.from_session(session)
    order_id = await repository.order_of(own_relais_of(principal), body, label)
    if order_id is None:
        raise NotInYourStock
    await OrdersRepository.from_session(session).for_update([order_id])
    found = await repository.at_till(own_relais_of(principal), device_id=body.device_id, label=label, for_update=True)
    if found is None:
        raise NotInYourStock
    device = _deliverable(_priced(found))
    if body.kind is HandoverKind.SOLD and not device.may_sell:
        raise MayNotSell(device.relais_name)
    price = device.price(tier)
    year = today().year
    receipt = (year, await repository.next_receipt(device.relais_id, year))
    handover_id = await repository.add(device, body, tier, price.amount_cents, price.explanation, receipt)
    handed_over = DeviceHandedOver(
        device_id=device.device_id, relais_id=device.relais_id, territory=device.territory, how=body.kind
    )
    await outbox.append(session, [handed_over])
    await restate(session, [order_id])
    made = await repository.get(own_relais_of(principal), handover_id)
    assert made is not None  # of a device of the same Relais
    return made


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, handover_id: UUID) -> HandoverOut:
    """One handover of the caller's Relais. Raises HandoverNotFound."""
    found = await HandoversRepository.from_session(session).get(own_relais_of(principal), handover_id)
    if found is None:
        raise HandoverNotFound
    return found


def _label(typed: str) -> str:
    try:
        return parse_label(typed)
    except IdentifierError as error:
        raise NotInYourStock(str(error)) from error


def _tier(body: HandoverIn) -> Tier:
    if body.kind is HandoverKind.GIVEN:
        if body.tier not in (None, Tier.GIFT):
            raise TierDoesNotFit
        return Tier.GIFT
    if body.tier in (None, Tier.GIFT):
        raise TierDoesNotFit
    assert body.tier is not None
    return body.tier


def _priced(found: AtTill) -> TillDevice:
    device = found.device
    category, grade = Category(device["category"]), Grade(device["grade"])
    prices = []
    for tier in Tier:
        price = price_of(found.prices, category, grade, tier, public_origin=device["public_body"], on=found.priced_on)
        prices.append(
            TierPrice(tier=tier, label=tier.label_fr, amount_cents=price.cents, explanation=list(price.explanation))
        )
    name = " ".join(part for part in (device["manufacturer"], device["model"]) if part) or category.label_fr
    return TillDevice.model_validate({**device, "name": name, "prices": prices})


def _deliverable(device: TillDevice) -> TillDevice:
    status = StockStatus(device.status)
    if status is not StockStatus.DELIVERED:
        raise NotDeliveredYet(device.label, status)
    return device
