"""OpenTelemetry: one trace from the donor's request to the Relais' stock, through the outbox and Kafka.

Without a collector nothing is recorded, but an incoming `traceparent` still travels on to the last consumer.
"""

from contextlib import AbstractContextManager, nullcontext

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("filiere")
_recording = False
_NOTHING = nullcontext(trace.INVALID_SPAN)


def configure_tracing(service: str, endpoint: str | None) -> None:
    """Export spans to an OTLP/HTTP collector at `endpoint`; None leaves tracing off."""
    if endpoint is None:
        return
    global _recording
    _recording = True
    provider = TracerProvider(resource=Resource.create({"service.name": f"filiere-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)


def server_span(name: str, traceparent: str | None) -> AbstractContextManager[trace.Span]:
    """The span of a request, child of the caller's when it sent a `traceparent`."""
    if traceparent is None and not _recording:
        return _NOTHING
    parent = _propagator.extract({"traceparent": traceparent}) if traceparent else None
    return _tracer.start_as_current_span(name, context=parent, kind=SpanKind.SERVER)
