"""Apply a slice of one partition: inbox claim, handlers and new outbox rows in one transaction."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from filiere.crash_points import crash_point
from filiere.database import AsyncSession, Database
from filiere.database.transient import is_transient, may_be_its_own
from filiere.dead_letter.repository import DeadLetterRepository, Reason
from filiere.inbox import InboxRepository
from filiere.kafka.decoding import Decoded, Ignored, Models, Undecodable, decode, letter, models_of
from filiere.kafka.halting import TooManyDeadLetters, tallies
from filiere.kafka.ports import Invalid, Received, Record, RetryLater, Subscription
from filiere.kafka.retry import pause_s
from filiere.settings import Settings
from filiere.telemetry import metrics
from filiere.telemetry.context import set_correlation_id
from filiere.telemetry.failures import summary
from filiere.telemetry.logs import get_logger
from filiere.telemetry.messaging import process_span

log = get_logger(__name__)

_PING_S = 2.0

Item = Decoded | Undecodable
Sleep = Callable[[float], Awaitable[None]]


class Processor:
    """Applies records for one service. One instance serves all partitions, one slice per partition at a time."""

    def __init__(
        self, database: Database, consumer: str, subscriptions: Sequence[Subscription], settings: Settings
    ) -> None:
        self._database = database
        self._consumer = consumer
        self._settings = settings
        self._by_topic: dict[str, list[Subscription]] = {}
        for subscription in subscriptions:
            self._by_topic.setdefault(subscription.topic, []).append(subscription)
        self._models = {topic: models_of(wanted) for topic, wanted in self._by_topic.items()}
        self._tally = tallies(settings)
        self.waiting_for: str | None = None  # the infrastructure that fails now, for readiness

    def models(self, topic: str) -> Models:
        """What is read of a topic; nothing for one that is not subscribed."""
        return self._models.get(topic, {})

    @property
    def topics(self) -> list[str]:
        return list(self._by_topic)

    async def apply(self, records: Sequence[Record], sleep: Sleep = asyncio.sleep) -> None:
        """Apply consecutive records of one partition; returns when each is applied, a duplicate, ignored or parked.

        :raises TooManyDeadLetters: too many of the partition's messages are bad.
        """
        topic = records[0].partition.topic
        items: list[Item] = []
        for record in records:
            item = decode(record, self._models[topic])
            if not isinstance(item, Ignored):
                items.append(item)
        if len(items) < len(records):
            metrics.consumed.labels(topic, "ignored").inc(len(records) - len(items))
        if not items:
            return
        # A slice with an unreadable member goes one by one from the start: what follows it may have to park.
        if any(isinstance(item, Undecodable) for item in items) or not await self._together(topic, items, sleep):
            for index, item in enumerate(items):
                await self._alone(topic, item, sleep)
                if index == len(items) // 2:
                    crash_point("consumer.half")

    async def _together(self, topic: str, items: Sequence[Item], sleep: Sleep) -> bool:
        """The whole slice in one transaction; False when a member failed and all is rolled back."""
        if len(items) == 1:
            return False
        attempt = doubts = 0
        while True:
            try:
                await self._transaction(topic, [item for item in items if isinstance(item, Decoded)])
            except Exception as error:  # noqa: BLE001 - classified: wait for the infrastructure, else go one by one
                doubts = await self._doubts(error, doubts)
                if not is_transient(error) or doubts >= self._settings.retry_attempts:
                    log.warning("slice_falls_back", topic=topic, size=len(items), error=type(error).__name__)
                    return False
                await self._wait_for_infrastructure(topic, error, attempt, sleep)
                attempt += 1
            else:
                return True

    async def _alone(self, topic: str, item: Item, sleep: Sleep) -> None:
        """One event in its own transaction; parked when it cannot be applied."""
        attempt = asked = doubts = 0
        while True:
            try:
                if isinstance(item, Undecodable):
                    await self._park(topic, item, "undecodable", item.detail)
                else:
                    await self._transaction(topic, [item])
            except Invalid as error:
                await self._park_surely(topic, item, "invalid", str(error), sleep)
            except RetryLater as error:
                asked += 1
                metrics.consumer_retries.labels(topic, "RetryLater").inc()
                if asked >= self._settings.retry_attempts:
                    await self._park_surely(topic, item, "exhausted", str(error), sleep)
                else:
                    await sleep(pause_s(asked - 1, self._settings.retry_base, self._settings.retry_cap))
                    continue
            except TooManyDeadLetters:
                raise
            except Exception as error:
                doubts = await self._doubts(error, doubts)
                if is_transient(error) and doubts < self._settings.retry_attempts:
                    await self._wait_for_infrastructure(topic, error, attempt, sleep)
                    attempt += 1
                    continue
                log.exception("handler_failed", topic=topic, offset=item.record.offset)
                await self._park_surely(topic, item, "handler_error", f"{type(error).__name__}: {error}", sleep)
            return

    async def _park_surely(self, topic: str, item: Item, reason: Reason, detail: str, sleep: Sleep) -> None:
        attempt = 0
        while True:
            try:
                await self._park(topic, item, reason, detail)
            except TooManyDeadLetters:
                raise
            except Exception as error:
                if not is_transient(error):
                    raise
                await self._wait_for_infrastructure(topic, error, attempt, sleep)
                attempt += 1
            else:
                return

    async def _doubts(self, error: Exception, before: int) -> int:
        """How often in a row this very work failed while the database answered: then it is not the database."""
        if not may_be_its_own(error):
            return 0
        try:
            async with asyncio.timeout(_PING_S):
                await self._database.ping()
        except Exception:  # noqa: BLE001 - whatever it is, it is not this work alone
            return 0
        return before + 1

    async def _wait_for_infrastructure(self, topic: str, error: Exception, attempt: int, sleep: Sleep) -> None:
        """Not the event's fault: wait as long as it takes. This partition waits, readiness says so."""
        self.waiting_for = f"{type(error).__name__}"
        metrics.consumer_retries.labels(topic, type(error).__name__).inc()
        log.warning("waiting_for_infrastructure", topic=topic, attempt=attempt, error=summary(error))
        await sleep(pause_s(attempt, self._settings.retry_base, self._settings.retry_cap))

    async def _transaction(self, topic: str, items: Sequence[Decoded]) -> None:
        set_correlation_id(_common_correlation(items))
        with metrics.batch_seconds.labels(topic).time(), process_span(self._consumer, items):
            async with self._database.unit_of_work() as session:
                fresh, behind = await self._claim(session, topic, items)
                crash_point("consumer.claimed")
                if behind:
                    await DeadLetterRepository.from_session(session).add(
                        [
                            letter(self._consumer, item, "behind", "an earlier event of this key is parked")
                            for item in behind
                        ]
                    )
                if fresh:
                    await self.handle(session, topic, fresh)
        self.waiting_for = None
        self._tally(items[0].record.partition).good(len(fresh))
        if fresh:
            metrics.delay_seconds.labels(topic).observe(max(time.time() - fresh[0].envelope.time.timestamp(), 0))
        if behind:
            metrics.dead_letters.labels(topic, "behind").inc(len(behind))
        metrics.consumed.labels(topic, "applied").inc(len(fresh))
        metrics.consumed.labels(topic, "parked").inc(len(behind))
        metrics.consumed.labels(topic, "duplicate").inc(len(items) - len(fresh) - len(behind))
        crash_point("consumer.committed")

    async def _claim(
        self, session: AsyncSession, topic: str, items: Sequence[Decoded]
    ) -> tuple[list[Decoded], list[Decoded]]:
        """(to handle, to park behind an open letter); duplicates are in neither."""
        unclaimed = await InboxRepository.from_session(session).claim(
            self._consumer, [item.envelope.id for item in items]
        )
        claimed = []
        for item in items:  # the same event twice in one slice: the first counts
            if item.envelope.id in unclaimed:
                unclaimed.discard(item.envelope.id)
                claimed.append(item)
        if not claimed:
            return [], []
        parked = await DeadLetterRepository.from_session(session).open_keys(
            self._consumer, topic, list({item.record.key for item in claimed})
        )
        if not parked:
            return claimed, []
        return (
            [item for item in claimed if item.record.key not in parked],
            [item for item in claimed if item.record.key in parked],
        )

    async def handle(self, session: AsyncSession, topic: str, items: Sequence[Decoded]) -> None:
        """Run every handler of the topic on the events it reads."""
        for subscription in self._by_topic[topic]:
            models = set(subscription.by_type.values())
            received = [
                Received(model, item.envelope.id, item.envelope.type, item.record.key, item.envelope.time)
                for item in items
                for kind, model in item.parsed.items()
                if kind in models
            ]
            if received:
                types = {one.type for one in received}
                with metrics.handler_seconds.labels(types.pop() if len(types) == 1 else "several").time():
                    await subscription.handler(session, received)

    async def _park(self, topic: str, item: Item, reason: Reason, detail: str) -> None:
        """Mark the inbox and keep the message, in one transaction."""
        async with self._database.unit_of_work() as session:
            event_id = item.envelope.id if isinstance(item, Decoded) else item.event_id
            if event_id is not None and not await InboxRepository.from_session(session).claim(
                self._consumer, [event_id]
            ):
                return  # a second delivery of what is applied or parked already
            added = await DeadLetterRepository.from_session(session).add([letter(self._consumer, item, reason, detail)])
        self.waiting_for = None
        if not added:
            return
        metrics.dead_letters.labels(topic, reason).inc()
        # The detail may repeat data of the event: it stays with the letter, in the database.
        log.error("dead_letter", topic=topic, offset=item.record.offset, reason=reason, event_id=str(event_id))
        if too_many := self._tally(item.record.partition).bad():
            raise TooManyDeadLetters(f"{too_many}, the last: {reason}")


def _common_correlation(items: Sequence[Decoded]) -> str | None:
    """The request that all events of a slice come from; None when there are several."""
    first = items[0].envelope.correlation_id
    return first if first is None or all(item.envelope.correlation_id == first for item in items) else None
