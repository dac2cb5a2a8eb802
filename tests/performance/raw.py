"""The raw engine: the least code with asyncpg and aiokafka that does the same SQL and the same sends."""

import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import DefaultPartitioner
from filiere.events import Event
from filiere.testing import bank

from tests.performance import stock

CLAIM = """
INSERT INTO inbox (consumer, event_id) SELECT $1, u.id FROM unnest($2::uuid[]) AS u(id)
ON CONFLICT DO NOTHING RETURNING event_id
"""
APPEND = """
INSERT INTO outbox (id, topic, aggregatetype, aggregateid, type, payload) VALUES ($1, $2, 'accounts', $3, $4, $5)
"""


async def relay(url: str, bootstrap: str, topic: str, total: int | None, batch: int) -> None:
    """Send `total` outbox rows (none: until killed) and stamp them."""
    connection = await asyncpg.connect(url)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_batch_size=900_000)
    await producer.start()
    partitions = sorted(await producer.partitions_for(topic))
    partitioner = DefaultPartitioner()
    sent = 0
    while total is None or sent < total:
        rows = await connection.fetch(
            "SELECT seq, id, topic, aggregateid, type, payload, traceparent, correlation_id, created_at, attempts "
            "FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT $1",
            batch,
        )
        if not rows:
            await asyncio.sleep(0.01)
            continue
        builders: dict[int, Any] = {}
        for row in rows:
            key = row["aggregateid"].encode()
            builder = builders.setdefault(partitioner(key, partitions, partitions), producer.create_batch())
            headers = [
                ("ce_specversion", b"1.0"),
                ("ce_id", str(row["id"]).encode()),
                ("ce_source", b"/bench"),
                ("ce_type", row["type"].encode()),
                ("ce_time", row["created_at"].isoformat().encode()),
                ("content-type", b"application/json"),
                ("ce_subject", key),
            ]
            stamp = int(row["created_at"].timestamp() * 1000)
            assert builder.append(timestamp=stamp, key=key, value=row["payload"].encode(), headers=headers)
        stored = [await producer.send_batch(b, topic, partition=number) for number, b in builders.items()]
        await asyncio.gather(*stored)
        await connection.execute(
            "UPDATE outbox SET published_at = now(), next_attempt_at = NULL WHERE seq = ANY($1::bigint[])",
            [row["seq"] for row in rows],
        )
        sent += len(rows)
    await producer.stop()
    await connection.close()


async def one_by_one(
    url: str, bootstrap: str, topic: str, partitions: Iterable[int], events: Sequence[Event]
) -> list[float]:
    """Milliseconds from before the producer's commit to the handler's, of each event: every step at once after the one
    before, nobody to be woken. What any relay and consumer need at least on these engines."""
    connection = await asyncpg.connect(url)
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=20
    )
    await producer.start()
    await consumer.start()
    consumer.assign([TopicPartition(topic, number) for number in partitions])
    times = []
    for event in events:
        await consumer.getmany(timeout_ms=50)
        consumer.pause(*consumer.assignment())
        await asyncio.sleep(0.05)
        start = time.perf_counter()
        await connection.execute(APPEND, uuid4(), event.topic, event.key, event.type, event.to_json())
        row = await connection.fetchrow("SELECT seq, id, aggregateid, payload FROM outbox WHERE published_at IS NULL")
        assert row is not None
        headers = [("ce_id", str(row["id"]).encode())]
        key, value = row["aggregateid"].encode(), row["payload"].encode()
        await (await producer.send(topic, value, key, headers=headers))
        consumer.resume(*consumer.assignment())
        ((message,),) = (await consumer.getmany(timeout_ms=5000)).values()
        amount = json.loads(message.value)
        async with connection.transaction():
            claimed = [UUID(dict(message.headers)["ce_id"].decode())]
            await connection.fetch(CLAIM, "raw", claimed)
            await connection.execute(bank.ENTER, [amount["account"]], [amount["number"]], [amount["amount"]])
        times.append((time.perf_counter() - start) * 1000)
        await connection.execute("UPDATE outbox SET published_at = now() WHERE seq = $1", row["seq"])
    await producer.stop()
    await consumer.stop()
    await connection.close()
    return times


async def consume(
    url: str, bootstrap: str, topic: str, partitions: Iterable[int], total: int | None, batch: int
) -> None:
    """Put `total` ready devices into stock (none: until killed): inbox claim and the handler's SQL, then the offset."""
    connection = await asyncpg.connect(url)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id="raw",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=20,
    )
    await consumer.start()
    consumer.assign([TopicPartition(topic, n) for n in partitions])
    done = 0
    while total is None or done < total:
        for tp, messages in (await consumer.getmany(timeout_ms=200, max_records=batch)).items():
            ids = [UUID(dict(m.headers)["ce_id"].decode()) for m in messages]
            events = [json.loads(m.value) for m in messages]
            async with connection.transaction():
                await connection.fetch(CLAIM, "raw", ids)
                await connection.execute(stock.ENTER, *stock.columns(events))
            await consumer.commit({tp: messages[-1].offset + 1})
            done += len(messages)
    await consumer.stop()
    await connection.close()
