"""JSON API of what is waited for."""

from typing import Annotated

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.web import Principal, ReadSession, api_router
from pydantic import BaseModel, ConfigDict

from refurbish.demand.repository import DemandRepository
from refurbish.tenancy import AT_WORK

router = api_router("/demand")


class DemandOut(BaseModel):
    """Devices that Relais ask for and do not get."""

    model_config = ConfigDict(from_attributes=True)

    category: Category
    grade: Grade
    territory: str
    wanted: int


@router.get("")
async def list_demand(
    principal: Annotated[Principal, AT_WORK], session: ReadSession, category: Category | None = None
) -> list[DemandOut]:
    """Most wanted first; counts only, nobody's own data."""
    found = await DemandRepository.from_session(session).waiting(category)
    return [DemandOut.model_validate(demand) for demand in found]
