"""The two kinds of router: JSON under /api/v1 with bearer tokens, HTML pages with a session cookie."""

from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from starlette.requests import Request
from starlette.responses import Response

from filiere.web.addresses import SPEAKS_JSON
from filiere.web.csrf import check_csrf
from filiere.web.idempotency import answer_once
from filiere.web.sessions import UnitRoute


class CommandRoute(UnitRoute):
    """A route of the API: a unit of work that honours `Idempotency-Key`."""

    async def answer(self, request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]]) -> Response:
        return await answer_once(request, handle)


class ScriptRoute(CommandRoute):
    """A command that a page's script sends, perhaps again: `Idempotency-Key`, JSON both ways, refusals as problems."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_json(request: Request) -> Response:
            request.scope[SPEAKS_JSON] = True
            return await handle(request)

        return handle_json


API_PREFIX = "/api/v1"
# Keeps FastAPI from describing its own answer to a field that is wrong, which is none of ours (`openapi.py`).
INVALID: dict[int | str, dict[str, Any]] = {422: {"description": ""}}


def api_router(prefix: str, *, tags: list[str | Enum] | None = None) -> APIRouter:
    """Routes under `/api/v1<prefix>`: JSON, bearer token, problem+json, Idempotency-Key on POST.

    The description of the API groups them by `tags`, by default the first word of the prefix.
    """
    assert tags or prefix.strip("/"), "routes of no prefix need a tag: it is their heading in the documentation"
    return APIRouter(
        prefix=f"{API_PREFIX}{prefix}",
        tags=tags or [prefix.strip("/").split("/")[0]],
        route_class=CommandRoute,
        responses=INVALID,
    )


def script_router() -> APIRouter:
    """What scripts of pages send: session cookie, CSRF token in its header, JSON, `Idempotency-Key`."""
    return APIRouter(route_class=ScriptRoute, dependencies=[Depends(check_csrf)], include_in_schema=False)


def answer_router(prefix: str = "") -> APIRouter:
    """HTML pages that answer a form and change nothing: no session, so no CSRF token, and no cookie to begin with.

    Nothing of what is sent is kept; a page that writes, or shows what is somebody's, is of `page_router`.
    """
    return APIRouter(prefix=prefix, route_class=UnitRoute, default_response_class=HTMLResponse, include_in_schema=False)


def page_router(prefix: str = "") -> APIRouter:
    """HTML pages under `prefix`: session cookie, CSRF token checked on every method but GET and HEAD."""
    return APIRouter(
        prefix=prefix,
        route_class=UnitRoute,
        dependencies=[Depends(check_csrf)],
        default_response_class=HTMLResponse,
        include_in_schema=False,
    )
