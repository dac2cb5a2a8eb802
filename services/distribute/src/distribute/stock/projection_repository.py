"""SQL that turns the workshops' events into stock. Sets only: a slice may hold hundreds of devices."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

from filiere.database import Repository

from distribute.stock.incoming import ReadyDevice, Software

# Wakes whoever promises what becomes ready, when the transaction commits.
CHANNEL = "filiere_stock"

# All events of a device come in the order of one log, so this one is the newest. About a device that is promised or
# gone it changes nothing.
# Ready anew while it is free (graded again, say), a device stays set aside for its campaign: nobody undid that. Back
# from a withdrawal it is everybody's: the campaign has long counted without it.
PUT = """
INSERT INTO stock_item AS i (device_id, donation_id, lot_id, workshop_id, workshop_name, workshop_territory, label,
    category, manufacturer, model, serial, grade, cosmetic, battery, public_body, status, ready_at,
    software, battery_percent, battery_minutes, memory_gb, storage_gb,
    identifiers, first_ready_at)
SELECT u.device_id, u.donation_id, u.lot_id, u.workshop_id, u.workshop_name, u.workshop_territory, u.label, u.category,
       u.manufacturer, u.model, u.serial, u.grade, u.cosmetic, u.battery, u.public_body, 'available', u.ready_at,
       u.software::jsonb, u.battery_percent, u.battery_minutes, u.memory_gb, u.storage_gb,
       string_to_array(u.identifiers, E'\\n'), u.ready_at
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bool[], $16::timestamptz[],
            $17::text[], $18::float8[], $19::int[], $20::float8[], $21::float8[], $22::text[])
     AS u(device_id, donation_id, lot_id, workshop_id, workshop_name, workshop_territory, label, category, manufacturer,
          model, serial, grade, cosmetic, battery, public_body, ready_at, software, battery_percent, battery_minutes,
          memory_gb, storage_gb, identifiers)
ORDER BY u.device_id
ON CONFLICT (device_id) DO UPDATE SET
    donation_id = excluded.donation_id, lot_id = excluded.lot_id, workshop_id = excluded.workshop_id,
    workshop_name = excluded.workshop_name, workshop_territory = excluded.workshop_territory, label = excluded.label,
    category = excluded.category, manufacturer = excluded.manufacturer, model = excluded.model,
    serial = excluded.serial, grade = excluded.grade, cosmetic = excluded.cosmetic, battery = excluded.battery,
    public_body = excluded.public_body, software = excluded.software, battery_percent = excluded.battery_percent,
    battery_minutes = excluded.battery_minutes, memory_gb = excluded.memory_gb, storage_gb = excluded.storage_gb,
    identifiers = excluded.identifiers,
    campaign = CASE WHEN i.status IN ('available', 'held') THEN i.campaign END,
    status = CASE WHEN i.status IN ('held', 'to_check') THEN i.status ELSE 'available' END,
    first_ready_at = CASE WHEN i.status = 'withdrawn' THEN excluded.ready_at
        ELSE coalesce(i.first_ready_at, i.ready_at) END,
    ready_at = excluded.ready_at, updated_at = now()
WHERE i.status IN ('available', 'held', 'to_check', 'withdrawn')
"""
# In the order of the statement's parameters; two of them are made into text.
_NAMES = (
    *("device_id", "donation_id", "lot_id", "workshop_id", "workshop_name", "workshop_territory", "label", "category"),
    *("manufacturer", "model", "serial", "grade", "cosmetic", "battery", "public_body", "occurred_at"),
    *("software", "battery_percent", "battery_minutes", "memory_gb", "storage_gb", "identifiers"),
)
_VALUES = attrgetter(*_NAMES)
_SOFTWARE, _IDENTIFIERS = _NAMES.index("software"), _NAMES.index("identifiers")
_PARTS = attrgetter(*Software.model_fields)
_IN_STOCK = """
SELECT device_id, label, status, order_id FROM stock_item
WHERE device_id = ANY($1::uuid[]) AND status <> 'withdrawn'
ORDER BY device_id
"""


def _as_json(some: Sequence[Software | None]) -> list[str | None]:
    """Each as JSON; a lot's devices bear the same."""
    known: dict[Any, str] = {}
    made: list[str | None] = []
    for one in some:
        if one is None:
            made.append(None)
            continue
        if (text := known.get(parts := _PARTS(one))) is None:
            text = known[parts] = one.model_dump_json()
        made.append(text)
    return made


class InStock(NamedTuple):
    """A device that was ready once, and is not withdrawn."""

    device_id: UUID
    label: str
    status: str
    order_id: UUID | None


# every tenant: events act for no caller
class StockProjection(Repository):
    async def put(self, devices: Sequence[ReadyDevice]) -> None:
        """Make devices available; each device at most once in the sequence."""
        columns: list[Sequence[Any]] = list(zip(*map(_VALUES, devices), strict=True))
        columns[_SOFTWARE] = _as_json(columns[_SOFTWARE])
        columns[_IDENTIFIERS] = ["\n".join(one) or None for one in columns[_IDENTIFIERS]]
        await (await self.driver()).execute(PUT, *columns)

    async def announce(self) -> None:
        """Wake whoever listens for ready devices, once this transaction is committed."""
        await (await self.driver()).execute(f"NOTIFY {CHANNEL}")

    async def in_stock(self, device_ids: Sequence[UUID]) -> list[InStock]:
        """Those of the devices that are here and not withdrawn, in id order."""
        rows = await (await self.driver()).fetch(_IN_STOCK, device_ids)
        return [InStock(*row) for row in rows]

    async def withdraw_free(self, device_ids: Sequence[UUID]) -> None:
        """Take devices that nobody is promised out of stock."""
        await (await self.driver()).execute(
            "UPDATE stock_item SET status = 'withdrawn', campaign = NULL, check_reason = NULL, updated_at = now()"
            " WHERE device_id = ANY($1::uuid[]) AND status IN ('available', 'held', 'to_check')",
            device_ids,
        )

    async def take_back(self, device_ids: Sequence[UUID]) -> list[UUID]:
        """Their workshop has again what was lost or on its way back; those that were."""
        rows = await (await self.driver()).fetch(
            "UPDATE stock_item SET status = 'withdrawn', updated_at = now()"
            " WHERE device_id = ANY($1::uuid[]) AND status IN ('lost', 'returning') RETURNING device_id",
            device_ids,
        )
        return sorted(row[0] for row in rows)
