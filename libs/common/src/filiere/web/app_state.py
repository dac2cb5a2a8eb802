"""What one running app holds: made once by the app factory, found again by every dependency."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from fastapi import Depends
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from filiere.database import Database
from filiere.service import Service
from filiere.settings import Settings, SettingsT
from filiere.web.addresses import Addresses
from filiere.web.assets import Assets
from filiere.web.bearer import TokenVerifier
from filiere.web.keys import Keys
from filiere.web.live import Live
from filiere.web.login import Login
from filiere.web.memberships import Memberships
from filiere.web.rendering import Pages


@dataclass
class AppState:
    service: Service
    settings: Settings
    database: Database
    memberships: Memberships
    tokens: TokenVerifier
    keys: Keys | None  # of a service that gives any
    login: Login
    pages: Pages
    assets: Assets
    addresses: Addresses
    live: Live
    downloads: asyncio.Semaphore  # of answers that hold a connection while they are sent
    kept_pages: OrderedDict[tuple[str, ...], Response] = field(default_factory=OrderedDict)  # see `pages.kept_page`

    def forget_key(self, key_id: UUID) -> None:
        """Make what was done to a key immediate in this process."""
        if self.keys is not None:
            self.keys.forget(key_id)


def app_state(connection: HTTPConnection) -> AppState:
    """The state of the app that serves this request."""
    return cast(AppState, connection.scope["app"].state.filiere)


def own_settings(kind: type[SettingsT]) -> Any:
    """Dependency: the settings of the service that answers, as the kind of its own.

    `OwnSettings = Annotated[CollectSettings, own_settings(CollectSettings)]`
    """

    async def own(request: Request) -> SettingsT:
        settings = app_state(request).settings
        if not isinstance(settings, kind):
            raise TypeError(f"{app_state(request).service.name} has no {kind.__name__}")
        return settings

    return Depends(own)
