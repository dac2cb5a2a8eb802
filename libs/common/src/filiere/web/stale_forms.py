"""A form of a page without an account that was open for longer than its session: shown again as it was filled in.

Whoever has no account cannot log in again: they get the page itself, with a new token, what they had typed and drawn,
and a sentence. Nothing of the form that came is carried out, and only what the browser says comes from our own page is
written into it.
"""

from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Scope

from filiere.web.access import declared_access
from filiere.web.addresses import own_path
from filiere.web.app_state import app_state
from filiere.web.csrf import StaleForm
from filiere.web.errors import DomainError
from filiere.web.typed_again import TYPED

# What the page that answers has of the request that came; not what was worked out for that one on the way.
_SHARED = frozenset(
    ("type", "asgi", "http_version", "server", "client", "scheme", "root_path", "app", "session", "correlation_id")
)


async def form_again(request: Request, error: StaleForm) -> Response | None:
    """The page whose form was sent, filled in as it was; None where an account is needed, or there is no such page."""
    if not _is_without_account(request.scope) or app_state(request).login.person(request) is not None:
        return None
    addresses, own = app_state(request).addresses, own_path(request.scope)
    page = addresses.form_of(own)
    for _ in range(2):  # an address that looks like a page may be none: `/…/{token}/{step}` and `/…/{token}/send`
        if page == "/":
            return None
        if (answer := await _shown(request, page, error)) is not None:
            answer.status_code = error.status_code
            return answer
        page = addresses.page_above(page)
    return None


def _is_without_account(scope: Scope) -> bool:
    dependant = getattr(scope.get("route"), "dependant", None)
    access = declared_access(dependant) if dependant is not None else None
    return access is not None and access.is_public


async def _shown(request: Request, page: str, error: StaleForm) -> Response | None:
    """The page, as if it were opened now; None when it does not open, or needs an account."""
    scope: dict[str, Any] = {name: value for name, value in request.scope.items() if name in _SHARED}
    address = request.scope["root_path"] + page
    headers = [one for one in request.scope["headers"] if one[0] not in (b"content-length", b"content-type")]
    scope |= {"method": "GET", "path": address, "raw_path": address.encode(), "query_string": b"", "headers": headers}
    scope[TYPED] = _values(error.fields)
    head: dict[str, Any] = {}
    body = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            head.update(message)
        else:
            body.extend(message.get("body", b""))

    try:
        await AsyncExitStackMiddleware(request.app.router)(scope, receive, send)
    except (DomainError, HTTPException, RequestValidationError):
        return None
    if head.get("status") != 200 or not _is_without_account(scope):
        return None
    answer = Response(bytes(body))
    answer.raw_headers = list(head["headers"])
    return answer


def _values(fields: tuple[tuple[str, str], ...]) -> dict[str, str | list[str]]:
    """What was typed, by its name; all of a name that was sent several times."""
    values: dict[str, str | list[str]] = {}
    for name, value in fields:
        known = values.get(name)
        values[name] = value if known is None else [*([known] if isinstance(known, str) else known), value]
    return values
