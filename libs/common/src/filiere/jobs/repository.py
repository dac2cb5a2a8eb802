"""Queries of jobs. A job belongs to an attempt: what a worker that fell silent writes afterwards counts for nothing."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from filiere.database import Repository

if TYPE_CHECKING:
    import asyncpg

CHANNEL = "filiere_jobs"
KEEP_DAYS = 2


class JobState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        return self in (JobState.WAITING, JobState.WORKING)


@dataclass(frozen=True, slots=True)
class Job:
    """A job as people see it; `done` of `total` in the unit of its kind, `failure` a French sentence."""

    id: UUID
    kind: str
    key: str
    state: JobState
    input: Mapping[str, Any]
    done: int
    total: int
    failure: str | None
    created_at: datetime

    @property
    def percent(self) -> int:
        return min(100 * self.done // self.total, 99) if self.total else 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a worker has taken up."""

    id: UUID
    kind: str
    key: str
    attempt: int
    input: Mapping[str, Any]


class JobLost(Exception):
    """The job is another worker's by now, or is ended: nothing of this attempt may be kept."""


_SHOWN = "id, kind, key, state, input::text AS input, done, total, failure, created_at"
# The oldest that nobody does, or whose worker has gone silent.
_CLAIM = """
UPDATE job SET state = 'working', attempts = attempts + 1, alive_at = now(), done = 0
WHERE id = (
    SELECT id FROM job
    WHERE ended_at IS NULL AND kind = ANY($1)
      AND (state = 'waiting' OR alive_at < now() - make_interval(secs => $2))
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, key, attempts, input::text AS input
"""
_OURS = "id = $1 AND attempts = $2 AND state = 'working'"


class JobRepository(Repository):
    async def ask(
        self,
        job_id: UUID,
        kind: str,
        key: str,
        input_: Mapping[str, Any],
        *,
        content: bytes | None = None,
        total: int = 0,
    ) -> Job:
        """Put a job down; the open one when the same is asked already."""
        driver = await self.driver()
        await driver.execute(
            """INSERT INTO job (id, kind, key, input, content, total) VALUES ($1, $2, $3, $4::jsonb, $5, $6)
            ON CONFLICT (kind, key) WHERE ended_at IS NULL DO NOTHING""",
            *(job_id, kind, key, json.dumps(dict(input_)), content, total),
        )
        await driver.execute(f"NOTIFY {CHANNEL}")
        found = await self.newest(kind, key)
        assert found is not None  # just put down, or there before
        return found

    async def get(self, job_id: UUID, kind: str) -> Job | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_SHOWN} FROM job WHERE id = $1 AND kind = $2", job_id, kind
        )
        return _job(row) if row is not None else None

    async def newest(self, kind: str, key: str) -> Job | None:
        """The last job of this kind about this thing."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {_SHOWN} FROM job WHERE kind = $1 AND key = $2 ORDER BY created_at DESC, id DESC LIMIT 1",
            *(kind, key),
        )
        return _job(row) if row is not None else None

    async def newest_of(self, kind: str, keys: Sequence[str]) -> dict[str, Job]:
        """The last job of this kind about each of these things that has one, by its key."""
        rows = await (await self.driver()).fetch(
            f"""SELECT {_SHOWN} FROM (
                SELECT DISTINCT ON (key) * FROM job WHERE kind = $1 AND key = ANY($2)
                ORDER BY key, created_at DESC, id DESC
            ) AS job""",
            *(kind, list(keys)),
        )
        return {job.key: job for job in map(_job, rows)}

    async def is_open(self, kind: str, key: str) -> bool:
        """Whether such a job waits or is being done."""
        found: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT 1 FROM job WHERE kind = $1 AND key = $2 AND ended_at IS NULL)", kind, key
        )
        return found

    async def content(self, job_id: UUID) -> bytes | None:
        """The file to work on."""
        found: bytes | None = await (await self.driver()).fetchval("SELECT content FROM job WHERE id = $1", job_id)
        return found

    async def result(self, job_id: UUID) -> bytes | None:
        """What the job made."""
        found: bytes | None = await (await self.driver()).fetchval("SELECT result FROM job WHERE id = $1", job_id)
        return found

    async def claim(self, kinds: Collection[str], silent_s: float) -> Claim | None:
        """Take up a job; nobody else does until it is silent for so long."""
        row = await (await self.driver()).fetchrow(_CLAIM, list(kinds), silent_s)
        return Claim(row[0], row[1], row[2], row[3], json.loads(row[4])) if row is not None else None

    async def alive(self, claim: Claim, done: int, total: int) -> bool:
        """Say that it is being done, and how far; False when it is not ours any more."""
        changes = "alive_at = now(), done = $3::int, total = greatest(total, $3::int, $4::int)"
        return await self._ours(claim, changes, done, total)

    async def give_back(self, claim: Claim) -> None:
        """Let another worker begin it again; the attempt does not count."""
        await self._ours(claim, "state = 'waiting', alive_at = NULL, done = 0, attempts = attempts - 1")
        await (await self.driver()).execute(f"NOTIFY {CHANNEL}")

    async def finish(self, claim: Claim, result: bytes | None = None) -> None:
        """End it, in the transaction that keeps what it did. Raises JobLost when it is not ours any more."""
        changes = "state = 'done', ended_at = now(), done = greatest(done, total), content = NULL, result = $3"
        if not await self._ours(claim, changes, result):
            raise JobLost

    async def fail(self, claim: Claim, why: str) -> bool:
        """End it with a French sentence; False when it is not ours any more."""
        return await self._ours(claim, "state = 'failed', ended_at = now(), content = NULL, failure = $3", why)

    async def prune(self) -> None:
        """Forget jobs that ended some days ago, with what they made."""
        await (await self.driver()).execute(
            "DELETE FROM job WHERE ended_at < now() - make_interval(days => $1)", KEEP_DAYS
        )

    async def _ours(self, claim: Claim, changes: str, *values: Any) -> bool:
        status = await (await self.driver()).execute(
            f"UPDATE job SET {changes} WHERE {_OURS}", claim.id, claim.attempt, *values
        )
        return str(status).endswith(" 1")


def _job(row: "asyncpg.Record") -> Job:
    values = dict(row)
    return Job(**values | {"state": JobState(values["state"]), "input": json.loads(values["input"])})
