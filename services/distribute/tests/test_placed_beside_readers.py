"""Relais that were here before places were known are placed by a migration that holds nobody off their table."""

import asyncio

import asyncpg
import pytest
from alembic import command
from filiere.database import migrations
from filiere.service import Service
from filiere.testing.engines import Databases

pytestmark = pytest.mark.slow

_RELAIS = """
INSERT INTO relais (id, name, legal_form, address, postcode, city, territory, publics, people_supported,
    may_sell, requested_on)
SELECT gen_random_uuid(), n, 'association', '1 rue', p, c, left(p, 2), '{}', 1, true, current_date
FROM (VALUES ('A', '48000', 'Mende'), ('B', '15100', 'Saint-Flour'), ('C', '48000', 'Nulle-Part-sur-Rien'))
    AS v(n, p, c)
"""


async def test_relais_are_placed_while_somebody_reads_them(databases: Databases, service: Service) -> None:
    url = await databases.empty("placed")
    config = migrations.config(service.migrations, url, service.tables())
    names = {path.stem[5:]: path.stem[:4] for path in (service.migrations / "versions").glob("0*.py")}

    async def upgrade(to: str) -> None:
        await asyncio.to_thread(command.upgrade, config, to)

    before = int(names["those_that_are_here_are_placed"]) - 1
    await upgrade(f"{before:04d}")
    connection = await asyncpg.connect(url)
    reader = await asyncpg.connect(url)
    try:
        await connection.execute(_RELAIS)
        async with reader.transaction():
            assert await reader.fetchval("SELECT count(*) FROM relais WHERE latitude IS NULL") == 3
            await upgrade(f"{before + 1:04d}")  # later ones make indexes beside readers, and wait for these
        placed = await connection.fetch("SELECT name FROM relais WHERE latitude IS NOT NULL ORDER BY name")
        assert {"A", "B"} <= {row[0] for row in placed}
        (place,) = await connection.fetch("SELECT latitude, longitude FROM relais WHERE name = 'A'")
        assert (round(place[0]), round(place[1])) == (45, 3)  # Mende
    finally:
        await reader.close()
        await connection.close()
        await databases.drop(url)
