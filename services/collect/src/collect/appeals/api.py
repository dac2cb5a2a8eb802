"""API of appeals: the coordination's people alone. No key sends or reads them: a person decides to write to donors."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.web import Principal, ReadSession, Role, WriteSession, allow, api_router, own_settings, raises

from collect.appeals import service
from collect.appeals.errors import AppealNotFound, NobodyToWrite
from collect.appeals.repository import AppealRepository
from collect.appeals.schemas import Appeal, AppealIn, Audience, Whom, Written
from collect.settings import CollectSettings

router = api_router("/appeals")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
OwnSettings = Annotated[CollectSettings, own_settings(CollectSettings)]
Limit = Annotated[int, Query(ge=1, le=1000)]


@router.get("")
async def listing(principal: Coordinator, session: ReadSession, limit: Limit = service.SHOWN) -> list[Appeal]:
    """Letters to past donors, the newest first, each with what its readers have declared since."""
    return await AppealRepository.from_session(session).newest(limit)


@router.get("/audience")
async def audience(
    whom: Annotated[Whom, Query()], principal: Coordinator, session: ReadSession, settings: OwnSettings
) -> Audience:
    """Whom such a letter would reach now, and why not the others."""
    return await service.audience(session, whom, settings.appeal_every)


@router.post("", status_code=202, responses=raises(NobodyToWrite))
async def send(body: AppealIn, principal: Coordinator, session: WriteSession, settings: OwnSettings) -> Appeal:
    """Have the letters written by the worker; the same `appeal_id` again writes to nobody more."""
    await service.send(session, body, settings.appeal_every, principal)
    sent = await AppealRepository.from_session(session).get(body.appeal_id)
    assert sent is not None
    return sent


@router.get("/{appeal_id}", responses=raises(AppealNotFound))
async def get(appeal_id: UUID, principal: Coordinator, session: ReadSession) -> Appeal:
    """One appeal: how far the writing is, and what came of it."""
    return await service.get(session, appeal_id)


@router.get("/{appeal_id}/donors", responses=raises(AppealNotFound))
async def donors(
    appeal_id: UUID, principal: Coordinator, session: ReadSession, limit: Limit = service.SHOWN
) -> list[Written]:
    """Whom it was written to, those who have declared since before the others."""
    await service.get(session, appeal_id)
    return await AppealRepository.from_session(session).written(appeal_id, limit)


@router.post("/{appeal_id}/resume", status_code=202, responses=raises(AppealNotFound))
async def resume(appeal_id: UUID, principal: Coordinator, session: WriteSession, settings: OwnSettings) -> Appeal:
    """What stopped half way goes on with those who were not written to yet."""
    await service.resume(session, appeal_id, settings.appeal_every)
    return await service.get(session, appeal_id)
