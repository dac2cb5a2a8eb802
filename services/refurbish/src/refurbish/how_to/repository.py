"""Queries of what workshops add."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.database import Repository, Scope
from filiere.identifiers import uuid7

from refurbish.how_to.kinds import HowToKind
from refurbish.how_to.published import folded
from refurbish.how_to.schemas import NewHowTo

_COLUMNS = "h.workshop_id, h.id, h.topic, h.maker, h.model, h.text, h.source, h.written_at, h.removed_at"
_MINE = "($1::uuid[] IS NULL OR h.workshop_id = ANY($1))"


@dataclass(frozen=True, slots=True)
class HowTo:
    """What a workshop says of a machine."""

    workshop_id: UUID
    id: UUID
    topic: HowToKind
    maker: str
    model: str
    text: str
    source: str
    written_at: datetime
    removed_at: datetime | None


class HowToRepository(Repository):
    async def listing(self, scope: Scope, q: str = "") -> list[HowTo]:
        """The caller's own, by maker and model. `q` looks in everything that is written."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM how_to h WHERE {_MINE} AND ($2 = '' OR "
            "position(lower($2) in lower(h.maker || ' ' || h.model || ' ' || h.text)) > 0) "
            "ORDER BY lower(h.maker), lower(h.model), h.topic, h.id LIMIT 2000",
            scope.ids,
            q,
        )
        return [_how_to(row) for row in rows]

    async def fitting(self, scope: Scope, workshop_id: UUID, maker: str, model: str) -> list[HowTo]:
        """What the device's workshop says of such a machine; what names more of the model first."""
        name = folded(model).removeprefix(folded(maker)).strip()
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM how_to h WHERE {_MINE} AND h.workshop_id = $2 AND lower(h.maker) = $3 "
            "AND starts_with($4, lower(h.model)) AND h.removed_at IS NULL ORDER BY length(h.model) DESC, h.id LIMIT 20",
            *(scope.ids, workshop_id, folded(maker), name),
        )
        return [_how_to(row) for row in rows]

    async def get(self, scope: Scope, how_to_id: UUID) -> HowTo | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM how_to h WHERE {_MINE} AND h.id = $2", scope.ids, how_to_id
        )
        return _how_to(row) if row is not None else None

    # every tenant: of a workshop that the caller acts for
    async def count(self, workshop_id: UUID) -> int:
        found: int = await (await self.driver()).fetchval(
            "SELECT count(*) FROM how_to WHERE workshop_id = $1 AND removed_at IS NULL", workshop_id
        )
        return found

    # every tenant: of a workshop that the caller acts for
    async def insert(self, workshop_id: UUID, new: NewHowTo, at: datetime) -> HowTo:
        row = await (await self.driver()).fetchrow(
            "INSERT INTO how_to AS h (workshop_id, id, topic, maker, model, text, source, written_at) "
            f"VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {_COLUMNS}",
            *(workshop_id, uuid7(), *_values(new), at),
        )
        return _how_to(row)

    async def change(self, scope: Scope, how_to_id: UUID, new: NewHowTo, at: datetime) -> HowTo | None:
        """None when the caller has no such one."""
        row = await (await self.driver()).fetchrow(
            "UPDATE how_to h SET topic = $3, maker = $4, model = $5, text = $6, source = $7, written_at = $8 "
            f"WHERE {_MINE} AND h.id = $2 RETURNING {_COLUMNS}",
            *(scope.ids, how_to_id, *_values(new), at),
        )
        return _how_to(row) if row is not None else None

    async def remove(self, scope: Scope, how_to_id: UUID, at: datetime | None) -> bool:
        """Taken away at that moment, or put back (None). False when it was so before."""
        status = await (await self.driver()).execute(
            f"UPDATE how_to h SET removed_at = $3 WHERE {_MINE} AND h.id = $2 "
            "AND (removed_at IS NULL) <> ($3::timestamptz IS NULL)",
            *(scope.ids, how_to_id, at),
        )
        return status == "UPDATE 1"


def _values(new: NewHowTo) -> Sequence[str]:
    return [new.topic.value, " ".join(new.maker.split()), " ".join(new.model.split()), new.text, new.source]


def _how_to(row: Any) -> HowTo:
    return HowTo(**{**dict(row), "topic": HowToKind(row["topic"])})
