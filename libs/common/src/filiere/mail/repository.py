"""Queries of letters and of who reads them."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Where, listed

CHANNEL = "filiere_mail"

# The row stays locked until its transaction ends: a worker that dies lets go of it at once, and nobody else takes it.
_CLAIM = """
SELECT m.id, r.id AS reader_id, r.address, m.kind, m.page, m.data::text AS data, m.created_at, m.attempts,
    m.kind = ANY (r.switched_off) AS is_unwanted,
    m.created_at < now() - make_interval(secs => $1) AS is_late,
    (SELECT p.language FROM person p WHERE lower(p.address) = r.address AND p.language IS NOT NULL
     ORDER BY p.seen_at DESC LIMIT 1) AS language
FROM mail m JOIN mail_reader r ON r.id = m.reader_id
WHERE m.ended_at IS NULL AND m.next_attempt_at <= now()
ORDER BY m.next_attempt_at, m.id LIMIT 1 FOR UPDATE OF m SKIP LOCKED
"""
_POST = """
INSERT INTO mail (id, reader_id, kind, once, page, data)
SELECT l.id, r.id, l.kind, l.once, l.page, l.data::jsonb
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[])
    AS l(id, address, kind, once, page, data, can_be_off)
JOIN mail_reader r ON r.address = l.address
WHERE NOT l.can_be_off OR l.kind <> ALL (r.switched_off)
ON CONFLICT (reader_id, once) WHERE once IS NOT NULL DO NOTHING
"""
_LISTED = Listing(
    "m.id, m.kind, r.address, m.state, m.attempts, m.failure, m.created_at, m.ended_at, m.next_attempt_at",
    "mail m JOIN mail_reader r ON r.id = m.reader_id",
    {"created": Order(Key("m.id", Kind.ID))},
)


class Kept(NamedTuple):
    """A letter on its way into its row; `data` is JSON."""

    id: UUID
    address: str
    kind: str
    once: str | None
    page: str
    data: str
    can_be_off: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter in hand, and to whom it goes. `language`: of the reader's last login, where there was one."""

    id: UUID
    reader_id: UUID
    address: str
    kind: str
    page: str
    data: Mapping[str, Any]
    created_at: datetime
    attempts: int
    is_unwanted: bool
    is_late: bool
    language: str | None = None


@dataclass(frozen=True, slots=True)
class MailRow:
    """A letter as the coordination sees it: never what it says."""

    id: UUID
    kind: str
    address: str
    state: str
    attempts: int
    failure: str | None
    created_at: datetime
    ended_at: datetime | None
    next_attempt_at: datetime


@dataclass(frozen=True, slots=True)
class Reader:
    id: UUID
    address: str
    switched_off: frozenset[str]


class MailRepository(Repository):
    async def post(self, letters: Sequence[Kept]) -> None:
        """Keep letters. What its reader has switched off is not kept."""
        driver = await self.driver()
        addresses = sorted({letter.address for letter in letters})
        await driver.execute(
            "INSERT INTO mail_reader (address) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", addresses
        )
        await driver.execute(_POST, *(list(column) for column in zip(*letters, strict=True)))
        await driver.execute(f"NOTIFY {CHANNEL}")

    async def claim_for_update(self, late_s: float) -> Claimed | None:
        """The next letter that is due, ours until the transaction ends."""
        row = await (await self.driver()).fetchrow(_CLAIM, late_s)
        return Claimed(**dict(row) | {"data": json.loads(row["data"])}) if row is not None else None

    async def end(self, mail_id: UUID, state: str, failure: str | None = None) -> None:
        """Nothing more is done with it. What has left is forgotten at once: a link in it opens something."""
        await (await self.driver()).execute(
            """UPDATE mail SET state = $2, failure = $3, ended_at = now(),
                page = CASE WHEN $2 = 'sent' THEN '' ELSE page END,
                data = CASE WHEN $2 = 'sent' THEN '{}' ELSE data END,
                attempts = attempts + CASE WHEN $2 = 'unwanted' THEN 0 ELSE 1 END WHERE id = $1""",
            *(mail_id, state, failure),
        )

    async def later(self, mail_id: UUID, failure: str, pause_s: float) -> None:
        """Try again after a pause."""
        await (await self.driver()).execute(
            """UPDATE mail SET attempts = attempts + 1, failure = $2,
                next_attempt_at = now() + make_interval(secs => $3) WHERE id = $1""",
            *(mail_id, failure, pause_s),
        )

    async def again(self, mail_id: UUID) -> bool:
        """Try a letter that was given up once more, as if it were new; False when there is none to try."""
        driver = await self.driver()
        row = await driver.fetchrow(
            """UPDATE mail SET state = 'waiting', ended_at = NULL, attempts = 0, next_attempt_at = now(),
                created_at = now() WHERE id = $1 AND state = 'failed' RETURNING id""",
            mail_id,
        )
        await driver.execute(f"NOTIFY {CHANNEL}")
        return row is not None

    async def listing(self, state: str, part: Part, kind: str = "", address: str = "") -> Found[MailRow]:
        """Letters in this state, of this kind, to an address that holds this text (all when empty); newest first."""
        found = await _LISTED.page(await self.driver(), _wanted(state, kind, address), part, "-created")
        return found.of(lambda row: MailRow(**listed(row)))

    async def each(self, state: str, kind: str = "", address: str = "") -> AsyncIterator[MailRow]:
        """All that `listing` finds, while they are read."""
        async for row in _LISTED.each(await self.driver(), _wanted(state, kind, address), "-created"):
            yield MailRow(**dict(row))

    async def reader(self, reader_id: UUID) -> Reader | None:
        row = await (await self.driver()).fetchrow(
            "SELECT id, address, switched_off FROM mail_reader WHERE id = $1", reader_id
        )
        return Reader(row["id"], row["address"], frozenset(row["switched_off"])) if row is not None else None

    async def roles_of(self, address: str) -> list[str]:
        """What those may do whose address this is; nothing for who has no account."""
        rows = await (await self.driver()).fetch(
            """SELECT DISTINCT m.role FROM person p JOIN membership m ON m.subject = p.subject
            WHERE lower(p.address) = $1""",
            address,
        )
        return [row["role"] for row in rows]

    async def reader_of(self, address: str) -> UUID:
        """The reader behind an address, made when there was none."""
        driver = await self.driver()
        await driver.execute("INSERT INTO mail_reader (address) VALUES ($1) ON CONFLICT DO NOTHING", address)
        found: UUID = await driver.fetchval("SELECT id FROM mail_reader WHERE address = $1", address)
        return found

    async def choose(self, reader_id: UUID, switched_off: Sequence[str]) -> bool:
        """From now on not these kinds; False when there is no such reader."""
        row = await (await self.driver()).fetchrow(
            "UPDATE mail_reader SET switched_off = $2 WHERE id = $1 RETURNING id", reader_id, list(switched_off)
        )
        return row is not None

    async def switch_off(self, reader_id: UUID, kind: str) -> bool:
        row = await (await self.driver()).fetchrow(
            """UPDATE mail_reader SET switched_off = array_append(array_remove(switched_off, $2), $2)
            WHERE id = $1 RETURNING id""",
            *(reader_id, kind),
        )
        return row is not None

    async def prune(self, older_than_s: float, limit: int) -> int:
        """Forget letters that ended so long ago; how many that were. Choices are kept."""
        status = await (await self.driver()).execute(
            """DELETE FROM mail WHERE id IN (
                SELECT id FROM mail WHERE ended_at < now() - make_interval(secs => $1) ORDER BY ended_at LIMIT $2)""",
            *(older_than_s, limit),
        )
        return int(status.split()[-1])


def _wanted(state: str, kind: str, address: str) -> Where:
    wanted = Where()
    wanted.contains("r.address", address)
    if kind:
        wanted.add("m.kind = {}", kind)
    if state:
        wanted.add("m.state = {}", state)
    return wanted
