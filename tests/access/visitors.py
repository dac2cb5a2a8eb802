"""Calls routes as anybody: a program with a token, a person with a browser."""

import re
from collections.abc import Mapping
from typing import Any

import httpx

from .matrix import Matrix, Rule
from .world import World


class Visitors:
    """Calls routes as anybody: by token on the API, by session and CSRF token on pages."""

    def __init__(self, world: World, matrix: Matrix) -> None:
        self.world = world
        self.matrix = matrix
        self._programs: dict[str, httpx.AsyncClient] = {}
        self._browsers: dict[str, tuple[httpx.AsyncClient, str]] = {}

    def show(self, who: str, program: httpx.AsyncClient) -> None:
        """Let somebody call the API with something else than a token of the provider."""
        self._programs[who] = program

    async def call(self, rule: Rule, who: str | None, *, with_token: bool = True) -> httpx.Response:
        """The route at side a's own object, with a valid body where one is declared. `who` None: not logged in.

        `with_token`: a page's form brings the CSRF token of its session.
        """
        path = self.world.path(rule.path, rule.parameters)
        return await self.send(rule, who, path, self.matrix.body(rule, self.world), with_token=with_token)

    async def send(
        self, rule: Rule, who: str | None, path: str, body: Any, *, with_token: bool = True, **more: str
    ) -> httpx.Response:
        """The route at this address with this body, of a GET its query; `more` are headers."""
        if rule.is_api:
            http, headers = await self.program(who), dict(more)
        else:
            http, token = await self.browser(who)
            headers = {"x-csrf-token": token} if token and with_token else {}
        if rule.method == "GET":
            return await http.get(path, params=body, headers=headers, follow_redirects=False)
        content: dict[str, Any] = {"json": {} if body is None else body}
        if isinstance(body, Mapping) and "files" in body:
            content = {"data": {name: body[name] for name in body if name != "files"}, "files": body["files"]}
        elif not rule.is_api:
            content = {"data": body}
        return await http.request(rule.method, path, headers=headers, follow_redirects=False, **content)

    async def program(self, who: str | None) -> httpx.AsyncClient:
        if who is None:
            return self.world.client.anonymous()
        if who not in self._programs:
            self._programs[who] = await self.world.client.as_(who)
        return self._programs[who]

    async def browser(self, who: str | None) -> tuple[httpx.AsyncClient, str]:
        """A browser and its CSRF token, read from a page as the browser would."""
        if who is None:
            return self.world.client.anonymous(), ""
        if who not in self._browsers:
            browser = await self.world.client.login(who)
            found = re.search(r'"X-CSRF-Token": "([^"]+)"', (await browser.get("/no-such-page")).text)
            assert found, "no page gives its session a token"
            self._browsers[who] = browser, found.group(1)
        return self._browsers[who]
