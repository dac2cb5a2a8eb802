"""structlog over the standard library: JSON in production, readable lines in a console; no personal data.

Our own lines say ids, kinds and counts. Exceptions are shown without their messages (`filiere.telemetry.failures`),
and libraries never below INFO: at DEBUG they print headers, parameters and bodies.
"""

import contextlib
import io
import logging
import sys
import threading
import warnings
from collections.abc import Callable
from types import TracebackType
from typing import TextIO, cast

import structlog

from filiere.calendar import now
from filiere.telemetry.context import correlation_id, traceparent
from filiere.telemetry.failures import rendered

_access: "Callable[[str, str, int, float], None] | None" = None
Log = structlog.typing.FilteringBoundLogger
_TALKATIVE = ("aiokafka", "uvicorn.access", "httpx", "httpcore", "opentelemetry")


class _Out(io.TextIOBase):
    """Standard output as logs use it: a line that cannot be written is lost, and whoever wrote it goes on.

    A full disk under the log must not turn an answer into a failure, least of all the one that tells of it.
    """

    def write(self, text: str) -> int:
        try:
            return sys.stdout.write(text)
        except (OSError, ValueError):  # ValueError: standard output was closed
            return 0

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()


_out: TextIO = cast(TextIO, _Out())


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
        structlog.processors.ExceptionRenderer(rendered),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if format_ == "json"
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    # Our own lines do not pass through the standard library: a log record per request costs a tenth of a command.
    wanted = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=structlog.WriteLoggerFactory(_out),
        wrapper_class=structlog.make_filtering_bound_logger(wanted),
        cache_logger_on_first_use=True,
    )
    logging.raiseExceptions = False  # a line that cannot be written must not print its arguments elsewhere
    handler = logging.StreamHandler(_out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(wanted, logging.INFO))
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("asyncio").addFilter(_first_line)
    _catch_the_rest()
    structlog.contextvars.bind_contextvars(service=service)
    global _access
    if wanted > logging.INFO:
        _access = None
    elif format_ == "json":
        _access = _json_access(service)
    else:
        readable = get_logger("http")
        _access = lambda method, route, status, seconds: readable.info(  # noqa: E731
            "http request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1)
        )


def _first_line(record: logging.LogRecord) -> bool:
    """asyncio tells of a lost exception first by kind, then by a repr with its message: keep the first line."""
    record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


def _catch_the_rest() -> None:
    """What Python itself would print to stderr, message and all, when a process or thread dies, and its warnings."""
    log = get_logger(__name__)

    def died(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, where)
        else:
            log.critical("process_failed", exc_info=(kind, error, where))

    def thread_died(failure: threading.ExceptHookArgs) -> None:
        if failure.exc_value is not None:
            log.error("thread_failed", exc_info=(failure.exc_type, failure.exc_value, failure.exc_traceback))

    def warned(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        log.warning("python_warning", kind=category.__name__, at=f"{filename}:{lineno}")

    sys.excepthook, threading.excepthook = died, thread_died
    warnings.showwarning = warned


def access_line(method: str, route: str, status: int, seconds: float) -> None:
    """The line of one answered request. Its values need no escaping, so that it costs a tenth of a structured event."""
    if _access is not None:
        _access(method, route, status, seconds)


def _json_access(service: str) -> Callable[[str, str, int, float], None]:
    write = _out.write

    def line(method: str, route: str, status: int, seconds: float) -> None:
        parent = traceparent()
        trace = f', "trace_id": "{parent[3:35]}"' if parent else ""
        write(
            f'{{"event": "http request", "service": "{service}", "level": "info", "method": "{method}", '
            f'"route": "{route}", "status": {status}, "milliseconds": {seconds * 1000:.1f}, '
            f'"correlation_id": "{correlation_id()}"{trace}, "timestamp": "{now().isoformat()}"}}\n'
        )

    return line


def get_logger(name: str) -> Log:
    logger: Log = structlog.get_logger(module=name)
    return logger
