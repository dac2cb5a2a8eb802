"""Which columns of a list a person wants to see: kept in a cookie of their browser, one for each list.

In a cookie and not in the database: how many columns there is room for is a matter of the screen as much as of the
person, whose telephone shows others than their desk; nothing is asked of the database for a page, and nothing is known
of anybody here.
"""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response

PREFIX = "filiere_colonnes_"
SEPARATOR = "."
_CHOSEN = "filiere.columns"  # in the scope: what this request has chosen
_YEAR = 365 * 24 * 3600


def cookie_of(request: Request, name: str) -> str:
    """The cookie of a list, by its name or its route's; the sheet of a page belongs to it. Services share a host."""
    route = name or str(getattr(request.scope.get("route"), "name", "")).removesuffix("_csv")
    app = request.scope.get("app")
    service = app.state.filiere.service.name if app is not None else ""
    return f"{PREFIX}{service}_{route}"


def keep(request: Request, cookie: str, chosen: Sequence[str]) -> None:
    """With the answer; none chosen is what was shown at first."""
    request.scope.setdefault(_CHOSEN, {})[cookie] = SEPARATOR.join(chosen)


def set_cookies(request: Request, answer: Response, *, path: str, is_secure: bool) -> None:
    chosen: Mapping[str, str] = request.scope.get(_CHOSEN, {})
    for cookie, value in chosen.items():
        answer.set_cookie(
            cookie, value, max_age=_YEAR if value else 0, path=path, samesite="lax", httponly=True, secure=is_secure
        )
