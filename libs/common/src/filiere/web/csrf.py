"""Every page request that may change something carries the session's CSRF token: hidden field or header (htmx)."""

import secrets

from starlette.datastructures import FormData
from starlette.requests import Request

from filiere.web.errors import Forbidden

FIELD = "csrf_token"
HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class StaleForm(Forbidden):
    """Missing or wrong token: a form from another site, or from a session that has ended since.

    `fields` are the submitted texts, so that the page can offer to send them again: nothing typed is lost. They are
    empty for requests that the browser itself calls cross-site.
    """

    title = "Ce formulaire n'est plus valable : la session a changé depuis son ouverture."

    def __init__(self, fields: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__()
        self.fields = fields


def csrf_token(request: Request) -> str:
    """The session's token, made on first use."""
    token = request.session.get("csrf")
    if not isinstance(token, str):
        token = request.session["csrf"] = secrets.token_urlsafe(24)
    return token


async def check_csrf(request: Request) -> None:
    """Dependency of every page router. Raises StaleForm; safe methods pass."""
    if request.method in SAFE_METHODS:
        return
    given = request.headers.get(HEADER)
    form = FormData()
    if given is None:
        form = await request.form()
        value = form.get(FIELD)
        given = value if isinstance(value, str) else None
    expected = request.session.get("csrf")
    if given is None or not isinstance(expected, str) or not secrets.compare_digest(given, expected):
        raise StaleForm(() if is_cross_site(request) else texts(form))


def is_cross_site(request: Request) -> bool:
    """The browser's own word on where the request came from; old browsers that do not say count as cross-site."""
    return request.headers.get("sec-fetch-site") not in ("same-origin", "none")


def texts(form: FormData) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in form.multi_items() if isinstance(value, str) and name != FIELD)
