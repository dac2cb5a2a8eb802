"""What a handler of a page answers with: a page, a fragment, a redirection, a sentence for the next page."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from filiere.web.app_state import app_state
from filiere.web.i18n import language
from filiere.web.principal import Principal
from filiere.web.rendering import session_of, theme_of

# Whoever has the address of a page that a link opens reads it: no search engine, no proxy, no other site is told of it.
UNLISTED = {"x-robots-tag": "noindex, nofollow", "cache-control": "private, no-store"}


def page(
    request: Request, template: str, *, principal: Principal | None = None, status: int = 200, **context: Any
) -> HTMLResponse:
    """Render a page of the service that answers this request.

    `status` 422 for a form shown again with its errors.
    """
    return app_state(request).pages.response(request, template, principal, status, context)


def shared_page(request: Request, template: str, *, max_age_s: int, **context: Any) -> Response:
    """A page that is the same for everybody and holds nothing of who reads it: caches on the way may keep it.

    It begins no session, so it may have no form that is sent by POST; to whoever has one it is given anew each time.
    Whoever shows its tag is told by 304 that it is the same.
    """
    has_session = bool(session_of(request))
    answer = page(request, template, **context)
    if not has_session and "session" in request.scope:
        request.session.clear()  # of the token that a form would need
        if "set-cookie" not in answer.headers:
            answer.headers["cache-control"] = f"public, max-age={max_age_s}"
            answer.headers["vary"] = "accept-language, cookie"
            answer.headers["etag"] = tag = f'W/"{hashlib.sha256(answer.body).hexdigest()[:24]}"'
            if request.method in ("GET", "HEAD") and tag in request.headers.get("if-none-match", "").split(", "):
                return _same(answer)
    return answer


async def kept_page(
    request: Request, state: str, make: Callable[[], Awaitable[tuple[Response, bool]]], *, most: int = 256
) -> Response:
    """A `shared_page` that this process made before, while all that it was made from is the same.

    `state`: what it follows from besides its address and its language; `make`: also whether it may be kept (what
    anybody typed may not). Whoever has a session is given it anew.
    """
    if session_of(request) or "lang" in request.query_params or request.method != "GET":
        return (await make())[0]
    kept: OrderedDict[tuple[str, ...], Response] = app_state(request).kept_pages
    key = (request.url.path, request.url.query, language(), theme_of(request), state)
    if (answer := kept.get(key)) is None:
        made, may_be_kept = await make()
        if not may_be_kept or made.status_code != 200 or "etag" not in made.headers:
            return made
        # A copy: what stands around writes headers of its own into the answer that leaves, as the number of a request.
        kept[key] = answer = Response(made.body, headers=dict(made.headers))
        while len(kept) > most:
            kept.popitem(last=False)
    if answer.headers["etag"] in request.headers.get("if-none-match", "").split(", "):
        return _same(answer)
    return Response(answer.body, headers=dict(answer.headers))


def _same(answer: Response) -> Response:
    """It is what its reader has already."""
    headers = {name: answer.headers[name] for name in ("cache-control", "vary", "etag")}
    return Response(status_code=304, headers=headers)


def render(request: Request, template: str, *, principal: Principal | None = None, **context: Any) -> str:
    """A template's text alone, for htmx fragments and documents."""
    return app_state(request).pages.render(request, template, principal, context)


_FLASHES, _FLASHED = 8, 2_000
"""Most sentences, and bytes in all unless one alone is longer: a cookie of 4,096 bytes holds the login beside."""


def flash(request: Request, text: str, kind: str = "ok") -> None:
    """A sentence for the next page: `ok`, `info`, `wait` or `stop`. Shown once.

    What no page has shown stays in the cookie until one does: the newest few, or browsers would not take it.
    """
    kept = [*request.session.get("flashes", []), {"text": text, "kind": kind}][-_FLASHES:]
    while len(kept) > 1 and len(json.dumps(kept)) > _FLASHED:  # as the cookie holds them, before base64
        del kept[0]
    request.session["flashes"] = kept


def redirect(url: str) -> Response:
    """After a form: go and read the result (303, so that reloading does not send the form twice). `url`: of `path`."""
    return Response(status_code=303, headers={"location": url})


def live_changes(request: Request, key: str) -> Response:
    """What a page with `data-live` follows: a word each time that `NOTIFY filiere_live, '<key>'` is said.

    The caller has checked that whoever asks may see the page.
    """
    return app_state(request).live.response(request, key)
