"""Queries of the web kit: memberships and idempotency keys. Hand-written SQL, for it is on every request's path."""

from dataclasses import dataclass
from uuid import UUID

from filiere.database import Repository


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """The first response to an Idempotency-Key; `status` 0 while its request is still running in this transaction."""

    request_hash: str
    status: int
    content_type: str
    body: bytes


class MembershipRepository(Repository):
    async def of_subject(self, subject: str) -> list[tuple[str, UUID | None]]:
        """(role, organisation id) of everything the subject may be, in a stable order."""
        rows = await (await self.driver()).fetch(
            "SELECT role, organisation_id FROM membership WHERE subject = $1 ORDER BY id", subject
        )
        return [(row["role"], row["organisation_id"]) for row in rows]

    async def grant(self, subject: str, role: str, organisation_id: UUID | None) -> bool:
        """Add a membership; False when it was there already."""
        row = await (await self.driver()).fetchrow(
            "INSERT INTO membership (subject, role, organisation_id) VALUES ($1, $2, $3)"
            " ON CONFLICT DO NOTHING RETURNING id",
            subject,
            role,
            organisation_id,
        )
        return row is not None

    async def revoke(self, subject: str, role: str, organisation_id: UUID | None) -> bool:
        """Take a membership away; False when there was none."""
        row = await (await self.driver()).fetchrow(
            "DELETE FROM membership WHERE subject = $1 AND role = $2 AND organisation_id IS NOT DISTINCT FROM $3"
            " RETURNING id",
            subject,
            role,
            organisation_id,
        )
        return row is not None

    async def of_organisation(self, role: str, organisation_id: UUID) -> list[str]:
        """Subjects who act for one organisation."""
        rows = await (await self.driver()).fetch(
            "SELECT subject FROM membership WHERE role = $1 AND organisation_id = $2 ORDER BY id", role, organisation_id
        )
        return [row["subject"] for row in rows]


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
