"""A worker dies as by `kill -9` at the worst moments; the next one goes on."""

import asyncio

import pytest

from tests.faults.bank_run import BankRun


@pytest.mark.slow
@pytest.mark.parametrize(
    "moment",
    [
        "relay.sent:1",  # the broker has the events, the outbox does not know
        "relay.sent:3",
        "consumer.claimed:1",  # the inbox has the claim, the transaction is open
        "consumer.claimed:4",
        "consumer.committed:1",  # the effect is committed, the offset is not
        "consumer.committed:3",
    ],
)
async def test_a_worker_that_dies_there_loses_nothing_and_doubles_nothing(moment: str) -> None:
    async with BankRun() as run:
        dying = await run.worker(FILIERE_CRASH_AT=moment)
        writer = asyncio.create_task(_write_slowly(run))
        async with asyncio.timeout(30):
            assert await dying.wait() == 137
        await run.worker()
        await writer
        await run.settled()


@pytest.mark.slow
async def test_a_worker_that_dies_half_way_through_a_slice_done_one_by_one() -> None:
    async with BankRun() as run:
        await run.write(5, times=4)
        await run.write(1, trouble="invalid")  # the slice falls back to one by one because of this one
        dying = await run.worker(FILIERE_CRASH_AT="consumer.half:1")
        async with asyncio.timeout(30):
            assert await dying.wait() == 137
        await run.worker()
        run.written["k0"] -= 1  # parked, not entered
        await run.settled()


@pytest.mark.slow
async def test_sigterm_ends_a_worker_cleanly_under_load() -> None:
    async with BankRun() as run:
        worker = await run.worker()
        writer = asyncio.create_task(_write_slowly(run))
        await asyncio.sleep(1.5)
        worker.terminate()
        async with asyncio.timeout(15):
            assert await worker.wait() == 0
        await run.worker()
        await writer
        await run.settled()


async def _write_slowly(run: BankRun) -> None:
    for _ in range(30):
        await run.write(10)
        await asyncio.sleep(0.05)
