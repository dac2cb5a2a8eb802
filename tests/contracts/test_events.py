"""Every event of every service: readable by its schema, its consumers, and somebody else's CloudEvents library."""

import json
from typing import Any
from uuid import UUID

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from filiere.contracts.schemas import sample
from filiere.events import MAX_EVENT_BYTES, Envelope, Event, Incoming
from filiere.identifiers import uuid7
from filiere.service import Service
from jsonschema import Draft202012Validator
from refurbish.arrivals.events import MAX_COUNTED, LotReconciled

from .network import EVENTS, NETWORK, READINGS, committed
from .texts import COMPUTED, NAMES, open_texts

# Where an event sets no bound on a list itself, nobody will ever have more: media of a device, lines of an order.
UNBOUNDED_ITEMS = 200
CHUNKS = {LotReconciled.type: MAX_COUNTED}  # lists that their sender cuts
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

every_event = pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)


@every_event
def test_the_example_is_valid_against_the_schema(event: type[Event]) -> None:
    validator = Draft202012Validator(
        committed("schemas", event.type), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    validator.validate(committed("examples", event.type))


@pytest.mark.parametrize(
    ("service", "type_", "model"), READINGS, ids=[f"{service.name} reads {type_}" for service, type_, _ in READINGS]
)
def test_a_consumer_reads_every_example_of_what_it_subscribes_to(
    service: Service, type_: str, model: type[Incoming]
) -> None:
    example = committed("examples", type_)
    read = model.model_validate_json(json.dumps(example))
    assert read.occurred_at is not None


@pytest.mark.parametrize(
    ("service", "type_", "model"), READINGS, ids=[f"{service.name} reads {type_}" for service, type_, _ in READINGS]
)
def test_a_consumer_counts_only_on_fields_that_every_event_has(
    service: Service, type_: str, model: type[Incoming]
) -> None:
    promised = set(committed("schemas", type_)["required"])
    needed = {field.alias or name for name, field in model.model_fields.items() if field.is_required()}
    assert needed <= promised, f"{service.name} needs {needed - promised}, which an event may lack"


@every_event
def test_another_library_reads_what_the_relay_sends(event: type[Event]) -> None:
    moment = sample(event)
    envelope = Envelope(
        id=uuid7(),
        source=f"/{NETWORK.owner(event.topic).name}",
        type=event.type,
        time=moment.occurred_at,
        subject=moment.key,
        correlation_id=str(uuid7()),
        traceparent=TRACE,
    )
    message = KafkaMessage(dict(envelope.to_headers()), moment.key.encode(), moment.to_json().encode())
    read = from_binary(message, JSONFormat())
    assert read.get_specversion() == "1.0"
    assert UUID(read.get_id()) == envelope.id
    assert read.get_source() == envelope.source
    assert read.get_type() == event.type
    assert read.get_time() == envelope.time
    assert read.get_subject() == moment.key
    assert read.get_datacontenttype() == "application/json"
    assert read.get_extension("traceparent") == TRACE
    assert read.get_extension("correlationid") == envelope.correlation_id
    assert read.get_extension("partitionkey") == moment.key
    assert read.get_data() == json.loads(moment.to_json())


@every_event
def test_the_largest_event_stays_under_the_limit(event: type[Event]) -> None:
    example = committed("examples", event.type)
    fullest = event.model_validate(filled(event.type, committed("schemas", event.type), example))
    assert len(fullest.to_json().encode()) < MAX_EVENT_BYTES


@every_event
def test_the_key_is_the_one_that_the_topic_promises(event: type[Event]) -> None:
    moment = sample(event)
    assert moment.key
    assert moment.key != "None"


@every_event
def test_who_writes_each_text_is_said(event: type[Event]) -> None:
    """Red for a new text in an event: say in `texts.py` that it is computed, or the name of a thing; else leave it."""
    computed, names = COMPUTED.get(event.type, set()), NAMES.get(event.type, set())
    assert not computed & names
    assert open_texts(committed("schemas", event.type)) == computed | names


def filled(type_: str, schema: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    """The example with every list as long as its bound allows, by repeating its own items."""
    full = dict(example)
    for name, value in example.items():
        if isinstance(value, list) and value:
            length = schema["properties"][name].get("maxItems", CHUNKS.get(type_, UNBOUNDED_ITEMS))
            full[name] = [value[index % len(value)] for index in range(length)]
    return full
