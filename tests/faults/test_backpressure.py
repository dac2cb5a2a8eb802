"""Consumers that are far behind, and handlers that take longer than a group waits for its members."""

import asyncio

import psutil
import pytest
from filiere import outbox
from filiere.embedded.ports import free_port
from filiere.kafka.client import KafkaProducer
from filiere.outbox.relay import Relay
from filiere.testing.bank import amounts
from filiere.testing.sql import rows, value

from tests.faults.bank_run import BankRun

BEHIND = 500_000
_AT_ONCE = 5_000
# Between a tenth and the whole of the way. What a client may hold in fetched bytes is bounded and reached long before.
_GROWTH_BYTES = 48 * 1024 * 1024


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_consumer_half_a_million_events_behind_catches_up_without_growing() -> None:
    async with BankRun() as run:
        await _publish(run, BEHIND)
        worker = await run.start_worker(free_port())
        process = psutil.Process(worker.pid)
        samples: list[tuple[int, int]] = []  # (events applied, resident bytes)
        async with asyncio.timeout(600):
            while not samples or samples[-1][0] < BEHIND:
                await asyncio.sleep(1)
                samples.append((await _entered(run), process.memory_info().rss))
        under_way = [rss for done, rss in samples if done >= BEHIND // 10]
        said = [(done, rss >> 20) for done, rss in samples[:: max(len(samples) // 12, 1)]]
        assert max(under_way) - under_way[0] < _GROWTH_BYTES, said
        (counted,) = await rows(run.database, "SELECT count(*), count(DISTINCT number) FROM entry")
        assert tuple(counted) == (BEHIND, BEHIND)
        print(f"resident MiB by events applied: {said}")


@pytest.mark.slow
@pytest.mark.apache_kafka
@pytest.mark.timeout(300)
@pytest.mark.parametrize("trouble", ["slow:4", "stuck:4"])
async def test_a_handler_slower_than_the_session_of_its_group_goes_on(trouble: str) -> None:
    """The session is 3 s, a clean hand-over waits 2 s. Each slice takes 4 s, while members come and go."""
    patience = {"DRAIN_TIMEOUT": "PT2S", "CONSUMER_BATCH": "5"}
    async with BankRun() as run:
        first = await run.worker(**patience)
        for _ in range(3):
            await run.write(4, times=2)
            await run.write(1, trouble=trouble)
        second = await run.worker(**patience)  # its coming takes partitions away from a slice at work
        await asyncio.sleep(5)
        await run.write(6, times=3)
        await run.settled(timeout=120)
        assert (first.returncode, second.returncode) == (None, None)
        joined = _assignments(run)
        await asyncio.sleep(8)
        assert _assignments(run) == joined  # nobody is thrown out and taken in again for ever


async def _publish(run: BankRun, count: int) -> None:
    """Write events and relay them, with nobody to consume."""
    events = amounts(count)
    relay = Relay(run.database, lambda: KafkaProducer(run.settings), "bank", run.settings)
    relaying = asyncio.create_task(relay.run())
    for start in range(0, count, _AT_ONCE):
        async with run.database.unit_of_work() as session:
            await outbox.append(session, events[start : start + _AT_ONCE])
    async with asyncio.timeout(300):
        while await run.waiting():
            await asyncio.sleep(0.5)
    relay.stop()
    await relaying


async def _entered(run: BankRun) -> int:
    return int(await value(run.database, "SELECT count(*) FROM entry"))


def _assignments(run: BankRun) -> int:
    return run.log.read_text().count('"partitions_assigned"')
