"""OpenTelemetry: one trace from the donor's request to the Relais' stock, through the outbox and Kafka.

Without a collector nothing is recorded, but an incoming `traceparent` still travels on to the last consumer. Spans
carry ids and counts; never an exception's message, which may repeat somebody's data.
"""

import os
import re
import socket
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, Sampler, SamplingResult, TraceIdRatioBased
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import Attributes

from filiere.telemetry.version import version

NOTHING: AbstractContextManager[trace.Span] = nullcontext(trace.INVALID_SPAN)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UNTRACED = ("/health/", "/metrics", "/static/")  # probes and files would drown what people do

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("filiere")
_recording = False


class _Roots(Sampler):
    """Keeps a share of the traces that begin here, and all that continue a kept one by a link (a mixed batch)."""

    def __init__(self, ratio: float) -> None:
        self._ratio = TraceIdRatioBased(ratio)
        self._all = TraceIdRatioBased(1.0)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        chosen = self._all if any(link.context.trace_flags.sampled for link in links or ()) else self._ratio
        return chosen.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        return f"filiere/{self._ratio.get_description()}"


def configure_tracing(service: str, part: str, endpoint: str | None, ratio: float) -> None:
    """Export spans to an OTLP/HTTP collector at `endpoint`; None leaves tracing off.

    `ratio`: the share of traces begun here that are kept. A caller's `traceparent` decides for its own trace.
    """
    if endpoint is None:
        return
    global _recording
    _recording = True
    resource = Resource.create(
        {
            "service.name": f"filiere-{service}-{part}",
            "service.namespace": "filiere",
            "service.version": version(),
            "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
        }
    )
    # Here, not above: it takes a tenth of a second, and most processes export nothing.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    provider = TracerProvider(resource=resource, sampler=ParentBased(_Roots(ratio)))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)


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
