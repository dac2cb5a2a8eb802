"""What surrounds every request, as plain ASGI: correlation id, security headers, access log, time and count.

One class, one wrapped `send`: the kit may cost a request tens of microseconds, not hundreds.
"""

import re
import time
from collections.abc import Callable

from prometheus_client import Counter, Histogram
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from filiere.identifiers import uuid7
from filiere.telemetry.context import set_correlation_id
from filiere.telemetry.logs import access_line, get_logger
from filiere.telemetry.metrics import http_requests, http_seconds
from filiere.telemetry.tracing import describe_request, server_span
from filiere.web.addresses import Addresses, own_path
from filiere.web.live import ANSWERED
from filiere.web.request_limits import bounded

CORRELATION_HEADER = b"x-correlation-id"
SAFE_CORRELATION_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
QUIET_PATHS = ("/health/", "/metrics", "/static/")

logger = get_logger(__name__)


class HttpMetrics:
    """Requests by route template (never by address: ids would make a series each)."""

    def __init__(self) -> None:
        # `labels()` builds and hashes a tuple under a lock: kept per combination instead.
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        key = (method, route, status)
        series = self._series.get(key)
        if series is None:
            series = (http_requests.labels(method, route, str(status)), http_seconds.labels(method, route))
            self._series[key] = series
        series[0].inc()
        series[1].observe(seconds)


# What an answer may say instead of us: a letter is shown in a frame of our page, and may do nothing there.
_SAID_INSTEAD = frozenset({b"content-security-policy", b"x-frame-options"})


class Edge:
    """Outermost layer. `crashed` makes the answer to an exception nobody expected; it must not raise."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        addresses: Addresses,
        metrics: HttpMetrics,
        page_policy: str,
        is_secure: bool,
        max_body: int,
        crashed: Callable[[Scope, Exception], Response],
    ) -> None:
        self.app = app
        self.addresses = addresses
        self.metrics = metrics
        self.max_body = max_body
        self.crashed = crashed
        common = [
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"x-frame-options", b"DENY"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(self), geolocation=(), microphone=()"),
        ]
        if is_secure:
            common.append((b"strict-transport-security", b"max-age=31536000"))
        self._page_headers = [*common, (b"content-security-policy", page_policy.encode())]
        self._data_headers = [*common, (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        # The proxy takes nothing off an address, so that it is we who know the path of PUBLIC_URL, not the server.
        scope["root_path"] = root_path = self.addresses.root_path
        if root_path and scope["path"] == root_path:
            scope["path"] += "/"
        self.addresses.serve()
        path = own_path(scope)
        correlation_id = incoming_id(scope) or str(uuid7())
        scope["correlation_id"] = correlation_id
        set_correlation_id(correlation_id)
        headers = self._data_headers if path.startswith(("/api/", "/health/", "/metrics")) else self._page_headers
        status = 500
        started_answer = False

        async def answer(message: Message) -> None:
            nonlocal status, started_answer
            if message["type"] == "http.response.start":
                started_answer = True
                status = message["status"]
                own = {name for name, _ in message["headers"]}
                added = headers if own.isdisjoint(_SAID_INSTEAD) else [one for one in headers if one[0] not in own]
                message["headers"] = [*message["headers"], *added, (CORRELATION_HEADER, correlation_id.encode())]
            await send(message)

        try:
            with server_span(scope["method"], path, _header(scope, b"traceparent")) as span:
                try:
                    await self.app(scope, bounded(scope, receive, self.max_body), answer)
                finally:
                    if span.is_recording():
                        parameters = scope.get("path_params") or {}
                        describe_request(span, scope["method"], route_of(scope), status, parameters)
        except Exception as error:
            # The last net: the reason goes to the log with the correlation id, never to the caller.
            # By its route: an address may name somebody.
            logger.exception("unexpected error", method=scope["method"], route=route_of(scope))
            if started_answer:
                raise
            await self.crashed(scope, error)(scope, receive, answer)
        finally:
            seconds = (scope.get(ANSWERED) or time.perf_counter()) - started
            route = route_of(scope)
            self.metrics.observe(scope["method"], route, status, seconds)
            if not path.startswith(QUIET_PATHS):
                access_line(scope["method"], route, status, seconds)


def route_of(scope: Scope) -> str:
    """The template of the route that answers; one word for all addresses that nobody knows."""
    return getattr(scope.get("route"), "path", None) or "unmatched"


def incoming_id(scope: Scope) -> str | None:
    """The caller's own correlation id, if it is one that is safe to log and to send on."""
    for name, value in scope["headers"]:
        if name == CORRELATION_HEADER and SAFE_CORRELATION_ID.fullmatch(value):
            return str(value, "ascii")
    return None


def _header(scope: Scope, wanted: bytes) -> str | None:
    for name, value in scope["headers"]:
        if name == wanted:
            return str(value, "ascii", "replace")
    return None


def content_security_policy(form_targets: list[str]) -> str:
    """Nothing but our own files; no inline script or style. `form_targets`: origins a form's redirect may lead to."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "frame-src 'self'",  # a letter on its page; every other answer refuses to be framed
            " ".join(["form-action 'self'", *form_targets]),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )
