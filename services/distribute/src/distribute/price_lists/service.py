"""Draft, compare, publish and withdraw price lists."""

from datetime import date
from uuid import UUID

from filiere import journal, outbox
from filiere.calendar import today
from filiere.catalogue import Category, Grade
from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal, Role

from distribute.as_read import fingerprint
from distribute.price_book import PriceBook
from distribute.price_lists import comparing, rules
from distribute.price_lists.errors import (
    BeginsTooSoon,
    DayTaken,
    DraftChanged,
    HasBegun,
    NoLongerADraft,
    NotPublished,
    PriceListNotFound,
    PricesToCorrect,
    WrittenMeanwhile,
)
from distribute.price_lists.events import ListedPrice, PriceListPublished, PriceListWithdrawn
from distribute.price_lists.repository import PriceListsRepository
from distribute.price_lists.schemas import PAYING, ComparisonOut, FaultOut, PriceListIn, PriceListOut
from distribute.price_lists.status import ListStatus

OBJECT = "price_list"  # of the journal


async def price_book(session: AsyncReadSession | AsyncSession) -> PriceBook:
    """What every price is quoted from."""
    return PriceBook(await PriceListsRepository.from_session(session).published())


def sees_drafts(principal: Principal) -> bool:
    return principal.has(Role.COORDINATOR)


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, list_id: UUID) -> PriceListOut:
    """One list that the caller may see. Raises PriceListNotFound."""
    found = await PriceListsRepository.from_session(session).get(list_id, with_drafts=sees_drafts(principal))
    if found is None:
        raise PriceListNotFound
    return found


async def draft(session: AsyncSession, principal: Principal, based_on: UUID | None = None) -> PriceListOut:
    """A new draft: the prices of a list, or of the one that would be in force on the first of next month.

    Raises PriceListNotFound.
    """
    repository = PriceListsRepository.from_session(session)
    begins = _first_of_next_month(today())
    before = await repository.get(based_on, with_drafts=True) if based_on else await repository.last_before(begins)
    if before is None:
        raise PriceListNotFound
    said = PriceListIn(
        label=f"prix solidaires {begins.year}", valid_from=begins, source=before.source, prices=before.prices
    )
    list_id = await repository.add(said)
    await journal.note(session, principal, OBJECT, list_id, "drafted", {"from": before.name})
    return await get(session, principal, list_id)


async def save(
    session: AsyncSession, principal: Principal, list_id: UUID, said: PriceListIn, seen: str | None = None
) -> PriceListOut:
    """Write a draft anew. `seen`: the fingerprint of what the form was opened with, for pages.

    Raises PriceListNotFound, NoLongerADraft, WrittenMeanwhile.
    """
    found = await _draft_for_update(session, list_id)
    if seen is not None and seen != fingerprint(found.said):
        raise WrittenMeanwhile
    await PriceListsRepository.from_session(session).save(list_id, said)
    await journal.note(session, principal, OBJECT, list_id, "edited", {"valid_from": said.valid_from.isoformat()})
    return await get(session, principal, list_id)


async def remove(session: AsyncSession, list_id: UUID) -> None:
    """Throw a draft away. Raises PriceListNotFound, NoLongerADraft."""
    await _draft_for_update(session, list_id)
    await PriceListsRepository.from_session(session).remove(list_id)


async def publish(
    session: AsyncSession, principal: Principal, list_id: UUID, why: str, seen: str | None = None
) -> PriceListOut:
    """From its day on, orders are quoted by it. `seen`: the fingerprint of what was read, for pages.

    Raises PriceListNotFound, NoLongerADraft, DraftChanged, BeginsTooSoon, DayTaken, PricesToCorrect.
    """
    repository = PriceListsRepository.from_session(session)
    await repository.lock_publishing()
    found = await _draft_for_update(session, list_id)
    if seen is not None and seen != fingerprint(found.said):
        raise DraftChanged
    if found.valid_from <= today():
        raise BeginsTooSoon
    if await repository.is_taken(found.valid_from):
        raise DayTaken(found.valid_from)
    if wrong := rules.faults(found.prices, found.valid_from):
        raise PricesToCorrect(wrong)
    await repository.publish(list_id, why)
    await journal.note(session, principal, OBJECT, list_id, "published", {"reason": why})
    prices = [
        ListedPrice(category=category, grade=grade, tier=tier, cents=found.prices.of(category, grade, tier))
        for category in Category
        for tier in PAYING
        for grade in Grade
    ]
    told = PriceListPublished(price_list_id=list_id, name=found.name, valid_from=found.valid_from, prices=prices)
    await outbox.append(session, [told])
    return await get(session, principal, list_id)


async def withdraw(session: AsyncSession, principal: Principal, list_id: UUID, why: str) -> PriceListOut:
    """Take a published list back before its first day. Raises PriceListNotFound, NotPublished, HasBegun."""
    repository = PriceListsRepository.from_session(session)
    await repository.lock_publishing()
    found = await repository.get_for_update(list_id)
    if found is None:
        raise PriceListNotFound
    if found.status is not ListStatus.PUBLISHED:
        raise NotPublished
    if found.valid_from <= today():
        raise HasBegun
    await repository.withdraw(list_id, why)
    await journal.note(session, principal, OBJECT, list_id, "withdrawn", {"reason": why})
    await outbox.append(session, [PriceListWithdrawn(price_list_id=list_id, name=found.name)])
    return await get(session, principal, list_id)


async def compare(session: AsyncReadSession, principal: Principal, list_id: UUID) -> ComparisonOut:
    """What a list changes against the one it follows. Raises PriceListNotFound."""
    repository = PriceListsRepository.from_session(session)
    found = await get(session, principal, list_id)
    before = await repository.last_before(found.valid_from, but=list_id)
    touched = await repository.touched()
    against = before or found  # the first of all changes nothing
    changed = comparing.changes(against.prices, found.prices, touched.free)
    moved = {(one.category, one.grade) for one in changed}
    return ComparisonOut(
        price_list_id=list_id,
        against=against.name,
        against_label=against.label,
        changes=changed,
        unchanged=len(Category) * len(PAYING) * len(Grade) - len(changed),
        open_orders=touched.orders,
        open_lines=touched.lines,
        at_relais=touched.promised,
        free_devices=sum(touched.free.values()),
        free_changed=sum(count for what, count in touched.free.items() if what in moved),
        stock_difference_cents=comparing.of_the_stock(changed),
        orders_difference_cents=0,
        faults=[
            FaultOut(field=one.field, sentence=one.message_fr) for one in rules.faults(found.prices, found.valid_from)
        ],
    )


async def _draft_for_update(session: AsyncSession, list_id: UUID) -> PriceListOut:
    found = await PriceListsRepository.from_session(session).get_for_update(list_id)
    if found is None:
        raise PriceListNotFound
    if found.status is not ListStatus.DRAFT:
        raise NoLongerADraft
    return found


def _first_of_next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
