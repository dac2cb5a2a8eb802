"""structlog over the standard library: JSON in production, readable lines in a console; no personal data."""

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from filiere.telemetry.context import correlation_id, traceparent

_access: "Callable[[str, str, int, float], None] | None" = None
Log = structlog.typing.FilteringBoundLogger


def _add_context(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if (current := correlation_id()) is not None:
        event.setdefault("correlation_id", current)
    if (parent := traceparent()) is not None:
        event.setdefault("trace_id", parent[3:35])
    return event


def configure_logs(service: str, *, format_: str, level: str) -> None:
    """Send every log line, ours and the libraries', to stdout in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _add_context,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if format_ == "json" else structlog.dev.ConsoleRenderer()
    )
    # Our own lines do not pass through the standard library: a log record per request costs a tenth of a command.
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=structlog.WriteLoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiokafka", "uvicorn.access", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)
    global _access
    if format_ == "json":
        _access = _json_access(service) if root.isEnabledFor(logging.INFO) else None
    else:
        readable = get_logger("http")
        _access = lambda method, route, status, seconds: readable.info(  # noqa: E731
            "http request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1)
        )


def access_line(method: str, route: str, status: int, seconds: float) -> None:
    """The line of one answered request. Its values need no escaping, so that it costs a tenth of a structured event."""
    if _access is not None:
        _access(method, route, status, seconds)


def _json_access(service: str) -> Callable[[str, str, int, float], None]:
    write = sys.stdout.write

    def line(method: str, route: str, status: int, seconds: float) -> None:
        parent = traceparent()
        trace = f', "trace_id": "{parent[3:35]}"' if parent else ""
        write(
            f'{{"event": "http request", "service": "{service}", "level": "info", "method": "{method}", '
            f'"route": "{route}", "status": {status}, "milliseconds": {seconds * 1000:.1f}, '
            f'"correlation_id": "{correlation_id()}"{trace}, "timestamp": "{datetime.now(UTC).isoformat()}"}}\n'
        )

    return line


def get_logger(name: str) -> Log:
    logger: Log = structlog.get_logger(module=name)
    return logger
