"""API of the chain as the coordination sees it."""

from typing import Annotated

from filiere.web import Principal, ReadSession, Role, allow, api_router

from collect.keys import READ
from collect.network import service
from collect.network.schemas import Network

router = api_router("/network")


@router.get("")
async def get(principal: Annotated[Principal, allow(Role.COORDINATOR, keys=(READ,))], session: ReadSession) -> Network:
    """Where devices wait over the three services, of whom nothing is heard, and agreements in signature."""
    return await service.network(session)
