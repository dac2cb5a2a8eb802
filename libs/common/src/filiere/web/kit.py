"""What one running app holds: made once by the app factory, found again by every dependency."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from fastapi import APIRouter
from starlette.requests import HTTPConnection

from filiere.database import Database
from filiere.settings import Settings

if TYPE_CHECKING:
    from filiere.web.assets import Assets
    from filiere.web.bearer import TokenVerifier
    from filiere.web.login import Login
    from filiere.web.memberships import Memberships
    from filiere.web.pages import NavItem, Pages


class WebService(Protocol):
    """What the web kit asks of a service object (`filiere.service.Service`)."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def root(self) -> Path: ...
    @property
    def routers(self) -> Callable[[], Sequence[APIRouter]]: ...
    @property
    def organisation_table(self) -> str: ...
    @property
    def navigation(self) -> "Sequence[NavItem]": ...


@dataclass
class Kit:
    service: WebService
    settings: Settings
    database: Database
    memberships: "Memberships"
    tokens: "TokenVerifier"
    login: "Login"
    pages: "Pages"
    assets: "Assets"
    extras: Mapping[str, Any]
    downloads: asyncio.Semaphore  # of answers that hold a connection while they are sent


def kit_of(connection: HTTPConnection) -> Kit:
    """The kit of the app that serves this request."""
    return cast(Kit, connection.scope["app"].state.kit)


def is_api(path: str) -> bool:
    """API paths speak JSON and bearer tokens; all others are pages with a session cookie."""
    return path.startswith("/api/")
