"""What ties a request, its events and their effects together: correlation id and W3C trace context."""

from contextvars import ContextVar

from opentelemetry import trace
from opentelemetry.trace import SpanContext

_correlation: ContextVar[str | None] = ContextVar("correlation_id", default=None)


def correlation_id() -> str | None:
    """The id of the request or message at work, None outside of one."""
    return _correlation.get()


def set_correlation_id(value: str | None) -> None:
    _correlation.set(value)


def traceparent() -> str | None:
    """The current span as a W3C `traceparent`, None when nothing is traced."""
    span: SpanContext = trace.get_current_span().get_span_context()
    if not span.is_valid:
        return None
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{int(span.trace_flags):02x}"
