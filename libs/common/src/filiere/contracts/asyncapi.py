"""`asyncapi.yaml`: the same contracts as an AsyncAPI 3.0 document, for the tools that read it."""

from typing import Any
from uuid import UUID

from filiere.contracts.network import Network
from filiere.contracts.schemas import example_of, sample
from filiere.contracts.topics import kafka_settings
from filiere.events import Envelope, Event

KAFKA_BINDING = "0.5.0"
SCHEMA_FORMAT = "application/schema+json;version=draft-2020-12"
_EXAMPLE_ID = UUID("019bbf6c-4b40-7000-8000-000000000001")
_EXAMPLE_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

# What `filiere.events.Envelope` puts into the Kafka headers: CloudEvents 1.0, binary mode.
_HEADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "ce_specversion": ("CloudEvents version.", {"const": "1.0"}),
    "ce_id": ("The event's id; the same id is the same event, to be applied once.", {"format": "uuid"}),
    "ce_source": ("The service that published it, as `/collect`.", {"pattern": "^/[a-z]+$"}),
    "ce_type": ("The event's type, with its version last.", {"pattern": r"^org\.filiere\.[a-z]+\.[a-z-]+\.v[0-9]+$"}),
    "ce_time": ("When it was written.", {"format": "date-time"}),
    "ce_subject": ("The aggregate, the same as the message key.", {}),
    "ce_correlationid": ("Ties together all that one request caused.", {}),
    "ce_traceparent": ("W3C trace context (CloudEvents extension).", {}),
    "traceparent": ("W3C trace context.", {}),
    "content-type": ("Of the value.", {"const": "application/json"}),
}
_ALWAYS = ["ce_id", "ce_source", "ce_specversion", "ce_subject", "ce_time", "ce_type", "content-type"]


def asyncapi_of(network: Network) -> dict[str, Any]:
    """The whole document; payload schemas stay in `schemas/` and are referred to."""
    return {
        "asyncapi": "3.0.0",
        "id": "urn:filiere:events",
        "info": {
            "title": "Filière",
            "version": "1.0.0",
            "description": (
                "Events between the services of Filière, on Kafka, as CloudEvents 1.0 in binary mode. A version only "
                "ever gains optional fields; readers ignore fields they do not know. Delivery is at least once: apply "
                "each `ce_id` once. Events of one key arrive in the order they were published."
            ),
            "license": {"name": "AGPL-3.0-or-later", "url": "https://www.gnu.org/licenses/agpl-3.0.html"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{brokers}",
                "protocol": "kafka",
                "description": "The broker that KAFKA_BOOTSTRAP_SERVERS names.",
                "variables": {
                    "brokers": {"default": "localhost:9092", "description": "Broker addresses, comma separated."}
                },
            }
        },
        "channels": {name: _channel(network, name) for name in network.topics},
        "operations": _operations(network),
        "components": {
            "messages": {type_: _message(network, event) for type_, event in network.events.items()},
            "schemas": {"cloudEventHeaders": _headers_schema()},
        },
    }


def _channel(network: Network, name: str) -> dict[str, Any]:
    topic = network.topics[name]
    return {
        "address": name,
        "title": name,
        "description": topic.description,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {event.type: {"$ref": f"#/components/messages/{event.type}"} for event in network.events_of(name)},
        "bindings": {
            "kafka": {
                "topic": name,
                "partitions": topic.partitions,
                "topicConfiguration": kafka_settings(topic),
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _operations(network: Network) -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for name in network.topics:
        owner = network.owner(name)
        types = [event.type for event in network.events_of(name)]
        operations[f"{owner.name}.send.{name}"] = _operation("send", f"{owner.name} publishes", name, types, {})
    for service in network.services:
        group = {"groupId": {"type": "string", "const": service.name}, "bindingVersion": KAFKA_BINDING}
        for name in sorted({subscription.topic for subscription in service.subscriptions}):
            operations[f"{service.name}.receive.{name}"] = _operation(
                "receive", f"{service.name} reads", name, network.types_read(service, name), {"kafka": group}
            )
    return dict(sorted(operations.items()))


def _operation(action: str, title: str, channel: str, types: list[str], bindings: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "action": action,
        "title": f"{title} {channel}",
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{type_}"} for type_ in types],
    }
    if bindings:
        operation["bindings"] = bindings
    return operation


def _message(network: Network, event: type[Event]) -> dict[str, Any]:
    description = " ".join((event.__doc__ or "").split())
    return {
        "name": event.type,
        "title": event.__name__,
        "summary": description.split(". ")[0].rstrip(".") + ".",
        "description": description,
        "contentType": "application/json",
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "headers": {"$ref": "#/components/schemas/cloudEventHeaders"},
        "payload": {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"./schemas/{event.type}.schema.json"}},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": network.topics[event.topic].key},
                "bindingVersion": KAFKA_BINDING,
            }
        },
        "examples": [
            {
                "name": "example",
                "headers": example_headers(network, event),
                "payload": example_of(event),
            }
        ],
    }


def example_headers(network: Network, event: type[Event]) -> dict[str, str]:
    """The headers that the relay would send with the event's example."""
    moment = sample(event)
    envelope = Envelope(
        id=_EXAMPLE_ID,
        source=f"/{network.owner(event.topic).name}",
        type=event.type,
        time=moment.occurred_at,
        subject=moment.key,
        correlation_id="019bbf6c-4b40-7000-8000-000000000002",
        traceparent=_EXAMPLE_TRACE,
    )
    return {name: value.decode() for name, value in envelope.to_headers()}


def _headers_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "Kafka headers of a CloudEvent 1.0 in binary mode; values are UTF-8.",
        "required": _ALWAYS,
        "properties": {
            name: {"type": "string", "description": words, **rule} for name, (words, rule) in _HEADERS.items()
        },
    }
