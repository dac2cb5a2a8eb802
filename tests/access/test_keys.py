"""What a key opens: each scope × each route × the other organisation; on the API alone."""

from collections.abc import Mapping

import httpx
import pytest
from filiere.keys import ANY_KEY
from filiere.service import Service
from filiere.testing.client import ServiceClient
from filiere.web import Role, routes_with_access

from .keys import key_of
from .matrix import Matrix, Rule
from .test_who_may_call_each_route import unexpected
from .visitors import Visitors
from .world import World, subject

pytestmark = pytest.mark.timeout(300)
BY_KEY = ("scope-missing", "not-by-key", "role-missing")


@pytest.fixture(autouse=True)
def gives_keys(service: Service) -> None:
    if not service.key_scopes:
        pytest.skip(f"{service.name} gives no keys")


def of_people(matrix: Matrix, service: Service) -> list[Rule]:
    """Routes of the API that an organisation's people may call."""
    role = service.organisation_role
    return [rule for rule in matrix if rule.is_api and not rule.public and (not rule.roles or role in rule.roles)]


async def test_every_route_says_which_keys_open_it(client: ServiceClient, service: Service, matrix: Matrix) -> None:
    """Said at the route, and here: `keys=…` in the matrix. A route of pages says nothing, for no key comes there."""
    assert [rule.name for rule in of_people(matrix, service) if rule.keys is None] == [], "say which keys, or none"
    different = {}
    for method, path, access in routes_with_access(client.app):
        rule = matrix.rules.get(f"{method} {path}")
        if rule is None or access is None or not rule.is_api:
            continue  # no key comes to a page
        says = None if access.keys is None else {"any"} if access.keys == ANY_KEY else {s.name for s in access.keys}
        if says != rule.keys:
            different[rule.name] = f"declares {says}, matrix says {rule.keys}"
    assert different == {}
    known = {scope.name for scope in service.key_scopes}
    assert {name for rule in matrix for name in rule.keys or ()} <= known | {"any"}


def role_of(service: Service) -> Role:
    """Of whose tools its keys are."""
    assert service.organisation_role is not None
    return service.organisation_role


async def secrets_of(world: World, who: str, owner: str) -> Mapping[str, httpx.AsyncClient]:
    """A program per scope that this owner is offered, each with a key for that scope alone."""
    found = {}
    for scope in world.service.key_scopes:
        if scope.is_networks and owner != "coordination":
            continue
        _, secret = await key_of(world, who, owner, scope.name)
        found[scope.name] = world.client.anonymous(Authorization=f"Bearer {secret}")
    return found


async def call(world: World, matrix: Matrix, rule: Rule, key: httpx.AsyncClient) -> httpx.Response:
    visitors = Visitors(world, matrix)
    visitors.show("key", key)
    return await visitors.call(rule, "key")


async def test_a_key_opens_what_its_scope_names_and_nothing_else(
    world: World, service: Service, matrix: Matrix
) -> None:
    """An organisation's keys, one per scope, at every route of the API; reading first: what is changed may end."""
    role = role_of(service)
    mine = await secrets_of(world, subject(role), world.ids["owner"])
    rules = sorted((rule for rule in matrix if rule.is_api and not rule.public), key=lambda rule: rule.method != "GET")
    faults = []
    for rule in rules:
        for scope, key in mine.items():
            answer = await call(world, matrix, rule, key)
            kind = answer.json()["type"].rpartition(":")[2] if answer.status_code == 403 else ""
            role_fits = not rule.roles or role in rule.roles
            opens = role_fits and rule.keys is not None and bool(rule.keys & {scope, "any"})
            if opens and (kind in BY_KEY or answer.status_code in (401, 404, 405) or answer.status_code >= 500):
                faults.append(f"{rule.name} with {scope}: {answer.status_code} {answer.text[:200]}")
            if not opens and kind not in BY_KEY:
                faults.append(f"{rule.name} with {scope} is not refused: {answer.status_code} {answer.text[:200]}")
    assert faults == []


async def test_no_key_opens_what_is_not_its_own(world: World, service: Service, matrix: Matrix) -> None:
    """One world for all three, for nothing of it is changed."""
    assert await found_by_the_others_key(world, service, matrix) == []
    assert await read_beside_the_coordinations_scopes(world, matrix) == []
    assert await pages_opened(world, matrix) == []


async def found_by_the_others_key(world: World, service: Service, matrix: Matrix) -> list[str]:
    """The other organisation's keys, each at the routes that its scope opens: 404 for all that is not theirs."""
    role = role_of(service)
    other = await secrets_of(world, subject(role, "b"), str(world.organisation(role, "b")))
    faults = []
    for rule in of_people(matrix, service):
        for scope, key in other.items():
            if not (rule.keys or frozenset()) & {scope}:
                continue
            answer = await call(world, matrix, rule, key)
            if (rule.parameters or rule.name in matrix.bodies) and not rule.shared:
                faults += unexpected(rule, f"the other's key {scope}", answer, {404})
            elif seen := [text for text in world.secrets if text in answer.text]:
                faults.append(f"{rule.name} shows the other's key {scope} what is not theirs: {seen}")
    return faults


async def read_beside_the_coordinations_scopes(world: World, matrix: Matrix) -> list[str]:
    keys = await secrets_of(world, subject(Role.COORDINATOR), "coordination")
    faults = []
    for rule in (rule for rule in matrix if rule.is_api and not rule.public and rule.method == "GET"):
        for scope, key in keys.items():
            answer = await call(world, matrix, rule, key)
            may = not rule.roles or Role.COORDINATOR in rule.roles
            opens = may and rule.keys is not None and bool(rule.keys & {scope, "any"})
            faults += unexpected(rule, f"the coordination's key {scope}", answer, {200} if opens else {403})
    return faults


async def pages_opened(world: World, matrix: Matrix) -> list[str]:
    """By a key for everything: not those that read, not those that write."""
    every = [scope.name for scope in world.service.key_scopes if not scope.is_networks]
    _, secret = await key_of(world, subject(role_of(world.service)), world.ids["owner"], *every)
    key = world.client.anonymous(Authorization=f"Bearer {secret}")
    faults = []
    for rule in (rule for rule in matrix if not rule.is_api and not rule.public):
        path = world.path(rule.path, rule.parameters)
        answer = await key.request(rule.method, path, follow_redirects=False)
        faults += unexpected(rule, "a key", answer, {303} if rule.method == "GET" else {401, 403})
        if answer.status_code == 303 and not answer.headers["location"].startswith("/login?"):
            faults.append(f"{rule.name} leads a key to {answer.headers['location']}")
    return faults
