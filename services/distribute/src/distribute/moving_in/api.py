"""JSON API of what moves in: for the tool of `filiere.movein`, a batch at a time."""

from typing import Annotated

from fastapi import Query
from filiere.movein.wire import Moved, Progress, ToDistribute
from filiere.roles import Role
from filiere.web import Principal, ReadSession, WriteSession, allow, api_router
from filiere.web.request_limits import MIB, body_limit

from distribute.moving_in import service

router = api_router("/moving-in")
Mover = Annotated[Principal, allow(Role.COORDINATOR)]
Source = Annotated[str, Query(max_length=80)]


@router.post("", openapi_extra=body_limit(4 * MIB))
async def move_in(body: ToDistribute, principal: Mover, session: WriteSession) -> Moved:
    """Relais, where devices went before, and what is waited for. The same batch again changes nothing."""
    return await service.move_in(session, principal, body)


@router.get("")
async def progress(principal: Mover, session: ReadSession, source: Source = "") -> Progress:
    """Of how many devices of this source it was said where they went, and how many are there."""
    return await service.progress(session, source)
