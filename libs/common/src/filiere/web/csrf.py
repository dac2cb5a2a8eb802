"""Every page request that may change something carries the session's CSRF token: hidden field or header (htmx)."""

import secrets

from starlette.datastructures import FormData
from starlette.requests import Request

from filiere.web.errors import Forbidden

FIELD = "csrf_token"
HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Of what was typed, in a page that offers to send it again: each text stands there twice, each `<` as four characters.
MOST_REPEATED = 32_768


class StaleForm(Forbidden):
    """Missing or wrong token: a form from another site, or from a session that has ended since.

    `fields` are the submitted texts, so that the page can offer to send them again: nothing typed is lost. They are
    empty for requests that the browser itself calls cross-site, and when they are too long to be said again.
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
    if given is None or not isinstance(expected, str) or not is_same(given, expected):
        raise StaleForm(() if is_cross_site(request) else texts(form))


def is_same(given: str, expected: str) -> bool:
    """In the same time whatever is given; texts outside ASCII are compared as bytes, for only those can be."""
    return secrets.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


def is_cross_site(request: Request) -> bool:
    """The browser's own word on where the request came from. An old one says the origin alone, which is ours when it is
    the host that it asks; one that says nothing counts as cross-site.
    """
    said = request.headers.get("sec-fetch-site")
    if said is None:
        host = request.headers.get("origin", "").partition("://")[2]
        return not host or host != request.headers.get("host")
    return said not in ("same-origin", "none")


def texts(form: FormData) -> tuple[tuple[str, str], ...]:
    """What was typed, or nothing when that is too long to be said again."""
    typed = tuple((name, value) for name, value in form.multi_items() if isinstance(value, str) and name != FIELD)
    return typed if sum(len(name) + len(value) for name, value in typed) <= MOST_REPEATED else ()
