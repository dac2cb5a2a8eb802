"""The page of what is waited for."""

from collections import defaultdict
from typing import Annotated

from filiere.catalogue.categories import Category
from filiere.web import Principal, ReadSession, gettext, page, page_router
from starlette.requests import Request
from starlette.responses import Response

from refurbish.demand.repository import DemandRepository
from refurbish.demand.waiting import region_of
from refurbish.tenancy import AT_WORK

router = page_router("/besoins")


@router.get("", name="demand")
async def demand_page(request: Request, principal: Annotated[Principal, AT_WORK], session: ReadSession) -> Response:
    """What people wait for: begin with that."""
    found = await DemandRepository.from_session(session).waiting()
    per_category: dict[Category, int] = defaultdict(int)
    per_place: dict[tuple[Category, str, str], int] = defaultdict(int)
    for demand in found:
        per_category[demand.category] += demand.wanted
        per_place[demand.category, demand.grade.value, region_of(demand.territory)] += demand.wanted
    bars = sorted(
        ((gettext(category.plural_fr), count) for category, count in per_category.items()), key=lambda b: -b[1]
    )
    rows = sorted(per_place.items(), key=lambda row: -row[1])
    return page(request, "demand/templates/demand.html", principal=principal, bars=bars, rows=rows)
