"""API of drafts: /drafts."""

from typing import Annotated
from uuid import UUID

from filiere.web import Page, Paging, Principal, ReadSession, Role, WriteSession, allow, api_router, raises

from distribute.drafts import service
from distribute.drafts.errors import DraftNotFound, TooManyDrafts
from distribute.drafts.repository import DraftsRepository
from distribute.drafts.schemas import DraftIn, DraftOut
from distribute.relais.errors import RelaisNotFound
from distribute.tenancy import own_relais_of

router = api_router("/drafts", tags=["orders"])

Relais = Annotated[Principal, allow(Role.RELAIS)]


@router.post("", status_code=201, responses=raises(RelaisNotFound, TooManyDrafts))
async def keep(body: DraftIn, principal: Relais, session: WriteSession) -> DraftOut:
    """Keep a basket as a draft, or as a template; nothing is ordered."""
    return await service.keep(session, principal, body)


@router.get("")
async def listing(principal: Relais, session: ReadSession, paging: Paging) -> Page[DraftOut]:
    """Drafts and templates of the caller's Relais, last changed first."""
    found = await DraftsRepository.from_session(session).listing(own_relais_of(principal), paging.part)
    return paging.of(found.rows, found)


@router.get("/{draft_id}", responses=raises(DraftNotFound))
async def get(draft_id: UUID, principal: Relais, session: ReadSession) -> DraftOut:
    """One draft or template."""
    return await service.get(session, principal, draft_id)


@router.put("/{draft_id}", responses=raises(DraftNotFound))
async def change(draft_id: UUID, body: DraftIn, principal: Relais, session: WriteSession) -> DraftOut:
    """Keep another basket in its place."""
    return await service.change(session, principal, draft_id, body)


@router.delete("/{draft_id}", status_code=204, responses=raises(DraftNotFound))
async def forget(draft_id: UUID, principal: Relais, session: WriteSession) -> None:
    """Delete it."""
    await service.forget(session, principal, draft_id)
