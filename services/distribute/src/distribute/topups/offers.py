"""Offers and their prices: each price is a row from a day on, and never changes once it has begun."""

from datetime import date
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import now, today
from filiere.database import AsyncReadSession, AsyncSession, Scope
from filiere.web import Principal

from distribute.tenancy import relais_of
from distribute.topups.errors import (
    OfferClosed,
    OfferKnown,
    OfferNotClosed,
    OfferNotFound,
    PriceDayTaken,
    PriceHasBegun,
    PriceTooSoon,
)
from distribute.topups.events import TopupOfferClosed, TopupOfferReopened
from distribute.topups.repository import TopupsRepository
from distribute.topups.requests_repository import TopupRequestsRepository
from distribute.topups.schemas import OfferIn, OfferOut, OfferWords, PriceIn

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


async def get_open(session: AsyncReadSession | AsyncSession, scope: Scope, offer_id: UUID) -> OfferOut:
    """One offer that is not closed. Raises OfferNotFound, OfferClosed."""
    found = await get(session, scope, offer_id)
    if found.closed_at is not None:
        raise OfferClosed
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


async def withdraw_price(session: AsyncSession, principal: Principal, offer_id: UUID, valid_from: date) -> OfferOut:
    """Take a price back before its first day: the one before goes on. Raises OfferNotFound, PriceHasBegun."""
    found = await get(session, relais_of(principal), offer_id)
    cents = await TopupsRepository.from_session(session).withdraw_price(offer_id, valid_from, today())
    if cents is None:
        raise PriceHasBegun
    said = {"cents": cents, "from": valid_from.isoformat()}
    await journal.note(session, principal, OBJECT, offer_id, "price_withdrawn", said)
    return found


async def correct(session: AsyncSession, principal: Principal, offer_id: UUID, words: OfferWords) -> OfferOut:
    """Mend its words: what was handed over says the new ones on its slip, the till's journal those of its day.

    Raises OfferNotFound, OfferKnown.
    """
    before = await get(session, relais_of(principal), offer_id)
    if not await TopupsRepository.from_session(session).correct(offer_id, words):
        raise OfferKnown
    await journal.note(session, principal, OBJECT, offer_id, "corrected", {"before": before.title})
    return await get(session, relais_of(principal), offer_id)


async def close(session: AsyncSession, principal: Principal, offer_id: UUID) -> OfferOut:
    """No more of it is asked for, taken in, sent or handed over. What is somewhere stays there, and is given back.

    What Relais still wait for of it is given up. Raises OfferNotFound, OfferClosed.
    """
    repository = TopupsRepository.from_session(session)
    await repository.lock_offer(offer_id)
    found, at = await get_open(session, relais_of(principal), offer_id), now()
    await repository.close(offer_id, at)
    given_up = await TopupRequestsRepository.from_session(session).give_up(offer_id, at)
    await journal.note(session, principal, OBJECT, offer_id, "closed", {"requests": given_up})
    await outbox.append(session, [TopupOfferClosed(offer_id=offer_id, kind=found.kind)])
    return await get(session, relais_of(principal), offer_id)


async def reopen(session: AsyncSession, principal: Principal, offer_id: UUID) -> OfferOut:
    """It is asked for and handed over again. Raises OfferNotFound, OfferNotClosed."""
    repository = TopupsRepository.from_session(session)
    found = await get(session, relais_of(principal), offer_id)
    if not await repository.close(offer_id, None):
        raise OfferNotClosed
    await journal.note(session, principal, OBJECT, offer_id, "reopened")
    await outbox.append(session, [TopupOfferReopened(offer_id=offer_id, kind=found.kind)])
    return await get(session, relais_of(principal), offer_id)
