"""API of referral slips: /referral-slips, for the workers of a Relais."""

from typing import Annotated
from uuid import UUID

from filiere.web import (
    OwnSessions,
    Page,
    Paging,
    Principal,
    ReadSession,
    Role,
    WriteSession,
    allow,
    api_router,
    raises,
)
from starlette.requests import Request

from distribute.referrals import service, taking
from distribute.referrals.errors import (
    SlipEnded,
    SlipNotFound,
    SlipNotOpen,
    SlipUnknown,
    SlipUsed,
    TooManyGuesses,
    TooManySlips,
    WhichStructure,
)
from distribute.referrals.pages import codes_of
from distribute.referrals.repository import ReferralsRepository
from distribute.referrals.schemas import CodeIn, MadeIn, ReadSlip, SlipOut
from distribute.tenancy import own_relais_of

router = api_router("/referral-slips")

Relais = Annotated[Principal, allow(Role.RELAIS)]


@router.post("", status_code=201, responses=raises(TooManySlips, WhichStructure, SlipNotFound))
async def make(body: MadeIn, request: Request, principal: Relais, session: WriteSession) -> SlipOut:
    """Make a slip for 60 days. Read it by its id for the code, which no kept answer holds."""
    slip_id = await service.make(session, principal, codes_of(request), body.relais_id, body)
    slip = await service.get(session, principal, codes_of(request), slip_id)
    return slip.model_copy(update={"code": None})


@router.get("")
async def listing(principal: Relais, session: ReadSession, paging: Paging) -> Page[SlipOut]:
    """Slips of the caller's structures, the newest first, without their codes."""
    found = await ReferralsRepository.from_session(session).listing(own_relais_of(principal), paging.part)
    return paging.of(found.rows, found)


@router.get("/{slip_id}", responses=raises(SlipNotFound))
async def get(slip_id: UUID, request: Request, principal: Relais, session: ReadSession) -> SlipOut:
    """One slip, with its code while it is open; then when it was used."""
    return await service.get(session, principal, codes_of(request), slip_id)


@router.post("/{slip_id}/revoke", responses=raises(SlipNotFound, SlipNotOpen))
async def revoke(slip_id: UUID, request: Request, principal: Relais, session: WriteSession) -> SlipOut:
    """Its code opens nothing any more."""
    await service.revoke(session, principal, slip_id)
    return await service.get(session, principal, codes_of(request), slip_id)


@router.post("/read", responses=raises(SlipUnknown, SlipUsed, SlipEnded, TooManyGuesses))
async def read(body: CodeIn, request: Request, principal: Relais, database: OwnSessions) -> ReadSlip:
    """What a person's code says, whoever made it; wrong codes are counted, twenty an hour."""
    return await taking.look(database, principal, codes_of(request), body.code)
