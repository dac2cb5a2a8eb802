"""Days are those of Paris wherever a database server stands."""

from datetime import date, timedelta

import pytest
from filiere.calendar import day_of, day_sql, month_sql, start_of
from filiere.database import Database

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
async def test_a_database_cuts_the_same_days_wherever_it_stands(empty_database: Database, zone: str) -> None:
    instants = [start_of(day) + timedelta(minutes=after) for day in (SPRING, AUTUMN) for after in (-30, 30, 24 * 60)]
    async with empty_database.engine.begin() as connection:
        await connection.exec_driver_sql(f"SET LOCAL timezone = '{zone}'")
        rows = await connection.exec_driver_sql(
            f"SELECT i, {day_sql('i')}, {month_sql('i')} FROM unnest($1::timestamptz[]) AS i", (instants,)
        )
        found = [tuple(row) for row in rows]
    assert found == [(one, day_of(one), day_of(one).replace(day=1)) for one in instants]


async def test_our_sessions_are_in_utc_whatever_the_server_is_set_to(empty_database: Database) -> None:
    async with empty_database.engine.connect() as connection:
        name = empty_database.engine.url.database
        await connection.exec_driver_sql(f"ALTER DATABASE \"{name}\" SET timezone = 'Asia/Tokyo'")
        await connection.commit()
    await empty_database.dispose()
    async with empty_database.engine.connect() as connection:
        assert (await connection.exec_driver_sql("SHOW timezone")).scalar_one() == "UTC"
    own = await empty_database.connect()
    try:
        assert await own.fetchval("SHOW timezone") == "UTC"
    finally:
        await own.close()
