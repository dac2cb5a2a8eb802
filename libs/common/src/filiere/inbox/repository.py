"""The inbox table's SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from filiere.database import Repository

# Closes the check-then-insert race: a second worker with the same event waits here for the first one's commit,
# then gets nothing back; if the first rolls back, the second has the claim.
_CLAIM = """
INSERT INTO inbox (consumer, event_id)
SELECT $1, u.id FROM unnest($2::uuid[]) AS u(id)
ON CONFLICT DO NOTHING
RETURNING event_id
"""


class InboxRepository(Repository):
    async def claim(self, consumer: str, ids: Sequence[UUID]) -> set[UUID]:
        """Claim events for this transaction; returns those that nobody has applied yet."""
        driver = await self.driver()
        return {row[0] for row in await driver.fetch(_CLAIM, consumer, ids)}

    async def forget(self, consumer: str, since: datetime | None) -> int:
        """Forget that events were applied at or after a moment (all: None), so that they are when they come again."""
        status = await (await self.driver()).execute(
            "DELETE FROM inbox WHERE consumer = $1 AND ($2::timestamptz IS NULL OR processed_at >= $2)", consumer, since
        )
        return int(status.split()[-1])

    async def prune(self, older_than_s: float, limit: int = 10_000) -> int:
        """Forget claims older than anything that can still be sent again, a bounded number at a time."""
        status = await (await self.driver()).execute(
            "DELETE FROM inbox WHERE ctid IN (SELECT ctid FROM inbox "
            "WHERE processed_at < now() - make_interval(secs => $1) LIMIT $2)",
            older_than_s,
            limit,
        )
        return int(status.split()[-1])
