"""Where requests are fuzzed: a service's real api process on a real database, with the world of the access tests."""

import asyncio
import contextlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from filiere.database import Database
from filiere.embedded.identity import EmbeddedIdentity
from filiere.embedded.ports import LOOPBACK, free_port
from filiere.embedded.process import Child, last_lines
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.client import service_client
from filiere.testing.engines import Databases, postgres
from filiere.web import Role
from pydantic import SecretStr

from tests.access.conftest import BUILDERS, MATRICES
from tests.access.matrix import Matrix
from tests.access.world import NOBODY, World, subject
from tests.fuzz import ANONYMOUS

# Everybody who may knock: `-a` owns the objects that addresses name, `-b` is another organisation.
PEOPLE = (
    ANONYMOUS,
    NOBODY,
    *(subject(role, side) for role in (Role.DONOR, Role.WORKSHOP, Role.RELAIS) for side in ("a", "b")),
    subject(Role.COORDINATOR),
    subject(Role.SERVICE),
)
# What addresses of the documentation name.
DOCUMENTED = {"name": "no-such-operation", "type_": "org.filiere.collect.lot-dispatched.v1"}
_SECRET = "a-secret-for-the-fuzzers-only-a-secret-for-the-fuzzers-only"  # as long as the longest of them must be
_START_SECONDS = 240  # of a machine that has ten times more to do than it can
LOGS_OUT = "/api/v1/sessions/end"  # whoever fuzzes, too: tests/access/test_showing_out.py asks it


@dataclass(frozen=True)
class Person:
    """How one person or program is known: a bearer token, and the cookies and CSRF token of a browser."""

    name: str
    token: str | None
    cookies: str
    csrf: str


@dataclass(frozen=True)
class Ground:
    """One service under fire. `ids`: objects of side a by the name of the path parameter that takes them."""

    service: Service
    address: str
    pid: int
    log_file: Path
    ids: dict[str, str]
    people: dict[str, Person]
    matrix: Matrix
    world: World


@contextmanager
def engines() -> Iterator[tuple[Databases, str]]:
    """A PostgreSQL server that makes databases, and the issuer of a provider where anybody may log in."""
    with postgres() as url, tempfile.TemporaryDirectory(prefix="filiere-fuzz-", ignore_cleanup_errors=True) as folder:
        provider = EmbeddedIdentity(people=[], data_dir=Path(folder))
        asyncio.run(provider.start())
        try:
            yield Databases(url), provider.issuer
        finally:
            asyncio.run(provider.stop())


@contextmanager
def ground(service: Service, databases: Databases, issuer: str) -> Iterator[Ground]:
    """The service with its world built and its api running; both are gone afterwards."""
    url = asyncio.run(databases.clone(databases.template(service)))
    address = f"http://{LOOPBACK}:{free_port()}"
    settings = service.settings(
        database_url=SecretStr(url),
        oidc_issuer=issuer,
        public_url=address,
        home_url=address,
        session_secret=SecretStr(_SECRET),
        log_level="WARNING",
        **dict.fromkeys(service.secrets, SecretStr(_SECRET)),
    )
    try:
        with tempfile.TemporaryDirectory(prefix="filiere-fuzz-", ignore_cleanup_errors=True) as folder:
            world, people = asyncio.run(_populated(service, settings, url))
            log_file = Path(folder) / "api.log"
            api = Child(
                [sys.executable, "-m", service.name, "api"], log_file=log_file, env=_environment(service, settings, url)
            )
            try:
                _await_ready(api, address, log_file)
                yield Ground(service, address, api.pid, log_file, world.ids, people, MATRICES[service.name], world)
            finally:
                asyncio.run(api.stop())
    finally:
        asyncio.run(databases.drop(url))


async def _populated(service: Service, settings: Settings, url: str) -> tuple[World, dict[str, Person]]:
    database = Database(url, pool_size=4)
    try:
        async with service_client(service, settings, database) as client:
            world = World(service, client)
            await world.coordination()
            await BUILDERS[service.name](world)
            await world.people()
            world.name_the_kits_own()
            world.ids |= DOCUMENTED
            return world, {name: await _person(world, name) for name in PEOPLE}
    finally:
        await database.dispose()


async def _person(world: World, name: str) -> Person:
    if name == ANONYMOUS:
        return Person(name, None, "", "")
    program = await world.client.as_(name)
    browser = await world.client.login(name)
    found = re.search(r'"X-CSRF-Token": "([^"]+)"', (await browser.get("/no-such-page")).text)
    assert found, "no page gives its session a token"
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
    return Person(name, program.headers["authorization"].partition(" ")[2], cookies, found.group(1))


def _environment(service: Service, settings: Settings, url: str) -> dict[str, str]:
    ours = {
        "DATABASE_URL": url,
        "HOST": LOOPBACK,
        "PORT": settings.public_url.rpartition(":")[2],
        "PUBLIC_URL": settings.public_url,
        "HOME_URL": settings.home_url,
        "OIDC_ISSUER": settings.oidc_issuer,
        "SESSION_SECRET": _SECRET,
        "LOG_LEVEL": "WARNING",
    }
    return {**os.environ, **ours, **{name.upper(): _SECRET for name in service.secrets}}


def _await_ready(api: Child, address: str, log_file: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while api.running and time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{address}/health/ready", timeout=2).is_success:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the api does not start: {last_lines(log_file)}")
