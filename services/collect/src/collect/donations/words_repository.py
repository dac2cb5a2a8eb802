"""Queries of what is said about a donation: the words of both sides, and where and when it can be fetched."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from filiere.database import Repository, Scope
from filiere.identifiers import uuid7

from collect.donations.schemas import MessageOut, PlaceOut

MOST_MESSAGES = 200


class WordsRepository(Repository):
    # every tenant: of a donation that the caller has found
    async def say(self, donor_id: UUID, donation_id: UUID, side: str, author: str, text: str) -> MessageOut:
        row = await (await self.driver()).fetchrow(
            """INSERT INTO donation_message (donor_id, donation_id, id, side, author, text)
            VALUES ($1, $2, $3, $4, $5, $6) RETURNING id, side, author, text, created_at, read_at""",
            *(donor_id, donation_id, uuid7(), side, author, text),
        )
        assert row is not None
        return MessageOut(**dict(row))

    async def messages(self, scope: Scope, donation_id: UUID) -> list[MessageOut]:
        """The newest words, in the order in which they were said."""
        rows = await (await self.driver()).fetch(
            """SELECT id, side, author, text, created_at, read_at FROM donation_message
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2 ORDER BY id DESC LIMIT $3""",
            scope.ids,
            *(donation_id, MOST_MESSAGES),
        )
        return [MessageOut(**dict(row)) for row in reversed(rows)]

    # every tenant: of a donation that the caller has found
    async def mark_read(self, donation_id: UUID, side: str) -> None:
        """What the other side has said is seen by this one."""
        await (await self.driver()).execute(
            "UPDATE donation_message SET read_at = now() WHERE donation_id = $1 AND side <> $2 AND read_at IS NULL",
            *(donation_id, side),
        )

    async def unread(self, scope: Scope, donations: Sequence[UUID], side: str) -> dict[UUID, int]:
        """Donation → words of the other side that this one has not seen."""
        rows = await (await self.driver()).fetch(
            """SELECT donation_id, count(*)::int AS n FROM donation_message
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = ANY($2) AND side <> $3
              AND read_at IS NULL GROUP BY donation_id""",
            scope.ids,
            *(list(donations), side),
        )
        return {row["donation_id"]: row["n"] for row in rows}

    async def place(self, scope: Scope, donation_id: UUID) -> PlaceOut:
        found: Any = await (await self.driver()).fetchval(
            "SELECT place FROM donation WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND id = $2",
            scope.ids,
            donation_id,
        )
        return PlaceOut.model_validate((json.loads(found) if isinstance(found, str) else found) or {})

    # every tenant: of a donation that the caller has locked
    async def put(self, donation_id: UUID, place: PlaceOut) -> None:
        await (await self.driver()).execute(
            "UPDATE donation SET place = $2::jsonb WHERE id = $1", donation_id, place.model_dump_json()
        )
