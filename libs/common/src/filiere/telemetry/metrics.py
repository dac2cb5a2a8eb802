"""Every Prometheus metric of Filière, in one place; names are declared before code uses them."""

from typing import Literal

from prometheus_client import Counter, Gauge, Histogram

MetricName = Literal[
    "filiere_outbox_published_total",  # events sent to the broker, by topic
    "filiere_outbox_depth",  # events waiting in the outbox
    "filiere_outbox_oldest_age_seconds",  # age of the oldest waiting event: the relay's health in one number
    "filiere_relay_active",  # 1 in the process that holds the relay's lock
    "filiere_relay_failures_total",  # failed sends, by kind: `broker` (all wait) or `record` (one key waits)
    "filiere_consumer_events_total",  # events by topic and outcome: applied, duplicate, ignored, dead_letter, parked
    "filiere_consumer_batch_seconds",  # one transaction of the consumer, by topic
    "filiere_consumer_retries_total",  # slices tried again, by topic and class of error
    "filiere_consumer_last_poll_age_seconds",  # grows when the client has silently stopped (aiokafka #1037)
    "filiere_consumer_lag",  # events known to wait, by topic and partition (from fetched high-water marks)
    "filiere_dead_letters_total",  # messages parked, by topic and reason
    "filiere_http_requests_total",  # requests by method, route template and status
    "filiere_http_request_seconds",  # time to answer, by method and route template
]


def _named(name: MetricName) -> str:
    return name


published = Counter(_named("filiere_outbox_published_total"), "Events sent to the broker.", ["topic"])
outbox_depth = Gauge(_named("filiere_outbox_depth"), "Events waiting in the outbox.")
outbox_oldest_age = Gauge(_named("filiere_outbox_oldest_age_seconds"), "Age of the oldest event waiting.")
relay_active = Gauge(_named("filiere_relay_active"), "1 in the process that relays.")
relay_failures = Counter(_named("filiere_relay_failures_total"), "Failed sends.", ["kind"])
consumed = Counter(_named("filiere_consumer_events_total"), "Events by outcome.", ["topic", "outcome"])
batch_seconds = Histogram(_named("filiere_consumer_batch_seconds"), "One transaction of the consumer.", ["topic"])
consumer_retries = Counter(_named("filiere_consumer_retries_total"), "Slices tried again.", ["topic", "error"])
last_poll_age = Gauge(_named("filiere_consumer_last_poll_age_seconds"), "Seconds since the consumer last polled.")
consumer_lag = Gauge(_named("filiere_consumer_lag"), "Events known to wait.", ["topic", "partition"])
dead_letters = Counter(_named("filiere_dead_letters_total"), "Messages parked.", ["topic", "reason"])
http_requests = Counter(_named("filiere_http_requests_total"), "HTTP requests.", ["method", "route", "status"])
http_seconds = Histogram(_named("filiere_http_request_seconds"), "Time to answer.", ["method", "route"])
