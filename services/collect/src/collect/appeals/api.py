"""API of appeals: the coordination's people alone. No key sends or reads them: a person decides to write to donors."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from filiere.web import (
    Page,
    Paging,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    api_router,
    own_settings,
    raises,
)

from collect.appeals import service
from collect.appeals.errors import AppealNotFound, NobodyToWrite
from collect.appeals.repository import AppealRepository
from collect.appeals.schemas import Appeal, AppealIn, Audience, Whom, Written
from collect.settings import CollectSettings

router = api_router("/appeals")

Coordinator = Annotated[Principal, allow(Role.COORDINATOR)]
OwnSettings = Annotated[CollectSettings, own_settings(CollectSettings)]


@router.get("")
async def listing(principal: Coordinator, session: ReadSession, paging: Paging) -> Page[Appeal]:
    """Letters to past donors, the newest first, each with what its readers have declared since."""
    appeals = AppealRepository.from_session(session)
    return paging.of(await appeals.newest(paging.limit, paging.offset), await appeals.count())


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
async def donors(appeal_id: UUID, principal: Coordinator, session: ReadSession, paging: Paging) -> Page[Written]:
    """Whom it was written to, those who have declared since before the others."""
    appeal = await service.get(session, appeal_id)
    written = await AppealRepository.from_session(session).written(appeal_id, paging.limit, paging.offset)
    return paging.of(written, appeal.written)


@router.post("/{appeal_id}/resume", status_code=202, responses=raises(AppealNotFound))
async def resume(appeal_id: UUID, principal: Coordinator, session: WriteSession, settings: OwnSettings) -> Appeal:
    """What stopped half way goes on with those who were not written to yet."""
    await service.resume(session, appeal_id, settings.appeal_every)
    return await service.get(session, appeal_id)
