"""A database without a table."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from filiere.database import Database
from filiere.testing.engines import Databases


@pytest.fixture
async def empty_database(databases: Databases) -> AsyncIterator[Database]:
    name = f"empty_{uuid4().hex[:8]}"
    await databases._administer(f'CREATE DATABASE "{name}"')
    url = databases.url(name)
    database = Database(url, pool_size=2)
    yield database
    await database.dispose()
    await databases.drop(url)
