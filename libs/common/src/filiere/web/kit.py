"""What one running app holds: made once by the app factory, found again by every dependency."""

import asyncio
from dataclasses import dataclass
from typing import cast

from starlette.requests import HTTPConnection

from filiere.database import Database
from filiere.settings import Settings
from filiere.web.assets import Assets
from filiere.web.bearer import TokenVerifier
from filiere.web.login import Login
from filiere.web.memberships import Memberships
from filiere.web.rendering import Pages, WebService


@dataclass
class Kit:
    service: WebService
    settings: Settings
    database: Database
    memberships: Memberships
    tokens: TokenVerifier
    login: Login
    pages: Pages
    assets: Assets
    downloads: asyncio.Semaphore  # of answers that hold a connection while they are sent


def kit_of(connection: HTTPConnection) -> Kit:
    """The kit of the app that serves this request."""
    return cast(Kit, connection.scope["app"].state.kit)
