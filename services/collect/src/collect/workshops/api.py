"""API of workshops, as collect knows them."""

from typing import Annotated

from filiere.web import Principal, ReadSession, Role, allow, api_router

from collect.keys import READ
from collect.workshops.repository import WorkshopRepository
from collect.workshops.schemas import WorkshopOut

router = api_router("/workshops")


@router.get("")
async def listing(
    principal: Annotated[Principal, allow(Role.COORDINATOR, keys=(READ,))], session: ReadSession
) -> list[WorkshopOut]:
    """Every workshop that has told its capacity, by name."""
    return await WorkshopRepository.from_session(session).all()
