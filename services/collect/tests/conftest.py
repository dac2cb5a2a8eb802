"""What collect's tests share: the service, people, and a donor to begin with."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest
from filiere.database import Database
from filiere.service import Service
from filiere.testing.client import ServiceClient, beginning
from filiere.testing.engines import Databases, Furnished

from .chain import Chain, register


@pytest.fixture(scope="session")
def service() -> Service:
    from collect.definition import service

    return service


@pytest.fixture
async def begun(administered: Databases, service: Service, issuer: str, tmp_path: Path) -> Furnished[tuple[str, str]]:
    """A database with a donor and a workshop, whose ids it tells."""

    async def furnish(url: str) -> tuple[str, str]:
        async with beginning(service, url, issuer, tmp_path) as client:
            await client.grant("nadia", "coordinator")
            coordinator = await client.as_("nadia")
            donor = await register(coordinator)
            await client.grant("camille", "donor", UUID(donor["id"]))
            made = Chain(client, client.database, service, coordinator, await client.as_("camille"), donor["id"], "")
            workshop = await made.know_workshop(
                "Atelier de Lens", "62300", laptop=40, desktop=40, monitor=60, smartphone=80, tablet=20, printer=10
            )
            return donor["id"], workshop

    return await administered.furnished(await asyncio.to_thread(administered.template, service), "chain", furnish)


@pytest.fixture
def template(request: pytest.FixtureRequest, template: str) -> str:
    """Who asks for a chain begins on a database that has one."""
    if "chain" not in request.fixturenames:
        return template
    furnished: Furnished[tuple[str, str]] = request.getfixturevalue("begun")
    return furnished.template


@pytest.fixture
async def chain(
    begun: Furnished[tuple[str, str]], client: ServiceClient, database: Database, service: Service
) -> Chain:
    coordinator, donor = await client.as_("nadia"), await client.as_("camille")
    return Chain(client, database, service, coordinator, donor, *begun.what)
