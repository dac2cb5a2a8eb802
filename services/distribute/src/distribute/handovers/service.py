"""The till: a delivered device goes to a person, with its price explained and a receipt."""

from collections.abc import Sequence
from uuid import UUID

from filiere.catalogue import Category, Grade, Tier
from filiere.catalogue.device_models import maker_and_model
from filiere.database import AsyncReadSession, AsyncSession
from filiere.identifiers import IdentifierError, parse_label, readings
from filiere.web import Principal

from distribute.handovers.errors import (
    HandoverNotFound,
    IsRecalled,
    KeptForACase,
    MustBeWiped,
    NotDeliveredYet,
    NotInYourStock,
    SharedNumber,
)
from distribute.handovers.repository import AtTill, HandoversRepository
from distribute.handovers.schemas import HandoverOut, TierPrice, TillDevice
from distribute.line_quotes import price_of
from distribute.price_book import PriceBook
from distribute.price_lists.service import price_book
from distribute.statuses import StockStatus
from distribute.tenancy import own_relais_of


async def at_till(session: AsyncReadSession | AsyncSession, principal: Principal, typed: str) -> TillDevice:
    """The device that a label, a serial, an IMEI or an inventory number names, with its price per tier.

    Raises NotInYourStock, NotDeliveredYet, KeptForACase, IsRecalled, MustBeWiped, SharedNumber.
    """
    values = readings(typed)
    found = await HandoversRepository.from_session(session).named_at_till(own_relais_of(principal), values)
    if not found:
        if typed.strip()[:3].upper() == "FIL":
            label_of(typed)  # says what is wrong with a label that was misread
        raise NotInYourStock
    by_label = [one for one in found if one.device["label"] in values]
    here = [one for one in found if one.device["status"] == StockStatus.DELIVERED.value]
    meant = by_label[:1] or here or found
    if len(meant) > 1:
        raise SharedNumber
    return deliverable(priced(await price_book(session), meant[0]))


async def cart(
    session: AsyncReadSession | AsyncSession, principal: Principal, labels: Sequence[str]
) -> list[TillDevice]:
    """The devices of these labels that may be handed over, in their order; the others are left out."""
    book = await price_book(session)
    found = {
        one.device["label"]: priced(book, one)
        for one in await HandoversRepository.from_session(session).at_till(own_relais_of(principal), labels)
    }
    there = [found[label] for label in dict.fromkeys(labels) if label in found]
    return [
        one
        for one in there
        if one.status == StockStatus.DELIVERED and not (one.is_kept or one.is_recalled or one.is_used)
    ]


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, handover_id: UUID) -> HandoverOut:
    """One handover of the caller's Relais. Raises HandoverNotFound."""
    found = await HandoversRepository.from_session(session).get(own_relais_of(principal), handover_id)
    if found is None:
        raise HandoverNotFound
    return found


def label_of(typed: str) -> str:
    """The label in what was typed or scanned. Raises NotInYourStock."""
    try:
        return parse_label(typed)
    except IdentifierError as error:
        raise NotInYourStock(str(error)) from error


def priced(book: PriceBook, found: AtTill) -> TillDevice:
    """The device with its price per tier, as its line was quoted; the book only finds the words that explain it."""
    device = found.device
    category, grade = Category(device["category"]), Grade(device["grade"])
    prices = []
    for tier in Tier:
        price = price_of(
            book, found.prices, category, grade, tier, public_origin=device["public_body"], on=found.priced_on
        )
        prices.append(
            TierPrice(tier=tier, label=tier.label_fr, amount_cents=price.cents, explanation=list(price.explanation))
        )
    name = maker_and_model(device["manufacturer"], device["model"]) or category.label_fr
    rights = found.rights
    may = {"may_sell": rights.may_sell, "may_give": rights.may_give, "limit": rights.limit_fr, "rights": rights}
    return TillDevice.model_validate({**device, **may, "name": name, "prices": prices})


def deliverable(device: TillDevice) -> TillDevice:
    """The device itself, which anybody may have. Raises NotDeliveredYet, KeptForACase, IsRecalled, MustBeWiped."""
    if delivered(device).is_kept:
        raise KeptForACase(device.label)
    return device


def delivered(device: TillDevice) -> TillDevice:
    """The device itself, which lies at the Relais and may be handed over.

    Raises NotDeliveredYet, IsRecalled, MustBeWiped.
    """
    status = StockStatus(device.status)
    if status is not StockStatus.DELIVERED:
        raise NotDeliveredYet(device.label, status)
    if device.is_recalled:
        raise IsRecalled
    if device.is_used:
        raise MustBeWiped
    return device
