"""SQL of what changes in an order after it was placed."""

import json
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from filiere.catalogue import Category, Tier
from filiere.database import Repository
from filiere.identifiers import uuid7

from distribute.line_quotes import Priced
from distribute.orders.schemas import OrderLineIn
from distribute.statuses import Side

_REWRITE = """
UPDATE order_line l
SET quantity = u.quantity, min_grade = u.min_grade, publics = ARRAY(SELECT jsonb_array_elements_text(u.publics)),
    substitutes = ARRAY(SELECT jsonb_array_elements_text(u.substitutes)), urgent = u.urgent, wanted_on = u.wanted_on,
    campaign = u.campaign, prices = u.prices, price_min_cents = u.price_min_cents,
    price_max_cents = u.price_max_cents, ceiling_cents = u.ceiling_cents
FROM jsonb_to_recordset($1::jsonb) AS u(id uuid, quantity int, min_grade text, publics jsonb, substitutes jsonb,
     urgent bool, wanted_on date, campaign text, prices jsonb, price_min_cents int, price_max_cents int,
     ceiling_cents int)
WHERE l.id = u.id
"""
_KEEP = """
INSERT INTO order_change (id, relais_id, order_id, line_id, changed_by, before, after, reason)
SELECT u.id, $1, $2, u.line_id, u.changed_by, u.before, u.after, u.reason
FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::int[], $7::int[], $8::text[])
     AS u(id, line_id, changed_by, before, after, reason)
"""
_NOT_PACKED = """
SELECT i.device_id FROM stock_item i
WHERE i.line_id = $1 AND i.status = 'reserved' AND NOT EXISTS (
    SELECT 1 FROM shipment_item s JOIN shipment p ON p.id = s.shipment_id
    WHERE s.device_id = i.device_id AND s.removed_at IS NULL AND p.status = 'preparing'
)
ORDER BY i.device_id LIMIT $2
"""


class KeptLine(NamedTuple):
    """A line of an order that the caller holds."""

    id: UUID
    position: int
    category: Category
    tier: Tier | None
    quantity: int
    allocated: int
    priced: Priced


class Change(NamedTuple):
    """What a line, or without one the whole order, asked for before and asks for now."""

    line_id: UUID | None
    by: Side
    before: int
    after: int
    reason: str | None


# every tenant: of orders that the caller has locked
class ChangesRepository(Repository):
    async def lines(self, order_id: UUID) -> list[KeptLine]:
        """The lines of the order, in its order."""
        rows = await (await self.driver()).fetch(
            "SELECT id, position, category, tier, quantity, allocated, prices, price_min_cents, price_max_cents,"
            " ceiling_cents FROM order_line WHERE order_id = $1 ORDER BY position",
            order_id,
        )
        return [
            KeptLine(
                row["id"],
                row["position"],
                Category(row["category"]),
                Tier(row["tier"]) if row["tier"] is not None else None,
                row["quantity"],
                row["allocated"],
                Priced(row["prices"], row["price_min_cents"], row["price_max_cents"], row["ceiling_cents"]),
            )
            for row in rows
        ]

    async def take_out(self, order_id: UUID, kept: Sequence[UUID]) -> None:
        """Forget the other lines of an order that was never approved."""
        await (await self.driver()).execute(
            "DELETE FROM order_line WHERE order_id = $1 AND NOT id = ANY($2::uuid[])", order_id, kept
        )

    async def rewrite(self, lines: Sequence[tuple[UUID, OrderLineIn, Priced]]) -> None:
        rows = [
            {
                "id": str(line_id),
                "quantity": wish.quantity,
                "min_grade": wish.min_grade,
                "publics": wish.publics,
                "substitutes": wish.substitutes,
                "urgent": wish.urgent,
                "wanted_on": wish.wanted_on.isoformat() if wish.wanted_on else None,
                "campaign": wish.campaign,
                "prices": priced.prices,
                "price_min_cents": priced.min_cents,
                "price_max_cents": priced.max_cents,
                "ceiling_cents": priced.ceiling_cents,
            }
            for line_id, wish, priced in lines
        ]
        await (await self.driver()).execute(_REWRITE, json.dumps(rows))

    async def restate_wish(self, order_id: UUID, note: str | None, content: str) -> None:
        await (await self.driver()).execute(
            "UPDATE relais_order SET note = $2, content = $3 WHERE id = $1", order_id, note, content
        )

    async def shrink(self, changes: Sequence[Change]) -> None:
        """Have these lines ask for so many."""
        await (await self.driver()).execute(
            "UPDATE order_line l SET quantity = u.after FROM unnest($1::uuid[], $2::int[]) AS u(id, after)"
            " WHERE l.id = u.id",
            [one.line_id for one in changes],
            [one.after for one in changes],
        )

    async def keep(self, relais_id: UUID, order_id: UUID, changes: Sequence[Change]) -> None:
        """Write what changed into the order's history."""
        await (await self.driver()).execute(
            _KEEP,
            relais_id,
            order_id,
            [uuid7() for _ in changes],
            [one.line_id for one in changes],
            [one.by.value for one in changes],
            [one.before for one in changes],
            [one.after for one in changes],
            [one.reason for one in changes],
        )

    async def not_packed(self, line_id: UUID, most: int) -> list[UUID]:
        """Devices reserved for the line that are in no parcel yet."""
        rows = await (await self.driver()).fetch(_NOT_PACKED, line_id, most)
        return [row[0] for row in rows]
