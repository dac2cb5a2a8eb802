"""Log in, log out."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from filiere.web.access import public
from filiere.web.app_state import app_state
from filiere.web.principal import Principal
from filiere.web.request_limits import KIB, body_limit
from filiere.web.routers import page_router


def account_router() -> APIRouter:
    router = page_router()

    @router.get("/login", name="login")
    async def login(
        request: Request,
        visitor: Annotated[Principal | None, public()],
        next: str = "/",
        hint: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Response:
        """Begin a login; `hint` names the subject to the provider (a link of another service, the demo's front door).

        Whoever is logged in here already, and is not to be somebody else, goes on at once.
        """
        if visitor is not None and (not hint or hint == visitor.subject):
            return app_state(request).login.onward(next)
        return await app_state(request).login.begin(request, target=next, hint=hint)

    @router.get("/login/callback", name="login_callback", dependencies=[public()])
    async def callback(request: Request) -> Response:
        return await app_state(request).login.finish(request)

    # Read before anybody is known: a token, and no more.
    @router.post("/logout", name="logout", dependencies=[public()], openapi_extra=body_limit(4 * KIB))
    async def logout(request: Request) -> Response:
        state = app_state(request)
        shown = state.login.person(request)
        if shown is not None:
            await state.memberships.log_out(shown.subject, shown.session)
        return await state.login.end(request)

    return router
