"""Looks at topics and changes them: what `python -m filiere.kafka topics` and the embedded broker's workers need."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import (
    BrokerResponseError,
    GroupCoordinatorNotAvailableError,
    TopicAlreadyExistsError,
    for_code,
)
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int8, Int16, Int32, Schema, String

from filiere.kafka.client.connection import address, bounded
from filiere.kafka.ports import BrokerUnavailable, Topic, TopicRefused, TopicState
from filiere.settings import KafkaProfile, Settings

_SET = 0  # operation of an incremental change
_CHOSEN = 1  # source of a setting: said for this topic, not the broker's default


class KafkaAdmin:
    """`async with KafkaAdmin(settings) as admin:` – names are given and returned without the prefix.

    Every method raises BrokerUnavailable when no answer comes in time, TopicRefused when the broker says no.
    """

    def __init__(self, settings: Settings) -> None:
        self._timeout = settings.kafka_timeout.total_seconds()
        self._settings = settings
        self._prefix = settings.kafka_topic_prefix
        self._client = AIOKafkaAdminClient(**address(settings), request_timeout_ms=int(self._timeout * 1000))

    async def __aenter__(self) -> Self:
        try:
            await bounded(self._client.start(), self._timeout, "start of the admin client")
        except BaseException:
            await self._client.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await bounded(self._client.close(), self._timeout, "close of the admin client")

    async def brokers(self) -> int:
        """How many brokers are alive."""
        cluster = await bounded(self._client.describe_cluster(), self._timeout, "description of the cluster")
        return len(cluster["brokers"])

    async def topics(self, names: Sequence[str]) -> dict[str, TopicState]:
        """Those of the named topics that exist."""
        # All of them, for the request names them otherwise and a broker may create what is named.
        found = await bounded(self._client.describe_topics(), self._timeout, "description of the topics")
        wanted = {self._prefix + name for name in names}
        present = {entry["topic"]: entry for entry in found if entry["topic"] in wanted and not entry["error_code"]}
        settings = await self._topic_settings(list(present)) if present else {}
        return {
            name.removeprefix(self._prefix): TopicState(
                partitions=len(entry["partitions"]),
                replication=min((len(partition["replicas"]) for partition in entry["partitions"]), default=0),
                settings=settings.get(name, {}),
            )
            for name, entry in present.items()
        }

    async def create(self, topic: Topic, copies: int) -> bool:
        """Create it on so many brokers; False when somebody else already has."""
        new = NewTopic(
            self._prefix + topic.name,
            topic.partitions,
            copies,
            topic_configs=topic_settings(topic, self._settings, copies),
        )
        answer = await bounded(self._client.create_topics([new]), self._timeout, f"creation of {topic.name}")
        for _, code, *message in answer.topic_errors:
            if code == TopicAlreadyExistsError.errno:
                return False
            _check(code, *message)
        return True

    async def add_partitions(self, name: str, total: int) -> None:
        """Grow a topic; keys move to other partitions, see docs/operations.md."""
        change = {self._prefix + name: NewPartitions(total)}
        try:
            await bounded(self._client.create_partitions(change), self._timeout, f"partitions of {name}")
        except BrokerUnavailable as error:
            if isinstance(error.__cause__, BrokerResponseError):
                raise TopicRefused(str(error.__cause__)) from error
            raise

    async def change(self, name: str, settings: Mapping[str, str]) -> None:
        """Set these settings, leave the topic's others alone."""
        entries = [(key, _SET, value) for key, value in settings.items()]
        request = _IncrementalAlterConfigs([(int(ConfigResourceType.TOPIC), self._prefix + name, entries)])
        answer = await bounded(self._client._send_request(request), self._timeout, f"settings of {name}")
        for code, message, *_ in answer.responses:
            _check(code, message)

    async def members(self, service: str) -> int:
        """How many workers of the service are in its consumer group now."""
        group = self._prefix + service
        coordinator = await self._coordinator(group)
        work = self._client.describe_consumer_groups([group], coordinator)
        (answer,) = await bounded(work, self._timeout, f"group {group}")
        return sum(len(found["members"]) for found in answer.to_object()["groups"])

    async def unread(self, service: str, name: str) -> int:
        """How many records of the topic the service's group has not passed yet."""
        topic, group = self._prefix + name, self._prefix + service
        consumer = AIOKafkaConsumer(**address(self._settings))
        await bounded(consumer.start(), self._timeout, "start of a consumer")
        try:
            numbers = consumer.partitions_for_topic(topic) or await self._numbers(topic)
            partitions = [TopicPartition(topic, number) for number in numbers]
            first = await bounded(consumer.beginning_offsets(partitions), self._timeout, "first offsets")
            ends = await bounded(consumer.end_offsets(partitions), self._timeout, "end offsets")
        finally:
            await bounded(consumer.stop(), self._timeout, "stop of a consumer")
        work = self._client.list_consumer_group_offsets(group, await self._coordinator(group), partitions)
        read = await bounded(work, self._timeout, f"offsets of {group}")
        return sum(ends[tp] - max(first[tp], read[tp].offset if tp in read else 0) for tp in partitions)

    async def _coordinator(self, group: str) -> int:
        """The broker that keeps the group; a new cluster's first answer is that it has none yet."""

        async def found() -> int:
            while True:
                try:
                    return int(await self._client.find_coordinator(group))
                except GroupCoordinatorNotAvailableError:
                    await asyncio.sleep(0.1)

        return await bounded(found(), self._timeout, f"coordinator of {group}")

    async def _numbers(self, topic: str) -> set[int]:
        found = await bounded(self._client.describe_topics([topic]), self._timeout, f"description of {topic}")
        return {partition["partition"] for entry in found for partition in entry["partitions"]}

    async def _topic_settings(self, names: Sequence[str]) -> dict[str, dict[str, tuple[str, bool]]]:
        """(value, whether it was said for this topic) by setting, of each topic."""
        wanted = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        answers = await bounded(self._client.describe_configs(wanted), self._timeout, "settings of the topics")
        return {
            found["resource_name"]: {
                entry["config_names"]: (entry["config_value"] or "", entry.get("config_source") == _CHOSEN)
                for entry in found["config_entries"]
            }
            for answer in answers
            for found in answer.to_object()["resources"]
            if not found["error_code"]
        }


async def ensure_topics(settings: Settings, topics: Sequence[Topic]) -> None:
    """Create the topics that are missing, with no more copies than there are brokers: not for an operator's cluster.

    :raises BrokerUnavailable: no answer in time, or the broker refuses.
    """
    async with KafkaAdmin(settings) as admin:
        copies = min(settings.replication_factor, await admin.brokers()) if settings.replication_factor > 1 else 1
        for topic in topics:
            try:
                await admin.create(topic, copies)
            except TopicRefused as error:
                raise BrokerUnavailable(f"topic {topic.name} not created: {error}") from error


async def missing_topics(settings: Settings, names: Sequence[str]) -> list[str]:
    """The names that the broker does not have, sorted.

    :raises BrokerUnavailable: no answer in time.
    """
    async with KafkaAdmin(settings) as admin:
        return sorted(set(names) - set(await admin.topics(names)))


def topic_settings(topic: Topic, settings: Settings, copies: int) -> dict[str, str]:
    """A topic's settings under Kafka's own names; the broker refuses every event that fewer copies can hold."""
    retention = -1 if topic.retention is None else int(topic.retention.total_seconds() * 1000)
    wanted = {"cleanup.policy": "compact" if topic.compacted else "delete", "retention.ms": str(retention)}
    if settings.kafka_profile is KafkaProfile.KAFKA:
        wanted["min.insync.replicas"] = str(min(settings.min_insync_replicas, copies))
    return wanted


def _check(code: int, message: str | None = None) -> None:
    if code:
        raise TopicRefused(message or for_code(code).description or for_code(code).__name__)


# aiokafka has AlterConfigs alone, which replaces all of a topic's settings by those it names.
class _IncrementalAlterConfigsResponse(Response):  # type: ignore[misc]  # aiokafka ships no types for it
    API_KEY = 44
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "responses",
            Array(
                ("error_code", Int16),
                ("error_message", String("utf-8")),
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
            ),
        ),
    )


class _IncrementalAlterConfigsStruct(RequestStruct):  # type: ignore[misc]
    API_KEY = 44
    API_VERSION = 0
    RESPONSE_TYPE = _IncrementalAlterConfigsResponse
    SCHEMA = Schema(
        (
            "resources",
            Array(
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
                (
                    "configs",
                    Array(("name", String("utf-8")), ("config_operation", Int8), ("value", String("utf-8"))),
                ),
            ),
        ),
        ("validate_only", Boolean),
    )


class _IncrementalAlterConfigs(Request[_IncrementalAlterConfigsStruct]):  # type: ignore[misc]
    API_KEY = 44

    def __init__(self, resources: list[Any]) -> None:
        self._resources = resources

    def build(self, request_struct_class: type[_IncrementalAlterConfigsStruct]) -> _IncrementalAlterConfigsStruct:
        return request_struct_class(self._resources, False)
