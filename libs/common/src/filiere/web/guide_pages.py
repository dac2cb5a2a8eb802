"""« Aide »: the guides of a service. Open to everybody, for what a donor does is read before there is an account."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from filiere.guides import Guide
from filiere.web.access import public
from filiere.web.errors import NotFound
from filiere.web.guide_choice import by_role, roles_of
from filiere.web.pages import page
from filiere.web.principal import Principal
from filiere.web.routers import page_router

Visitor = Annotated[Principal | None, public()]


class NoSuchGuide(NotFound):
    title = "Ce guide n'existe pas."


def guide_router(guides: Sequence[Guide]) -> APIRouter:
    router = page_router("/aide")
    by_name = {guide.name: guide for guide in guides}

    @router.get("", name="guides")
    async def list_of_guides(request: Request, principal: Visitor) -> Response:
        """Every guide, those for the reader first."""
        own, groups = by_role(guides, roles_of(principal))
        return page(request, "guides/list.html", principal=principal, own=own, groups=groups)

    @router.get("/{guide}", name="guide")
    async def one_guide(request: Request, guide: str, principal: Visitor) -> Response:
        """One guide with its steps."""
        if guide not in by_name:
            raise NoSuchGuide
        found = by_name[guide]
        # Others read it too, but its pages would not open for them.
        opens = principal is None or found.is_for(roles_of(principal))
        return page(request, "guides/guide.html", principal=principal, guide=found, opens=opens)

    return router
