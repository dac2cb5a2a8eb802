"""API of what is wanted: /demand."""

from datetime import datetime
from typing import Annotated

from filiere.catalogue import Category, Grade
from filiere.web import Principal, ReadSession, Role, allow, api_router
from pydantic import BaseModel

from distribute.demand.repository import DemandRepository

router = api_router("", tags=["stock"])

Reader = Annotated[Principal, allow(Role.RELAIS, Role.COORDINATOR, Role.WORKSHOP, Role.SERVICE)]


class DemandOut(BaseModel):
    """Devices that approved orders of a département still wait for."""

    category: Category
    grade: Grade
    territory: str
    wanted: int
    updated_at: datetime


@router.get("/demand")
async def demand(principal: Reader, session: ReadSession) -> list[DemandOut]:
    """What is wanted and not promised, most wanted first."""
    return [DemandOut.model_validate(one._asdict()) for one in await DemandRepository.from_session(session).listing()]
