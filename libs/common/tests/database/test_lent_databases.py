"""What a test is lent has nothing of the test before; see `filiere.testing.lending`."""

import asyncpg
import pytest
from filiere.database import Database
from filiere.testing.engines import Databases
from filiere.testing.lending import Lent
from filiere.testing.sql import rows, value

BEGUN = """
CREATE TABLE place (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
    shout text GENERATED ALWAYS AS (upper(name)) STORED);
CREATE TABLE thing (place bigint NOT NULL REFERENCES place, note jsonb);
CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'it stays'; END $$;
CREATE TRIGGER place_stays BEFORE DELETE ON place EXECUTE FUNCTION stays();
INSERT INTO place (name) VALUES ('Mende'), ('Lens');
INSERT INTO thing VALUES (1, '{"a": 1}'), (2, NULL);
"""
LOOK = "SELECT p.id, p.name, p.shout, t.note FROM place p LEFT JOIN thing t ON t.place = p.id ORDER BY p.id, t.note"


@pytest.fixture
async def begun(administered: Databases) -> str:
    """A template in which something stands."""

    async def furnish(url: str) -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(BEGUN)
        await connection.close()

    return (await administered.furnished("template1", "lent", furnish)).template


async def test_what_a_test_wrote_is_gone_and_what_it_took_away_is_back(administered: Databases, begun: str) -> None:
    async with administered.lent(begun) as first, first.database() as database:
        before = await rows(database, LOOK)
        await rows(database, "INSERT INTO place (name) VALUES ('Lille')")
        await rows(database, "UPDATE place SET name = 'Bondues' WHERE id = 2")
        await rows(database, "DELETE FROM thing WHERE place = 1")
    async with administered.lent(begun) as second, second.database() as database:
        assert second.url == first.url
        assert await rows(database, LOOK) == before
        assert await value(database, "INSERT INTO place (name) VALUES ('Arras') RETURNING id") == 3
        with pytest.raises(asyncpg.RaiseError):
            await rows(database, "DELETE FROM place")


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE place DISABLE TRIGGER place_stays",
        "ALTER TABLE thing ADD COLUMN more text",
        "ALTER TABLE thing ALTER COLUMN note SET DEFAULT '{}'",
        "ALTER TABLE thing DROP COLUMN note",
        "CREATE TABLE other (id bigint)",
        "CREATE OR REPLACE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
        "TRUNCATE thing",
        "ANALYZE place",
        "INSERT INTO place (name) SELECT 'Lille' FROM generate_series(1, 2000)",
    ],
)
async def test_what_was_changed_beyond_its_rows_is_lent_to_nobody(
    administered: Databases, begun: str, change: str
) -> None:
    lent = await used(administered, begun, change)
    async with administered.lent(begun) as next_one:
        assert next_one.url != lent.url


async def test_what_was_left_open_beside_it_is_rolled_back(administered: Databases, begun: str) -> None:
    async with administered.lent(begun) as lent, lent.database() as database:
        before = await rows(database, LOOK)
        beside = await asyncpg.connect(lent.url)
        await beside.execute("BEGIN; UPDATE place SET name = 'Bondues'")
    async with administered.lent(begun) as again, again.database() as database:
        assert await rows(database, LOOK) == before
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await beside.execute("COMMIT")


async def test_a_connection_still_at_work_is_lent_to_nobody(administered: Databases, begun: str) -> None:
    async with administered.lent(begun) as lent, lent.database() as database:
        session = database.begin()
        await (await session.driver()).execute("UPDATE place SET name = 'Bondues'")
    async with administered.lent(begun) as other:
        assert other.url != lent.url


async def test_what_a_connection_was_told_is_forgotten(administered: Databases, begun: str) -> None:
    async with administered.lent(begun) as lent, lent.database() as database:
        await _told(database)
    async with administered.lent(begun) as again, again.database() as database:
        assert again.url == lent.url
        assert await value(database, "SHOW lock_timeout") == "0"
        assert await value(database, "SHOW timezone") == "UTC"
        assert await value(database, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0


async def _told(database: Database) -> None:
    async with database.unit_of_work() as session:
        await (await session.driver()).execute("SET lock_timeout = 77; SELECT pg_advisory_lock(4711)")


async def used(administered: Databases, begun: str, statement: str) -> Lent:
    async with administered.lent(begun) as lent, lent.database() as database:
        await rows(database, statement)
    return lent
