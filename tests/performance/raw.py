"""The raw engine: the least code with asyncpg and aiokafka that does the same SQL and the same sends."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.partitioner import DefaultPartitioner

from tests.performance import stock


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
                await connection.fetch(
                    "INSERT INTO inbox (consumer, event_id) SELECT $1, u.id FROM unnest($2::uuid[]) AS u(id) "
                    "ON CONFLICT DO NOTHING RETURNING event_id",
                    "raw",
                    ids,
                )
                await connection.execute(stock.ENTER, *stock.columns(events))
            await consumer.commit({tp: messages[-1].offset + 1})
            done += len(messages)
    await consumer.stop()
    await connection.close()
