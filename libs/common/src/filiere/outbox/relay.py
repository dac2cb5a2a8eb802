"""The relay: sends what the outbox holds, in order, one active relay per database."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

import asyncpg

from filiere.crash_points import crash_point
from filiere.database import Database
from filiere.database.transient import is_transient
from filiere.events import Envelope
from filiere.kafka.ports import BrokerUnavailable, Outgoing, Producer, RecordRefused
from filiere.kafka.retry import pause_s
from filiere.outbox.repository import CHANNEL, Pending, RelayRepository
from filiere.settings import Settings
from filiere.telemetry import messaging, metrics
from filiere.telemetry.failures import summary
from filiere.telemetry.logs import get_logger

log = get_logger(__name__)

_LOCK = 0x46494C_4F5554  # "FIL" "OUT": the same in every service, advisory locks are per database
_STANDBY_S = 1.0  # how often a second relay asks whether the first is gone
_MEASURE_EVERY_S = 1.0
_PRUNE_EVERY_S = 60.0
# Who was held up for longer between reading and sending (frozen, or by a slow broker) may have lost the lock, and
# another relay may be ahead: read again, on the connection that holds the lock.
_FRESH_S = 5.0


class Relay:
    """Publishes one service's outbox. At least once: a crash between send and stamp sends again."""

    def __init__(
        self, database: Database, new_producer: Callable[[], Producer], source: str, settings: Settings
    ) -> None:
        self._database = database
        self._new_producer = new_producer
        self._source = f"/{source}"
        self._settings = settings
        self._stopping = asyncio.Event()
        self._wake = asyncio.Event()
        self._failures = 0
        self.active = False
        self.sent = 0  # by this process
        self.oldest_age_s = 0.0
        self.depth = 0
        self.broker_error: str | None = None

    def stop(self) -> None:
        """Ask for a clean end: the batch at work is sent and stamped, then the lock is left."""
        self._stopping.set()
        self._wake.set()

    async def run(self) -> None:
        """Relay until stopped. Database and broker may come and go; anything else unexpected raises."""
        attempt = 0
        while not self._stopping.is_set():
            try:
                connection = await self._database.connect()
                try:
                    attempt = 0
                    await self._relay_on(connection)
                finally:
                    self._stand_by()
                    await _close(connection)
            except Exception as error:
                if not is_transient(error):
                    raise
                log.warning("relay_waits_for_database", error=summary(error), attempt=attempt)
                await self._pause(pause_s(attempt, self._settings.retry_base, self._settings.retry_cap))
                attempt += 1

    def _stand_by(self) -> None:
        """Another relay may take over: what this one has measured is of the past."""
        self.active = False
        self.oldest_age_s, self.depth = 0.0, 0
        for gauge in (metrics.relay_active, metrics.outbox_oldest_age, metrics.outbox_depth, metrics.outbox_held):
            gauge.set(0)

    async def _relay_on(self, connection: "asyncpg.Connection[Any]") -> None:
        repository = RelayRepository(connection)
        while not await repository.try_lock_relay(_LOCK):
            await self._pause(_STANDBY_S)
            if self._stopping.is_set():
                return
        self.active = True
        metrics.relay_active.set(1)
        await connection.add_listener(CHANNEL, lambda *_: self._wake.set())
        producer: Producer | None = None
        measured = pruned = 0.0
        try:
            while not self._stopping.is_set():
                self._wake.clear()
                pending = await repository.pending(self._settings.outbox_batch)
                read_at = time.monotonic()
                if pending:
                    try:
                        if producer is None:
                            producer = self._new_producer()
                            await producer.start()
                        if time.monotonic() - read_at > _FRESH_S:
                            continue
                        await self._send(repository, producer, pending)
                        self._failures, self.broker_error = 0, None
                    except (BrokerUnavailable, TimeoutError) as error:
                        # The client's state is unknown: let go of it and start a new one after a pause.
                        await self._give_up(producer, error)
                        producer = None
                now = time.monotonic()
                if now - measured > _MEASURE_EVERY_S:
                    measured = now
                    await self._measure(repository)
                if now - pruned > _PRUNE_EVERY_S:
                    pruned = now
                    await repository.prune(self._settings.outbox_retention.total_seconds())
                if len(pending) < self._settings.outbox_batch and not self._wake.is_set():
                    await self._pause(self._settings.outbox_poll.total_seconds(), wakeable=True)
        finally:
            if producer is not None:
                await producer.stop()

    async def _send(self, repository: RelayRepository, producer: Producer, pending: list[Pending]) -> None:
        """Send one batch and stamp what is stored. A refused row holds back its own key only."""
        began_ns = time.time_ns()
        outcomes = await producer.send([self._outgoing(row) for row in pending])
        self.sent += len(pending)
        crash_point("relay.sent")
        sent: list[int] = []
        by_topic: dict[str, int] = {}
        held: set[tuple[str, str]] = set()
        broken: Exception | None = None
        for row, error in zip(pending, outcomes, strict=True):
            if error is None:
                sent.append(row.seq)
                by_topic[row.topic] = by_topic.get(row.topic, 0) + 1
            elif isinstance(error, RecordRefused):
                if (row.topic, row.key) not in held:
                    held.add((row.topic, row.key))
                    retry_in = pause_s(row.attempts, self._settings.retry_base * 10, self._settings.retry_cap * 20)
                    await repository.hold(row.seq, str(error), retry_in)
                    metrics.relay_failures.labels("record").inc()
                    log.error("event_held_back", event_id=str(row.id), type=row.type, error=str(error))
            else:
                broken = error
        messaging.sent(
            ((row.topic, row.traceparent) for row, error in zip(pending, outcomes, strict=True) if error is None),
            began_ns,
        )
        if sent:
            await repository.stamp(sent)
            for topic, count in by_topic.items():
                metrics.published.labels(topic).inc(count)
        if broken is not None:
            raise BrokerUnavailable(str(broken)) from broken

    def _outgoing(self, row: Pending) -> Outgoing:
        envelope = Envelope(
            row.id, self._source, row.type, row.created_at, row.key, row.correlation_id, row.traceparent
        )
        return Outgoing(
            row.topic,
            row.key.encode(),
            row.payload.encode(),
            envelope.to_headers(),
            int(row.created_at.timestamp() * 1000),
        )

    async def _give_up(self, producer: Producer | None, error: Exception) -> None:
        self.broker_error = str(error) or type(error).__name__
        metrics.relay_failures.labels("broker").inc()
        log.warning("relay_waits_for_broker", error=self.broker_error, attempt=self._failures)
        if producer is not None:
            await producer.stop()
        await self._pause(pause_s(self._failures, self._settings.retry_base, self._settings.retry_cap / 5))
        self._failures += 1

    async def _measure(self, repository: RelayRepository) -> None:
        self.oldest_age_s, self.depth, held = await repository.waiting()
        metrics.outbox_oldest_age.set(self.oldest_age_s)
        metrics.outbox_depth.set(self.depth)
        metrics.outbox_held.set(held)

    async def _pause(self, seconds: float, *, wakeable: bool = False) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await (self._wake if wakeable else self._stopping).wait()


async def _close(connection: "asyncpg.Connection[Any]") -> None:
    try:
        await connection.close(timeout=2)
    except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()
