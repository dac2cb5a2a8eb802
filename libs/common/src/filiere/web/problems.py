"""Errors at the edge: RFC 9457 problem documents for the API, a page in plain words for people."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Scope

from filiere.database import UnknownCursor
from filiere.database.transient import is_transient
from filiere.web.access import caller
from filiere.web.addresses import own_link, own_path, path, speaks_json
from filiere.web.app_state import app_state
from filiere.web.csrf import StaleForm
from filiere.web.errors import (
    MOST_ERRORS,
    PROBLEM_PREFIX,
    DomainError,
    FieldError,
    Unauthenticated,
    Unavailable,
    Unprocessable,
)
from filiere.web.idempotency import REPLAYED, Replay
from filiere.web.request_limits import URLENCODED, TextTooLong
from filiere.web.stale_forms import form_again
from filiere.web.validation import field_errors

HTTP_TITLES = {
    400: "La demande n'est pas lisible.",
    404: "Cette page ou cet objet n'existe pas.",
    405: "Cette adresse ne connaît pas cette méthode.",
    413: "Le fichier est trop volumineux.",
    415: "Ce type de contenu n'est pas accepté.",
}
CRASH_TITLE = "Une erreur est survenue de notre côté. Elle est enregistrée ; réessayez dans un instant."
INVALID_TITLE = "Certains champs sont à corriger."


class NoSuchPlace(Unprocessable):
    title = "Cette adresse ne mène à aucune page de la liste. Revenez à la première."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("after", "Reprenez la valeur de `next`, avec le même tri.")])


def install(app: FastAPI) -> None:
    """Register the handlers of everything that may be raised on purpose."""
    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(UnknownCursor, on_unknown_cursor)
    app.add_exception_handler(RequestValidationError, on_validation_error)
    app.add_exception_handler(HTTPException, on_http_exception)
    app.add_exception_handler(Replay, on_replay)


def problem(
    scope: Scope,
    *,
    slug: str,
    title: str,
    status: int,
    detail: str | None = None,
    errors: Sequence[FieldError] = (),
    more_errors: int = 0,
    extensions: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document; `type` is stable per kind of problem, `correlation_id` finds the log lines."""
    body: dict[str, Any] = {**(extensions or {}), "type": PROBLEM_PREFIX + slug, "title": title, "status": status}
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = [{"field": error.field, "message_fr": error.message_fr} for error in errors[:MOST_ERRORS]]
    if more := more_errors + max(len(errors) - MOST_ERRORS, 0):
        body["more_errors"] = more
    body["instance"] = scope["path"]
    if "correlation_id" in scope:
        body["correlation_id"] = scope["correlation_id"]
    return JSONResponse(body, status, dict(headers or {}), media_type="application/problem+json")


async def on_domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)
    if speaks_json(request.scope):
        return problem(
            request.scope,
            slug=error.slug(),
            title=error.title,
            status=error.status_code,
            detail=error.detail,
            errors=error.errors,
            extensions=error.extensions,
            headers=error.headers,
        )
    if isinstance(error, Unauthenticated) and request.method in ("GET", "HEAD"):
        return to_login(request)
    if isinstance(error, Unauthenticated):
        # A form whose session has ended: it was not read, and the browser still has what was typed.
        return _stale(request, StaleForm(), error.status_code)
    if isinstance(error, StaleForm):
        return await form_again(request, error) or _stale(request, error, error.status_code)
    return await _page(request, error.status_code, error.title, error.detail)


async def on_unknown_cursor(request: Request, error: Exception) -> Response:
    return await on_domain_error(request, NoSuchPlace())


def to_login(request: Request) -> Response:
    if "hx-request" in request.headers:
        # htmx follows redirects inside the fragment; this header makes the whole page go.
        return Response(status_code=401, headers={"HX-Redirect": path("login", next=_page_shown(request))})
    target = _with_query(own_link(request.scope), request.url.query)
    return RedirectResponse(path("login", next=target), status_code=303)


def _with_query(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address


def _page_shown(request: Request) -> str:
    """The page that htmx says it is on; the front page when what it says is no address."""
    try:
        current = urlsplit(request.headers.get("hx-current-url", "/"))
    except ValueError:
        return "/"
    return _with_query(own_path({**request.scope, "path": current.path}), current.query)


async def on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if speaks_json(request.scope):
        found = error.errors()
        return problem(
            request.scope,
            slug="validation",
            title=INVALID_TITLE,
            status=422,
            errors=field_errors(found[:MOST_ERRORS]),
            more_errors=max(len(found) - MOST_ERRORS, 0),
        )
    # On pages only an address can be invalid here (forms are read by `read_form`): such a page does not exist.
    if request.method == "GET" and app_state(request).addresses.is_button(own_path(request.scope)):
        return _to_page_above(request)  # it also looks like one of a page: `/…/{step}` and `/…/send`
    return await _page(request, 404, HTTP_TITLES[404])


async def on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = HTTP_TITLES.get(error.status_code, str(error.detail))
    if error.status_code == 413 and request.headers.get("content-type", "").startswith(URLENCODED):
        title = TextTooLong.title  # there is no file in such a form
    headers = dict(error.headers or {})
    if error.status_code == 405:
        # Starlette names the methods of the first route at this address only.
        headers["Allow"] = ", ".join(app_state(request).addresses.methods_at(own_path(request.scope)))
    if error.status_code == 405 and request.method == "GET" and not speaks_json(request.scope):
        # An address that only takes forms, opened: as the link to the other language does on a form with errors.
        return _to_page_above(request)
    if speaks_json(request.scope):
        slug = f"http-{error.status_code}"
        return problem(request.scope, slug=slug, title=title, status=error.status_code, headers=headers)
    page = await _page(request, error.status_code, title)
    page.headers.update(headers)
    return page


def _to_page_above(request: Request) -> Response:
    addresses = app_state(request).addresses
    above = addresses.root_path + addresses.page_above(own_path(request.scope))
    return RedirectResponse(_with_query(above, request.url.query), status_code=303)


async def on_replay(request: Request, error: Exception) -> Response:
    assert isinstance(error, Replay)
    stored = error.stored
    headers = {REPLAYED: "true"}
    if stored.content_type:
        headers["content-type"] = stored.content_type
    return Response(stored.body, stored.status, headers)


def crashed(scope: Scope, error: Exception) -> Response:
    """The answer to an exception nobody expected: says nothing of it, but where to find it, or to come again."""
    slug, title, status, headers = "internal-error", CRASH_TITLE, 500, {}
    if is_transient(error):  # a database that restarts, or whose every connection is busy
        slug, title, status, headers = Unavailable.slug(), Unavailable.title, 503, Unavailable.headers
    if speaks_json(scope):
        return problem(scope, slug=slug, title=title, status=status, headers=headers)
    pages = scope["app"].state.filiere.pages
    page: Response = pages.error(Request(scope), status, title, None)
    page.headers.update(headers)
    return page


async def _page(request: Request, status: int, title: str, detail: str | None = None) -> Response:
    """A page for people, with the menu of whoever is logged in: an address without a route has asked nobody yet."""
    with suppress(Exception):  # what cannot be found out about the caller must not hide what went wrong
        await caller(request)
    return app_state(request).pages.error(request, status, title, detail)


def _stale(request: Request, error: StaleForm, status: int) -> Response:
    state = app_state(request)
    return state.pages.stale_form(request, error, status, is_logged_in=state.login.person(request) is not None)
