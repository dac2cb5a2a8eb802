"""A client of one service's real app: as a program with a bearer token, as a person with a session.

Whatever a test asks, a problem that the API answers must stand in the API's description, for this route and status.
"""

import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import CodeType
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from joserfc.jwk import KeySet
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from filiere.database import Database
from filiere.duties import Duty
from filiere.embedded.identity import token_for
from filiere.roles import Role
from filiere.service import Service
from filiere.settings import Settings
from filiere.web import create_app, openapi, rendering
from filiere.web.app_state import AppState
from filiere.web.bearer import TokenVerifier
from filiere.web.i18n import catalogue_of, language_of
from filiere.web.memberships import grant
from filiere.web.page_middleware import PageState
from filiere.web.tls import authorities

# What the provider once answered, by issuer, in this process: asking again proves nothing, and is most of a login.
_keys: dict[str, KeySet] = {}
_shown: dict[tuple[str, str], tuple[str, str | None]] = {}  # (issuer, subject) → name and address
_tokens: dict[tuple[str, str], str] = {}
_common: dict[str, Settings] = {}  # by service
_described: dict[int, tuple[Service, list[tuple[re.Pattern[str], dict[str, Any]]]]] = {}
_documents: dict[tuple[int, int, int], tuple[Service, dict[str, Any]]] = {}  # by service, its routes and settings


class _KeptTemplates(FileSystemBytecodeCache):
    """Compiled templates beside the compiled modules, for the next run too: a second of each worker."""

    def __init__(self) -> None:
        folder = Path(rendering.__file__).parent / "__pycache__" / "templates"
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(str(folder))
        self._code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            super().load_bytecode(bucket)
            self._remember(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        super().dump_bytecode(bucket)
        self._remember(bucket)

    def _remember(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key, bucket.checksum] = bucket.code


with contextlib.suppress(OSError):  # nothing may be written there
    rendering._COMPILED = _KeptTemplates()  # type: ignore[assignment]  # it holds the same for whoever asks


class ServiceClient:
    """`as_(subject)` gives an API client with that person's token, `login(subject)` a browser-like one."""

    def __init__(self, app: FastAPI, settings: Settings, database: Database) -> None:
        self.app = app
        self.settings = settings
        self.database = database
        self._open: list[httpx.AsyncClient] = []

    @property
    def service(self) -> Service:
        """The service whose app this is."""
        return self._state.service

    @property
    def _state(self) -> AppState:
        state: AppState = self.app.state.filiere
        return state

    async def grant(
        self, subject: str, role: Role | str, organisation: UUID | str | None = None, duty: Duty = Duty.LEAD
    ) -> None:
        """Give a subject a role, as the operator's command does."""
        chosen = UUID(str(organisation)) if organisation is not None else None
        async with self.database.unit_of_work() as session:
            await grant(session, subject, Role(role), chosen, duty)
        self._state.memberships.forget(subject)

    def anonymous(self, **headers: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=self.settings.public_url,
            headers=headers,
            timeout=30,
            event_hooks={"response": [self._is_described]},
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

    async def known(self, subject: str) -> str:
        """Let a subject call once, as whoever is given access by their identifier has done; the subject."""
        answer = await (await self.as_(subject)).get("/api/v1/me")
        assert answer.status_code == 200, answer.text
        return subject

    async def login(self, subject: str, **headers: str) -> httpx.AsyncClient:
        """A person's browser after a login; follows redirects inside the service.

        A subject's first login in this process is the whole flow. Later ones do what the service does at its end, when
        the provider has said who they are; `libs/common/tests/web/test_logins.py` and the browser walk all of it.
        """
        browser = self.anonymous(**headers)
        if (self.settings.oidc_issuer, subject) in _shown:
            await self._session(browser, subject)
        else:
            await self._whole_login(browser, subject)
        browser.follow_redirects = True
        return browser

    async def _whole_login(self, browser: httpx.AsyncClient, subject: str) -> None:
        login = self._state.login
        keep = login.met

        async def met(sub: str, name: str, address: str | None, language: str) -> None:
            _shown[self.settings.oidc_issuer, sub] = name, address
            await keep(sub, name, address, language)

        login.met = met
        await through_the_provider(browser, subject)
        login.met = keep

    async def _session(self, browser: httpx.AsyncClient, subject: str) -> None:
        login = self._state.login
        name, address = _shown[self.settings.oidc_issuer, subject]

        async def finish(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive)
            began = await login.moment()
            await login.met(subject, name, address, language_of(request))
            login.open_session(request, subject, name, began)
            await Response()(scope, receive, send)

        catalogue = catalogue_of(self.service.root)
        end = PageState(finish, settings=self.settings, service=self.service.name, catalogue=catalogue)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(end), base_url=self.settings.public_url, headers=browser.headers
        ) as http:
            browser.cookies.extract_cookies(await http.get("/login/callback"))

    async def _is_described(self, answer: httpx.Response) -> None:
        if answer.headers.get("content-type") != openapi.MEDIA_TYPE or answer.status_code == 500:
            return
        await answer.aread()
        problem, status = answer.json()["type"], str(answer.status_code)
        for path, operations in self._operations():
            operation = operations.get(answer.request.method.lower())
            if operation is not None and path.fullmatch(answer.request.url.path):
                named = openapi.problem_types(operation["responses"].get(status, {}))
                assert problem in named, f"{answer.request.method} {path.pattern}: {status} {problem} is not described"
                return

    def _operations(self) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
        """The API's description, made once per service: the plainest paths first, as `/imports` before `/{id}`."""
        if id(self.service) not in _described:
            paths = sorted(self.app.openapi()["paths"].items(), key=lambda one: str(one[0]).count("{"))
            _described[id(self.service)] = (
                self.service,
                [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operations) for path, operations in paths],
            )
        return _described[id(self.service)][1]

    async def close(self) -> None:
        for client in self._open:
            await client.aclose()


async def through_the_provider(browser: httpx.AsyncClient, subject: str) -> None:
    """The whole login of this subject, as a person's browser walks it."""
    leave = await browser.get("/login", params={"hint": subject})
    async with httpx.AsyncClient(timeout=30, verify=authorities()) as outside:
        back = await outside.post(leave.headers["location"], data={"sub": subject})
    answer = await browser.get(back.headers["location"])
    assert answer.is_redirect, answer.text


class _Verifier(TokenVerifier):
    """Begins with the keys that another app of this process was given; asks for unknown ones as ever."""

    async def _ask_for_keys(self) -> KeySet:
        if self._keys is None and (known := _keys.get(self.issuer)):
            self._keys = known
        else:
            _keys[self.issuer] = await super()._ask_for_keys()
        return _keys[self.issuer]


def settings_of(service: Service, database_url: str, issuer: str, folder: Path) -> Settings:
    """Settings of a service on this database and provider; what is brought to it is kept in the folder."""
    if service.name not in _common:  # reading and checking them costs as much as a request
        secret = SecretStr("a-secret-for-tests-only")
        own = dict.fromkeys(service.secrets, SecretStr("a-key-for-tests-only-" * 2))
        _common[service.name] = service.settings(
            public_url="http://testserver", session_secret=secret, log_format="console", **own
        )
    given = {"database_url": SecretStr(database_url), "oidc_issuer": issuer, "files": str(folder / "files")}
    return _common[service.name].model_copy(update=given)


@asynccontextmanager
async def beginning(service: Service, database_url: str, issuer: str, folder: Path) -> AsyncIterator[ServiceClient]:
    """The service's app on a database that tests will begin with; lets go of it."""
    database = Database(database_url)
    try:
        async with service_client(service, settings_of(service, database_url, issuer, folder), database) as made:
            yield made
    finally:
        await database.dispose()


@asynccontextmanager
async def service_client(service: Service, settings: Settings, database: Database) -> AsyncIterator[ServiceClient]:
    """The service's app with its lifespan running, and clients for it."""
    app = create_app(service, settings, database)
    state: AppState = app.state.filiere
    of_app = state.tokens
    _describe_once(app, service, settings)
    state.tokens = _Verifier(of_app.issuer, of_app.audience, takes_plain=of_app.takes_plain)
    async with app.router.lifespan_context(app):
        client = ServiceClient(app, settings, database)
        try:
            yield client
        finally:
            await client.close()
            await state.tokens.close()


def _describe_once(app: FastAPI, service: Service, settings: Settings) -> None:
    """The API's description is the same for each app of a service, and takes as long as ten tests."""
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        key = id(service), len(app.routes), settings.max_upload_bytes
        if key not in _documents:
            _documents[key] = service, describe()
        return _documents[key][1]

    app.openapi = openapi  # type: ignore[method-assign]
