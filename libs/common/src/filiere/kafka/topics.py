"""Topics as they should be, as they are, and the steps from one to the other. Pure: the broker is asked elsewhere."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from filiere.kafka.ports import Topic, TopicState


class TopicsFileUnreadable(ValueError):
    """The file of topics is missing or does not say what a topics file says; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A topic of the network and the services that send to it and read it."""

    topic: Topic
    owner: str
    consumers: tuple[str, ...]


class Verdict(StrEnum):
    """What is to be done about a topic."""

    IN_ORDER = "in order"
    CREATE = "create"
    ADD_PARTITIONS = "add partitions"
    CHANGE = "change"
    CANNOT = "cannot do"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the plan. `settings` are those to change, `partitions` the total to grow to."""

    verdict: Verdict
    topic: Topic
    detail: str
    partitions: int = 0
    settings: Mapping[str, str] | None = None


def read_topics(file: Path) -> list[Declared]:
    """The topics of `contracts/topics.yaml`, in its order. Raises TopicsFileUnreadable."""
    try:
        entries: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text())
        return [_declared(name, entry) for name, entry in entries.items()]
    except OSError as error:
        raise TopicsFileUnreadable(f"{file} cannot be read: {error.strerror} (setting KAFKA_TOPICS_FILE).") from error
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise TopicsFileUnreadable(f"{file} is no list of topics: {type(error).__name__}: {error}") from error


def plan(
    wanted: Sequence[tuple[Topic, Mapping[str, str]]],
    found: Mapping[str, TopicState],
    *,
    brokers: int,
    replication: int,
) -> list[Step]:
    """What has to be done about each wanted topic (with its settings), in order; a topic may need two steps."""
    return [step for topic, settings in wanted for step in _steps(topic, settings, found, brokers, replication)]


def _steps(
    topic: Topic, wanted: Mapping[str, str], found: Mapping[str, TopicState], brokers: int, replication: int
) -> list[Step]:
    state = found.get(topic.name)
    if state is None:
        if replication > brokers:
            detail = f"KAFKA_REPLICATION_FACTOR={replication}, but the cluster has {brokers} broker(s)"
            return [Step(Verdict.CANNOT, topic, detail)]
        detail = ", ".join([f"{topic.partitions} partitions", _copies(replication), *_written(wanted)])
        return [Step(Verdict.CREATE, topic, detail)]
    steps = []
    if state.partitions > topic.partitions:
        steps.append(_cannot(topic, f"{state.partitions} partitions cannot become {topic.partitions}"))
    if state.replication != replication:
        detail = f"{_copies(state.replication)} instead of {replication}: move it with kafka-reassign-partitions"
        steps.append(_cannot(topic, detail))
    if state.partitions < topic.partitions:
        detail = f"{state.partitions} → {topic.partitions} partitions"
        steps.append(Step(Verdict.ADD_PARTITIONS, topic, detail, partitions=topic.partitions))
    if int(wanted.get("min.insync.replicas", 1)) > state.replication:
        # Nothing could be written any more: the broker would refuse every event.
        steps.append(
            _cannot(topic, f"min.insync.replicas={wanted['min.insync.replicas']} of {_copies(state.replication)}")
        )
        wanted = {name: value for name, value in wanted.items() if name != "min.insync.replicas"}
    changes = {name: value for name, value in wanted.items() if state.settings.get(name, ("",))[0] != value}
    if changes:
        detail = ", ".join(f"{name} {state.settings.get(name, ('?',))[0]} → {new}" for name, new in changes.items())
        steps.append(Step(Verdict.CHANGE, topic, detail, settings=changes))
    return steps or [Step(Verdict.IN_ORDER, topic, f"{state.partitions} partitions, {_copies(state.replication)}")]


def table(steps: Sequence[Step]) -> str:
    """The plan for a terminal, one line a step."""
    rows = [(step.verdict.value, step.topic.name, step.detail) for step in steps]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    return "\n".join(f"{verdict:<{widths[0]}}  {name:<{widths[1]}}  {detail}" for verdict, name, detail in rows)


def _cannot(topic: Topic, detail: str) -> Step:
    return Step(Verdict.CANNOT, topic, detail)


def _copies(count: int) -> str:
    return "1 copy" if count == 1 else f"{count} copies"


def _written(settings: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in settings.items()]


def _declared(name: str, entry: dict[str, Any]) -> Declared:
    topic = Topic(
        name=name,
        key=entry["key"],
        description=entry["description"],
        partitions=int(entry["partitions"]),
        retention=_retention(entry["retention"]),
        compacted=bool(entry["compacted"]),
    )
    if topic.partitions < 1:
        raise ValueError(f"{name} has no partition")
    return Declared(topic, entry["owner"], tuple(entry["consumers"]))


def _retention(written: str) -> timedelta | None:
    """`for ever`, or whole days (`P30D`) or seconds (`PT90S`) in ISO 8601: what `filiere.contracts.topics` writes."""
    if written == "for ever":
        return None
    match = re.fullmatch(r"P(?:(?P<days>\d+)D|T(?P<seconds>\d+)S)", written)
    if match is None:
        raise ValueError(f"{written} is no retention")
    return timedelta(days=int(match["days"] or 0), seconds=int(match["seconds"] or 0))
