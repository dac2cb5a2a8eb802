"""The app factory: one FastAPI application per service, with everything around its routes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from filiere.database import Database
from filiere.guides import FOLDER, read_guides
from filiere.service import Service
from filiere.settings import Settings
from filiere.web import problems
from filiere.web.access import public
from filiere.web.addresses import Addresses, root_path_of
from filiere.web.app_state import AppState
from filiere.web.assets import STATIC, Assets
from filiere.web.bearer import TokenVerifier
from filiere.web.documentation import documentation_router
from filiere.web.guide_choice import check_pages
from filiere.web.guide_pages import guide_router
from filiere.web.health import health_router
from filiere.web.i18n import catalogue_of
from filiere.web.key_pages import key_router
from filiere.web.keys import Keys
from filiere.web.live import Live
from filiere.web.login import Login
from filiere.web.login_pages import account_router
from filiere.web.mail_pages import mail_router, one_click_router
from filiere.web.members import members_api, members_router
from filiere.web.memberships import Memberships
from filiere.web.middleware import Edge, HttpMetrics, content_security_policy
from filiere.web.offline import offline_router
from filiere.web.openapi import describe
from filiere.web.page_middleware import PageState
from filiere.web.rendering import Pages
from filiere.web.team_api import team_api
from filiere.web.team_pages import invitation_router, team_router


def create_app(service: Service, settings: Settings, database: Database) -> FastAPI:
    """The service's api process: its routers, login, probes, metrics, static files, errors in French.

    Opens no connection. The database belongs to the caller, who disposes of it after the app has shut down.
    """
    root = service.root
    root_path = root_path_of(settings.public_url)
    guides = read_guides(root / FOLDER)
    assets = _assets(root, root_path)
    tokens = TokenVerifier(
        settings.oidc_issuer,
        settings.oidc_audience or settings.oidc_client_id,
        takes_plain=settings.oidc_plain_access_tokens,
    )
    memberships = Memberships(database, settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await tokens.close()

    app = FastAPI(
        title=service.title,
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,  # both pages load scripts from elsewhere, which our content security policy refuses
        redoc_url=None,
        redirect_slashes=False,  # its redirects repeat the host that the request claims: anybody's
        lifespan=lifespan,
        # The edge has its own span; FastAPI's would keep addresses with their queries and what exceptions say.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    problems.install(app)
    describe(app, settings.max_upload_bytes, gives_keys=bool(service.key_scopes))

    # Tried in order: the service's own come first, they get nearly all requests. Their routes are taken as they are:
    # FastAPI keeps a router that is included apart, and looks through its routes twice for each request.
    app.router.routes.extend([route for router in service.routers() for route in router.routes])
    app.router.routes.extend(_kit_routes(service, root_path))
    app.router.routes.extend(health_router(database).routes)

    addresses = _addresses(service, root_path, app.routes)
    check_pages(guides, addresses.pages)
    app.state.filiere = AppState(
        service=service,
        settings=settings,
        database=database,
        memberships=memberships,
        tokens=tokens,
        keys=Keys(database) if service.key_scopes else None,
        login=Login(settings, service.name, memberships.moment, memberships.met),
        pages=Pages(service, settings, assets, addresses, guides),
        assets=assets,
        addresses=addresses,
        live=Live(database),
        downloads=asyncio.Semaphore(max(1, database.connections.size // 2)),
    )
    catalogue = catalogue_of(root, familiar=service.familiar)
    app.add_middleware(PageState, settings=settings, service=service.name, catalogue=catalogue)
    app.add_middleware(
        Edge,
        addresses=addresses,
        metrics=HttpMetrics(),
        page_policy=content_security_policy(form_targets(settings)),
        is_secure=settings.public_url.startswith("https:"),
        max_body=settings.max_upload_bytes,
        crashed=problems.crashed,
    )
    return app


@cache  # their texts and routes are the same for every app of a process: a test run makes thousands
def _assets(root: Path, root_path: str) -> Assets:
    return Assets([STATIC, *([root / "static"] if (root / "static").is_dir() else [])], root_path)


def _addresses(service: Service, root_path: str, routes: list[BaseRoute]) -> Addresses:
    """The same for every app of a service under one path, whose routes are the same."""
    if (known := _known.get((service, root_path))) is None:
        known = _known[service, root_path] = Addresses(routes, root_path)
    return known


_known: dict[tuple[Service, str], Addresses] = {}


@cache
def _kit_routes(service: Service, root_path: str) -> list[BaseRoute]:
    """What every service has beside its own: accounts, members, letters, keys, guides, static files."""
    guides, assets = read_guides(service.root / FOLDER), _assets(service.root, root_path)
    routers = (
        account_router(),
        members_router(),
        members_api(),
        *((mail_router(service.mails), one_click_router()) if service.mails else ()),
        *((team_router(service), invitation_router(service), team_api(service)) if service.organisation_role else ()),
        *((key_router(service),) if service.key_scopes else ()),
        *((guide_router(guides),) if guides else ()),
        documentation_router(),
        offline_router(service, assets, root_path),
        _assets_router(assets),
    )
    return [route for router in routers for route in router.routes]


def form_targets(settings: Settings) -> list[str]:
    """Origins that the logout form may be redirected to: browsers apply `form-action` to redirects too."""
    addresses = (settings.oidc_issuer, settings.home_url, settings.public_url)
    return sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, addresses) if parts.netloc})


def _assets_router(assets: Assets) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[])

    @router.get("/static/{version}/{name:path}", name="static", dependencies=[public()])
    async def static_file(request: Request, version: str, name: str) -> Response:
        return assets.respond(request, version, name)

    return router
