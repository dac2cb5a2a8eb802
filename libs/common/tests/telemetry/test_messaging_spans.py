"""Which spans a slice of events gets, and what they hang on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from filiere.identifiers import uuid7
from filiere.kafka.ports import Partition
from filiere.telemetry import messaging, tracing
from filiere.telemetry.context import traceparent
from filiere.telemetry.exporting import Roots
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ParentBased

ONE = f"00-{'1' * 32}-{'1' * 16}-01"
TWO = f"00-{'2' * 32}-{'2' * 16}-01"
LEFT_OUT = f"00-{'3' * 32}-{'3' * 16}-00"


@dataclass(frozen=True)
class Record:
    partition: Partition = Partition("collect.lots", 3)  # noqa: RUF009 - immutable
    offset: int = 7
    key: str = "a-lot"


@dataclass(frozen=True)
class Envelope:
    traceparent: str | None
    id: UUID = field(default_factory=uuid7)


@dataclass(frozen=True)
class Message:
    envelope: Envelope
    record: Record = Record()


def messages(*origins: str | None) -> list[Message]:
    return [Message(Envelope(origin)) for origin in origins]


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """Tracing on, keeping nothing that begins here unless it continues something kept."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=ParentBased(Roots(0)))
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "_recording", True)
    monkeypatch.setattr(tracing, "_tracer", provider.get_tracer("test"))
    monkeypatch.setattr(messaging, "_tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def parent(span: ReadableSpan) -> str:
    return f"{span.parent.span_id:016x}" if span.parent else ""


def test_a_slice_of_one_origin_is_a_child_of_it_and_so_is_what_it_causes(exported: InMemorySpanExporter) -> None:
    with messaging.process_span("refurbish", messages(ONE, ONE)):
        inside = traceparent()
    (span,) = exported.get_finished_spans()
    assert (span.name, parent(span)) == ("process collect.lots", "1" * 16)
    assert inside is not None
    assert inside[3:35] == "1" * 32
    assert span.attributes is not None
    assert span.attributes["messaging.batch.message_count"] == 2
    assert span.attributes["messaging.system"] == "kafka"


def test_a_slice_of_several_origins_is_told_in_each_of_their_traces_and_links_to_all(
    exported: InMemorySpanExporter,
) -> None:
    with messaging.process_span("refurbish", messages(ONE, TWO, ONE, None, LEFT_OUT)):
        inside = traceparent()
    own = [span for span in exported.get_finished_spans() if span.parent is None]
    told = [span for span in exported.get_finished_spans() if span.parent is not None]
    assert {parent(span): span.attributes["messaging.batch.message_count"] for span in told if span.attributes} == {
        "1" * 16: 2,
        "2" * 16: 1,
    }
    (batch,) = own
    assert [f"{link.context.span_id:016x}" for link in batch.links] == ["1" * 16, "2" * 16]
    assert all(span.links[0].context.span_id == batch.context.span_id for span in told)
    assert inside is not None
    assert inside[36:52] == f"{batch.context.span_id:016x}"


def test_a_failure_is_told_by_its_kind_and_never_by_what_it_says(exported: InMemorySpanExporter) -> None:
    for origins in ((ONE,), (ONE, TWO)):
        with (
            pytest.raises(ValueError, match="Camille"),
            messaging.process_span("refurbish", messages(*origins)),
        ):
            raise ValueError("Camille Fictif")
    for span in exported.get_finished_spans():
        assert span.attributes is not None
        assert span.attributes["error.type"] == "ValueError"
        assert not span.status.is_ok
        assert "Camille" not in span.to_json()


def test_what_is_not_sampled_costs_no_span_and_stays_so(exported: InMemorySpanExporter) -> None:
    with messaging.process_span("refurbish", messages(LEFT_OUT)):
        carried = traceparent()
        assert carried is not None
        assert carried[-2:] == "00"
        with messaging.create_span([Partition("collect.lots", 0)]):
            pass
    with messaging.process_span("refurbish", messages(None)):
        pass
    messaging.sent([("collect.lots", LEFT_OUT), ("collect.lots", None)], 0)
    assert exported.get_finished_spans() == ()


def test_the_relay_tells_each_origin_of_its_send(exported: InMemorySpanExporter) -> None:
    messaging.sent([("collect.lots", ONE), ("collect.lots", ONE), ("collect.donations", TWO)], 1)
    assert {(span.name, parent(span)) for span in exported.get_finished_spans()} == {
        ("send collect.lots", "1" * 16),
        ("send collect.donations", "2" * 16),
    }


def test_without_a_collector_a_trace_from_outside_travels_on_and_no_span_is_made() -> None:
    assert not tracing.recording()
    with messaging.process_span("refurbish", messages(ONE, ONE)):
        assert traceparent() == ONE
    with messaging.process_span("refurbish", messages(ONE, TWO)):
        assert traceparent() is None
    with tracing.server_span("POST", "/api/v1/donations", TWO):
        assert traceparent() == TWO
    assert messaging.process_span("refurbish", messages(None, None)) is tracing.NOTHING
    assert messaging.create_span([Partition("collect.lots", 0)]) is tracing.NOTHING
