"""The home application: small pages over what the supervisor leaves in the data folder and the services' probes, and
a donor's tool that is told by webhooks.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

from filiere.health import probe
from filiere.mail.linked import pieces
from filiere.web.assets import STATIC, Assets
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from stack.home import reading
from stack.home.roles import Addresses, roles
from stack.home.tool import LONGEST, Tool

# Our own files only; no inline script or style, no frame around us, no form that leaves.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
Handler = Callable[[Request], Awaitable[Response]]
Parts = Callable[[], Awaitable[list[reading.Part]]]


class Place(Addresses, Protocol):
    """What the front door needs to know of the Filière behind it."""

    @property
    def data(self) -> Path: ...


def create_home(place: Place, *, parts: Parts | None = None, password: str = "") -> Starlette:
    """The application; reads files of `place.data` and asks the services' probes at each request.

    `parts` replaces the table that a supervisor keeps in `place.data`; `password` is told to visitors when the provider
    asks the demo people for one.
    """
    home = _Home(place, parts or (lambda: reading.parts(place.data)), password)
    routes = {
        "/": home.front,
        "/etat": home.status,
        "/courriels": home.mails,
        "/courriels/{name}": home.mail,
        "/outil": home.tool,
        "/audit": home.audit,
        "/health/live": home.live,
        "/health/ready": home.live,
        "/static/{version}/{name:path}": home.static,
    }
    told = [
        Route("/outil", _closed(home.told), methods=["POST"]),
        Route("/outil/secret", _closed(home.learn), methods=["POST"]),
    ]
    return Starlette(
        routes=[*(Route(path, _closed(handler), methods=["GET"]) for path, handler in routes.items()), *told],
        exception_handlers={404: home.missing},
    )


class _Home:
    def __init__(self, place: Place, parts: Parts, password: str) -> None:
        self._place = place
        self._data = place.data
        self._parts = parts
        self._password = password
        self._tool = Tool()
        self._assets = Assets([STATIC, Path(__file__).parent / "static"])
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["asset"] = self._assets.url

    async def front(self, request: Request) -> Response:
        audit = reading.audit(self._data)
        return self._page(
            "home.html", parts=await self._parts(), roles=roles(self._place), audit=audit, password=self._password
        )

    async def status(self, request: Request) -> Response:
        """The table alone for htmx, the whole front page for a person who opens the address."""
        if request.headers.get("hx-request") != "true":
            return await self.front(request)
        return self._page("status.html", parts=await self._parts())

    async def mails(self, request: Request) -> Response:
        return self._page("mails.html", mails=reading.mails(self._data / "mail"))

    async def mail(self, request: Request) -> Response:
        found = reading.mail(self._data / "mail", request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        # Where the stack's own pages are: a letter may be written by whoever writes files here.
        ours = [self._place.public_url(name) for name in ("home", "collect", "refurbish", "distribute")]
        return self._page("mail.html", mail=found, words=pieces(found.text, ours))

    async def tool(self, request: Request) -> Response:
        """What a donor's tool was told."""
        return self._page("tool.html", messages=self._tool.messages, knows_secret=bool(self._tool.secret))

    async def told(self, request: Request) -> Response:
        """Where Filière sends its webhooks for the donor of the demonstration."""
        body = await _short(request)
        head = request.headers
        given = (head.get("webhook-id", ""), head.get("webhook-timestamp", ""), head.get("webhook-signature", ""))
        if body is None or not given[0]:
            return Response(status_code=400)
        return Response(status_code=204 if self._tool.take(*given, body) else 401)

    async def learn(self, request: Request) -> Response:
        """The scenario tells the tool the secret that it was given, as a person copies it into theirs."""
        secret = await _short(request)
        if secret is None or not secret.startswith(b"whsec_"):
            return Response(status_code=400)
        self._tool.secret = secret.decode(errors="replace").strip()
        return Response(status_code=204)

    async def audit(self, request: Request) -> Response:
        return self._page("audit.html", audit=reading.audit(self._data))

    async def live(self, request: Request) -> Response:
        return await probe({})

    async def static(self, request: Request) -> Response:
        return self._assets.respond(request, request.path_params["version"], request.path_params["name"])

    async def missing(self, request: Request, error: Exception) -> Response:
        response = self._page("missing.html", status_code=404)
        response.headers.update(_headers())
        return response

    def _page(self, template: str, status_code: int = 200, **context: Any) -> Response:
        return HTMLResponse(self._templates.get_template(template).render(**context), status_code)


async def _short(request: Request) -> bytes | None:
    """The body; None when it is longer than any message."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST:
            return None
    return body


def _headers() -> dict[str, str]:
    return {
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }


def _closed(handler: Handler) -> Handler:
    async def with_headers(request: Request) -> Response:
        response = await handler(request)
        response.headers.update(_headers())
        if not request.url.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    return with_headers
