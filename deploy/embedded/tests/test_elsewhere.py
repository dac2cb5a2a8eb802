"""Playing on, opening the door of, and auditing a Filière that somebody else runs."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest
import uvicorn
from filiere.embedded.ports import LOOPBACK, free_port
from stack.elsewhere.settings import ElsewhereSettings
from stack.elsewhere.tokens import PasswordTokens, TokenRefused
from stack.elsewhere.work import parts_of, play
from stack.home.app import create_home
from stack.states import Board
from stack.terminal import Terminal
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class Provider:
    """An OpenID provider of two pages; it counts the tokens it gave."""

    def __init__(self) -> None:
        self.port = free_port()
        self.given: list[str] = []
        self.lasts = 900

    @property
    def issuer(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/realms/filiere"

    async def configuration(self, _: Request) -> Response:
        return JSONResponse({"token_endpoint": f"{self.issuer}/token"})

    async def token(self, request: Request) -> Response:
        asked = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if (asked["grant_type"], asked["password"]) != ("password", "demo"):
            return JSONResponse({"error": "invalid_grant"}, 401)
        self.given.append(asked["username"])
        return JSONResponse({"access_token": f"{asked['username']}-{len(self.given)}", "expires_in": self.lasts})

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        where = "/realms/filiere"
        routes = [
            Route(f"{where}/.well-known/openid-configuration", self.configuration),
            Route(f"{where}/token", self.token, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), host=LOOPBACK, port=self.port, log_level="error", ws="none")
        server = uvicorn.Server(config)
        running = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        try:
            yield
        finally:
            server.should_exit = True
            await running


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    made = Provider()
    async with made.serving():
        yield made


def place(tmp_path: Path, **more: object) -> ElsewhereSettings:
    return ElsewhereSettings.model_validate({"password": "demo", "data": tmp_path, **more})


async def test_a_token_is_kept_until_it_is_about_to_end(provider: Provider, tmp_path: Path) -> None:
    tokens = PasswordTokens(place(tmp_path, oidc_issuer=provider.issuer))
    assert await tokens("claire") == await tokens("claire") == "claire-1"
    provider.lasts = 20
    assert await tokens("hugo") == "hugo-2"
    assert await tokens("hugo") == "hugo-3"


async def test_a_refusal_is_told_in_the_providers_words(provider: Provider, tmp_path: Path) -> None:
    tokens = PasswordTokens(place(tmp_path, oidc_issuer=provider.issuer, password="wrong"))
    with pytest.raises(TokenRefused, match=r"claire : 401 .*invalid_grant"):
        await tokens("claire")


async def test_a_provider_that_is_not_there_is_named_with_its_setting(tmp_path: Path) -> None:
    tokens = PasswordTokens(place(tmp_path, oidc_issuer=f"http://{LOOPBACK}:{free_port()}"))
    with pytest.raises(TokenRefused, match="OIDC_ISSUER"):
        await tokens("claire")


async def test_the_demonstration_is_played_once(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text("{}")
    assert await play(place(tmp_path), Terminal(Board())) is None  # nobody listens at its addresses: nothing was asked


async def test_the_front_door_lists_what_can_be_asked_and_believes_only_the_answer(tmp_path: Path) -> None:
    nobody = f"http://{LOOPBACK}:{free_port()}"
    urls = {f"{name}_url": nobody for name in ("collect", "refurbish", "distribute", "collect_worker")}
    settings = place(tmp_path, **urls)
    parts = await parts_of(settings)()
    assert [part.title for part in parts][:2] == ["Collecte, pages et API", "Collecte, tâche de fond"]
    assert len(parts) == 4
    assert {part.word for part in parts} == {"ne répond pas"}


async def test_visitors_are_told_the_password_and_sent_to_the_public_addresses(tmp_path: Path) -> None:
    settings = place(tmp_path, collect_url="https://collect.filiere.example/")
    (tmp_path / "audit.json").write_text(json.dumps({"ok": True}))

    async def none() -> list[object]:
        return []

    home = create_home(settings, parts=none, password="demo-2026")  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(home), base_url="http://home") as visitor:
        page = (await visitor.get("/")).text
    assert "<code>demo-2026</code>" in page
    assert "https://collect.filiere.example/login?hint=hugo" in page


def test_an_audit_needs_all_three_databases(tmp_path: Path) -> None:
    two = {f"{name}_database_url": f"postgresql://audit@postgres/{name}" for name in ("collect", "refurbish")}
    assert place(tmp_path, **two).databases() == {}
    three = two | {"distribute_database_url": "postgresql://audit@postgres/distribute"}
    assert place(tmp_path, **three).databases().keys() == {"collect", "refurbish", "distribute"}
