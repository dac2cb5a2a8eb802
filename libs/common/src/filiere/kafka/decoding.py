"""From a record to an event that a handler may see, or the reason why not."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from pydantic import ValidationError

from filiere.dead_letter.repository import NewDeadLetter, Reason
from filiere.events import MAX_EVENT_BYTES, Envelope, Incoming, MalformedEnvelope
from filiere.kafka.ports import Record, Subscription


class Decoded(NamedTuple):
    """A readable event; `parsed` has one narrow model per subscription that wants it."""

    record: Record
    envelope: Envelope
    parsed: Mapping[type[Incoming], Incoming]


class Undecodable(NamedTuple):
    """A message that cannot be read; `event_id` is known when the envelope at least was sound."""

    record: Record
    event_id: UUID | None
    type: str | None
    detail: str


class Ignored(NamedTuple):
    """An event of a type that nobody here reads."""

    record: Record


_MOST_ERRORS = 50

Models = Mapping[str, Sequence[type[Incoming]]]
"""The narrow models that are read, by event type."""


def models_of(subscriptions: Sequence[Subscription]) -> Models:
    """What the subscriptions of one topic read."""
    models: dict[str, list[type[Incoming]]] = {}
    for subscription in subscriptions:
        for type_, model in subscription.by_type.items():
            if model not in models.setdefault(type_, []):
                models[type_].append(model)
    return models


def decode(record: Record, wanted: Models) -> Decoded | Undecodable | Ignored:
    """Read one record of a topic. Never raises: bad input is a value."""
    try:
        envelope = Envelope.from_headers(record.headers)
    except MalformedEnvelope as error:
        return Undecodable(record, None, None, f"not a CloudEvent: {error}")
    models = wanted.get(envelope.type)
    if models is None:
        return Ignored(record)
    if record.value is None:
        return Undecodable(record, envelope.id, envelope.type, "no data: the value is null")
    if len(record.value) > MAX_EVENT_BYTES:
        return Undecodable(record, envelope.id, envelope.type, f"{len(record.value)} bytes, over {MAX_EVENT_BYTES}")
    try:
        parsed = {model: model.model_validate_json(record.value) for model in models}
    except ValidationError as error:
        return Undecodable(record, envelope.id, envelope.type, _sentence(error))
    except Exception as error:  # noqa: BLE001 - a model's own validator met a value it did not foresee
        return Undecodable(record, envelope.id, envelope.type, type(error).__name__)
    return Decoded(record, envelope, parsed)


_OF_TOMORROW = "none of the words that this release knows; of a later release, replay it once that one runs"


def _sentence(error: ValidationError) -> str:
    if error.error_count() > _MOST_ERRORS:
        return f"{error.error_count()} values cannot be read"
    # include_input=False: the letter's detail must not repeat the data, the payload is kept beside it anyway.
    told = ((".".join(map(str, e["loc"])), _OF_TOMORROW if e["type"] == "enum" else e["msg"])
            for e in error.errors(include_input=False))  # fmt: skip
    reason = "; ".join(f"{where}: {what}" for where, what in told)
    return reason[:2000]


def letter(consumer: str, item: Decoded | Undecodable, reason: Reason, detail: str) -> NewDeadLetter:
    """The dead letter of an item."""
    record = item.record
    event_id = item.envelope.id if isinstance(item, Decoded) else item.event_id
    type_ = item.envelope.type if isinstance(item, Decoded) else item.type
    return NewDeadLetter(
        consumer=consumer,
        event_id=event_id,
        topic=record.partition.topic,
        partition=record.partition.number,
        offset=record.offset,
        key=record.key,
        raw_key=record.raw_key,
        type=type_,
        headers=record.headers,
        payload=record.value,
        reason=reason,
        detail=detail,
    )
