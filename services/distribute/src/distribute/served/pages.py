"""The page that compares what a Relais was served with others, and says how it is counted."""

from typing import Annotated

from filiere.calendar import today
from filiere.web import Principal, ReadSession, Role, allow, page, page_router
from starlette.requests import Request
from starlette.responses import Response

from distribute.engine import policy_on
from distribute.relais.repository import RelaisRepository
from distribute.served import service
from distribute.tenancy import own_relais_of

router = page_router()


@router.get("/part-servie", name="share_served")
async def share(
    request: Request, principal: Annotated[Principal, allow(Role.RELAIS)], session: ReadSession
) -> Response:
    """The share served to the caller's Relais and to each locality class, with the method."""
    on = today()
    relais = own_relais_of(principal)
    return page(
        request,
        "served/templates/served.html",
        principal=principal,
        months=policy_on(on).window_months,
        since=service.since(on),
        mine=await RelaisRepository.from_session(session).of_members(relais),
        own=await service.own(session, relais, on),
        localities=await service.by_locality(session, on),
        fewest=service.FEWEST_TOLD,
    )
