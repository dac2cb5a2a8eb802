"""The free stock with its prices, the price list, one device."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from filiere.catalogue import Category, Grade, Tier
from filiere.catalogue.errors import NothingInForce
from filiere.database import AsyncReadSession, AsyncSession, Scope
from filiere.identifiers import IdentifierError, parse_label
from filiere.web import Principal

from distribute.campaigns.in_force import campaigns_in_force
from distribute.price_book import PriceBook
from distribute.price_lists.service import price_book
from distribute.stock.errors import DeviceNotFound, NoPricesYet, NothingToCheck
from distribute.stock.projection_repository import StockProjection
from distribute.stock.repository import StockRepository
from distribute.stock.schemas import CategoryStock, DeviceOut, PriceOut, PricesOut, StockClass, StockOut
from distribute.tenancy import NOBODY, own_relais_of, relais_of, workshops_of


async def stock(session: AsyncReadSession | AsyncSession, on: date) -> StockOut:
    """What may be ordered now, at the prices of the day. What is set aside for a campaign is told apart.

    A campaign that the policy of the day does not name has ended: what was set aside for it is everybody's.
    """
    in_force = await campaigns_in_force(session, on)
    free: dict[tuple[Category, Grade], Counter[str | None]] = {}
    ended: Counter[str] = Counter()
    for one in await StockRepository.from_session(session).free():
        campaign = one.campaign if one.campaign in in_force else None
        free.setdefault((one.category, one.grade), Counter())[campaign] += one.devices
        if one.campaign is not None and campaign is None:
            ended[one.campaign] += one.devices
    book = await price_book(session)
    categories = []
    for category in Category:
        classes = [_class(book, category, grade, free.get((category, grade), Counter()), on) for grade in Grade]
        categories.append(
            CategoryStock(
                category=category,
                label=category.plural_fr,
                available=sum(one.available for one in classes),
                set_aside=_sum(one.set_aside for one in classes),
                price_min_cents=min(one.price_min_cents for one in classes),
                price_max_cents=max(one.price_max_cents for one in classes),
                ceiling_cents=book.quote(category, Grade.PREMIUM, Tier.SOLIDARY, on, True).ceiling_cents,
                grades=classes,
            )
        )
    return StockOut(
        on=on,
        available=sum(one.available for one in categories),
        set_aside=_sum(one.set_aside for one in categories),
        ended=dict(sorted(ended.items())),
        categories=categories,
    )


async def prices(session: AsyncReadSession, on: date) -> PricesOut:
    """Every price of the list in force on a day, explained. Raises NoPricesYet."""
    book = await price_book(session)
    quoted = []
    name = ""
    for category in Category:
        for grade in Grade:
            for tier in Tier:
                try:
                    one = book.quote(category, grade, tier, on, True)
                except NothingInForce as error:
                    raise NoPricesYet(str(error)) from error
                name = one.price_list
                quoted.append(
                    PriceOut(
                        category=category,
                        grade=grade,
                        tier=tier,
                        amount_cents=one.amount_cents,
                        ceiling_cents=one.ceiling_cents,
                        explanation=one.explanation_fr,
                    )
                )
    return PricesOut(on=on, price_list=name, prices=quoted)


async def device(session: AsyncReadSession | AsyncSession, principal: Principal, device_id: UUID) -> DeviceOut:
    """One device the caller may see. Raises DeviceNotFound."""
    found = await StockRepository.from_session(session).by_device(
        relais_of(principal), workshops_of(principal), device_id
    )
    if found is None:
        raise DeviceNotFound
    return found


async def checked(session: AsyncSession, principal: Principal, device_id: UUID) -> DeviceOut:
    """Somebody has looked at what was taken out of a parcel: it is good. Raises DeviceNotFound, NothingToCheck."""
    await device(session, principal, device_id)
    if not await StockRepository.from_session(session).checked(workshops_of(principal), device_id):
        raise NothingToCheck
    await StockProjection.from_session(session).announce()  # on wish it is promised at once
    return await device(session, principal, device_id)


async def by_label(session: AsyncReadSession | AsyncSession, principal: Principal, typed: str) -> DeviceOut:
    """The device of a label as scanned or typed. Raises DeviceNotFound, with a sentence about the label."""
    return await _labelled(session, relais_of(principal), workshops_of(principal), typed)


async def own_by_label(session: AsyncReadSession, principal: Principal, typed: str) -> DeviceOut:
    """The same of what goes to the caller's own Relais, or is there. Raises DeviceNotFound."""
    return await _labelled(session, own_relais_of(principal), NOBODY, typed)


async def _labelled(session: AsyncReadSession | AsyncSession, relais: Scope, workshops: Scope, typed: str) -> DeviceOut:
    try:
        label = parse_label(typed)
    except IdentifierError as error:
        raise DeviceNotFound(typed[:40]) from error
    found = await StockRepository.from_session(session).by_label(relais, workshops, label)
    if found is None:
        raise DeviceNotFound(label)
    return found


def _class(book: PriceBook, category: Category, grade: Grade, free: Mapping[str | None, int], on: date) -> StockClass:
    amounts = [book.quote(category, grade, tier, on, True).amount_cents for tier in Tier]
    return StockClass(
        category=category,
        grade=grade,
        available=free.get(None, 0),
        set_aside={campaign: free[campaign] for campaign in sorted(one for one in free if one is not None)},
        price_min_cents=min(amounts),
        price_max_cents=max(amounts),
    )


def _sum(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Devices per campaign, by name."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(sorted(total.items()))
