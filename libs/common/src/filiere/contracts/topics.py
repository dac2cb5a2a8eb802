"""`topics.yaml`: each topic's owner, consumers and settings."""

from datetime import timedelta
from typing import Any

from filiere.contracts.network import Network
from filiere.kafka.ports import Topic


def topics_of(network: Network) -> dict[str, Any]:
    return {
        name: {
            "owner": network.owner(name).name,
            "consumers": network.consumers(name),
            "description": topic.description,
            "key": topic.key,
            "partitions": topic.partitions,
            "retention": "for ever" if topic.retention is None else iso_days(topic.retention),
            "compacted": topic.compacted,
            "events": {
                event.type: sorted({service.name for service, _ in network.readers(event.type)})
                for event in network.events_of(name)
            },
        }
        for name, topic in network.topics.items()
    }


def iso_days(duration: timedelta) -> str:
    """ISO 8601 duration; whole days where it is so, else seconds."""
    whole = duration == timedelta(days=duration.days)
    return f"P{duration.days}D" if whole else f"PT{int(duration.total_seconds())}S"


def kafka_settings(topic: Topic) -> dict[str, Any]:
    """The topic's settings under Kafka's own names."""
    return {
        "cleanup.policy": ["compact"] if topic.compacted else ["delete"],
        "retention.ms": -1 if topic.retention is None else int(topic.retention.total_seconds() * 1000),
    }
