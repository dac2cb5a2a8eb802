"""The API's other doors: bad tokens, unknown fields, endless lists, routes that its description leaves out."""

from collections.abc import Iterator
from typing import Any

import pytest
from filiere.database import Database
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.client import ServiceClient, service_client
from filiere.web import Role, routes_with_access
from filiere.web.pagination import MAX_LIMIT, MAX_OFFSET

from .matrix import Matrix, Rule
from .provider import forger
from .world import World, subject

pytestmark = pytest.mark.timeout(300)
SOME_ID = "01936f3e-0000-7000-8000-000000000001"


def api_rules(matrix: Matrix) -> list[Rule]:
    return [rule for rule in matrix if rule.is_api and not rule.public]


def anywhere(rule: Rule) -> str:
    """The route's address with an id that need not exist."""
    path = rule.path
    for name in rule.parameters:
        path = path.replace(f"{{{name}}}", SOME_ID)
    return path


@pytest.mark.slow
async def test_no_bad_token_opens_any_route(
    service: Service, settings: Settings, database: Database, matrix: Matrix
) -> None:
    with forger() as provider:
        trusting = settings.model_copy(update={"oidc_issuer": provider.address})
        async with service_client(service, trusting, database) as client:
            who = subject(Role.COORDINATOR)
            await client.grant(who, Role.COORDINATOR)
            good = client.anonymous(Authorization=f"Bearer {provider.token(sub=who)}")
            forged = {
                name: client.anonymous(Authorization=f"Bearer {token}") for name, token in provider.forged(who).items()
            }
            faults = []
            for rule in api_rules(matrix):
                accepted = await good.request(rule.method, anywhere(rule), json={})
                if accepted.status_code == 401:
                    faults.append(f"{rule.name}: a good token is refused: {accepted.text}")
                for name, http in forged.items():
                    answer = await http.request(rule.method, anywhere(rule), json={})
                    challenge = answer.headers.get("www-authenticate", "")
                    if answer.status_code != 401 or "invalid_token" not in challenge:
                        faults.append(f"{rule.name}: a token {name} gets {answer.status_code}")
            assert faults == []


@pytest.mark.slow
async def test_the_session_of_a_browser_does_not_open_the_api(world: World, matrix: Matrix) -> None:
    browser = await world.client.login(subject(Role.COORDINATOR))
    for rule in api_rules(matrix):
        answer = await browser.request(rule.method, anywhere(rule), json={})
        assert answer.status_code == 401, rule.name


@pytest.mark.slow
async def test_unknown_fields_are_refused(world: World, matrix: Matrix) -> None:
    description = await described(world.client)
    faults = []
    for rule in api_rules(matrix):
        if rule.raw or "json" not in body_kinds(description, rule):
            continue
        caller = await world.client.as_(subject(sorted(rule.roles or set(Role))[0]))
        path = world.path(rule.path, rule.parameters)
        schema = operation(description, rule)["requestBody"]["content"]["application/json"]["schema"]
        unknown = {"no_such_field": 1}
        answer = await caller.request(rule.method, path, json=[unknown] if schema.get("type") == "array" else unknown)
        fields = [error["field"] for error in answer.json().get("errors", [])] if answer.status_code == 422 else []
        if not any(field.endswith("no_such_field") for field in fields):
            faults.append(f"{rule.name}: {answer.status_code} {answer.text[:200]}")
    assert faults == []


async def test_no_request_schema_leaves_room_for_unknown_fields(client: ServiceClient, matrix: Matrix) -> None:
    description = await described(client)
    faults = []
    for rule in api_rules(matrix):
        if rule.raw:
            continue
        body = operation(description, rule).get("requestBody", {})
        for schema in objects_in(description, body.get("content", {}).get("application/json", {}).get("schema", {})):
            if schema.get("additionalProperties", True) is True:
                faults.append(f"{rule.name}: {schema.get('title', schema)} accepts unknown fields")
    assert faults == []


@pytest.mark.slow
async def test_every_list_has_an_end(world: World, matrix: Matrix) -> None:
    description = await described(world.client)
    faults = []
    for rule in api_rules(matrix):
        if rule.method != "GET":
            continue
        found = operation(description, rule)
        names = {parameter["name"] for parameter in found.get("parameters", [])}
        answer = found["responses"]["200"].get("content", {}).get("application/json", {}).get("schema", {})
        if answer.get("type") == "array" and not rule.short:
            faults.append(f"{rule.name} gives a list without pages")
        if "limit" not in names:
            continue
        caller = await world.client.as_(subject(sorted(rule.roles)[0]))
        path = world.path(rule.path, rule.parameters)
        for parameters in ({"limit": MAX_LIMIT + 1}, {"limit": 0}, {"offset": -1}, {"offset": MAX_OFFSET + 1}):
            status = (await caller.get(path, params=parameters)).status_code
            if status != 422:
                faults.append(f"{rule.name} with {parameters}: {status}")
        if (status := (await caller.get(path, params={"limit": MAX_LIMIT})).status_code) != 200:
            faults.append(f"{rule.name} with the largest page: {status}")
    assert faults == []


async def test_the_description_lists_every_route_of_the_api(client: ServiceClient) -> None:
    description = await described(client)
    listed = {f"{method.upper()} {path}" for path, methods in description["paths"].items() for method in methods}
    existing = {
        f"{method} {path}"
        for method, path, _ in routes_with_access(client.app)
        if path.startswith("/api/v1") and method != "HEAD"
    }
    assert existing
    assert listed == existing


@pytest.mark.slow
async def test_an_answer_tells_nothing_of_the_machine(world: World, matrix: Matrix) -> None:
    caller = await world.client.as_(subject(Role.COORDINATOR))
    for rule in api_rules(matrix):
        answer = await caller.request(rule.method, anywhere(rule), content=b"{", headers={"content-type": "text/x"})
        assert answer.status_code < 500, f"{rule.name}: {answer.text[:300]}"
        assert "Traceback" not in answer.text, rule.name
        assert answer.headers["x-content-type-options"] == "nosniff", rule.name


async def described(client: ServiceClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.anonymous().get("/api/openapi.json")).json()
    return found


def operation(description: dict[str, Any], rule: Rule) -> dict[str, Any]:
    found: dict[str, Any] = description["paths"][rule.path][rule.method.lower()]
    return found


def body_kinds(description: dict[str, Any], rule: Rule) -> set[str]:
    """`json`, `form-data`, … of the route's body; empty when it takes none."""
    content = operation(description, rule).get("requestBody", {}).get("content", {})
    return {kind.partition("/")[2] for kind in content}


def objects_in(description: dict[str, Any], schema: Any, seen: frozenset[str] = frozenset()) -> Iterator[Any]:
    """Every object schema with named properties that a body may hold."""
    if isinstance(schema, list):
        for item in schema:
            yield from objects_in(description, item, seen)
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str):
        if reference not in seen:
            target = description["components"]["schemas"][reference.rpartition("/")[2]]
            yield from objects_in(description, target, seen | {reference})
        return
    if schema.get("type") == "object" and "properties" in schema:
        yield schema
    for value in schema.values():
        yield from objects_in(description, value, seen)
