"""API of the inbox: /inbox. Coordinators only."""

from typing import Annotated

from filiere.web import Principal, ReadSession, Role, allow, api_router

from distribute.inbox import service
from distribute.inbox.schemas import Inbox

router = api_router("/inbox", tags=["inbox"])


@router.get("")
async def inbox(principal: Annotated[Principal, allow(Role.COORDINATOR)], session: ReadSession) -> Inbox:
    """What waits for the coordination, what is late and what others are at, with the list that shows each."""
    return await service.inbox(session)
