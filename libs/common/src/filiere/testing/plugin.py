"""pytest fixtures: engines for the session, a database per test, clients of the service under test.

A member that tests a service defines the session fixture `service` in its `conftest.py`.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from filiere.testing import cheap_setup, forks, infra, kept, memory, properties
from filiere.testing.browser import browser, live, tab  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from playwright.async_api import Page

    from filiere.database import Database
    from filiere.service import Service
    from filiere.settings import Settings
    from filiere.testing.client import ServiceClient
    from filiere.testing.engines import Databases
    from filiere.testing.guides import Guided
    from filiere.testing.lending import Lent

# Imports of the product stand inside the fixtures: pytest loads this plugin in every run, also where coverage or an
# environment variable must be set first.

cheap_setup.keep_what_is_compiled()
cheap_setup.collect_less_often()
cheap_setup.search_once_for_what_is_absent()
cheap_setup.ask_once_for_types()

_IN_MEMORY = pytest.StashKey[Path | None]()
_FAILED = pytest.StashKey[bool]()
_NOT_USED = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    default = os.environ.get(infra.CHOICE) or infra.Infra.EMBEDDED.value
    help_ = "engines of the tests: %(choices)s (default: FILIERE_INFRA, else embedded)"
    parser.addoption("--pictures", action="store_true", help="take the guides' pictures again (`make pictures`)")
    parser.addoption("--thorough", action="store_true", help="properties try all their examples (`make test-slow`)")
    parser.addoption("--infra", choices=[each.value for each in infra.Infra], default=default, help=help_)


def pytest_configure(config: pytest.Config) -> None:
    from hypothesis import settings

    # A deadline is a wall clock in a test: a busy machine would fail what is right.
    if config.getoption("--thorough"):
        properties.be_thorough()
    else:
        forks.begin()
    settings.register_profile("filiere", settings.default, deadline=None, max_examples=properties.examples())
    settings.load_profile("filiere")
    for name, meaning in infra.MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    config.stash[_IN_MEMORY] = memory.begin()  # workers find what their parent has set
    config.add_cleanup(cheap_setup.one_authority())
    cheap_setup.plain_tracebacks()
    try:
        infra.choose(config.getoption("--infra"))
    except infra.InfraMissing as missing:
        raise pytest.UsageError(str(missing)) from None
    if infra.postgres_named() is None and infra.chosen() is not infra.Infra.CONTAINERS:
        cheap_setup.plain_connections()
    try:
        kept.use(config.rootpath)
    except kept.OtherVersion as other:
        config.stash[_NOT_USED] = str(other)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Containers are up before the first test: whole stacks read their addresses from the environment."""
    distributes = not hasattr(session.config, "workerinput") and session.config.getoption("numprocesses", None)
    if infra.chosen() is infra.Infra.CONTAINERS and not distributes:
        from filiere.embedded.process import EngineError
        from filiere.testing import containers

        try:
            containers.start()
        except EngineError as error:
            pytest.exit(str(error), returncode=2)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    begin = cheap_setup.collect_nothing()
    try:
        return (yield)
    finally:
        begin()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):  # a walk is a second or more, and a browser two to start
            item.add_marker(pytest.mark.slow)
        if reason := infra.why_skip({marker.name for marker in item.iter_markers()}):
            item.add_marker(pytest.mark.skip(reason=reason))
    # Of those that take minutes the longest come first, so that no worker begins one when the others are done.
    items.sort(key=_minutes, reverse=True)


def _minutes(item: pytest.Item) -> float:
    """How long a slow test may take; nothing for any other, which keeps its place."""
    timeout = item.get_closest_marker("timeout")
    return float(timeout.args[0]) if timeout is not None and item.get_closest_marker("slow") else 0.0


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(_IN_MEMORY, None):
        memory.end(folder, keep=config.stash.get(_FAILED, False))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_FAILED] = bool(exitstatus)
    forks.end()
    if "filiere.testing.engines" in sys.modules:
        sys.modules["filiere.testing.engines"].end()
    if "filiere.testing.containers" in sys.modules:
        sys.modules["filiere.testing.containers"].stop()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if sentence := config.stash.get(_NOT_USED, None):
        terminalreporter.write_line(sentence)


@pytest.fixture
def guided(request: pytest.FixtureRequest, tab: "Page", service: "Service") -> "Guided":  # noqa: F811 - the fixture
    """`guided(guide, language, address)` walks a guide of the service under test; see `filiere.testing.guides`."""
    from filiere.testing.guides import guided

    return guided(tab, service, retake=bool(request.config.getoption("--pictures")))


@pytest.fixture(scope="session")
def databases() -> "Iterator[Databases]":
    """A PostgreSQL server for the session, as a maker of databases."""
    from filiere.testing.engines import Databases, postgres

    with postgres() as url:
        running = kept.used()
        made = Databases(url, lasting=running is not None and running.postgres == url)
        yield made
        made.drop_templates()


@pytest.fixture(scope="session")
def broker_address() -> Iterator[str]:
    """`host:port` of a broker for the session."""
    from filiere.testing.engines import kafka

    with kafka() as address:
        yield address


@pytest.fixture
def kafka_options(broker_address: str) -> "dict[str, Any]":
    """Fields of `Settings` that reach the broker, with topics of the test's own."""
    from filiere.testing import engines

    return engines.kafka_options(broker_address)


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """An OpenID provider for the session; any subject may log in."""
    if running := kept.used():
        yield running.issuer
        return
    from filiere.embedded.identity import EmbeddedIdentity

    with tempfile.TemporaryDirectory(prefix="filiere-test-", ignore_cleanup_errors=True) as folder:
        provider = EmbeddedIdentity(people=[], data_dir=Path(folder))
        asyncio.run(provider.start())
        try:
            yield provider.issuer
        finally:
            asyncio.run(provider.stop())


@pytest.fixture
def template(databases: "Databases", service: "Service") -> str:
    """The migrated template database of the service under test; made once, `databases` remembers it.

    Not of the session: pytest would keep the first service's for every other service of the same run.
    """
    return databases.template(service)


@pytest.fixture(scope="session")
async def administered(databases: "Databases") -> "AsyncIterator[Databases]":
    """The same maker on a connection that stays: a fresh one for each statement costs half as much as a clone."""
    async with databases.connected():
        yield databases


@pytest.fixture
async def lent(administered: "Databases", template: str) -> "AsyncIterator[Lent]":
    """A migrated database of the service under test, as it comes from the migrations, until the test is over."""
    async with administered.lent(template) as lent:
        yield lent


@pytest.fixture
def database_url(lent: "Lent") -> str:
    """The address of the test's own database."""
    return lent.url


@pytest.fixture
async def database(lent: "Lent") -> "AsyncIterator[Database]":
    """A pool on the test's own database."""
    async with lent.database() as made:
        yield made


@pytest.fixture
def settings(service: "Service", database_url: str, issuer: str, tmp_path: Path) -> "Settings":
    """Settings of the service under test, on the test's database and provider."""
    from filiere.testing.client import settings_of

    return settings_of(service, database_url, issuer, tmp_path)


@pytest.fixture
async def client(service: "Service", settings: "Settings", database: "Database") -> "AsyncIterator[ServiceClient]":
    """The service's real app, in process; see `ServiceClient`."""
    from filiere.testing.client import service_client

    async with service_client(service, settings, database) as made:
        yield made
