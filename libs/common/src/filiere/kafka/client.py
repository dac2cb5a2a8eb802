"""The only file that imports aiokafka. Every await on the broker is bounded (aiokafka #1101, #773)."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    InvalidTopicError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    RecordTooLargeError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
)
from aiokafka.partitioner import murmur2

from filiere.kafka.ports import (
    BrokerUnavailable,
    OnRevoked,
    Outgoing,
    Partition,
    PartitionsLost,
    Record,
    RecordRefused,
    Topic,
)
from filiere.settings import KafkaProfile, Settings
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)
T = TypeVar("T")

# The embedded broker sleeps half of the wait before it looks again: 20 ms there gives 5 ms latency (measured);
# Apache Kafka answers a waiting fetch at once, so the client's default is right.
_FETCH_WAIT_MS = {KafkaProfile.EMBEDDED: 20, KafkaProfile.KAFKA: 500}
_MAX_BATCH_BYTES = 900_000  # below Apache Kafka's default message.max.bytes of 1 MiB

_REFUSALS = (
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    RecordTooLargeError,
    InvalidTopicError,
    TopicAuthorizationFailedError,
)


async def _bounded(work: Awaitable[T], timeout_s: float, what: str) -> T:
    """Await with a bound; any of the client's failures becomes BrokerUnavailable.

    `stop()` of aiokafka may raise CancelledError although nobody cancelled us: that counts as a failure too.
    """
    try:
        async with asyncio.timeout(timeout_s):
            return await work
    except (KafkaError, OSError, AssertionError) as error:
        raise BrokerUnavailable(f"{what}: {type(error).__name__}: {error}") from error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise BrokerUnavailable(f"{what}: cancelled inside the client") from error


@lru_cache(maxsize=65_536)
def _hash(key: bytes) -> int:
    return int(murmur2(key)) & 0x7FFFFFFF  # the Java client's partitioner: any producer agrees with ours


class KafkaProducer:
    """Sends batches; see `ports.Producer`."""

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.kafka_timeout.total_seconds()
        self._prefix = settings.kafka_topic_prefix
        self._options: dict[str, Any] = {
            "bootstrap_servers": settings.kafka_bootstrap_servers,
            "acks": "all",
            # The embedded broker refuses InitProducerId v0, the only version aiokafka speaks.
            "enable_idempotence": settings.kafka_profile is KafkaProfile.KAFKA,
            "max_batch_size": _MAX_BATCH_BYTES,
            "max_request_size": _MAX_BATCH_BYTES + 100_000,
            "request_timeout_ms": int(self._timeout * 800),
            "retry_backoff_ms": 100,
        }
        self._producer: AIOKafkaProducer | None = None
        self._partitions: dict[str, int] = {}

    async def start(self) -> None:
        self._producer = AIOKafkaProducer(**self._options)
        await _bounded(self._producer.start(), self._timeout, "start of the producer")

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
        found = await _bounded(self._producer.partitions_for(topic), self._timeout, f"partitions of {topic}")
        if not found:
            raise BrokerUnavailable(f"topic {topic} does not exist yet")
        self._partitions[topic] = len(found)
        return len(found)

    async def stop(self) -> None:
        if self._producer is None:
            return
        producer, self._producer = self._producer, None
        try:
            await _bounded(producer.stop(), self._timeout, "stop of the producer")
        except BrokerUnavailable as error:
            log.warning("producer_stop_failed", error=str(error))
            await _abandon(producer.client)


async def _abandon(client: Any) -> None:
    """Close the connections of a client whose own stop did not end."""
    try:
        await _bounded(client.close(), 2, "close of the client")
    except BrokerUnavailable as error:
        log.warning("client_close_failed", error=str(error))


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka ships no types for it
    def __init__(self, on_revoked: OnRevoked, prefix: str) -> None:
        self._on_revoked = on_revoked
        self._prefix = prefix

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._on_revoked({Partition(tp.topic.removeprefix(self._prefix), tp.partition) for tp in revoked})

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        log.info("partitions_assigned", partitions=sorted(f"{tp.topic}/{tp.partition}" for tp in assigned))


class KafkaConsumer:
    """Reads; see `ports.Consumer`. Manual assignment on the embedded broker, a group on Apache Kafka."""

    def __init__(self, settings: Settings, group: str) -> None:
        self._timeout = settings.kafka_timeout.total_seconds()
        self._prefix = settings.kafka_topic_prefix
        self._manual = not settings.consumer_groups
        session_ms = int(settings.kafka_session_timeout.total_seconds() * 1000)
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.kafka_bootstrap_servers,
            group_id=self._prefix + group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=_FETCH_WAIT_MS[settings.kafka_profile],
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=max(session_ms // 5, 100),
            rebalance_timeout_ms=int(settings.drain_timeout.total_seconds() * 1000) + 5000,
            max_poll_interval_ms=300_000,
            request_timeout_ms=max(int(self._timeout * 1000), session_ms + 5000),
            metadata_max_age_ms=30_000,
        )

    async def start(self, topics: Sequence[str], on_revoked: OnRevoked) -> None:
        names = [self._prefix + topic for topic in topics]
        await _bounded(self._consumer.start(), self._timeout, "start of the consumer")
        if not self._manual:
            self._consumer.subscribe(names, listener=_Listener(on_revoked, self._prefix))
            return
        partitions = []
        for name in names:
            found = await _bounded(self._partitions_of(name), self._timeout, f"partitions of {name}")
            partitions += [TopicPartition(name, number) for number in sorted(found)]
        self._consumer.assign(partitions)

    async def _partitions_of(self, topic: str) -> set[int]:
        self._consumer._client.add_topic(topic)
        while True:
            found = self._consumer.partitions_for_topic(topic)
            if found:
                return set(found)
            await self._consumer._client.force_metadata_update()
            await asyncio.sleep(0.05)

    def _unprefixed(self, tp: TopicPartition) -> Partition:
        return Partition(tp.topic.removeprefix(self._prefix), tp.partition)

    def _prefixed(self, partition: Partition) -> TopicPartition:
        return TopicPartition(self._prefix + partition.topic, partition.number)

    async def poll(
        self, skip: set[Partition], timeout_s: float, max_records: int
    ) -> Mapping[Partition, Sequence[Record]]:
        wanted = [tp for tp in self._consumer.assignment() if self._unprefixed(tp) not in skip] if skip else []
        if skip and not wanted:
            await asyncio.sleep(min(timeout_s, 0.01))
            return {}
        found = await self._consumer.getmany(*wanted, timeout_ms=int(timeout_s * 1000), max_records=max_records)
        return {
            (partition := self._unprefixed(tp)): [
                Record(partition, m.offset, (m.key or b"").decode(errors="replace"), m.value or b"", list(m.headers))
                for m in messages
            ]
            for tp, messages in found.items()
        }

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        try:
            await _bounded(
                self._consumer.commit({self._prefixed(partition): offset for partition, offset in offsets.items()}),
                self._timeout,
                "commit",
            )
        except BrokerUnavailable as error:
            if isinstance(error.__cause__, CommitFailedError | IllegalStateError):
                raise PartitionsLost(str(error)) from error
            raise

    def assignment(self) -> set[Partition]:
        return {self._unprefixed(tp) for tp in self._consumer.assignment()}

    def lag(self) -> Mapping[Partition, int]:
        waiting = {}
        for tp in self._consumer.assignment():
            high, position = self._consumer.highwater(tp), self._consumer._subscription.subscription.assignment
            state = position.state_value(tp) if position is not None else None
            if high is not None and state is not None and state.has_valid_position:
                waiting[self._unprefixed(tp)] = max(high - state.position, 0)
        return waiting

    async def behind(self) -> Mapping[Partition, int]:
        assigned = list(self._consumer.assignment())
        if not assigned:
            return {}
        ends = await _bounded(self._consumer.end_offsets(assigned), self._timeout, "end offsets")
        gaps = {}
        for tp, end in ends.items():
            position = await _bounded(self._consumer.position(tp), self._timeout, "position")
            gaps[self._unprefixed(tp)] = end - position
        return gaps

    async def stop(self) -> None:
        try:
            await _bounded(self._consumer.stop(), self._timeout, "stop of the consumer")
        except BrokerUnavailable as error:
            log.warning("consumer_stop_failed", error=str(error))
            await _abandon(self._consumer._client)


async def ensure_topics(settings: Settings, topics: Sequence[Topic]) -> None:
    """Create the topics that are missing.

    :raises BrokerUnavailable: no answer in time.
    """
    timeout = settings.kafka_timeout.total_seconds()
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers)
    await _bounded(admin.start(), timeout, "start of the admin client")
    try:
        for topic in topics:
            response = await _bounded(
                admin.create_topics([_new_topic(topic, settings)]), timeout, f"creation of {topic.name}"
            )
            for name, code, *message in response.topic_errors:
                if code not in (0, TopicAlreadyExistsError.errno):
                    raise BrokerUnavailable(f"topic {name} not created: error {code} {message}")
    finally:
        await _bounded(admin.close(), timeout, "close of the admin client")


def _new_topic(topic: Topic, settings: Settings) -> NewTopic:
    retention = -1 if topic.retention is None else int(topic.retention.total_seconds() * 1000)
    return NewTopic(
        settings.kafka_topic_prefix + topic.name,
        topic.partitions,
        1,
        topic_configs={
            "cleanup.policy": "compact" if topic.compacted else "delete",
            "retention.ms": str(retention),
        },
    )
