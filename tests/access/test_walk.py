"""Who gets in: roles and organisations, on every route."""

import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from filiere.testing.client import ServiceClient
from filiere.web import Role, routes_with_access

from .matrix import Matrix, Rule
from .world import NOBODY, TENANT_ROLES, World, subject

pytestmark = pytest.mark.timeout(300)
# What FastAPI adds by itself: the API's description, open to everybody.
DESCRIPTION = "/api/openapi.json"


def routes(app: FastAPI) -> dict[str, Any]:
    """Access rule by `METHOD path`; HEAD comes with GET and is left out."""
    return {
        f"{method} {path}": access
        for method, path, access in routes_with_access(app)
        if method != "HEAD" and path != DESCRIPTION
    }


async def test_every_route_declares_who_may_and_is_known_here(client: ServiceClient, matrix: Matrix) -> None:
    found = routes(client.app)
    assert [name for name, access in found.items() if access is None] == [], "routes without allow(…) or public()"
    assert sorted(set(found) - set(matrix.rules)) == [], "routes that the matrix does not know"
    assert sorted(set(matrix.rules) - set(found)) == [], "routes of the matrix that no longer exist"
    different = {
        name: f"declares {sorted(access.roles)}, matrix says {sorted(matrix.rules[name].roles)}"
        for name, access in found.items()
        if (access.roles, access.is_public) != (matrix.rules[name].roles, matrix.rules[name].public)
    }
    assert different == {}


async def test_nobody_gets_in_unknown_or_in_the_wrong_role(world: World, matrix: Matrix) -> None:
    visitors = Visitors(world, matrix)
    faults = []
    for rule in guarded(matrix):
        answer = await visitors.call(rule, None)
        # A page sends people to the login; a form without a session's token is refused before that.
        expected = {401} if rule.is_api else {303} if rule.method == "GET" else {401, 403}
        faults += unexpected(rule, "anonymous", answer, expected)
        if not rule.is_api and answer.status_code == 303:
            assert answer.headers["location"].startswith("/login?"), rule.name
        for who in [NOBODY, *(subject(role) for role in Role if role not in rule.roles)]:
            if rule.roles:
                faults += unexpected(rule, who, await visitors.call(rule, who), {403})
    assert faults == []


async def test_another_organisation_finds_nothing(world: World, matrix: Matrix) -> None:
    visitors = Visitors(world, matrix)
    faults = []
    for rule in guarded(matrix):
        for role in sorted(rule.roles & set(TENANT_ROLES)):
            names_an_object = (rule.parameters or rule.name in matrix.bodies) and not rule.shared
            other = subject(role, "b")
            if names_an_object:
                # A form that names somebody else's object beside the address is shown again, with an error.
                expected = {404} if rule.is_api or rule.parameters else {404, 422}
                faults += unexpected(rule, other, await visitors.call(rule, other), expected)
            elif rule.method == "GET" and not rule.parameters:
                answer = await visitors.call(rule, other)
                seen = [text for text in world.secrets if text in answer.text]
                faults += [f"{rule.name} shows {other} what is not theirs: {seen}"] if seen else []
    assert faults == []


async def test_those_who_may_get_in(world: World, matrix: Matrix) -> None:
    visitors = Visitors(world, matrix)
    faults = []
    # Reading first: what is changed on the way may end the life of an object.
    for rule in sorted(guarded(matrix), key=lambda rule: rule.method != "GET"):
        for role in sorted(rule.roles or set(Role)):
            answer = await visitors.call(rule, subject(role))
            refused = answer.status_code in (401, 403, 404, 405) or answer.status_code >= 500
            if refused or (rule.method == "GET" and answer.status_code >= 400):
                faults.append(f"{rule.name} as {subject(role)}: {answer.status_code} {answer.text[:300]}")
    assert faults == []


async def test_no_form_is_taken_without_the_token_of_its_session(world: World, matrix: Matrix) -> None:
    visitors = Visitors(world, matrix)
    faults = []
    for rule in guarded(matrix):
        if rule.is_api or rule.method == "GET":
            continue
        for role in sorted(rule.roles or set(Role)):
            answer = await visitors.call(rule, subject(role), with_token=False)
            faults += unexpected(rule, f"{subject(role)} without a token", answer, {403})
    assert faults == []


def guarded(matrix: Matrix) -> list[Rule]:
    return [rule for rule in matrix if not rule.public]


def unexpected(rule: Rule, who: str, answer: httpx.Response, expected: set[int]) -> list[str]:
    """The fault, or nothing."""
    if answer.status_code in expected:
        return []
    wanted = " or ".join(map(str, sorted(expected)))
    return [f"{rule.name} as {who}: {answer.status_code} instead of {wanted}: {answer.text[:200]}"]


class Visitors:
    """Calls routes as anybody: by token on the API, by session and CSRF token on pages."""

    def __init__(self, world: World, matrix: Matrix) -> None:
        self.world = world
        self.matrix = matrix
        self._programs: dict[str, httpx.AsyncClient] = {}
        self._browsers: dict[str, tuple[httpx.AsyncClient, str]] = {}

    async def call(self, rule: Rule, who: str | None, *, with_token: bool = True) -> httpx.Response:
        """The route at side a's own object, with a valid body where one is declared. `who` None: not logged in.

        `with_token`: a page's form brings the CSRF token of its session.
        """
        path = self.world.path(rule.path, rule.parameters)
        body = self.matrix.body(rule, self.world)
        if rule.is_api:
            http, headers = await self._program(who), {}
        else:
            http, token = await self._browser(who)
            headers = {"x-csrf-token": token} if token and with_token else {}
        if rule.method == "GET":
            return await http.get(path, headers=headers, follow_redirects=False)
        content: dict[str, Any] = {"json": {} if body is None else body}
        if isinstance(body, Mapping) and "files" in body:
            content = {"data": {name: body[name] for name in body if name != "files"}, "files": body["files"]}
        elif not rule.is_api:
            content = {"data": body}
        return await http.request(rule.method, path, headers=headers, follow_redirects=False, **content)

    async def _program(self, who: str | None) -> httpx.AsyncClient:
        if who is None:
            return self.world.client.anonymous()
        if who not in self._programs:
            self._programs[who] = await self.world.client.as_(who)
        return self._programs[who]

    async def _browser(self, who: str | None) -> tuple[httpx.AsyncClient, str]:
        """A browser and its CSRF token, read from a page as the browser would."""
        if who is None:
            return self.world.client.anonymous(), ""
        if who not in self._browsers:
            browser = await self.world.client.login(who)
            found = re.search(r'"X-CSRF-Token": "([^"]+)"', (await browser.get("/no-such-page")).text)
            assert found, "no page gives its session a token"
            self._browsers[who] = browser, found.group(1)
        return self._browsers[who]
