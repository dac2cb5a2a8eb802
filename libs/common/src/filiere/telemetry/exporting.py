"""Spans on their way to a collector; loaded by processes that have one."""

import os
import socket
from collections.abc import Sequence

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, Sampler, SamplingResult, TraceIdRatioBased
from opentelemetry.trace import Link, SpanKind, TraceState
from opentelemetry.util.types import Attributes

from filiere.telemetry.version import version


class Roots(Sampler):
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


def exporter(service: str, part: str, endpoint: str, ratio: float) -> TracerProvider:
    """Exports over OTLP/HTTP; `ratio`: the share of the traces begun here that are kept."""
    resource = Resource.create(
        {
            "service.name": f"filiere-{service}-{part}",
            "service.namespace": "filiere",
            "service.version": version(),
            "service.instance.id": f"{socket.gethostname()}:{os.getpid()}",
        }
    )
    provider = TracerProvider(resource=resource, sampler=ParentBased(Roots(ratio)))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    return provider
