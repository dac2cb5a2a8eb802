"""The engines of a test run: named by environment, else the embedded wheels, one set per pytest worker."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg

from filiere.database import migrations
from filiere.embedded.broker import EmbeddedBroker
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.service import Service


class Databases:
    """Makes databases on one server: a migrated template per service, a clone per test."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self._templates: dict[str, str] = {}

    def url(self, name: str) -> str:
        return f"{self.server_url.rsplit('/', 1)[0]}/{name}"

    def template(self, service: Service) -> str:
        """Name of the service's migrated template, made at first use by its real migrations."""
        if service.name not in self._templates:
            name = f"template_{service.name}_{uuid4().hex[:8]}"
            asyncio.run(self._administer(f'CREATE DATABASE "{name}"'))
            migrations.upgrade(service.migrations, self.url(name), service.metadata)
            self._templates[service.name] = name
        return self._templates[service.name]

    async def clone(self, template: str) -> str:
        """A fresh database like the template; returns its address."""
        name = f"test_{uuid4().hex[:12]}"
        await self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(name)

    async def drop(self, url: str) -> None:
        await self._administer(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[1]}" WITH (FORCE)')

    def drop_templates(self) -> None:
        for name in self._templates.values():
            asyncio.run(self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))

    async def _administer(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server_url, timeout=10)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def postgres() -> Iterator[str]:
    """Address of a server: `DATABASE_URL` when set, else an embedded one that forgets (tests never pull the plug)."""
    if named := os.environ.get("DATABASE_URL"):
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="filiere-test-", ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        asyncio.run(server.start())
        try:
            yield server.url()
        finally:
            asyncio.run(server.stop())


@contextmanager
def kafka() -> Iterator[str]:
    """Address of a broker: `KAFKA_BOOTSTRAP_SERVERS` when set, else an embedded one."""
    if named := os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        yield named
        return
    with tempfile.TemporaryDirectory(prefix="filiere-test-", ignore_cleanup_errors=True) as folder:
        broker = EmbeddedBroker(log_file=Path(folder) / "broker.log")
        asyncio.run(broker.start())
        try:
            yield broker.bootstrap_servers
        finally:
            asyncio.run(broker.stop())
