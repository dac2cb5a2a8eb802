"""A database without a table."""

from collections.abc import AsyncIterator

import pytest
from filiere.database import Database
from filiere.testing.engines import Databases


@pytest.fixture
async def empty_database(databases: Databases) -> AsyncIterator[Database]:
    url = await databases.empty("empty")
    database = Database(url, pool_size=2)
    yield database
    await database.dispose()
    await databases.drop(url)
