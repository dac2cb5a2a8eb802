"""The front page: where each role begins."""

from typing import Annotated

from filiere.web import Principal, Role, allow, page, page_router, path, redirect
from starlette.requests import Request
from starlette.responses import Response

router = page_router()

STARTS = ((Role.RELAIS, "today"), (Role.COORDINATOR, "inbox"), (Role.WORKSHOP, "shipments"))


@router.get("/", name="home")
async def home(request: Request, principal: Annotated[Principal, allow()]) -> Response:
    """Go to what the person does first; say so when they have no role here."""
    for role, start in STARTS:
        if principal.has(role):
            return redirect(path(start))
    return page(request, "templates/nothing_here.html", principal=principal)
