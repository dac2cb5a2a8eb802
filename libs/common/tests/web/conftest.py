"""The shelf service on a database and an identity provider of its own."""

from collections.abc import AsyncIterator

import pytest
from filiere.database import Database
from filiere.settings import Settings
from filiere.testing.client import ServiceClient, service_client
from filiere.testing.engines import Databases
from pydantic import SecretStr

from .shelf import LENS, LILLE, SHELF, metadata


@pytest.fixture
async def template(administered: Databases) -> str:
    return await administered.declared("shelf", metadata)


@pytest.fixture
def shelf_settings(database_url: str, issuer: str) -> Settings:
    return Settings(
        database_url=SecretStr(database_url),
        oidc_issuer=issuer,
        public_url="http://testserver",
        session_secret=SecretStr("a-secret-for-tests-only"),
        max_upload_bytes=4096,
    )


@pytest.fixture
async def shelf(shelf_settings: Settings, database: Database) -> AsyncIterator[ServiceClient]:
    """Clients of the shelf; lea works at Lens, lou at Lille, nobody else has a role."""
    async with service_client(SHELF, shelf_settings, database) as client:
        await client.grant("lea", "workshop", LENS)
        await client.grant("lou", "workshop", LILLE)
        yield client
