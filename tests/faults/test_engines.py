"""PostgreSQL restarts, the network fails: the worker waits, then goes on."""

import asyncio

import pytest

from tests.faults.bank_run import BankRun
from tests.faults.proxy import FaultProxy


@pytest.mark.slow
@pytest.mark.own_postgres
async def test_a_database_that_is_killed_and_comes_back() -> None:
    async with BankRun() as run:
        worker = await run.worker()
        await run.write(10, times=20)
        run.postgres.kill()
        await asyncio.sleep(0.5)
        await run.postgres.start()
        await run.database.dispose()
        await run.write(10, times=20)
        await run.settled()
        assert worker.returncode is None  # it waited; nobody had to start it again


@pytest.mark.slow
@pytest.mark.own_broker
async def test_a_broker_that_freezes_for_a_while() -> None:
    async with BankRun() as run:
        await run.worker()
        await run.write(10, times=10)
        run.broker.pause()
        await run.write(10, times=10)
        await asyncio.sleep(7)  # longer than the client's bound on a send
        run.broker.resume()
        await run.write(10, times=10)
        await run.settled()


@pytest.mark.slow
async def test_a_database_connection_that_is_cut_slow_and_silent_by_turns() -> None:
    async with BankRun() as run, FaultProxy(run.postgres.port) as proxy:
        url = run.environment["DATABASE_URL"].replace(f":{run.postgres.port}/", f":{proxy.port}/")
        await run.worker(DATABASE_URL=url)
        await run.write(10, times=5)
        for turn in range(4):
            proxy.faults.latency_s = 0.02 * turn
            proxy.faults.slice_bytes = 7 if turn == 2 else 0
            await run.write(10, times=3)
            await asyncio.sleep(0.3)
            proxy.reset_all()
        proxy.faults.drop_answers = True  # commits happen, nobody hears of it
        await run.write(10, times=3)
        await asyncio.sleep(1)
        proxy.faults.drop_answers = False
        proxy.reset_all()
        await run.settled()


@pytest.mark.slow
async def test_two_workers_at_once_apply_everything_once() -> None:
    """The relay's lock lets one send; the inbox lets one apply, although both read every partition."""
    async with BankRun() as run:
        first = await run.worker()
        await run.worker()
        await run.write(10, times=20)
        await asyncio.sleep(0.5)
        first.kill()
        await run.write(10, times=20)
        await run.settled()
