"""SQL of what a structure says of itself: its hours, and the publics that it asks to correct."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope
from filiere.identifiers import uuid7

_ASKED = (
    "c.id, c.relais_id, r.name AS relais_name, c.publics, c.why, c.asked_at, c.decided_at, c.accepted, c.answer"
    " FROM publics_asked c JOIN relais r ON r.id = c.relais_id"
)


class Asked(NamedTuple):
    """Publics that a structure asks to be known for, and what became of it."""

    id: UUID
    relais_id: UUID
    relais_name: str
    publics: list[str]
    why: str
    asked_at: datetime
    decided_at: datetime | None
    accepted: bool | None
    answer: str | None


class StructureRepository(Repository):
    # every tenant: of a Relais that the caller has found
    async def set_hours(self, relais_id: UUID, hours: str) -> None:
        await (await self.driver()).execute(
            "UPDATE relais SET opening_hours = $2 WHERE id = $1", relais_id, hours or None
        )

    # every tenant: of a Relais that the caller has found
    async def ask(self, relais_id: UUID, publics: list[str], why: str) -> UUID:
        """One question at a time: what is asked anew replaces what nobody has answered."""
        asked: UUID = await (await self.driver()).fetchval(
            "INSERT INTO publics_asked (relais_id, id, publics, why) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (relais_id) WHERE decided_at IS NULL DO UPDATE"
            " SET publics = excluded.publics, why = excluded.why, asked_at = now(), id = excluded.id RETURNING id",
            relais_id,
            uuid7(),
            publics,
            why,
        )
        return asked

    async def of_relais(self, scope: Scope) -> dict[UUID, Asked]:
        """Relais → its last question."""
        rows = await (await self.driver()).fetch(
            f"SELECT DISTINCT ON (c.relais_id) {_ASKED} WHERE $1::uuid[] IS NULL OR c.relais_id = ANY($1)"
            " ORDER BY c.relais_id, c.asked_at DESC",
            scope.ids,
        )
        return {row["relais_id"]: Asked(*row) for row in rows}

    async def unanswered(self, scope: Scope) -> list[Asked]:
        """What waits for the coordination, the oldest first."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_ASKED} WHERE c.decided_at IS NULL AND ($1::uuid[] IS NULL OR c.relais_id = ANY($1))"
            " ORDER BY c.asked_at, c.id LIMIT 100",
            scope.ids,
        )
        return [Asked(*row) for row in rows]

    # every tenant: of the coordination, which answers all
    async def decide(self, relais_id: UUID, asked_id: UUID, *, accepted: bool, answer: str | None) -> bool:
        """Answer it, and write the publics when they are accepted; False when it was answered or asked anew."""
        row = await (await self.driver()).fetchrow(
            "WITH said AS (UPDATE publics_asked SET decided_at = now(), accepted = $3, answer = $4"
            " WHERE id = $2 AND relais_id = $1 AND decided_at IS NULL RETURNING relais_id, publics),"
            " written AS (UPDATE relais r SET publics = said.publics FROM said WHERE r.id = said.relais_id AND $3)"
            " SELECT 1 FROM said",
            relais_id,
            asked_id,
            accepted,
            answer,
        )
        return row is not None
