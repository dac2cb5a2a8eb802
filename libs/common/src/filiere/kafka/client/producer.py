"""Sends batches, in order per partition, and says of each record what became of it."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    RecordTooLargeError,
    TopicAuthorizationFailedError,
)
from aiokafka.partitioner import murmur2

from filiere.kafka.client.connection import abandon, address, bounded
from filiere.kafka.client.doorbell import Button
from filiere.kafka.ports import BrokerUnavailable, Outgoing, Partition, RecordRefused
from filiere.settings import KafkaProfile, Settings
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

_MAX_BATCH_BYTES = 900_000  # below Apache Kafka's default message.max.bytes of 1 MiB

_REFUSALS = (
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    RecordTooLargeError,
    InvalidTopicError,
    TopicAuthorizationFailedError,
)


@lru_cache(maxsize=65_536)
def _hash(key: bytes) -> int:
    return int(murmur2(key)) & 0x7FFFFFFF  # the Java client's partitioner: any producer agrees with ours


class KafkaProducer:
    """Sends batches; see `ports.Producer`."""

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.kafka_timeout.total_seconds()
        self._prefix = settings.kafka_topic_prefix
        self._options: dict[str, Any] = {
            **address(settings),
            "acks": "all",
            # The embedded broker refuses InitProducerId v0, the only version aiokafka speaks.
            "enable_idempotence": settings.kafka_profile is KafkaProfile.KAFKA,
            "max_batch_size": _MAX_BATCH_BYTES,
            "max_request_size": _MAX_BATCH_BYTES + 100_000,
            "request_timeout_ms": int(self._timeout * 800),
            "retry_backoff_ms": 100,
        }
        self._producer: AIOKafkaProducer | None = None
        self._button = Button(settings)
        self._partitions: dict[str, int] = {}

    async def start(self) -> None:
        self._producer = AIOKafkaProducer(**self._options)
        await bounded(self._producer.start(), self._timeout, "start of the producer")

    async def send(self, records: Sequence[Outgoing]) -> Sequence[Exception | None]:
        results: list[Exception | None] = [None] * len(records)
        groups: dict[Partition, list[int]] = {}
        for index, record in enumerate(records):
            topic = self._prefix + record.topic
            try:
                count = self._partitions.get(topic) or await self._count(topic)
            except BrokerUnavailable as error:
                results[index] = error
                continue
            groups.setdefault(Partition(topic, _hash(record.key) % count), []).append(index)
        await asyncio.gather(*(self._send_partition(tp, records, indexes, results) for tp, indexes in groups.items()))
        self._button.ring({tp.topic for tp in groups})
        return results

    async def _send_partition(
        self, partition: Partition, records: Sequence[Outgoing], indexes: list[int], results: list[Exception | None]
    ) -> None:
        """One partition's records in order. A batch is sent only after the one before it is stored."""
        refused: set[bytes] = set()
        singly = 0  # so many records go one by one, to find the one that the broker refuses
        start = 0
        while start < len(indexes):
            if records[indexes[start]].key in refused:
                results[indexes[start]] = RecordRefused("an earlier event of this key was refused")
                start += 1
                continue
            batch, end = self._fill(records, indexes, start, 1 if singly else len(indexes), refused)
            if batch is None:
                error: Exception | None = RecordRefused("larger than a batch may be")
            else:
                error = await self._send_batch(batch, partition)
            if isinstance(error, RecordRefused) and end - start > 1:
                singly = end - start
                continue
            singly = max(singly - 1, 0)
            if isinstance(error, RecordRefused):
                refused.add(records[indexes[start]].key)
                results[indexes[start]] = error
            elif error is not None:
                for index in indexes[start:]:
                    results[index] = error
                return
            start = end

    def _fill(
        self, records: Sequence[Outgoing], indexes: list[int], start: int, limit: int, refused: set[bytes]
    ) -> tuple[Any, int]:
        """A batch of the records from `start` on, and where it ends; no batch when the first alone is too large."""
        assert self._producer is not None
        batch = self._producer.create_batch()
        end = start
        while end < min(len(indexes), start + limit) and (record := records[indexes[end]]).key not in refused:
            added = batch.append(
                timestamp=record.timestamp_ms, key=record.key, value=record.value, headers=record.headers
            )
            if added is None:
                break
            end += 1
        if end == start:
            return None, start + 1
        batch.close()
        return batch, end

    async def _send_batch(self, batch: Any, partition: Partition) -> Exception | None:
        assert self._producer is not None
        try:
            async with asyncio.timeout(self._timeout):
                stored = await self._producer.send_batch(batch, partition.topic, partition=partition.number)
                await stored
        except _REFUSALS as error:
            return RecordRefused(f"{type(error).__name__}: {error}")
        except (KafkaError, OSError, AssertionError) as error:
            # Unknown outcome: the client may still deliver it. The inbox removes the second copy.
            return BrokerUnavailable(f"{type(error).__name__}: {error}")
        return None

    async def _count(self, topic: str) -> int:
        assert self._producer is not None
        found = await bounded(self._producer.partitions_for(topic), self._timeout, f"partitions of {topic}")
        if not found:
            raise BrokerUnavailable(f"topic {topic} does not exist yet")
        self._partitions[topic] = len(found)
        return len(found)

    async def stop(self) -> None:
        self._button.close()
        if self._producer is None:
            return
        producer, self._producer = self._producer, None
        try:
            await bounded(producer.stop(), self._timeout, "stop of the producer")
        except BrokerUnavailable as error:
            log.warning("producer_stop_failed", error=str(error))
            await abandon(producer.client)
