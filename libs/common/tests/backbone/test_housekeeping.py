"""Pruning and measuring beside the work: bounded, by index, and alive after a restart of the database."""

import asyncio
from datetime import timedelta

import asyncpg
from filiere.database import Database
from filiere.database.transient import is_transient
from filiere.housekeeping import measure, now_and_then, prune
from filiere.settings import Settings
from filiere.testing.bank import BANK

OLD = """
INSERT INTO inbox (consumer, event_id, processed_at)
SELECT 'bank', gen_random_uuid(), now() - make_interval(days => CASE WHEN n % 2 = 0 THEN 400 ELSE 1 END)
FROM generate_series(1, $1::int) AS n
"""


async def test_pruning_forgets_all_that_is_old_and_nothing_else(
    bank: Database, database_url: str, bank_settings: Settings
) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(OLD, 50_000)
    await prune(bank, bank_settings)
    left = await connection.fetchrow("SELECT count(*), max(now() - processed_at) FROM inbox")
    assert left is not None
    assert left[0] == 25_000
    assert left[1] < timedelta(days=2)
    await connection.close()


async def test_pruning_walks_by_age_and_not_over_the_whole_table(bank: Database, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute(OLD, 50_000)
    await connection.execute("DELETE FROM inbox WHERE processed_at < now() - interval '2 days'")
    await connection.execute("ANALYZE inbox, idempotency_key")
    for table, column in (("inbox", "processed_at"), ("idempotency_key", "created_at")):
        await connection.execute(
            "SET enable_seqscan = off" if table == "idempotency_key" else "SELECT 1"
        )  # it is empty
        plan = await connection.fetch(
            f"EXPLAIN SELECT ctid FROM {table} WHERE {column} < now() - make_interval(secs => 1e7) LIMIT 10000"
        )
        assert f"ix_{table}_{column}" in str(plan)
    await connection.close()


async def test_it_goes_on_after_its_connections_were_cut(
    bank: Database, database_url: str, bank_settings: Settings
) -> None:
    done = 0

    async def work() -> None:
        nonlocal done
        await prune(bank, bank_settings)
        await measure(bank, BANK.name)
        done += 1

    task = asyncio.create_task(now_and_then("both", work, 0.0, 0.0))
    connection = await asyncpg.connect(database_url)
    async with asyncio.timeout(60):
        for _ in range(30):
            seen = done
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            while done < seen + 2:
                await asyncio.sleep(0.01)
    assert not task.done()
    task.cancel()
    await connection.close()


def test_what_the_driver_says_of_a_broken_connection_passes_by_itself_and_a_misuse_does_not() -> None:
    assert is_transient(asyncpg.InterfaceError("connection is closed"))
    assert is_transient(asyncpg.InterfaceError("cannot perform operation: another operation is in progress"))
    assert not is_transient(asyncpg.InterfaceError("the server expects 1 argument for this query, 2 were passed"))
    assert not is_transient(asyncpg.DataError("invalid input for query argument $1"))
