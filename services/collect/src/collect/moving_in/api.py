"""JSON API of what moves in: for the tool of `filiere.movein`, a batch at a time."""

from typing import Annotated

from fastapi import Query
from filiere.movein.wire import Moved, Progress, ToCollect
from filiere.roles import Role
from filiere.web import Principal, ReadSession, WriteSession, allow, api_router, raises
from filiere.web.request_limits import MIB, body_limit

from collect.keys import MOVE_IN
from collect.moving_in import service
from collect.moving_in.errors import WorkshopNotHeardOf

router = api_router("/moving-in")
Mover = Annotated[Principal, allow(Role.COORDINATOR, keys=(MOVE_IN,))]
Source = Annotated[str, Query(max_length=80)]


@router.post("", openapi_extra=body_limit(4 * MIB), responses=raises(WorkshopNotHeardOf))
async def move_in(body: ToCollect, principal: Mover, session: WriteSession) -> Moved:
    """Donors and their gifts, which leave for their workshops at once. The same batch again changes nothing."""
    return await service.move_in(session, principal, body)


@router.get("")
async def progress(principal: Mover, session: ReadSession, source: Source = "") -> Progress:
    """How many devices of this source are here, and of how many their workshop has said something."""
    return await service.progress(session, source)
