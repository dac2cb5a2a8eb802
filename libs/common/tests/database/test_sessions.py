"""A session gives its connection back whatever ends it: a failure, a cancellation, the server, the process."""

import asyncio
import contextlib
import socket
import time
from typing import Any

import asyncpg
import pytest
from filiere.database import Database
from filiere.database import pool as pools
from filiere.database.pool import NoConnection
from filiere.database.session import NothingWasKept
from filiere.testing.sql import rows, value


@pytest.fixture
async def other(empty_database: Database) -> Any:
    """Somebody else at the same server."""
    connection = await asyncpg.connect(empty_database.url)
    yield connection
    await connection.close()


async def _all_are_free(database: Database) -> None:
    """Every place of the pool can be had; the driver refuses to begin where a transaction was left open."""
    assert database.connections.in_use == 0
    sessions = [database.begin() for _ in range(database.connections.size)]
    for session in sessions:
        assert await (await session.driver()).fetchval("SELECT 1") == 1
    for session in sessions:
        await database.abandon(session)


async def test_at_rest_what_is_idle_is_let_go_and_what_is_at_work_stays(empty_database: Database, other: Any) -> None:
    sessions = [empty_database.begin() for _ in range(2)]
    pids = [await (await session.driver()).fetchval("SELECT pg_backend_pid()") for session in sessions]
    for session in sessions[1:]:
        await empty_database.abandon(session)
    await empty_database.connections.let_idle_go()
    async with asyncio.timeout(30):
        there = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1)"
        while await other.fetchval(there, pids) != 1:
            await asyncio.sleep(0.01)
    assert await (await sessions[0].driver()).fetchval("SELECT pg_backend_pid()") == pids[0]
    await empty_database.abandon(sessions[0])
    await _all_are_free(empty_database)


async def test_what_is_at_work_when_the_pool_closes_is_finished_first(empty_database: Database) -> None:
    await rows(empty_database, "CREATE TABLE done (n int)")
    async with asyncio.timeout(30):
        async with empty_database.unit_of_work() as session:
            await (await session.driver()).execute("INSERT INTO done VALUES (1)")
            closing = asyncio.create_task(empty_database.dispose())
            await asyncio.sleep(0.05)
            assert not closing.done()
        await closing
    assert await value(empty_database, "SELECT count(*) FROM done") == 1


async def test_a_pool_closes_although_somebody_never_comes_back(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_CLOSE_S", 0.1)
    session = empty_database.begin()
    driver = await session.driver()
    async with asyncio.timeout(30):
        await empty_database.dispose()
    with pytest.raises(asyncpg.InterfaceError):
        await driver.execute("SELECT 1")
    await empty_database.abandon(session)
    await _all_are_free(empty_database)


async def test_whoever_waits_for_a_turn_is_told_at_once_that_the_pool_closes(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_CLOSE_S", 0.1)
    sessions = [empty_database.begin() for _ in range(empty_database.connections.size)]
    for session in sessions:
        await session.driver()
    waiting = [asyncio.create_task(empty_database.ping()) for _ in range(3)]
    await asyncio.sleep(0.05)
    await empty_database.dispose()
    async with asyncio.timeout(30):
        told = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in told] == [asyncpg.InterfaceError] * 3
    for session in sessions:
        await empty_database.abandon(session)
    await _all_are_free(empty_database)


@pytest.mark.parametrize("error", [ZeroDivisionError, asyncio.CancelledError, ConnectionError])
async def test_the_reason_of_a_failure_survives_the_end_of_its_connection(
    empty_database: Database, other: Any, error: type[BaseException]
) -> None:
    with pytest.raises(error):
        async with empty_database.unit_of_work() as session:
            driver = await session.driver()
            await other.execute("SELECT pg_terminate_backend($1)", driver.get_server_pid())
            with contextlib.suppress(asyncpg.InterfaceError):  # a connection that has ended answers nothing
                while not driver.is_closed():
                    await asyncio.sleep(0.01)
            raise error
    await _all_are_free(empty_database)


async def test_the_server_s_own_word_is_told_when_it_ends_a_statement(empty_database: Database, other: Any) -> None:
    async def end(pid: int) -> None:
        await asyncio.sleep(0.1)
        await other.execute("SELECT pg_terminate_backend($1)", pid)

    with pytest.raises(asyncpg.PostgresConnectionError, match="administrator command"):
        async with empty_database.unit_of_work() as session:
            driver = await session.driver()
            ending = asyncio.create_task(end(driver.get_server_pid()))
            await driver.execute("SELECT pg_sleep(10)")
    await ending
    await _all_are_free(empty_database)


async def test_a_task_cancelled_at_any_moment_leaves_nothing_behind(empty_database: Database) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
    await rows(empty_database, "CREATE TABLE written (n int)")

    async def write() -> None:
        async with empty_database.unit_of_work() as session:
            await (await session.driver()).execute("INSERT INTO written VALUES (1)")

    cancelled = 0
    for moment in range(60):
        task = asyncio.create_task(write())
        # By turns of the loop, so that every await is met, and by time, so that the server is met at work.
        for _ in range(moment % 15):
            await asyncio.sleep(0)
        if moment % 3 == 0:
            await asyncio.sleep(moment / 30_000)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        cancelled += task.cancelled()
    assert cancelled > 20
    await _all_are_free(empty_database)
    assert not [told for told in complaints if "active transaction" in told["message"]]


async def test_a_connection_that_ended_while_idle_is_replaced(empty_database: Database) -> None:
    async with empty_database.unit_of_work() as session:
        await (await session.driver()).execute("SET idle_session_timeout = '50ms'")
    time.sleep(0.3)  # noqa: ASYNC251  nothing may notice the end before the next statement: a machine that was asleep
    assert await value(empty_database, "SELECT 1") == 1


async def test_who_waits_for_a_connection_is_not_overtaken(empty_database: Database) -> None:
    narrow = Database(empty_database.url, pool_size=1)
    asked: list[int] = []
    served: list[int] = []

    async def work(number: int) -> None:
        async with narrow.unit_of_work() as session:
            asked.append(number)
            await session.driver()
            served.append(number)

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for number in range(300):
            group.create_task(work(number))
            await asyncio.sleep(0 if number % 50 else 0.02)  # at each turn of the loop somebody new, while others wait
    assert served == asked
    await _all_are_free(narrow)
    await narrow.dispose()


async def test_nobody_is_given_a_connection_that_was_opened_while_the_pool_closed(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    connecting = asyncio.Event()
    connect = asyncpg.connect

    async def slowly(*arguments: Any, **named: Any) -> Any:
        connecting.set()
        connection = await connect(*arguments, **named)
        await asyncio.sleep(0.1)
        return connection

    monkeypatch.setattr(asyncpg, "connect", slowly)
    asking = asyncio.create_task(empty_database.ping())
    await connecting.wait()
    await empty_database.dispose()
    with pytest.raises(asyncpg.InterfaceError):
        await asking
    await _all_are_free(empty_database)


async def test_a_silent_server_and_a_busy_pool_are_told_apart(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_WAIT_S", 0.2)
    sessions = [empty_database.begin() for _ in range(empty_database.connections.size)]
    for session in sessions:
        await session.driver()
    with pytest.raises(NoConnection):
        await empty_database.ping()
    for session in sessions:
        await empty_database.abandon(session)
    monkeypatch.setattr(pools, "_WAIT_S", 5)
    monkeypatch.setattr(pools, "CONNECT_TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        silent = Database(f"postgresql://a:b@127.0.0.1:{nobody.getsockname()[1]}/a")
        with pytest.raises(TimeoutError) as failure:
            await silent.ping()
        assert not isinstance(failure.value, NoConnection)
        await silent.dispose()


async def test_a_failure_that_somebody_passed_over_is_no_success(empty_database: Database) -> None:
    """PostgreSQL keeps nothing of such a transaction, and says so only in its answer to COMMIT."""
    await rows(empty_database, "CREATE TABLE once (n int PRIMARY KEY)")
    with pytest.raises(NothingWasKept):
        async with empty_database.unit_of_work() as session:
            driver = await session.driver()
            await driver.execute("INSERT INTO once VALUES (1)")
            with contextlib.suppress(asyncpg.UniqueViolationError):
                await driver.execute("INSERT INTO once VALUES (1)")
    assert await value(empty_database, "SELECT count(*) FROM once") == 0
    await _all_are_free(empty_database)
