"""Every Prometheus metric of Filière, in one place; names are declared before code uses them.

A process exposes its own part's metrics and the common ones: an api says nothing of outboxes it does not relay. Labels
have few values: never an id, an address or a name. What each means is in docs/operations.md.
"""

import functools
import platform
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from enum import StrEnum
from typing import Literal, ParamSpec, TypeVar

import prometheus_client
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, Metric

from filiere.telemetry.version import version

__all__ = ["CONTENT_TYPE_LATEST", "Part", "begin", "exposition", "known_topics", "timed", "watch_pool"]

MetricName = Literal[
    "filiere_build_info",
    "filiere_database_pool_size",
    "filiere_database_pool_in_use",
    "filiere_loop_turn_seconds",
    "filiere_http_requests_total",
    "filiere_http_request_seconds",
    "filiere_import_seconds",
    "filiere_allocation_seconds",
    "filiere_outbox_published_total",
    "filiere_outbox_depth",
    "filiere_outbox_oldest_age_seconds",
    "filiere_outbox_held",
    "filiere_relay_active",
    "filiere_relay_failures_total",
    "filiere_consumer_events_total",
    "filiere_consumer_batch_seconds",
    "filiere_consumer_handler_seconds",
    "filiere_consumer_delay_seconds",
    "filiere_consumer_retries_total",
    "filiere_consumer_last_poll_age_seconds",
    "filiere_consumer_lag",
    "filiere_consumer_partitions",
    "filiere_consumer_halted",
    "filiere_dead_letters_total",
    "filiere_dead_letters_open",
    "filiere_database_size_bytes",
]


class Part(StrEnum):
    """Which process of a service."""

    API = "api"
    WORKER = "worker"


P = ParamSpec("P")
R = TypeVar("R")

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # they double the series for nothing
_REGISTRIES = {Part.API: CollectorRegistry(), Part.WORKER: CollectorRegistry()}
_API, _WORKER = _REGISTRIES[Part.API], _REGISTRIES[Part.WORKER]

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_SLOW = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_LATE = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600)


def _named(name: MetricName) -> str:
    return name


build = Gauge(_named("filiere_build_info"), "What runs here.", ["service", "part", "version", "python"])
pool_size = Gauge(_named("filiere_database_pool_size"), "Connections this process may hold.")
pool_in_use = Gauge(_named("filiere_database_pool_in_use"), "Connections at work now.")
loop_turn_seconds = Histogram(
    _named("filiere_loop_turn_seconds"), "CPU of one turn of the event loop, with LOOP_LAG_REPORT.", buckets=_QUICK
)

http_requests = Counter(
    _named("filiere_http_requests_total"), "HTTP requests.", ["method", "route", "status"], registry=_API
)
http_seconds = Histogram(_named("filiere_http_request_seconds"), "Time to answer.", ["method", "route"], registry=_API)
import_seconds = Histogram(
    _named("filiere_import_seconds"), "Reading or declaring a fleet file.", ["step"], registry=_API, buckets=_SLOW
)
# The api runs and approves, the worker computes proposals and promises at once.
allocation_seconds = Histogram(_named("filiere_allocation_seconds"), "One allocation.", ["kind"], buckets=_SLOW)

published = Counter(_named("filiere_outbox_published_total"), "Events sent.", ["topic"], registry=_WORKER)
outbox_depth = Gauge(_named("filiere_outbox_depth"), "Events waiting in the outbox.", registry=_WORKER)
outbox_oldest_age = Gauge(
    _named("filiere_outbox_oldest_age_seconds"), "Age of the oldest event waiting.", registry=_WORKER
)
outbox_held = Gauge(_named("filiere_outbox_held"), "Events that the broker refuses.", registry=_WORKER)
relay_active = Gauge(_named("filiere_relay_active"), "1 in the process that relays.", registry=_WORKER)
relay_failures = Counter(_named("filiere_relay_failures_total"), "Failed sends.", ["kind"], registry=_WORKER)
consumed = Counter(
    _named("filiere_consumer_events_total"), "Events by outcome.", ["topic", "outcome"], registry=_WORKER
)
batch_seconds = Histogram(
    _named("filiere_consumer_batch_seconds"), "One transaction.", ["topic"], registry=_WORKER, buckets=_QUICK
)
handler_seconds = Histogram(
    _named("filiere_consumer_handler_seconds"), "One call of a handler.", ["type"], registry=_WORKER, buckets=_QUICK
)
delay_seconds = Histogram(
    _named("filiere_consumer_delay_seconds"), "Event to effect.", ["topic"], registry=_WORKER, buckets=_LATE
)
consumer_retries = Counter(
    _named("filiere_consumer_retries_total"), "Slices tried again.", ["topic", "error"], registry=_WORKER
)
last_poll_age = Gauge(
    _named("filiere_consumer_last_poll_age_seconds"), "Seconds since the consumer last polled.", registry=_WORKER
)
consumer_lag = Gauge(_named("filiere_consumer_lag"), "Events known to wait.", ["topic", "partition"], registry=_WORKER)
consumer_partitions = Gauge(_named("filiere_consumer_partitions"), "Partitions held.", registry=_WORKER)
consumer_halted = Gauge(
    _named("filiere_consumer_halted"), "1 when it waits for a person after too many bad messages.", registry=_WORKER
)
dead_letters = Counter(_named("filiere_dead_letters_total"), "Messages parked.", ["topic", "reason"], registry=_WORKER)
dead_letters_open = Gauge(_named("filiere_dead_letters_open"), "Letters not resolved.", ["reason"], registry=_WORKER)
database_size = Gauge(_named("filiere_database_size_bytes"), "Size of the service's database.", registry=_WORKER)

_OUTCOMES = ("applied", "duplicate", "ignored", "parked")


class _Union:
    """Two registries as one."""

    def __init__(self, *registries: CollectorRegistry) -> None:
        self._registries = registries

    def collect(self) -> Iterable[Metric]:
        for registry in self._registries:
            yield from registry.collect()


def exposition(part: Part) -> bytes:
    """What `/metrics` of a process of this part answers, in the text format of `CONTENT_TYPE_LATEST`."""
    return prometheus_client.generate_latest(_Union(REGISTRY, _REGISTRIES[part]))


def begin(service: str, part: Part) -> None:
    """Say what runs here; once per process."""
    build.labels(service, part, version(), platform.python_version()).set(1)


def watch_pool(size: int, in_use: Callable[[], int]) -> None:
    """Read a connection pool at each scrape."""
    pool_in_use.set_function(in_use)
    pool_size.set(size)


def known_topics(owned: Iterable[str], read: Iterable[str], reasons: Sequence[str]) -> None:
    """Begin the counters of the worker's topics at 0: a counter that appears with its first failure shows no rise."""
    for kind in ("broker", "record"):
        relay_failures.labels(kind)
    for topic in owned:
        published.labels(topic)
    for topic in read:
        for outcome in _OUTCOMES:
            consumed.labels(topic, outcome)
        for reason in reasons:
            dead_letters.labels(topic, reason)


def timed(histogram: Histogram, *labels: str) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """Decorator: observe how long a coroutine takes when it succeeds."""
    series = histogram.labels(*labels)

    def decorate(work: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @functools.wraps(work)
        async def observed(*args: P.args, **kwargs: P.kwargs) -> R:
            started = time.perf_counter()
            result = await work(*args, **kwargs)
            series.observe(time.perf_counter() - started)
            return result

        return observed

    return decorate
