"""Keep baskets, open them again, forget them."""

from uuid import UUID

from filiere.database import AsyncReadSession, AsyncSession
from filiere.web import Principal

from distribute.drafts.errors import DraftNotFound, TooManyDrafts
from distribute.drafts.repository import DraftsRepository
from distribute.drafts.schemas import DraftIn, DraftOut
from distribute.relais import service as relais_service
from distribute.tenancy import own_relais_of

AT_MOST = 100


async def keep(session: AsyncSession, principal: Principal, draft: DraftIn) -> DraftOut:
    """Keep a basket. Raises RelaisNotFound, TooManyDrafts."""
    await relais_service.own(session, principal, draft.relais_id)
    repository = DraftsRepository.from_session(session)
    draft_id = await repository.add(own_relais_of(principal), draft, AT_MOST)
    if draft_id is None:
        raise TooManyDrafts
    made = await repository.get(own_relais_of(principal), draft_id)
    assert made is not None  # written a moment ago, for a Relais of the caller's
    return made


async def change(session: AsyncSession, principal: Principal, draft_id: UUID, draft: DraftIn) -> DraftOut:
    """Keep another basket in its place. Raises DraftNotFound."""
    if not await DraftsRepository.from_session(session).change(own_relais_of(principal), draft_id, draft):
        raise DraftNotFound
    return await get(session, principal, draft_id)


async def get(session: AsyncReadSession | AsyncSession, principal: Principal, draft_id: UUID) -> DraftOut:
    """One of the caller's own. Raises DraftNotFound."""
    found = await DraftsRepository.from_session(session).get(own_relais_of(principal), draft_id)
    if found is None:
        raise DraftNotFound
    return found


async def forget(session: AsyncSession, principal: Principal, draft_id: UUID) -> None:
    """Delete it. Raises DraftNotFound."""
    if not await DraftsRepository.from_session(session).forget(own_relais_of(principal), draft_id):
        raise DraftNotFound


async def ordered(session: AsyncSession, principal: Principal, draft_id: UUID) -> None:
    """It was sent: a draft is done with, a template stays."""
    await DraftsRepository.from_session(session).forget(own_relais_of(principal), draft_id, unless_template=True)
