"""SQL of drafts."""

import json
from typing import Any
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, listed
from filiere.identifiers import uuid7

from distribute.drafts.schemas import DraftIn, DraftOut

_COLUMNS = "d.id, d.relais_id, d.name, d.is_template, d.lines, d.note, d.created_at, d.updated_at"
_LISTED = Listing(
    _COLUMNS,
    "order_draft d",
    {"newest": Order(Key("d.updated_at", Kind.INSTANT), Key("d.id", Kind.ID), down=True)},
)


class DraftsRepository(Repository):
    async def add(self, scope: Scope, draft: DraftIn, most: int) -> UUID | None:
        """Keep a basket; None when the Relais keeps `most` already, or is not the caller's."""
        draft_id = uuid7()
        row = await (await self.driver()).fetchrow(
            "INSERT INTO order_draft (id, relais_id, is_template, name, lines, note)"
            " SELECT $2, r.id, $4, $5, $6::text::jsonb, $7 FROM relais r"
            " WHERE ($1::uuid[] IS NULL OR r.id = ANY($1)) AND r.id = $3"
            " AND (SELECT count(*) FROM order_draft d WHERE d.relais_id = r.id) < $8 RETURNING id",
            scope.ids,
            draft_id,
            draft.relais_id,
            draft.is_template,
            draft.name,
            _lines(draft),
            draft.note or None,
            most,
        )
        return draft_id if row is not None else None

    async def change(self, scope: Scope, draft_id: UUID, draft: DraftIn) -> bool:
        """Keep another basket in its place; False when there is none."""
        status = await (await self.driver()).execute(
            "UPDATE order_draft SET is_template = $4, name = $5, lines = $6::text::jsonb, note = $7, updated_at = now()"
            " WHERE ($1::uuid[] IS NULL OR relais_id = ANY($1)) AND id = $2 AND relais_id = $3",
            scope.ids,
            draft_id,
            draft.relais_id,
            draft.is_template,
            draft.name,
            _lines(draft),
            draft.note or None,
        )
        return str(status).endswith(" 1")

    async def forget(self, scope: Scope, draft_id: UUID, *, unless_template: bool = False) -> bool:
        """Delete it; False when there is none."""
        status = await (await self.driver()).execute(
            "DELETE FROM order_draft WHERE ($1::uuid[] IS NULL OR relais_id = ANY($1)) AND id = $2"
            " AND NOT (is_template AND $3)",
            scope.ids,
            draft_id,
            unless_template,
        )
        return str(status).endswith(" 1")

    async def get(self, scope: Scope, draft_id: UUID) -> DraftOut | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM order_draft d WHERE ($1::uuid[] IS NULL OR d.relais_id = ANY($1)) AND d.id = $2",
            scope.ids,
            draft_id,
        )
        return _draft(dict(row)) if row is not None else None

    async def listing(self, scope: Scope, part: Part) -> Found[DraftOut]:
        """What the caller's Relais keep, last changed first."""
        found = await _LISTED.page(await self.driver(), scope.where("d.relais_id"), part)
        return found.of(lambda row: _draft(listed(row)))


def _lines(draft: DraftIn) -> str:
    return json.dumps([line.model_dump(mode="json", exclude={"confirmed"}) for line in draft.lines])


def _draft(row: dict[str, Any]) -> DraftOut:
    return DraftOut.model_validate(row)
