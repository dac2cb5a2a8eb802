"""The engines under a benchmark, and an outbox to fill and to drain on them."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
from filiere import outbox
from filiere.database import Database
from filiere.database.migrations import create_all
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.events import Event
from filiere.kafka import Topic
from filiere.kafka.client import KafkaProducer, ensure_topics
from filiere.outbox.relay import Relay
from filiere.service import Service
from filiere.settings import KafkaProfile, Settings
from filiere.testing.bank import BANK
from filiere.testing.sql import rows
from pydantic import SecretStr

BATCH = 1000


@dataclass
class Engines:
    postgres: EmbeddedPostgres
    bootstrap_servers: str
    profile: KafkaProfile = KafkaProfile.EMBEDDED

    @asynccontextmanager
    async def database(
        self, service: Service = BANK, topics: Sequence[Topic] = BANK.topics
    ) -> AsyncIterator[tuple[Database, Settings]]:
        """A fresh database of a service and fresh topics, so that rounds do not see each other."""
        name = f"bench_{uuid4().hex[:8]}"
        url = await self.postgres.create_database(name)
        settings = Settings(
            database_url=SecretStr(url),
            kafka_bootstrap_servers=self.bootstrap_servers,
            kafka_profile=self.profile,
            kafka_topic_prefix=f"{name}.",
            kafka_replication_factor=1,
            outbox_batch=BATCH,
        )
        database = Database(url)
        await rows(database, "CREATE EXTENSION IF NOT EXISTS pg_trgm")  # as the migrations do
        await create_all(url, service.tables())
        await ensure_topics(settings, topics)
        yield database, settings
        await database.dispose()
        await self.postgres.drop_database(name)


async def fill_outbox(database: Database, events: Sequence[Event]) -> None:
    """Write all of them in one transaction: none can be sent before all are there."""
    async with database.unit_of_work() as session:
        for start in range(0, len(events), 5000):
            await outbox.append(session, events[start : start + 5000])
    connection = await asyncpg.connect(database.url)
    await connection.execute("VACUUM ANALYZE outbox")
    await connection.close()


async def drain(database: Database, settings: Settings, count: int) -> float:
    """Seconds that our relay takes to publish what waits."""
    relay = Relay(database, lambda: KafkaProducer(settings), BANK.name, settings)
    watch = await asyncpg.connect(database.url)
    start = time.perf_counter()
    task = asyncio.create_task(relay.run())
    while await watch.fetchval("SELECT EXISTS (SELECT 1 FROM outbox WHERE published_at IS NULL)"):
        await asyncio.sleep(0.01)
    took = time.perf_counter() - start
    relay.stop()
    await task
    await watch.close()
    return took
