"""Spans of events, after OpenTelemetry's conventions for messaging.

An event's origin is the `create` span of the `append` that wrote it; its `traceparent` travels in the outbox row and in
the record's headers. `send` and `process` are children of the origin, so that a trace reads from cause to effect. What
the relay and the consumer do for many origins at once is told in each of their traces with the same times. A slice of
several origins also has a span of its own, in a trace of its own, linked to all of them: events that its handler
writes come from all of them together, and continue that one.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol
from uuid import UUID

from opentelemetry import trace
from opentelemetry.trace import SpanKind

from filiere.telemetry import tracing

_MOST_LINKS = 128  # OpenTelemetry's own limit per span
_tracer = trace.get_tracer("filiere.messaging")


class Topical(Protocol):
    @property
    def topic(self) -> str: ...


class Partition(Protocol):
    @property
    def topic(self) -> str: ...
    @property
    def number(self) -> int: ...


class Record(Protocol):
    @property
    def partition(self) -> Partition: ...
    @property
    def offset(self) -> int: ...
    @property
    def key(self) -> str: ...


class Envelope(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def traceparent(self) -> str | None: ...


class Message(Protocol):
    """What a span says of a received event."""

    @property
    def record(self) -> Record: ...
    @property
    def envelope(self) -> Envelope: ...


def create_span(events: Sequence[Topical]) -> AbstractContextManager[trace.Span]:
    """The writing of events to the outbox: the origin that their `traceparent` names."""
    if not tracing.recording():
        return tracing.NOTHING
    around = trace.get_current_span()
    if around.get_span_context().is_valid and not around.is_recording():
        return tracing.NOTHING  # not sampled: the events carry that decision on
    topics = {event.topic for event in events}
    topic = topics.pop() if len(topics) == 1 else "outbox"
    return tracing.start(f"create {topic}", SpanKind.PRODUCER, attributes=_attributes("create", topic, len(events)))


def sent(messages: Iterable[tuple[str, str | None]], began_ns: int) -> None:
    """The relay has sent a batch just now: (topic, origin) of each message. Costs nothing for what is not sampled."""
    if not tracing.recording():
        return
    counts: dict[tuple[str, str], int] = {}
    for topic, origin in messages:
        if origin is not None and _sampled(origin):
            counts[topic, origin] = counts.get((topic, origin), 0) + 1
    for (topic, origin), count in counts.items():
        # CLIENT, not PRODUCER: the origin of the messages is the `create` span.
        span = _tracer.start_span(
            f"send {topic}",
            tracing.context_of(origin),
            SpanKind.CLIENT,
            _attributes("send", topic, count),
            start_time=began_ns,
        )
        span.end()


def process_span(consumer: str, messages: Sequence[Message]) -> AbstractContextManager[object]:
    """The handling of a slice of one partition; see the module's description."""
    first = messages[0].envelope.traceparent
    one_origin = first is not None and all(message.envelope.traceparent == first for message in messages)
    if not tracing.recording():
        return tracing.carried(first) if first is not None and one_origin else tracing.NOTHING
    if one_origin:
        return _of_one_origin(consumer, messages, first)
    origins: dict[str, list[Message]] = {}
    for message in messages:
        if message.envelope.traceparent is not None and _sampled(message.envelope.traceparent):
            origins.setdefault(message.envelope.traceparent, []).append(message)
    if origins:
        return _of_many_origins(consumer, messages, origins)
    return _of_one_origin(consumer, messages, None) if first is None else tracing.NOTHING


@contextmanager
def _of_one_origin(consumer: str, messages: Sequence[Message], origin: str | None) -> Iterator[None]:
    topic = messages[0].record.partition.topic
    context = tracing.context_of(origin) if origin else None
    attributes = _process_attributes(consumer, messages)
    with tracing.start(f"process {topic}", SpanKind.CONSUMER, context=context, attributes=attributes) as span:
        try:
            yield
        except BaseException as error:
            tracing.failed(span, type(error).__name__)
            raise


@contextmanager
def _of_many_origins(consumer: str, messages: Sequence[Message], origins: dict[str, list[Message]]) -> Iterator[None]:
    topic = messages[0].record.partition.topic
    began = time.time_ns()
    contexts = {origin: tracing.context_of(origin) for origin in origins}
    links = [trace.Link(trace.get_current_span(found).get_span_context()) for found in contexts.values()]
    failure: str | None = None
    with tracing.start(
        f"process {topic}",
        SpanKind.CONSUMER,
        links=links[:_MOST_LINKS],
        attributes=_process_attributes(consumer, messages),
    ) as batch:
        try:
            yield
        except BaseException as error:
            failure = type(error).__name__
            tracing.failed(batch, failure)
            raise
        finally:
            together = [trace.Link(batch.get_span_context())]
            for origin, its in origins.items():
                span = _tracer.start_span(
                    f"process {topic}",
                    contexts[origin],
                    SpanKind.CONSUMER,
                    _process_attributes(consumer, its),
                    together,
                    began,
                )
                if failure is not None:
                    tracing.failed(span, failure)
                span.end()


def _sampled(traceparent: str) -> bool:
    return traceparent[-1:] in "13579bdf"  # the last bit of the flags


def _attributes(operation: str, topic: str, count: int) -> dict[str, str | int]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.type": operation,
        "messaging.operation.name": operation,
        "messaging.destination.name": topic,
        "messaging.batch.message_count": count,
    }


def _process_attributes(consumer: str, messages: Sequence[Message]) -> dict[str, str | int]:
    first = messages[0].record
    attributes = _attributes("process", first.partition.topic, len(messages))
    attributes["messaging.consumer.group.name"] = consumer
    attributes["messaging.destination.partition.id"] = str(first.partition.number)
    if len(messages) == 1:
        attributes["messaging.message.id"] = str(messages[0].envelope.id)
        attributes["messaging.kafka.message.key"] = first.key
        attributes["messaging.kafka.offset"] = first.offset
    return attributes
