"""Who gets in: roles and organisations, on every route."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from filiere.testing.client import ServiceClient
from filiere.web import Role, routes_with_access

from .matrix import Matrix, Rule
from .visitors import Visitors
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
