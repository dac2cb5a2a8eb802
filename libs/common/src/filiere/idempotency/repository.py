"""Queries of idempotency keys. Hand-written SQL, for it is on the path of requests."""

from dataclasses import dataclass

from filiere.database import Repository


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """The first response to an Idempotency-Key; `status` 0 while its request is still running in this transaction."""

    request_hash: str
    status: int
    content_type: str
    body: bytes


class IdempotencyRepository(Repository):
    async def prune(self, older_than_s: float, limit: int = 10_000) -> int:
        """Forget old keys, a bounded number at a time: nobody retries a request after so long."""
        status = await (await self.driver()).execute(
            "DELETE FROM idempotency_key WHERE ctid IN (SELECT ctid FROM idempotency_key"
            " WHERE created_at < now() - make_interval(secs => $1) LIMIT $2)",
            older_than_s,
            limit,
        )
        return int(status.split()[-1])

    async def claim(self, subject: str, route: str, key: str, request_hash: str) -> StoredResponse | None:
        """Take the key for this transaction: None when it is ours, else what was answered the first time.

        A second request with the same key waits here, on the unique index, until the first one commits or rolls back.
        """
        driver = await self.driver()
        mine = await driver.fetchrow(
            "INSERT INTO idempotency_key (subject, route, key, request_hash, status, content_type, body)"
            " VALUES ($1, $2, $3, $4, 0, '', '') ON CONFLICT DO NOTHING RETURNING key",
            subject,
            route,
            key,
            request_hash,
        )
        if mine is not None:
            return None
        row = await driver.fetchrow(
            "SELECT request_hash, status, content_type, body FROM idempotency_key"
            " WHERE subject = $1 AND route = $2 AND key = $3",
            subject,
            route,
            key,
        )
        # Rows are only pruned long after; a row that vanished between the two statements counts as still running.
        return StoredResponse(**row) if row is not None else StoredResponse(request_hash, 0, "", b"")

    async def complete(self, subject: str, route: str, key: str, status: int, content_type: str, body: bytes) -> None:
        """Keep the response beside its effect, in the same transaction."""
        await (await self.driver()).execute(
            "UPDATE idempotency_key SET status = $4, content_type = $5, body = $6"
            " WHERE subject = $1 AND route = $2 AND key = $3",
            subject,
            route,
            key,
            status,
            content_type,
            body,
        )
