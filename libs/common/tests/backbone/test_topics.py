"""Topics as they should be, as they are, and the way there; on Apache Kafka the commands of an operator."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from filiere.contracts.topics import topics_of
from filiere.kafka.client import KafkaAdmin, KafkaConsumer, KafkaProducer, topic_settings
from filiere.kafka.ports import Partition, Topic, TopicState
from filiere.kafka.topics import TopicsFileUnreadable, Verdict, plan, read_topics, table
from filiere.settings import KafkaProfile, Settings

from .test_group import event, first_partition, forget

LOTS = Topic("collect.lots", key="lot_id", description="Lots.", partitions=6)
CONTRACTS = Path(__file__).parents[4] / "contracts" / "topics.yaml"
Run = Callable[..., Awaitable[tuple[int, str]]]


def planned(found: dict[str, TopicState], *, topic: Topic = LOTS, copies: int = 3, brokers: int = 3) -> list[Any]:
    settings = Settings(kafka_profile=KafkaProfile.KAFKA, kafka_replication_factor=copies)
    wanted = [(topic, topic_settings(topic, settings, copies))]
    return [(step.verdict, step.detail) for step in plan(wanted, found, brokers=brokers, replication=copies)]


def as_it_should_be(**changes: Any) -> dict[str, TopicState]:
    settings = {"cleanup.policy": "delete", "retention.ms": str(30 * 86_400_000), "min.insync.replicas": "2"}
    state = TopicState(6, 3, {name: (value, True) for name, value in settings.items()})
    return {LOTS.name: replace(state, **changes)}


def test_a_topic_as_it_should_be_is_left_alone() -> None:
    assert planned(as_it_should_be()) == [(Verdict.IN_ORDER, "6 partitions, 3 copies")]


def test_a_missing_topic_is_created_with_copies_and_retention() -> None:
    ((verdict, detail),) = planned({})
    assert verdict is Verdict.CREATE
    for part in ("6 partitions", "3 copies", "retention.ms=2592000000", "min.insync.replicas=2"):
        assert part in detail


def test_more_copies_than_brokers_cannot_be_and_the_setting_is_named() -> None:
    assert planned({}, brokers=1) == [(Verdict.CANNOT, "KAFKA_REPLICATION_FACTOR=3, but the cluster has 1 broker(s)")]


def test_partitions_are_added_but_never_taken_away() -> None:
    assert planned(as_it_should_be(partitions=3)) == [(Verdict.ADD_PARTITIONS, "3 → 6 partitions")]
    assert planned(as_it_should_be(partitions=12)) == [(Verdict.CANNOT, "12 partitions cannot become 6")]


def test_a_changed_retention_is_changed_and_other_settings_of_the_topic_are_not_touched() -> None:
    longer = replace(LOTS, retention=timedelta(days=60))
    assert planned(as_it_should_be(), topic=longer) == [(Verdict.CHANGE, "retention.ms 2592000000 → 5184000000")]


def test_a_topic_with_one_copy_is_never_told_to_have_two_in_sync() -> None:
    steps = planned(as_it_should_be(replication=1, settings={"cleanup.policy": ("delete", False)}))
    assert [verdict for verdict, _ in steps] == [Verdict.CANNOT, Verdict.CANNOT, Verdict.CHANGE]
    assert "min.insync.replicas=2 of 1 copy" in steps[1][1]
    assert "min.insync" not in steps[2][1]


def test_the_contracts_are_read_back_as_the_services_declare_them() -> None:
    from filiere.contracts import Network
    from filiere.service import installed_services

    network = Network(installed_services())
    read = read_topics(CONTRACTS)
    assert {each.topic.name: each.topic for each in read} == dict(network.topics)
    assert all(set(each.consumers) == set(network.consumers(each.topic.name)) for each in read)
    assert yaml.safe_load(CONTRACTS.read_text()).keys() == topics_of(network).keys()


@pytest.mark.parametrize("text", ["", "- a", "lots: {owner: collect}", "x: {partitions: many}", ": :"])
def test_a_file_that_is_no_list_of_topics_is_refused_by_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "topics.yaml"
    file.write_text(text)
    with pytest.raises(TopicsFileUnreadable, match=r"topics\.yaml is no list of topics"):
        read_topics(file)
    with pytest.raises(TopicsFileUnreadable, match="KAFKA_TOPICS_FILE"):
        read_topics(tmp_path / "absent.yaml")


def test_a_plan_is_a_table_with_one_line_a_step() -> None:
    settings = Settings(kafka_profile=KafkaProfile.KAFKA)
    topics = [(each.topic, topic_settings(each.topic, settings, 3)) for each in read_topics(CONTRACTS)]
    lines = table(plan(topics, {}, brokers=3, replication=3)).splitlines()
    assert len(lines) == len(topics)
    assert all(line.startswith("create  ") for line in lines)


@pytest.fixture
def settings(kafka_options: dict[str, Any]) -> Settings:
    return Settings(**kafka_options, kafka_replication_factor=1)


def write(file: Path, changes: dict[str, Any]) -> None:
    """Three topics of the bank, with these changes to one of them."""
    common = {
        "owner": "bank",
        "consumers": ["bank"],
        "description": "d",
        "key": "k",
        "partitions": 2,
        "retention": "P1D",
    }
    entries = {
        "collect.lots": {**common, "compacted": False},
        "bank.accounts": {**common, "compacted": False, **changes},
        "refurbish.workshops": {**common, "compacted": True},
    }
    file.write_text(yaml.dump(entries))


@pytest.fixture
def command(settings: Settings) -> Run:
    """Run `python -m filiere.kafka topics …` on a file with these changes to one topic of three; (exit code, words)."""

    async def run(file: Path, *arguments: str, **changes: Any) -> tuple[int, str]:
        write(file, changes)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "filiere.kafka", "topics", *arguments, "--file", str(file)),
            env=os.environ
            | {
                "KAFKA_BOOTSTRAP_SERVERS": settings.kafka_bootstrap_servers,
                "KAFKA_PROFILE": "kafka",
                "KAFKA_REPLICATION_FACTOR": "1",
                "KAFKA_TOPIC_PREFIX": settings.kafka_topic_prefix,
            },
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate(b"n\n")
        return process.returncode or 0, said.decode()

    return run


@pytest.mark.apache_kafka
async def test_plan_shows_apply_does_and_a_second_plan_has_nothing_left(
    tmp_path: Path, settings: Settings, command: Run
) -> None:
    file = tmp_path / "topics.yaml"
    code, said = await command(file, "plan")
    assert (code, said.count("create")) == (2, 3)
    code, said = await command(file, "apply")  # asked, and answered no
    assert code == 1
    assert "Nothing was changed" in said
    assert (await command(file, "apply", "--yes"))[0] == 0
    assert (await command(file, "plan"))[0] == 0

    code, said = await command(file, "apply", "--yes", retention="P2D")
    assert (code, "retention.ms 86400000 → 172800000" in said) == (0, True)
    async with KafkaAdmin(settings) as admin:
        found = await admin.topics(["bank.accounts", "refurbish.workshops", "nobody.knows"])
    assert found["bank.accounts"].settings["retention.ms"] == ("172800000", True)
    assert found["bank.accounts"].settings["cleanup.policy"] == ("delete", True)  # what was not named stays
    assert found["refurbish.workshops"].settings["cleanup.policy"] == ("compact", True)
    assert set(found) == {"bank.accounts", "refurbish.workshops"}


@pytest.mark.apache_kafka
async def test_partitions_are_added_only_when_asked_and_when_nobody_works_and_nothing_waits(
    tmp_path: Path, settings: Settings, command: Run
) -> None:
    file = tmp_path / "topics.yaml"
    await command(file, "apply", "--yes")
    producer, consumer = KafkaProducer(settings), KafkaConsumer(settings, "bank")
    await producer.start()
    await producer.send([event(number) for number in range(4)])
    await producer.stop()
    grow = ("apply", "--yes", "--add-partitions")

    code, said = await command(file, "apply", "--yes", partitions=4)
    assert (code, "--add-partitions" in said) == (1, True)
    code, said = await command(file, *grow, partitions=4)
    assert (code, "bank has not read 4 events yet" in said) == (1, True)

    await consumer.start(["bank.accounts"], forget)
    await first_partition(consumer)
    code, said = await command(file, *grow, partitions=4)
    assert (code, "workers of bank are running" in said) == (1, True)
    ends = await consumer.behind()
    await consumer.commit(
        {Partition("bank.accounts", n): gap + await _position(consumer, n) for (_, n), gap in ends.items()}
    )
    await consumer.stop()

    code, said = await command(file, *grow, partitions=4)
    assert (code, "has 4 partitions now" in said) == (0, True)
    code, said = await command(file, *grow, partitions=2)
    assert (code, "4 partitions cannot become 2" in said) == (1, True)


async def _position(consumer: KafkaConsumer, number: int) -> int:
    return int(await consumer._consumer.position(consumer._prefixed(Partition("bank.accounts", number))))
