"""A client of one service's real app: as a program with a bearer token, as a person with a session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
from fastapi import FastAPI

from filiere.database import Database
from filiere.embedded.identity import token_for
from filiere.roles import Role
from filiere.service import Service
from filiere.settings import Settings
from filiere.web import create_app
from filiere.web.memberships import grant

_tokens: dict[tuple[str, str], str] = {}


class ServiceClient:
    """`as_(subject)` gives an API client with that person's token, `login(subject)` a browser-like one."""

    def __init__(self, app: FastAPI, settings: Settings, database: Database) -> None:
        self.app = app
        self.settings = settings
        self.database = database
        self._open: list[httpx.AsyncClient] = []

    async def grant(self, subject: str, role: Role | str, organisation: UUID | str | None = None) -> None:
        """Give a subject a role, as the operator's command does."""
        chosen = UUID(str(organisation)) if organisation is not None else None
        async with self.database.unit_of_work() as session:
            await grant(session, subject, Role(role), chosen)
        self.app.state.filiere.memberships.forget(subject)

    def anonymous(self, **headers: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=self.settings.public_url, headers=headers, timeout=30
        )
        self._open.append(client)
        return client

    async def as_(self, subject: str) -> httpx.AsyncClient:
        """A program that acts for this person: real token of the real provider."""
        issuer = self.settings.oidc_issuer
        if (issuer, subject) not in _tokens:
            secret = self.settings.oidc_client_secret.get_secret_value()
            _tokens[issuer, subject] = await token_for(issuer, self.settings.oidc_client_id, secret, subject)
        return self.anonymous(Authorization=f"Bearer {_tokens[issuer, subject]}")

    async def login(self, subject: str) -> httpx.AsyncClient:
        """A person's browser after the real login flow; follows redirects inside the service."""
        browser = self.anonymous()
        leave = await browser.get("/login", params={"hint": subject})
        async with httpx.AsyncClient(timeout=30) as outside:
            back = await outside.post(leave.headers["location"], data={"sub": subject})
        answer = await browser.get(back.headers["location"])
        assert answer.is_redirect, answer.text
        browser.follow_redirects = True
        return browser

    async def close(self) -> None:
        for client in self._open:
            await client.aclose()


@asynccontextmanager
async def service_client(service: Service, settings: Settings, database: Database) -> AsyncIterator[ServiceClient]:
    """The service's app with its lifespan running, and clients for it."""
    app = create_app(service, settings, database)
    async with app.router.lifespan_context(app):
        client = ServiceClient(app, settings, database)
        try:
            yield client
        finally:
            await client.close()
