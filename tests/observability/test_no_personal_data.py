"""Nothing of anybody in the logs: marked data through every route and every topic of the real processes, at DEBUG."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from filiere.service import Service, installed_services
from filiere.web import Role
from stack.stack import Stack

from tests.access.conftest import BUILDERS, MATRICES
from tests.access.matrix import Rule
from tests.access.visitors import Visitors
from tests.access.world import World, subject
from tests.flows.collector import collector
from tests.flows.running import running_stack
from tests.observability.marked import (
    EMAIL,
    INVENTORY,
    NAME,
    PHONE,
    SUBJECT,
    Generator,
    broken_json,
    leaks,
    spoiled,
    value_for,
)
from tests.observability.outside import (
    HEADERS,
    outside,
    read_by_all,
    refuse_everything,
    send_marked_events,
)

QUERY = {"q": NAME, "status": EMAIL, "limit": PHONE, "code": NAME, "state": EMAIL, "hint": SUBJECT, "next": f"/{NAME}"}
FLEET = f"Type;Marque;Modèle;N° de série;Utilisateur\nPortable;HP;{NAME};{EMAIL};{NAME}\n;;;{PHONE};{EMAIL}\n".encode()
QUIET = ("/health/", "/metrics", "/static/")


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_no_log_and_no_trace_of_any_process_holds_personal_data(monkeypatch: pytest.MonkeyPatch) -> None:
    services = installed_services()
    with collector() as collected:
        for name, value in {
            "LOG_LEVEL": "DEBUG",
            "OTLP_ENDPOINT": collected.address,
            "OTEL_BSP_SCHEDULE_DELAY": "200",
            "DEAD_LETTERS_IN_A_ROW": "100000",
            "DEAD_LETTER_RATIO": "1",
            "RETRY_ATTEMPTS": "2",
        }.items():
            monkeypatch.setenv(name, value)
        async with running_stack() as stack:
            await send_marked_events(stack, services)
            await asyncio.gather(*(walk(stack, service, build=True) for service in services))
            await refuse_everything(stack)
            await asyncio.gather(*(walk(stack, service, build=False) for service in services))
            await send_marked_events(stack, services)
            await read_by_all(stack)
            logs = read(stack.settings.data / "logs")
        exports = {f"export {number}": body for number, body in enumerate(collected.bodies)}
    assert leaks(logs) == []
    assert leaks(exports) == []
    assert len(collected.spans()) > 500
    for service in services:
        lines = list(json_lines(logs[f"{service.name}-api.log"]))
        reached = {(line["method"], line["route"]) for line in lines if line["event"] == "http request"}
        wanted = {(rule.method, rule.path) for rule in MATRICES[service.name] if not rule.path.startswith(QUIET)}
        assert wanted - reached == set(), f"routes of {service.name} that the marks did not reach"
        assert all(line["correlation_id"] for line in lines if line["event"] == "http request")
        # The ways on which data most often gets into a log were really taken.
        assert any("sqlstate=23514" in line.get("exception", "") for line in lines)
        events = [line["event"] for line in json_lines(logs[f"{service.name}-worker.log"])]
        assert {"dead_letter", "handler_failed"} <= set(events)


def read(folder: Path) -> dict[str, bytes]:
    """The logs of all processes, the engines' too."""
    return {file.name: file.read_bytes() for file in sorted(folder.glob("*.log"))}


async def walk(stack: Stack, service: Service, *, build: bool) -> None:
    """Call every route of a service with marks in every place that takes any; `build`: make the world first."""
    async with outside(stack, service) as client:
        world = World(service, client)
        await world.coordination()
        if build:
            await BUILDERS[service.name](world)
            worlds[service.name] = world.ids
        world.ids = dict(worlds[service.name])
        await world.people()
        matrix = MATRICES[service.name]
        document = (await client.anonymous().get("/api/openapi.json")).json()
        generator = Generator(document, world.ids)
        visitors = Visitors(world, matrix)
        for rule in matrix:
            if build:
                await attack(visitors, generator, rule)
            elif rule.method != "GET":
                await refused(visitors, generator, rule)
        await handshake(client.settings.public_url)


async def handshake(base: str) -> None:
    """Ask for a WebSocket, marked in its address: the server below HTTP speaks of these by itself."""
    url = httpx.URL(base)
    reader, writer = await asyncio.open_connection("127.0.0.1", url.port)
    asked = f"GET /{SUBJECT}?q={EMAIL} HTTP/1.1\r\nhost: {url.host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
    key = "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    writer.write((asked + key).encode())
    assert (await reader.readline()).startswith(b"HTTP/1.1 ")
    writer.close()


worlds: dict[str, dict[str, str]] = {}
"""What the first walk of a service has made, for the second."""


async def attack(visitors: Visitors, generator: Generator, rule: Rule) -> None:
    """All variants of one route, as somebody who may and as a stranger."""
    names = rule.parameters
    known = {**dict.fromkeys(names, NAME), **visitors.world.ids}
    addresses = [filled(rule.path, known), *(filled(rule.path, {**known, name: EMAIL}) for name in names)]
    http, headers = await caller(visitors, rule, None if rule.public else allowed(rule))
    variants = list(bodies(rule, visitors, generator))
    for body in variants:
        await send(http, rule.method, addresses[0], headers, body)
    for address in addresses[1:]:
        await send(http, rule.method, address, headers, variants[0])
    stranger, headers = await caller(visitors, rule, None)
    await send(stranger, rule.method, addresses[0], headers, variants[0])


async def refused(visitors: Visitors, generator: Generator, rule: Rule) -> None:
    """The variants of a route that may come as far as the database."""
    http, headers = await caller(visitors, rule, None if rule.public else allowed(rule))
    address = filled(rule.path, {**dict.fromkeys(rule.parameters, NAME), **visitors.world.ids})
    for body in list(bodies(rule, visitors, generator))[:-1]:
        await send(http, rule.method, address, headers, body)


async def caller(visitors: Visitors, rule: Rule, who: str | None) -> tuple[httpx.AsyncClient, dict[str, str]]:
    """A program for the API, a browser with its form token for pages; and the headers to send."""
    if rule.is_api or who is None:
        return await visitors.program(who), HEADERS
    http, token = await visitors.browser(who)
    return http, {**HEADERS, "x-csrf-token": token}


def bodies(rule: Rule, visitors: Visitors, generator: Generator) -> Iterator[dict[str, Any]]:
    """Options of the request: valid where we can, then with what nobody expects, then not even readable."""
    if rule.method == "GET":
        yield {}
        return
    declared = visitors.matrix.body(rule, visitors.world)
    files = {"file": (f"{NAME}.csv", FLEET, "text/csv"), "inventory": (f"{NAME}.json", json.dumps(INVENTORY).encode())}
    if rule.is_api:
        made = INVENTORY if rule.raw else generator.body(rule.method, rule.path)
        yield {"json": made if made is not None else {}}
        yield {"json": spoiled(made)}
    else:
        form = {name: value_for(name) for name in generator.names()}
        yield {"data": form}
        if isinstance(declared, dict):
            yield {"data": {**form, **{name: value for name, value in declared.items() if name != "files"}}}
    if (isinstance(declared, dict) and "files" in declared) or "audits" in rule.path:
        yield {"data": {**visitors.world.ids}, "files": files}
    yield {"content": broken_json(), "headers": {"content-type": "application/json"}}


async def send(http: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], body: dict[str, Any]) -> None:
    merged = {**headers, **body.pop("headers", {})}
    if "json" in body:  # httpx would not send what JSON cannot say; ours always can
        body = {"content": json.dumps(body["json"])}
        merged["content-type"] = "application/json"
    for again in (True, False):
        try:
            await http.request(method, path, params=QUERY, headers=merged, follow_redirects=False, **body)
        except httpx.ReadError:  # the server has closed a connection that it kept, while this busy loop took it up
            if not again:
                raise
        except httpx.RemoteProtocolError as error:
            error.add_note(f"{method} {path}")  # nothing else tells which answer it was
            raise
        else:
            return


def filled(template: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value).replace(f"{{{name}:path}}", value)
    return template


def allowed(rule: Rule) -> str:
    """Somebody who may call a route; the coordinator where possible."""
    return subject(Role.COORDINATOR if not rule.roles or Role.COORDINATOR in rule.roles else min(rule.roles))


def json_lines(log: bytes) -> Iterator[dict[str, Any]]:
    """The lines of a log; anything that is not JSON fails here."""
    for line in log.decode().splitlines():
        yield json.loads(line)
