"""SQL that writes devices of before where they went: orders, lines, promises, parcels, handovers. In sets."""

import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from filiere.database import Repository

from distribute.line_quotes import LineQuote
from distribute.moving_in.placing import Placed, lines_of

_ORDERS = """
INSERT INTO relais_order (relais_id, id, status, note, placed_at, approved_at, allocated_at, shipped_at, delivered_at)
SELECT DISTINCT ON (u.id) u.relais, u.id, 'approved', u.note, u.at, u.at, u.at, u.at, u.delivered
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[])
    AS u(relais, id, note, at, delivered)
ORDER BY u.id, u.at
ON CONFLICT (id) DO NOTHING
"""
# Without its prices, until the devices are there: what is owed for a device as it is received was owed before, and is
# said by `carried_over` (decision 0051).
_LINES = """
INSERT INTO order_line AS l (relais_id, id, order_id, position, category, quantity, allocated, min_grade, publics,
    substitutes, price_list, priced_on, price_min_cents, price_max_cents, ceiling_cents, prices, reason)
SELECT u.relais_id, u.id, u.order_id, u.position, u.category, u.devices, u.devices, 'D', '{}', '{}', u.price_list,
       u.priced_on, u.min_cents, u.max_cents, u.ceiling_cents, '[]', u.reason
FROM jsonb_to_recordset($1::jsonb) AS u(relais_id uuid, id uuid, order_id uuid, position int, category text,
    devices int, price_list text, priced_on date, min_cents int, max_cents int, ceiling_cents int, reason text)
ORDER BY u.id
ON CONFLICT (id) DO UPDATE SET quantity = l.quantity + excluded.quantity, allocated = l.allocated + excluded.allocated,
    price_list = excluded.price_list, priced_on = excluded.priced_on, price_min_cents = excluded.price_min_cents,
    price_max_cents = excluded.price_max_cents, ceiling_cents = excluded.ceiling_cents, prices = '[]'
"""
_PRICES = """
UPDATE order_line l SET prices = u.prices FROM jsonb_to_recordset($1::jsonb) AS u(id uuid, prices jsonb)
WHERE l.id = u.id
"""
_PROMISES = """
INSERT INTO reservation (relais_id, id, device_id, order_id, line_id, run_id, reserved_at)
SELECT u.* FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::timestamptz[]) AS u
"""
_PARCELS = """
INSERT INTO shipment (relais_id, id, order_id, workshop_id, workshop_name, status, created_at, shipped_at, delivered_at)
SELECT DISTINCT ON (u.id) u.relais, u.id, u.order_id, u.workshop, u.workshop_name,
       CASE WHEN u.delivered IS NULL THEN 'shipped' ELSE 'delivered' END, u.shipped, u.shipped, u.delivered
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[])
    AS u(relais, id, order_id, workshop, workshop_name, shipped, delivered)
ORDER BY u.id, u.shipped
ON CONFLICT (id) DO NOTHING
"""
_PUT = """
WITH u AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[], $7::timestamptz[])
        AS u(relais, device, order_id, line, shipment, status, delivered)
), packed AS (
    INSERT INTO shipment_item (relais_id, shipment_id, device_id, scanned_at)
    SELECT relais, shipment, device, delivered FROM u
)
UPDATE stock_item i SET status = u.status, relais_id = u.relais, order_id = u.order_id, line_id = u.line,
    campaign = NULL, updated_at = now()
FROM u WHERE i.device_id = u.device
"""
# Receipts of before are of no year of ours, and take none of our numbers.
_HANDOVERS = """
INSERT INTO handover (relais_id, id, receipt_year, receipt_number, device_id, kind, tier, amount_cents, explanation,
                      handed_over_at, carried_over)
SELECT u.relais, u.id, 0, coalesce(h.last, 0) + row_number() OVER (PARTITION BY u.relais ORDER BY u.at, u.device),
       u.device, u.kind, u.tier, u.cents, ARRAY['Repris de ' || u.source || '.'], u.at, u.source
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::timestamptz[], $8::text[])
    AS u(relais, id, device, kind, tier, cents, at, source)
LEFT JOIN LATERAL (
    SELECT max(receipt_number) AS last FROM handover WHERE relais_id = u.relais AND receipt_year = 0
) h ON true
"""


# every tenant: the coordination alone moves a network in, and events act for no caller
class PlacesRepository(Repository):
    async def orders(self, devices: Sequence[Placed]) -> dict[UUID, int]:
        """The orders they went with, new or known, locked; number by id."""
        driver = await self.driver()
        await driver.execute(
            _ORDERS,
            [one.of.relais_id for one in devices],
            [one.order_id for one in devices],
            [f"Repris de {one.of.source}, commande {one.of.said.order}" for one in devices],
            [one.shipped_at for one in devices],
            [one.delivered_at for one in devices],
        )
        rows = await driver.fetch(
            "SELECT id, number FROM relais_order WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE",
            sorted({one.order_id for one in devices}),
        )
        return {row["id"]: row["number"] for row in rows}

    async def put(self, devices: Sequence[Placed], run_id: UUID, quotes: Mapping[str, LineQuote]) -> None:
        """Promise, send, receive and hand over what was so before. Orders and devices are locked, and free."""
        driver = await self.driver()
        lines = lines_of(devices)
        await driver.execute(_LINES, json.dumps([_line(many, quotes) for many in lines.values()], default=str))
        await driver.execute(
            _PROMISES,
            [one.of.relais_id for one in devices],
            [one.reservation_id for one in devices],
            [one.of.device_id for one in devices],
            [one.order_id for one in devices],
            [one.line_id for one in devices],
            [run_id for _ in devices],
            [one.shipped_at for one in devices],
        )
        await driver.execute(
            _PARCELS,
            [one.of.relais_id for one in devices],
            [one.shipment_id for one in devices],
            [one.order_id for one in devices],
            [one.of.workshop_id for one in devices],
            [one.of.workshop_name for one in devices],
            [one.shipped_at for one in devices],
            [one.delivered_at for one in devices],
        )
        await driver.execute(
            _PUT,
            [one.of.relais_id for one in devices],
            [one.of.device_id for one in devices],
            [one.order_id for one in devices],
            [one.line_id for one in devices],
            [one.shipment_id for one in devices],
            [one.status.value for one in devices],
            [one.delivered_at for one in devices],
        )
        over = [one for one in devices if one.handed_over_at is not None]
        await driver.execute(
            _HANDOVERS,
            [one.of.relais_id for one in over],
            [one.handover_id for one in over],
            [one.of.device_id for one in over],
            [one.kind.value for one in over],
            [one.of.said.tier.value for one in over],
            [one.cents for one in over],
            [one.handed_over_at for one in over],
            [one.of.source for one in over],
        )
        priced = [{"id": id_, "prices": quotes[many[0].of.category].to_json()} for id_, many in lines.items()]
        await driver.execute(_PRICES, json.dumps(priced, default=str))


def _line(devices: Sequence[Placed], quotes: Mapping[str, LineQuote]) -> dict[str, object]:
    first = devices[0]
    quote = quotes[first.of.category]
    return {
        "relais_id": first.of.relais_id, "id": first.line_id, "order_id": first.order_id,
        "position": list(quotes).index(first.of.category) + 1, "category": first.of.category, "devices": len(devices),
        "price_list": quote.price_list, "priced_on": quote.on, "min_cents": quote.min_cents,
        "max_cents": quote.max_cents, "ceiling_cents": quote.ceiling_cents, "reason": f"Repris de {first.of.source}.",
    }  # fmt: skip
