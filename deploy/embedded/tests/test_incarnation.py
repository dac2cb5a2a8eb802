"""A real service under the supervisor while its engines and processes are killed: nothing lost, nothing twice."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from filiere import outbox
from filiere.database import Database
from filiere.testing.bank import amounts
from stack.audit import audit
from stack.services import ServicePlan
from stack.settings import StackSettings
from stack.stack import Stack

BANK = ServicePlan("collect", "Banque", (sys.executable, str(Path(__file__).with_name("bank_service.py"))))


@pytest.fixture
async def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stack]:
    for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS", "OIDC_ISSUER"):
        monkeypatch.delenv(name, raising=False)
    async with Stack(StackSettings.in_folder(tmp_path / "data"), [BANK], home=False) as stack:
        yield stack


async def write(stack: Stack, count: int, batch: int = 100) -> None:
    """Append `count` events in transactions of `batch`, retrying a transaction the killed database refused."""
    database = Database(stack.databases["collect"], pool_size=1)
    events = amounts(count, accounts=50)
    position = 0
    while position < count:
        try:
            async with database.unit_of_work() as session:
                await outbox.append(session, events[position : position + batch])
        except Exception:
            await asyncio.sleep(0.1)
            continue
        position += batch
        await asyncio.sleep(0.01)
    await database.dispose()


async def applied(stack: Stack) -> tuple[int, int]:
    """(entries, different numbers among them)."""
    try:
        connection = await asyncpg.connect(stack.databases["collect"])
    except (OSError, asyncpg.PostgresError):
        return 0, 0
    try:
        row = await connection.fetchrow("SELECT count(*), count(DISTINCT number) FROM entry")
        assert row is not None
        return int(row[0]), int(row[1])
    finally:
        await connection.close()


async def until_applied(stack: Stack, count: int, timeout: float = 60) -> None:
    async with asyncio.timeout(timeout):
        while (await applied(stack))[1] < count:
            await asyncio.sleep(0.05)


@pytest.mark.slow
async def test_a_broker_killed_under_load_loses_nothing_and_doubles_nothing(stack: Stack) -> None:
    writing = asyncio.create_task(write(stack, 3000))
    await until_applied(stack, 500)

    stack.kill("broker")
    killed_at = time.monotonic()
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{stack.collect_url}/health/ready")).status_code == 200
        await writing
        await until_applied(stack, 3000)
        assert time.monotonic() - killed_at < 40
        assert (await client.get(f"{stack.collect_url}/health/ready")).status_code == 200

    assert await applied(stack) == (3000, 3000)
    assert stack.incarnation == 2
    report = await audit(stack.databases)
    assert (report.ok, report.events, report.dead_letters) == (True, 3000, 0)


@pytest.mark.slow
async def test_killing_each_part_in_turn_under_load_loses_nothing(stack: Stack) -> None:
    writing = asyncio.create_task(write(stack, 4000))
    for number, part in enumerate(("collect-worker", "postgres", "broker", "collect-api", "nursery"), start=1):
        await until_applied(stack, number * 500)
        stack.kill(part)
        await stack.wait_ready(timeout=60)
    await writing
    await until_applied(stack, 4000)
    assert await applied(stack) == (4000, 4000)
