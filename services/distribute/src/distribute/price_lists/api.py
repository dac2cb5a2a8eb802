"""API of price lists: /price-lists."""

from typing import Annotated
from uuid import UUID

from filiere.web import Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.price_lists import service
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
from distribute.price_lists.repository import PriceListsRepository
from distribute.price_lists.schemas import ComparisonOut, DraftIn, PriceListIn, PriceListOut, ReasonIn

router = api_router("/price-lists", tags=["price lists"])

Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR, Role.WORKSHOP, Role.SERVICE)]
Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]


@router.get("")
async def listing(principal: Reader, session: ReadSession) -> list[PriceListOut]:
    """The published lists, newest first day first; the coordination sees drafts too."""
    return await PriceListsRepository.from_session(session).listing(with_drafts=service.sees_drafts(principal))


@router.post("", status_code=201, responses=raises(PriceListNotFound))
async def draft(principal: Coordinator, session: WriteSession, body: DraftIn | None = None) -> PriceListOut:
    """A new draft: a copy of a list, of the one that would be in force when none is named."""
    return await service.draft(session, principal, body.based_on if body else None)


@router.get("/{list_id}", responses=raises(PriceListNotFound))
async def get(list_id: UUID, principal: Reader, session: ReadSession) -> PriceListOut:
    """One list."""
    return await service.get(session, principal, list_id)


@router.put("/{list_id}", responses=raises(PriceListNotFound, NoLongerADraft, WrittenMeanwhile))
async def save(list_id: UUID, body: PriceListIn, principal: Coordinator, session: WriteSession) -> PriceListOut:
    """Write a draft anew."""
    return await service.save(session, principal, list_id, body)


@router.delete("/{list_id}", status_code=204, responses=raises(PriceListNotFound, NoLongerADraft))
async def remove(list_id: UUID, principal: Coordinator, session: WriteSession) -> None:
    """Throw a draft away."""
    await service.remove(session, list_id)


@router.get("/{list_id}/comparison", responses=raises(PriceListNotFound))
async def compare(list_id: UUID, principal: Coordinator, session: ReadSession) -> ComparisonOut:
    """What the list changes against the one that it follows; open orders keep their prices."""
    return await service.compare(session, principal, list_id)


@router.post(
    "/{list_id}/publish",
    responses=raises(PriceListNotFound, NoLongerADraft, DraftChanged, BeginsTooSoon, DayTaken, PricesToCorrect),
)
async def publish(list_id: UUID, body: ReasonIn, principal: Coordinator, session: WriteSession) -> PriceListOut:
    """Publish a draft: in force from its first day, and never changed."""
    return await service.publish(session, principal, list_id, body.reason)


@router.post("/{list_id}/withdraw", responses=raises(PriceListNotFound, NotPublished, HasBegun))
async def withdraw(list_id: UUID, body: ReasonIn, principal: Coordinator, session: WriteSession) -> PriceListOut:
    """Take a published list back before its first day."""
    return await service.withdraw(session, principal, list_id, body.reason)
