"""OpenTelemetry: one trace from the donor's request to the Relais' stock, through the outbox and Kafka.

Without a collector nothing is recorded, but an incoming `traceparent` still travels on to the last consumer. Spans
carry ids and counts; never an exception's message, which may repeat somebody's data.
"""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

NOTHING: AbstractContextManager[trace.Span] = nullcontext(trace.INVALID_SPAN)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNTRACED = ("/health/", "/metrics", "/static/")  # probes and files would drown what people do

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("filiere")
_recording = False


def configure_tracing(service: str, part: str, endpoint: str | None, ratio: float) -> None:
    """Export spans to an OTLP/HTTP collector at `endpoint`; None leaves tracing off.

    `ratio`: the share of traces begun here that are kept. A caller's `traceparent` decides for its own trace.
    """
    if endpoint is None:
        return
    global _recording
    _recording = True
    # Here, not above: it is 3 MB and a tenth of a second, and most processes export nothing.
    from filiere.telemetry.exporting import exporter

    trace.set_tracer_provider(exporter(service, part, endpoint, ratio))


def recording() -> bool:
    """Whether this process exports spans at all."""
    return _recording


def context_of(traceparent: str) -> Context:
    """The context that a W3C `traceparent` names; empty when it cannot be read."""
    return _propagator.extract({"traceparent": traceparent})


def start(name: str, kind: SpanKind, **options: Any) -> AbstractContextManager[trace.Span]:
    """A current span that keeps to itself what an exception says."""
    return _tracer.start_as_current_span(
        name, kind=kind, record_exception=False, set_status_on_exception=False, **options
    )


def carried(traceparent: str) -> AbstractContextManager[trace.Span]:
    """Make the span named from outside the current one, without a span of our own."""
    return trace.use_span(trace.get_current_span(context_of(traceparent)), record_exception=False)


def server_span(method: str, path: str, traceparent: str | None) -> AbstractContextManager[trace.Span]:
    """The span of a request, child of the caller's when it sent a `traceparent`."""
    if not _recording:
        return carried(traceparent) if traceparent else NOTHING
    if path.startswith(_UNTRACED):
        return NOTHING
    return start(method, SpanKind.SERVER, context=context_of(traceparent) if traceparent else None)


def describe_request(span: trace.Span, method: str, route: str, status: int, parameters: Mapping[str, Any]) -> None:
    """Name the span by its route; ids of the address make it findable (`filiere.device_id`), other parts stay out."""
    span.update_name(f"{method} {route}")
    span.set_attribute("http.request.method", method)
    span.set_attribute("http.route", route)
    span.set_attribute("http.response.status_code", status)
    for name, value in parameters.items():
        if _UUID.fullmatch(text := str(value)):  # an address may hold anything; only an id is surely nobody's data
            span.set_attribute(f"filiere.{name}", text)
    if status >= 500:
        failed(span, str(status))


def failed(span: trace.Span, kind: str) -> None:
    """Mark a span as failed, by the kind of the failure alone."""
    span.set_attribute("error.type", kind)
    span.set_status(trace.StatusCode.ERROR)
