"""Queries of the journal. Whoever reads an object's entries has found the object under their scope before."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.database import Repository


@dataclass(frozen=True, slots=True)
class Entry:
    """`actor` None: the network itself."""

    id: int
    at: datetime
    verb: str
    actor: str | None
    actor_name: str
    details: Mapping[str, Any]


class JournalRepository(Repository):
    async def add(self, actor: str | None, name: str, rows: Sequence[tuple[str, UUID, str, str]]) -> None:
        """Entries of one actor: (object, its id, verb, details as JSON)."""
        await (await self.driver()).execute(
            """INSERT INTO journal (object, object_id, verb, actor, actor_name, details)
            SELECT u.object, u.id, u.verb, $1, $2, u.details::jsonb
            FROM unnest($3::text[], $4::uuid[], $5::text[], $6::text[]) WITH ORDINALITY
                AS u(object, id, verb, details, place) ORDER BY u.place""",
            actor,
            name,
            *(list(column) for column in zip(*rows, strict=True)),
        )

    async def of(
        self,
        object_: str,
        object_id: UUID,
        limit: int,
        before: int | None = None,
        verbs: Collection[str] | None = None,
    ) -> list[Entry]:
        """The newest entries about an object, or those older than one; of these verbs alone."""
        rows = await (await self.driver()).fetch(
            """SELECT id, at, verb, actor, actor_name, details::text FROM journal
            WHERE object = $1 AND object_id = $2 AND ($3::bigint IS NULL OR id < $3)
            AND ($5::text[] IS NULL OR verb = ANY($5)) ORDER BY id DESC LIMIT $4""",
            *(object_, object_id, before, limit, None if verbs is None else list(verbs)),
        )
        return [Entry(**dict(row) | {"details": json.loads(row["details"])}) for row in rows]

    async def prune(self, older_than_s: float, limit: int = 10_000) -> int:
        """Forget entries so old, a bounded number at a time."""
        status = await (await self.driver()).execute(
            """DELETE FROM journal WHERE id IN (
                SELECT id FROM journal WHERE at < now() - make_interval(secs => $1) ORDER BY at LIMIT $2)""",
            *(older_than_s, limit),
        )
        return int(status.split()[-1])
