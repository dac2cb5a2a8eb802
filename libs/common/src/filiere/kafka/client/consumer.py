"""Reads: partitions by hand on the embedded broker, by group on Apache Kafka."""

import asyncio
from collections.abc import Mapping, Sequence
from math import ceil

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError

from filiere.kafka.client import batches
from filiere.kafka.client.connection import abandon, address, bounded
from filiere.kafka.client.doorbell import Doorbell
from filiere.kafka.client.fetch_pace import Dozing
from filiere.kafka.ports import BrokerUnavailable, OnRevoked, Partition, PartitionsLost, Record
from filiere.settings import KafkaProfile, Settings
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

batches.install()

# The embedded broker sleeps half of the wait before it looks again, so waits are short there, and `Dozing` decides when
# to ask at all. Apache Kafka answers a waiting fetch at once: the client's default is right.
_FETCH_WAIT_MS = {KafkaProfile.EMBEDDED: 20, KafkaProfile.KAFKA: 500}


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
        self._connected = False
        self._settings = settings
        self._dozing: Dozing | None = None
        session_ms = int(settings.kafka_session_timeout.total_seconds() * 1000)
        self._consumer = AIOKafkaConsumer(
            **address(settings),
            group_id=self._prefix + group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=_FETCH_WAIT_MS[settings.kafka_profile],
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=max(session_ms // 5, 100),
            rebalance_timeout_ms=int(settings.drain_timeout.total_seconds() * 1000) + 5000,
            max_poll_interval_ms=int(settings.kafka_max_poll_interval.total_seconds() * 1000),
            request_timeout_ms=max(int(self._timeout * 1000), session_ms + 5000),
            metadata_max_age_ms=30_000,
        )

    async def start(self, topics: Sequence[str], on_revoked: OnRevoked) -> None:
        names = [self._prefix + topic for topic in topics]
        if not self._connected:  # a second attempt may find it so: the client refuses to start twice
            await bounded(self._consumer.start(), self._timeout, "start of the consumer")
            self._connected = True
        # Also before joining a group: whoever leads it would share out the topics it knows of, and the partitions of
        # one made a moment ago would be nobody's until its metadata is renewed.
        partitions = []
        for name in names:
            found = await bounded(self._partitions_of(name), self._timeout, f"partitions of {name}")
            partitions += [TopicPartition(name, number) for number in sorted(found)]
        if self._manual:
            self._consumer.assign(partitions)
            if self._dozing is None and (bell := await Doorbell.hung(self._settings, names)) is not None:
                self._dozing = Dozing(self._consumer, bell)
        else:
            self._consumer.subscribe(names, listener=_Listener(on_revoked, self._prefix))

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
        self, skip: set[Partition], timeout_s: float, max_records: int, *, busy: bool = False
    ) -> Mapping[Partition, Sequence[Record]]:
        wanted = [tp for tp in self._consumer.assignment() if self._unprefixed(tp) not in skip] if skip else []
        if skip and not wanted:
            # Nothing to take is a poll all the same: a member that has not polled for long is put out of its group.
            self._consumer._coordinator.check_errors()
            with self._consumer._subscription.fetch_context():
                await asyncio.sleep(timeout_s)
            return {}
        if self._dozing is not None and (timeout_s := await self._dozing.worth_a_look(timeout_s)) == 0:
            return {}
        found = await self._consumer.getmany(*wanted, timeout_ms=ceil(timeout_s * 1000), max_records=max_records)
        if self._dozing is not None:
            self._dozing.looked(found=bool(found) or busy)
        return {
            (partition := self._unprefixed(tp)): [
                Record(partition, m.offset, m.key, m.value, list(m.headers)) for m in messages
            ]
            for tp, messages in found.items()
        }

    async def commit(self, offsets: Mapping[Partition, int]) -> None:
        try:
            await bounded(
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
        ends = await bounded(self._consumer.end_offsets(assigned), self._timeout, "end offsets")
        gaps = {}
        for tp, end in ends.items():
            position = await bounded(self._consumer.position(tp), self._timeout, "position")
            gaps[self._unprefixed(tp)] = end - position
        return gaps

    async def stop(self) -> None:
        if self._dozing is not None:
            self._dozing.close()
            self._dozing = None
        try:
            await bounded(self._consumer.stop(), self._timeout, "stop of the consumer")
        except BrokerUnavailable as error:
            log.warning("consumer_stop_failed", error=str(error))
            await abandon(self._consumer._client)
