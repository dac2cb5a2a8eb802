"""The dead letters' SQL."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from filiere.database import Repository
from filiere.events import Headers
from filiere.events.printable import shown, shown_text

if TYPE_CHECKING:
    import asyncpg

# undecodable: no readable envelope or data. invalid: the handler says it can never be applied. exhausted: asked to
# come later too often. handler_error: the handler failed in a way nobody foresaw. behind: waits for an open letter.
Reason = Literal["undecodable", "invalid", "exhausted", "handler_error", "behind"]

_COLUMNS = (
    'id, consumer, event_id, topic, partition, "offset", key, raw_key, type, headers, header_names, header_values, '
    "payload, tombstone, reason, detail, status, attempts, created_at"
)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One parked message."""

    id: int
    consumer: str
    event_id: UUID | None
    topic: str
    partition: int
    offset: int
    key: str
    raw_key: bytes | None
    type: str | None
    headers: Headers
    payload: bytes | None
    reason: Reason
    detail: str
    status: Literal["open", "replayed", "discarded"]
    attempts: int
    created_at: datetime

    @classmethod
    def from_row(cls, row: "asyncpg.Record") -> "DeadLetter":
        values = dict(row)
        names, held = values.pop("header_names"), values.pop("header_values")
        if values.pop("tombstone"):
            values["payload"] = None
        if names is None:  # parked by a release that kept the text alone
            values["headers"] = [(name, value.encode()) for name, value in values["headers"]]
            values["raw_key"] = values["key"].encode()
        else:
            values["headers"] = [
                (name.decode(errors="surrogateescape"), value) for name, value in zip(names, held, strict=True)
            ]
        return cls(**values)


@dataclass(frozen=True, slots=True)
class NewDeadLetter:
    """A message about to be parked."""

    consumer: str
    event_id: UUID | None
    topic: str
    partition: int
    offset: int
    key: str
    raw_key: bytes | None
    type: str | None
    headers: Headers
    payload: bytes | None
    reason: Reason
    detail: str


class DeadLetterRepository(Repository):
    async def open_keys(self, consumer: str, topic: str, keys: Sequence[str]) -> set[str]:
        """Of these keys, those with an open letter: their newer events must park behind it.

        Takes a lock per such key until the transaction ends, then looks again: a replay that empties the key at this
        moment either ends before (the key is free) or waits for us (it will see what we park).
        """
        driver = await self.driver()
        found = await self._open(consumer, topic, keys)
        if not found:
            return found
        await driver.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || $2 || '/' || k, 0)) "
            "FROM (SELECT unnest($3::text[]) AS k ORDER BY 1) AS keys",
            consumer,
            topic,
            sorted(found),
        )
        return await self._open(consumer, topic, keys)

    async def _open(self, consumer: str, topic: str, keys: Sequence[str]) -> set[str]:
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT key FROM dead_letter "
            "WHERE consumer = $1 AND topic = $2 AND key = ANY($3::text[]) AND status = 'open'",
            consumer,
            topic,
            keys,
        )
        return {row[0] for row in rows}

    async def lock_key(self, consumer: str, topic: str, key: str) -> None:
        await (await self.driver()).execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1 || '/' || $2 || '/' || $3, 0))", consumer, topic, key
        )

    async def add(self, letters: Sequence[NewDeadLetter]) -> int:
        """Park messages, in order; how many are new. The same broken message delivered twice stays one letter.

        `key` and `headers` are text for a person; the bytes stand in `raw_key`, `header_names`, `header_values` and
        `payload`, and are what a replay reads.
        """
        driver = await self.driver()
        added = 0
        for letter in letters:
            status = await driver.execute(
                'INSERT INTO dead_letter (consumer, event_id, topic, partition, "offset", key, raw_key, type, headers, '
                "header_names, header_values, payload, tombstone, reason, detail) "
                "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12, $13, $14, left($15, 2000) "
                "WHERE $2::uuid IS NOT NULL OR NOT EXISTS (SELECT 1 FROM dead_letter WHERE consumer = $1 AND "
                'topic = $3 AND partition = $4 AND "offset" = $5 AND payload = $12)',
                letter.consumer,
                letter.event_id,
                letter.topic,
                letter.partition,
                letter.offset,
                letter.key,
                letter.raw_key,
                letter.type,
                json.dumps(
                    [(shown_text(name), None if value is None else shown(value)) for name, value in letter.headers]
                ),
                [name.encode(errors="surrogateescape") for name, _ in letter.headers],
                [value for _, value in letter.headers],
                letter.payload or b"",
                letter.payload is None,
                letter.reason,
                shown_text(letter.detail),
            )
            added += int(status.split()[-1])
        return added

    async def listing(self, consumer: str, *, status: str | None = "open", limit: int = 200) -> list[DeadLetter]:
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM dead_letter WHERE consumer = $1 AND ($2::text IS NULL OR status = $2) "
            "ORDER BY id LIMIT $3",
            consumer,
            status,
            limit,
        )
        return [DeadLetter.from_row(row) for row in rows]

    async def get(self, letter_id: int) -> DeadLetter | None:
        row = await (await self.driver()).fetchrow(f"SELECT {_COLUMNS} FROM dead_letter WHERE id = $1", letter_id)
        return DeadLetter.from_row(row) if row else None

    async def of_key(self, consumer: str, topic: str, key: str) -> list[DeadLetter]:
        """The open letters of a key in the order in which they arrived."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM dead_letter "
            "WHERE consumer = $1 AND topic = $2 AND key = $3 AND status = 'open' ORDER BY id",
            consumer,
            topic,
            key,
        )
        return [DeadLetter.from_row(row) for row in rows]

    async def resolve(self, letter_id: int, status: Literal["replayed", "discarded"]) -> None:
        await (await self.driver()).execute(
            "UPDATE dead_letter SET status = $2, resolved_at = now() WHERE id = $1 AND status = 'open'",
            letter_id,
            status,
        )

    async def failed_again(self, letter_id: int, reason: Reason, detail: str) -> None:
        await (await self.driver()).execute(
            "UPDATE dead_letter SET attempts = attempts + 1, reason = $2, detail = left($3, 2000) WHERE id = $1",
            letter_id,
            reason,
            shown_text(detail),
        )

    async def count_open(self, consumer: str) -> int:
        return int(
            await (await self.driver()).fetchval(
                "SELECT count(*) FROM dead_letter WHERE consumer = $1 AND status = 'open'", consumer
            )
        )
