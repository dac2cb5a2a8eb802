"""API of the coordination's day."""

from typing import Annotated

from filiere.web import Principal, ReadSession, Role, allow, api_router

from collect.inbox import service
from collect.inbox.schemas import Inbox
from collect.keys import READ

router = api_router("/inbox")


@router.get("")
async def get(principal: Annotated[Principal, allow(Role.COORDINATOR, keys=(READ,))], session: ReadSession) -> Inbox:
    """What waits, what is late, what is stuck, and what went well."""
    return await service.inbox(session)
