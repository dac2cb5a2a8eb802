"""The bank of `filiere.testing.bank` as real processes on durable engines, with a writer and a checker."""

import asyncio
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Self

import httpx
from filiere import outbox
from filiere.database import Database
from filiere.database.migrations import create_all
from filiere.embedded.ports import free_port
from filiere.kafka.client import ensure_topics
from filiere.settings import Settings
from filiere.testing import engines
from filiere.testing.bank import BANK
from filiere.testing.bank_events import AmountAdded
from filiere.testing.sql import rows


class BankRun:
    """`async with BankRun() as run:` – PostgreSQL and broker run; workers are started, killed and started again."""

    def __init__(self, broker: engines.Broker | None = None, *, topics: bool = True) -> None:
        """`broker` instead of the chosen one; without `topics` the operator has not made them yet."""
        self._folder = tempfile.TemporaryDirectory(prefix="filiere-faults-", ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        folder.chmod(0o755)
        self.postgres = engines.durable_postgres(folder)  # what was acknowledged must be there
        self.broker = broker or engines.broker(folder)
        self._make_topics = topics
        self.log = folder / "worker.log"
        self.environment: dict[str, str] = {}
        self.written: dict[str, int] = defaultdict(int)
        self._workers: list[asyncio.subprocess.Process] = []

    async def __aenter__(self) -> Self:
        await self.postgres.start()
        await self.broker.start()
        url = await self.postgres.create_database("bank")
        self.database = Database(url)
        await create_all(url, BANK.tables())
        options = engines.kafka_options(self.broker.bootstrap_servers)
        self.settings = Settings(**options)
        if self._make_topics:
            await ensure_topics(self.settings, BANK.topics)
        self.environment = {
            **{name.upper(): str(value) for name, value in options.items()},
            "DATABASE_URL": url,
            "KAFKA_SESSION_TIMEOUT": "PT3S",  # how long the partitions of a killed worker stay with it
            "KAFKA_TIMEOUT": "PT5S",
            "RETRY_CAP": "PT0.5S",
            "LOG_FORMAT": "json",
        }
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in self._workers:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()
        await self.database.dispose()
        await engines.give_back(self.broker)
        await self.postgres.stop()
        self._folder.cleanup()

    async def worker(self, **environment: str) -> asyncio.subprocess.Process:
        """Start a worker process, ready or dead when this returns.

        Extra environment is for this one only, such as FILIERE_CRASH_AT.
        """
        port = free_port()
        process = await self.start_worker(port, **environment)
        async with httpx.AsyncClient() as client, asyncio.timeout(60):
            while process.returncode is None and not await _is_ready(client, port):
                await asyncio.sleep(0.05)
        return process

    async def start_worker(self, port: int, **environment: str) -> asyncio.subprocess.Process:
        """Start a worker process and do not wait; it answers probes on `port` before long."""
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "filiere.testing.bank",
                "worker",
                env={**os.environ, **self.environment, "WORKER_PORT": str(port), **environment},
                stdout=log,
                stderr=log,
            )
        self._workers.append(process)
        return process

    async def write(self, accounts: int, times: int = 1, *, trouble: str = "") -> None:
        """One transaction per round: the next number into each account. Counted only when it committed."""
        for _ in range(times):
            events = [
                AmountAdded(account=f"k{k}", number=self.written[f"k{k}"], trouble=trouble) for k in range(accounts)
            ]
            async with self.database.unit_of_work() as session:
                await outbox.append(session, events)
            for k in range(accounts):
                self.written[f"k{k}"] += 1

    async def applied(self) -> dict[str, list[int]]:
        """Numbers entered per account, in the order of entry."""
        found: dict[str, list[int]] = defaultdict(list)
        for account, number in await rows(self.database, "SELECT account, number FROM entry ORDER BY id"):
            found[account].append(number)
        return found

    async def settled(self, timeout: float = 60) -> None:
        """Wait until everything that was written is applied; then prove that it is so exactly once and in order."""
        total = sum(self.written.values())
        try:
            async with asyncio.timeout(timeout):
                while sum(map(len, (await self.applied()).values())) < total or await self.waiting():
                    await asyncio.sleep(0.05)
        except TimeoutError:
            tail = self.log.read_text().splitlines()[-15:]
            raise AssertionError("not settled; the worker's last lines:\n" + "\n".join(tail)) from None
        await asyncio.sleep(0.3)  # whatever comes twice would come now
        assert await self.applied() == {account: list(range(count)) for account, count in self.written.items()}
        kept = await rows(self.database, "SELECT account, balance FROM account")
        assert {row["account"]: row["balance"] for row in kept} == dict(self.written)

    async def waiting(self) -> int:
        """Events that no broker has acknowledged yet."""
        async with self.database.read() as session:
            return (await outbox.OutboxRepository.from_session(session).counts())[0]


async def _is_ready(client: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await client.get(f"http://127.0.0.1:{port}/health/ready")).is_success
    except httpx.TransportError:
        return False
