"""SQL of orders and their lines."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.catalogue import Category, Grade, Tier
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed
from filiere.identifiers import uuid7

from distribute.line_quotes import LineQuote, Priced
from distribute.orders.schemas import AcceptedIn, OrderIn, OrderLineIn, OrderOut, OrderRowOut, number_of, reference
from distribute.statuses import IS_OPEN, OrderStatus, Side
from distribute.why import read

# Whoever writes orders of a Relais holds it, with the Relais as its second key.
ORDERING_LOCK = 0x66696C33
_ORDER = """
SELECT o.id, o.number, o.relais_id, r.name AS relais_name, r.territory, o.status, o.note, o.placed_at, o.approved_at,
       o.allocated_at, o.shipped_at, o.delivered_at, o.closed_at, o.cancelled_at, o.cancelled_by,
       o.cancel_reason
FROM relais_order o JOIN relais r ON r.id = o.relais_id
WHERE ($1::uuid[] IS NULL OR o.relais_id = ANY($1)) AND o.id = $2
"""
_LINES = """
SELECT id, category, quantity, allocated, min_grade, tier, publics, substitutes, urgent, wanted_on, campaign,
       price_list, priced_on, price_min_cents, price_max_cents, ceiling_cents, reason, why
FROM order_line WHERE order_id = $1 ORDER BY position
"""
_LISTED = Listing(
    """o.id, o.number, o.relais_id, r.name AS relais_name, r.territory, o.status, o.placed_at,
    l.requested, l.allocated,
    o.status = 'cancelled' AND o.cancelled_by IS NOT DISTINCT FROM 'coordination' AND o.approved_at IS NULL
        AS is_refused""",
    """relais_order o
    JOIN relais r ON r.id = o.relais_id
    CROSS JOIN LATERAL (
        SELECT sum(quantity) AS requested, sum(allocated) AS allocated FROM order_line WHERE order_id = o.id
    ) l""",
    {"number": Order(Key("o.number", Kind.NUMBER))},
    counted="relais_order o",
)
_INSERT_LINES = """
INSERT INTO order_line (relais_id, id, order_id, position, category, quantity, min_grade, tier, publics, substitutes,
                        urgent, wanted_on, campaign, price_list, priced_on, price_min_cents, price_max_cents,
                        ceiling_cents, prices)
SELECT $1, l.id, $2, l.position, l.category, l.quantity, l.min_grade, l.tier,
       ARRAY(SELECT jsonb_array_elements_text(l.publics)), ARRAY(SELECT jsonb_array_elements_text(l.substitutes)),
       l.urgent, l.wanted_on, l.campaign, l.price_list, l.priced_on, l.price_min_cents, l.price_max_cents,
       l.ceiling_cents, l.prices
FROM jsonb_to_recordset($3::jsonb) AS l(id uuid, position int, category text, quantity int, min_grade text, tier text,
     publics jsonb, substitutes jsonb, urgent bool, wanted_on date, campaign text, price_list text, priced_on date,
     price_min_cents int, price_max_cents int, ceiling_cents int, prices jsonb)
"""
# The stage of an order is the stage of its devices; what was decided by a person (placed, closed, cancelled) stays.
_RESTATE = """
WITH devices AS (
    SELECT order_id, count(*) FILTER (WHERE status = 'reserved') AS reserved,
           count(*) FILTER (WHERE status = 'shipped') AS shipped,
           count(*) FILTER (WHERE status IN ('delivered', 'lent')) AS delivered,
           count(*) FILTER (WHERE status = 'handed_over') AS handed_over
    FROM stock_item WHERE order_id = ANY($1::uuid[]) GROUP BY order_id
), wanted AS (
    SELECT order_id, sum(quantity) AS quantity FROM order_line WHERE order_id = ANY($1::uuid[]) GROUP BY order_id
), stage AS (
    SELECT o.id, o.status AS before, CASE
        WHEN o.status IN ('placed', 'closed', 'cancelled') THEN o.status
        WHEN d.handed_over = w.quantity THEN 'closed'
        WHEN d.shipped > 0 THEN 'shipped'
        WHEN d.reserved > 0 THEN 'allocated'
        WHEN d.delivered + d.handed_over > 0 THEN 'delivered'
        ELSE 'approved' END AS after
    FROM relais_order o JOIN wanted w ON w.order_id = o.id LEFT JOIN devices d ON d.order_id = o.id
    WHERE o.id = ANY($1::uuid[])
)
UPDATE relais_order o SET status = s.after,
    allocated_at = CASE WHEN s.after = 'approved' THEN NULL
        WHEN s.after = 'allocated' THEN coalesce(o.allocated_at, now()) ELSE o.allocated_at END,
    shipped_at = CASE WHEN s.after = 'shipped' THEN coalesce(o.shipped_at, now()) ELSE o.shipped_at END,
    delivered_at = CASE WHEN s.after = 'delivered' THEN coalesce(o.delivered_at, now()) ELSE o.delivered_at END,
    closed_at = CASE WHEN s.after = 'closed' THEN coalesce(o.closed_at, now()) ELSE o.closed_at END
FROM stage s WHERE s.id = o.id AND s.before <> s.after
RETURNING o.id, o.number, o.relais_id, o.status
"""


_WAITING = f"""
SELECT o.id, o.number, l.category, l.min_grade, l.substitutes, l.quantity - l.allocated
FROM relais_order o JOIN order_line l ON l.order_id = o.id
WHERE ($1::uuid[] IS NULL OR o.relais_id = ANY($1)) AND o.{IS_OPEN} AND l.allocated < l.quantity
ORDER BY o.number, l.position
"""
_ANSWERED = """
SELECT o.id, o.number, coalesce(o.cancelled_at, o.approved_at) AS at, o.cancelled_at IS NOT NULL,
       o.approved_at IS NULL,
       CASE WHEN o.cancelled_at IS NOT NULL THEN o.cancel_reason ELSE (
           SELECT string_agg(DISTINCT c.reason, ' · ') FROM order_change c
           WHERE c.order_id = o.id AND c.changed_by = 'coordination') END
FROM relais_order o
WHERE ($1::uuid[] IS NULL OR o.relais_id = ANY($1))
  AND coalesce(o.cancelled_at, o.approved_at) > now() - make_interval(days => $2)
  AND (o.cancelled_at IS NULL OR o.cancelled_by = 'coordination')
ORDER BY at DESC LIMIT 5
"""


class WaitingLine(NamedTuple):
    """A line that lacks devices."""

    order_id: UUID
    reference: str
    category: Category
    min_grade: Grade
    substitutes: tuple[Category, ...]
    short: int


class Answered(NamedTuple):
    """An answer of the coordination; `reason` when it is a no, or a yes for fewer."""

    order_id: UUID
    reference: str
    at: datetime
    is_refused: bool
    is_cancelled: bool  # it had been approved
    reason: str | None


class LockedOrder(NamedTuple):
    """An order locked by this transaction."""

    id: UUID
    number: int
    relais_id: UUID
    territory: str
    status: OrderStatus

    @property
    def reference(self) -> str:
        return reference(self.number)


class LockedLine(NamedTuple):
    """A line of an order that this transaction holds."""

    category: Category
    quantity: int
    allocated: int
    min_grade: Grade
    tier: Tier | None
    substitutes: tuple[Category, ...]
    priced: Priced


class Restated(NamedTuple):
    """An order whose stage changed."""

    id: UUID
    number: int
    relais_id: UUID
    status: OrderStatus


class OrdersRepository(Repository):
    async def lock_orders_of(self, relais_id: UUID) -> None:
        """Wait until nobody else orders for this Relais, then keep it so until the transaction ends."""
        await (await self.driver()).execute(
            "SELECT pg_advisory_xact_lock($1, hashtext($2::text))", ORDERING_LOCK, str(relais_id)
        )

    # every tenant: of a Relais that the caller has found
    async def twin(self, relais_id: UUID, content: str, minutes: int, besides: UUID | None) -> UUID | None:
        """The order of the last minutes that asks for the same, and was not cancelled."""
        found: UUID | None = await (await self.driver()).fetchval(
            "SELECT id FROM relais_order WHERE relais_id = $1 AND content = $2 AND status <> 'cancelled'"
            " AND placed_at > now() - make_interval(mins => $3) AND id IS DISTINCT FROM $4"
            " ORDER BY number DESC LIMIT 1",
            relais_id,
            content,
            minutes,
            besides,
        )
        return found

    async def largest(self, scope: Scope, months: int) -> dict[Category, int]:
        """The largest line per category of the last months, of orders that were not cancelled."""
        rows = await (await self.driver()).fetch(
            "SELECT l.category, max(l.quantity) FROM relais_order o JOIN order_line l ON l.order_id = o.id"
            " WHERE ($1::uuid[] IS NULL OR o.relais_id = ANY($1)) AND o.status NOT IN ('placed', 'cancelled')"
            " AND o.placed_at > now() - make_interval(months => $2) GROUP BY 1",
            scope.ids,
            months,
        )
        return {Category(row[0]): int(row[1]) for row in rows}

    # every tenant: for a Relais that the caller has found
    async def place(self, order: OrderIn, quotes: Sequence[LineQuote], content: str) -> tuple[UUID, int, list[UUID]]:
        """Write an order with its quoted prices; returns its id, its number and its lines' ids."""
        driver = await self.driver()
        order_id = uuid7()
        number = await driver.fetchval(
            "INSERT INTO relais_order (id, relais_id, status, note, content) VALUES ($1, $2, 'placed', $3, $4)"
            " RETURNING number",
            order_id,
            order.relais_id,
            order.note or None,
            content,
        )
        return order_id, int(number), await self.add_lines(order_id, order.relais_id, order.lines, quotes, 1)

    # every tenant: of an order that the caller has written or locked
    async def add_lines(
        self,
        order_id: UUID,
        relais_id: UUID,
        lines: Sequence[OrderLineIn],
        quotes: Sequence[LineQuote],
        first: int,
    ) -> list[UUID]:
        """Write lines with their quoted prices, numbered from `first`; returns their ids."""
        line_ids = [uuid7() for _ in lines]
        rows = [
            {
                "id": str(line_id),
                "position": position,
                "category": line.category,
                "quantity": line.quantity,
                "min_grade": line.min_grade,
                "tier": line.tier,
                "publics": line.publics,
                "substitutes": line.substitutes,
                "urgent": line.urgent,
                "wanted_on": line.wanted_on.isoformat() if line.wanted_on else None,
                "campaign": line.campaign,
                "price_list": quote.price_list,
                "priced_on": quote.on.isoformat(),
                "price_min_cents": quote.min_cents,
                "price_max_cents": quote.max_cents,
                "ceiling_cents": quote.ceiling_cents,
                "prices": quote.to_json(),
            }
            for position, (line_id, line, quote) in enumerate(zip(line_ids, lines, quotes, strict=True), first)
        ]
        await (await self.driver()).execute(_INSERT_LINES, relais_id, order_id, json.dumps(rows))
        return line_ids

    async def get(self, scope: Scope, order_id: UUID) -> OrderOut | None:
        driver = await self.driver()
        order = await driver.fetchrow(_ORDER, scope.ids, order_id)
        if order is None:
            return None
        lines = await driver.fetch(_LINES, order_id)
        return OrderOut.of(dict(order), [{**line, "why": read(line["why"])} for line in lines])

    async def listing(
        self,
        scope: Scope,
        *,
        status: str = "",
        q: str = "",
        relais_id: UUID | None = None,
        oldest_first: bool = False,
        part: Part,
    ) -> Found[OrderRowOut]:
        """Orders the caller may see, newest first unless asked. `q` looks in Relais' names, or is a reference."""
        wanted = _wanted(scope, status, q, relais_id)
        found = await _LISTED.page(await self.driver(), wanted, part, "number" if oldest_first else "-number")
        return found.of(lambda row: OrderRowOut(**listed(row), reference=reference(row["number"])))

    async def each(self, scope: Scope, *, status: str = "", q: str = "") -> AsyncIterator[OrderRowOut]:
        """All that `listing` finds, newest first, while it is read."""
        async for row in _LISTED.each(await self.driver(), _wanted(scope, status, q, None), "-number"):
            yield OrderRowOut(**dict(row), reference=reference(row["number"]))

    async def get_for_update(self, scope: Scope, order_id: UUID) -> LockedOrder | None:
        """Hold one order the caller may see."""
        row = await (await self.driver()).fetchrow(
            "SELECT o.id, o.number, o.relais_id, r.territory, o.status FROM relais_order o"
            " JOIN relais r ON r.id = o.relais_id"
            " WHERE ($1::uuid[] IS NULL OR o.relais_id = ANY($1)) AND o.id = $2 FOR NO KEY UPDATE OF o",
            scope.ids,
            order_id,
        )
        return LockedOrder(row[0], row[1], row[2], row[3], OrderStatus(row["status"])) if row is not None else None

    # every tenant: of orders that the caller has found, or of events and runs that act for all
    async def for_update(self, order_ids: Sequence[UUID]) -> None:
        """Hold orders, in id order like everybody; devices are only ever locked after their order."""
        await (await self.driver()).execute(
            "SELECT 1 FROM relais_order WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE", order_ids
        )

    # every tenant: of an order that the caller has locked
    async def line(self, order_id: UUID, line_id: UUID) -> LockedLine | None:
        """A line of an order that the caller holds."""
        row = await (await self.driver()).fetchrow(
            "SELECT category, quantity, allocated, min_grade, tier, substitutes, prices, price_min_cents,"
            " price_max_cents, ceiling_cents FROM order_line WHERE order_id = $1 AND id = $2",
            order_id,
            line_id,
        )
        if row is None:
            return None
        return LockedLine(
            Category(row["category"]),
            row["quantity"],
            row["allocated"],
            Grade(row["min_grade"]),
            Tier(row["tier"]) if row["tier"] is not None else None,
            tuple(Category(one) for one in row["substitutes"]),
            Priced(row["prices"], row["price_min_cents"], row["price_max_cents"], row["ceiling_cents"]),
        )

    # every tenant: of a line whose order the caller has locked
    async def promised_kinds(self, line_id: UUID) -> set[tuple[Category, Grade]]:
        """Category and grade of the devices promised to a line, from reservation to handover."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT i.category, i.grade FROM reservation r JOIN stock_item i USING (device_id)"
            " WHERE r.line_id = $1 AND r.released_at IS NULL",
            line_id,
        )
        return {(Category(row[0]), Grade(row[1])) for row in rows}

    # every tenant: of a line whose order the caller has locked
    async def accept(self, line_id: UUID, command: AcceptedIn, priced: Priced) -> None:
        await (await self.driver()).execute(
            "UPDATE order_line SET min_grade = $2, substitutes = $3, prices = $4::text::jsonb, price_min_cents = $5,"
            " price_max_cents = $6, ceiling_cents = $7 WHERE id = $1",
            line_id,
            command.min_grade.value,
            [one.value for one in command.substitutes],
            json.dumps(priced.prices),
            priced.min_cents,
            priced.max_cents,
            priced.ceiling_cents,
        )

    # every tenant: of an order that the caller has locked
    async def approve(self, order_id: UUID) -> None:
        await (await self.driver()).execute(
            "UPDATE relais_order SET status = 'approved', approved_at = now() WHERE id = $1", order_id
        )

    # every tenant: of an order that the caller has locked
    async def cancel(self, order_id: UUID, by: Side, reason: str | None) -> None:
        await (await self.driver()).execute(
            "UPDATE relais_order SET status = 'cancelled', cancelled_at = now(), cancelled_by = $2, cancel_reason = $3"
            " WHERE id = $1",
            order_id,
            by.value,
            reason,
        )

    # every tenant: of an order that the caller has locked
    async def close(self, order_id: UUID) -> None:
        await (await self.driver()).execute(
            "UPDATE relais_order SET status = 'closed', closed_at = now() WHERE id = $1", order_id
        )

    # every tenant: of orders that the caller has locked
    async def restate(self, order_ids: Sequence[UUID]) -> list[Restated]:
        """Bring the stage of these orders in line with their devices; returns those that changed."""
        rows = await (await self.driver()).fetch(_RESTATE, order_ids)
        return [Restated(row[0], row[1], row[2], OrderStatus(row[3])) for row in rows]

    async def waiting(self, scope: Scope) -> list[WaitingLine]:
        """Lines of open orders that lack devices, oldest order first."""
        rows = await (await self.driver()).fetch(_WAITING, scope.ids)
        return [
            WaitingLine(
                row[0], reference(row[1]), Category(row[2]), Grade(row[3]), tuple(map(Category, row[4])), row[5]
            )
            for row in rows
        ]

    async def unanswered(self, scope: Scope) -> int:
        """Orders that the coordination has not answered."""
        count: int = await (await self.driver()).fetchval(
            "SELECT count(*) FROM relais_order WHERE status = 'placed' AND ($1::uuid[] IS NULL OR relais_id = ANY($1))",
            scope.ids,
        )
        return count

    async def answered(self, scope: Scope, days: int) -> list[Answered]:
        """What the coordination answered in the last days, newest first."""
        rows = await (await self.driver()).fetch(_ANSWERED, scope.ids, days)
        return [
            Answered(order_id, reference(number), at, is_over and is_no, is_over and not is_no, reason)
            for order_id, number, at, is_over, is_no, reason in rows
        ]

    async def counts(self, scope: Scope) -> dict[OrderStatus, int]:
        """Orders per status, for the front pages."""
        rows = await (await self.driver()).fetch(
            "SELECT status, count(*) FROM relais_order WHERE ($1::uuid[] IS NULL OR relais_id = ANY($1)) GROUP BY 1",
            scope.ids,
        )
        return {OrderStatus(row[0]): int(row[1]) for row in rows}


def _wanted(scope: Scope, status: str, q: str, relais_id: UUID | None) -> Where:
    wanted = scope.where("o.relais_id")
    if status:
        wanted.add("o.status = {}", status)
    if relais_id is not None:
        wanted.add("o.relais_id = {}", relais_id)
    named = "o.relais_id = ANY(ARRAY(SELECT id FROM relais WHERE name ILIKE {}))"
    number = number_of(q)
    return wanted.contains("", q, named, exactly=("o.number = {}", number) if number is not None else None)
