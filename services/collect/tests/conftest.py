"""What collect's tests share: the service, people, and a donor to begin with."""

from uuid import UUID

import pytest
from filiere.database import Database
from filiere.service import Service
from filiere.testing.client import ServiceClient

from .chain import Chain, register


@pytest.fixture(scope="session")
def service() -> Service:
    from collect.definition import service

    return service


@pytest.fixture
async def chain(client: ServiceClient, database: Database, service: Service) -> Chain:
    await client.grant("nadia", "coordinator")
    coordinator = await client.as_("nadia")
    donor = await register(coordinator)
    await client.grant("camille", "donor", UUID(donor["id"]))
    made = Chain(client, database, service, coordinator, await client.as_("camille"), donor["id"], "")
    made.workshop_id = await made.know_workshop(
        "Atelier de Lens", "62300", laptop=40, desktop=40, monitor=60, smartphone=80, tablet=20, printer=10
    )
    return made
