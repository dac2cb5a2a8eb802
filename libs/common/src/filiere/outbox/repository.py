"""The outbox table's SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from filiere.database import AsyncSession, Repository
from filiere.events import Event
from filiere.identifiers import uuid7
from filiere.loop_turns import in_turns
from filiere.telemetry.context import correlation_id, traceparent
from filiere.telemetry.messaging import create_span

CHANNEL = "filiere_outbox"

# One statement: rows in the given order, and a wake-up for the relay that fires at commit.
_APPEND = """
WITH written AS (
    INSERT INTO outbox (id, topic, aggregatetype, aggregateid, type, payload, traceparent, correlation_id)
    SELECT u.id, u.topic, split_part(u.topic, '.', 2), u.key, u.type, u.payload, $6, $7
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
        WITH ORDINALITY AS u(id, topic, key, type, payload, position)
    ORDER BY u.position
)
SELECT pg_notify('filiere_outbox', '')
"""

# A key with an earlier failed row stays behind that row until it is sent; other keys pass. Looking at held keys
# costs nothing while there are none: their partial index is empty.
_PENDING = """
SELECT seq, id, topic, aggregateid, type, payload, traceparent, correlation_id, created_at, attempts
FROM outbox o
WHERE published_at IS NULL
  AND (next_attempt_at IS NULL OR next_attempt_at <= now())
  AND NOT EXISTS (
    SELECT 1 FROM outbox held
    WHERE held.published_at IS NULL AND held.next_attempt_at > now()
      AND held.topic = o.topic AND held.aggregateid = o.aggregateid AND held.seq < o.seq
  )
ORDER BY seq
LIMIT $1
"""

_WAITING = """
SELECT coalesce((SELECT extract(epoch FROM now() - created_at) FROM outbox
                 WHERE published_at IS NULL ORDER BY seq LIMIT 1), 0),
    (SELECT count(*) FROM outbox WHERE published_at IS NULL),
    (SELECT count(*) FROM outbox WHERE published_at IS NULL AND next_attempt_at IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """An event waiting to be sent."""

    seq: int
    id: UUID
    topic: str
    key: str
    type: str
    payload: str
    traceparent: str | None
    correlation_id: str | None
    created_at: datetime
    attempts: int


async def append(session: AsyncSession, events: Sequence[Event]) -> None:
    """Write events in the caller's transaction, in order. Never flushes, never commits.

    Lock the aggregate first: two transactions that append for one device must not overlap.

    :raises EventTooLarge: an event is over 256 KB.
    """
    if events:
        await OutboxRepository.from_session(session).append(events)


class OutboxRepository(Repository):
    async def append(self, events: Sequence[Event]) -> None:
        driver = await self.driver()
        texts = [event.to_json() async for event in in_turns(events)]
        with create_span(events):
            await driver.fetchval(
                _APPEND,
                [uuid7() for _ in events],
                [event.topic for event in events],
                [event.key for event in events],
                [event.type for event in events],
                texts,
                traceparent(),
                correlation_id(),
            )

    async def republish(self, since: datetime | None) -> int:
        """Mark events created at or after `since` (all when None) as not sent; the relay sends them again in order."""
        driver = await self.driver()
        status = await driver.execute(
            "UPDATE outbox SET published_at = NULL, attempts = 0, next_attempt_at = NULL, last_error = NULL "
            "WHERE published_at IS NOT NULL AND ($1::timestamptz IS NULL OR created_at >= $1)",
            since,
        )
        await driver.execute(f"NOTIFY {CHANNEL}")
        return int(status.split()[-1])

    async def counts(self) -> tuple[int, int]:
        """(waiting, all) rows."""
        row = await (await self.driver()).fetchrow(
            "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL), (SELECT count(*) FROM outbox)"
        )
        assert row is not None
        return int(row[0]), int(row[1])


class RelayRepository:
    """What the relay asks on its own connection; each call is one statement and one transaction."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self.connection = connection

    async def try_lock_relay(self, lock: int) -> bool:
        """Try to become this database's single active relay; held until the connection ends."""
        return bool(await self.connection.fetchval("SELECT pg_try_advisory_lock($1)", lock))

    async def pending(self, limit: int) -> list[Pending]:
        rows = await self.connection.fetch(_PENDING, limit)
        return [Pending(*row) for row in rows]

    async def stamp(self, seqs: Sequence[int]) -> None:
        await self.connection.execute(
            "UPDATE outbox SET published_at = now(), next_attempt_at = NULL WHERE seq = ANY($1::bigint[])", seqs
        )

    async def hold(self, seq: int, error: str, retry_in_s: float) -> None:
        """A row that the broker refuses: try it later, and nothing of its key before."""
        await self.connection.execute(
            "UPDATE outbox SET attempts = attempts + 1, last_error = left($2, 500), "
            "next_attempt_at = now() + make_interval(secs => $3) WHERE seq = $1",
            seq,
            error,
            retry_in_s,
        )

    async def waiting(self) -> tuple[float, int, int]:
        """Of the events not sent: age in seconds of the oldest (0 without any), their number, how many the broker
        refused, which hold their key back. Asks partial indexes, in one round trip: a relay asks each second."""
        row = await self.connection.fetchrow(_WAITING)
        assert row is not None
        return float(row[0]), int(row[1]), int(row[2])

    async def prune(self, older_than_s: float, limit: int = 10_000) -> int:
        """Forget sent events older than the retention, a bounded number at a time."""
        status = await self.connection.execute(
            "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE published_at IS NOT NULL "
            "AND created_at < now() - make_interval(secs => $1) ORDER BY seq LIMIT $2)",
            older_than_s,
            limit,
        )
        return int(status.split()[-1])
