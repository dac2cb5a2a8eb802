"""Days are those of Paris wherever a database server stands."""

from datetime import date, timedelta

import pytest
from filiere.calendar import day_of, day_sql, month_sql, start_of
from filiere.database import Database
from filiere.testing.sql import rows, value

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
async def test_a_database_cuts_the_same_days_wherever_it_stands(empty_database: Database, zone: str) -> None:
    instants = [start_of(day) + timedelta(minutes=after) for day in (SPRING, AUTUMN) for after in (-30, 30, 24 * 60)]
    async with empty_database.read() as session:
        driver = await session.driver()
        await driver.execute(f"SET LOCAL timezone = '{zone}'")
        cut = await driver.fetch(
            f"SELECT i, {day_sql('i')}, {month_sql('i')} FROM unnest($1::timestamptz[]) AS i", instants
        )
        found = [tuple(row) for row in cut]
    assert found == [(one, day_of(one), day_of(one).replace(day=1)) for one in instants]


async def test_our_sessions_are_in_utc_whatever_the_server_is_set_to(empty_database: Database) -> None:
    name = await value(empty_database, "SELECT current_database()")
    await rows(empty_database, f"ALTER DATABASE \"{name}\" SET timezone = 'Asia/Tokyo'")
    await empty_database.dispose()
    assert await value(empty_database, "SHOW timezone") == "UTC"
    own = await empty_database.connect()
    try:
        assert await own.fetchval("SHOW timezone") == "UTC"
    finally:
        await own.close()
