"""Offers and their prices: each price is a row from a day on, and never changes."""

from uuid import UUID

from filiere import journal
from filiere.calendar import today
from filiere.database import AsyncReadSession, AsyncSession, Scope
from filiere.web import Principal

from distribute.tenancy import relais_of
from distribute.topups.errors import OfferKnown, OfferNotFound, PriceDayTaken, PriceTooSoon
from distribute.topups.repository import TopupsRepository
from distribute.topups.schemas import OfferIn, OfferOut, PriceIn

OBJECT = "topup_offer"  # of the journal


async def listing(session: AsyncReadSession | AsyncSession, principal: Principal) -> list[OfferOut]:
    """Every offer, with what the caller has of it."""
    return await TopupsRepository.from_session(session).offers(relais_of(principal), today())


async def get(session: AsyncReadSession | AsyncSession, scope: Scope, offer_id: UUID) -> OfferOut:
    """One offer with what the scope has of it. Raises OfferNotFound."""
    found = await TopupsRepository.from_session(session).offer(scope, offer_id, today())
    if found is None:
        raise OfferNotFound
    return found


async def add(session: AsyncSession, principal: Principal, offer: OfferIn) -> OfferOut:
    """A new offer with its first price. Raises OfferKnown."""
    repository = TopupsRepository.from_session(session)
    offer_id = await repository.add_offer(offer)
    if offer_id is None:
        raise OfferKnown
    await repository.add_price(offer_id, offer)
    await journal.note(session, principal, OBJECT, offer_id, "added", {"cents": offer.cents})
    return await get(session, relais_of(principal), offer_id)


async def set_price(session: AsyncSession, principal: Principal, offer_id: UUID, price: PriceIn) -> OfferOut:
    """Another price from a day on. Raises OfferNotFound, PriceTooSoon, PriceDayTaken."""
    repository = TopupsRepository.from_session(session)
    found = await get(session, relais_of(principal), offer_id)
    if price.valid_from <= today():
        raise PriceTooSoon
    if not await repository.add_price(offer_id, price):
        raise PriceDayTaken
    said = {"cents": price.cents, "from": price.valid_from.isoformat()}
    await journal.note(session, principal, OBJECT, offer_id, "priced", said)
    return found
