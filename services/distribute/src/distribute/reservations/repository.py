"""SQL of promises: who may make them now, making them, and taking them back. Sets only: no statement per device."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from filiere.catalogue import Grade
from filiere.database import Repository
from filiere.identifiers import uuid7

from distribute.why import TakenBack, say

# Whoever makes promises or takes free devices away holds it, until its transaction ends.
ALLOCATION_LOCK = 0x66696C31
# Whoever computes and promises in one go: one at a time. Held before the other one, and while it computes.
TURN_LOCK = 0x66696C32

# A device that is gone, held by something else, graded anew, set aside or given back since it was chosen, or that the
# line no longer accepts or the Relais may not receive (any more), is left alone; the caller sees who got what.
# Of a device `i`, its line `own`, whose Relais is `whose`, and `u`, what it was when it was chosen. `{campaigns}`:
# those of the policy in force; `{grades}`: all grades, the best first.
MAY_BE_PROMISED = """
i.status = 'available' AND i.category = u.category AND i.grade = u.grade
      AND i.category = ANY(own.category || own.substitutes)
      AND array_position({grades}::text[], i.grade::text) <= array_position({grades}::text[], own.min_grade::text)
      AND (whose.may_receive_public_origin OR NOT i.public_body)
      AND CASE WHEN i.campaign = ANY({campaigns}::text[]) THEN i.campaign END IS NOT DISTINCT FROM u.campaign
"""
_RESERVABLE = f"""
    SELECT i.device_id, u.line_id
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
         AS u(line_id, device_id, category, grade, campaign)
    JOIN stock_item i ON i.device_id = u.device_id
    JOIN order_line own ON own.id = u.line_id JOIN relais whose ON whose.id = own.relais_id
    WHERE {MAY_BE_PROMISED.format(campaigns="$6", grades="$7")}
"""
_RESERVE = f"""
WITH held AS MATERIALIZED ({_RESERVABLE} ORDER BY i.device_id FOR UPDATE OF i SKIP LOCKED)
UPDATE stock_item i
SET status = 'reserved', relais_id = l.relais_id, order_id = l.order_id, line_id = l.id, updated_at = now()
FROM held h JOIN order_line l ON l.id = h.line_id JOIN relais r ON r.id = l.relais_id
JOIN relais_order o ON o.id = l.order_id
WHERE i.device_id = h.device_id AND i.status = 'available'
RETURNING i.device_id, l.order_id, l.id, l.relais_id, r.territory, o.number, r.name
"""
# The hour at which the devices were held: a run that waited for them began before they were released.
_KEEP_RESERVATIONS = """
INSERT INTO reservation (id, run_id, relais_id, device_id, order_id, line_id, reserved_at)
SELECT u.id, $1, u.relais_id, u.device_id, u.order_id, u.line_id, clock_timestamp()
FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[])
     AS u(id, relais_id, device_id, order_id, line_id)
"""
_PROMISES_FOR_UPDATE = """
SELECT i.device_id, i.order_id, i.line_id, i.relais_id, r.territory, o.number, r.name
FROM stock_item i JOIN relais r ON r.id = i.relais_id JOIN relais_order o ON o.id = i.order_id
WHERE i.device_id = ANY($1::uuid[]) AND i.status = $2
ORDER BY i.device_id FOR UPDATE OF i
"""
# The hour of the lock, not of the transaction's begin: the next promise of a device begins after this one's end.
_RELEASE = """
WITH freed AS (
    UPDATE reservation SET released_at = clock_timestamp(), release_reason = $2, release_why = $4::text::jsonb
    WHERE device_id = ANY($1::uuid[]) AND released_at IS NULL
    RETURNING line_id
), lines AS (
    UPDATE order_line l SET allocated = l.allocated - f.count, reason = $2, why = $4::text::jsonb
    FROM (SELECT line_id, count(*) AS count FROM freed GROUP BY line_id) f WHERE l.id = f.line_id
)
-- A promise taken back leaves the device set aside as it was; withdrawn, it is nobody's any more.
UPDATE stock_item
SET status = $3::varchar, campaign = CASE WHEN $3::varchar = 'available' THEN campaign END,
    relais_id = NULL, order_id = NULL, line_id = NULL, updated_at = now()
WHERE device_id = ANY($1::uuid[])
"""

_TAKE_OUT = """
WITH taken AS (
    UPDATE shipment_item i SET removed_at = now() FROM shipment s
    WHERE s.id = i.shipment_id AND s.status = $2 AND i.device_id = ANY($1::uuid[]) AND i.removed_at IS NULL
    RETURNING i.shipment_id, i.device_id
), rest AS (
    SELECT s.id, count(i.device_id) AS devices, count(i.scanned_at) AS received
    FROM (SELECT DISTINCT shipment_id AS id FROM taken) s
    LEFT JOIN shipment_item i ON i.shipment_id = s.id AND i.removed_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM taken t WHERE t.shipment_id = i.shipment_id AND t.device_id = i.device_id)
    GROUP BY s.id
)
-- Without the last device that was still on its way, what did leave has been received; emptied, it never left.
UPDATE shipment s
SET shipped_at = CASE WHEN r.devices > 0 THEN s.shipped_at END,
    status = CASE WHEN r.devices = 0 THEN 'cancelled' ELSE 'delivered' END,
    delivered_at = CASE WHEN r.devices > 0 THEN now() END
FROM rest r
WHERE s.id = r.id AND (r.devices = 0 OR (s.status = 'shipped' AND r.devices = r.received))
"""


@dataclass(frozen=True, slots=True)
class Promised:
    """A device for a line, as it was when the allocation was computed."""

    device_id: UUID
    category: str
    grade: str
    # Set aside for the lines of this campaign; None when everybody could have it.
    campaign: str | None = None


class Promise(NamedTuple):
    """A device promised to a line."""

    device_id: UUID
    order_id: UUID
    line_id: UUID
    relais_id: UUID
    territory: str
    order_number: int
    relais_name: str


class ReservationsRepository(Repository):
    async def try_lock_turn(self) -> bool:
        """Be the only one who runs, until the transaction ends; False when somebody else does."""
        return bool(await (await self.driver()).fetchval("SELECT pg_try_advisory_xact_lock($1)", TURN_LOCK))

    async def lock_allocation(self) -> None:
        """Wait until nobody makes promises, then keep it so until the transaction ends."""
        await (await self.driver()).execute("SELECT pg_advisory_xact_lock($1)", ALLOCATION_LOCK)

    # every tenant: the coordination shares out the stock among all Relais
    async def reserve(
        self, run_id: UUID, promises: Sequence[tuple[UUID, Promised]], campaigns: Collection[str]
    ) -> list[Promise]:
        """Promise devices to lines as decided; what is not as it was then is left out. Ordered by device.

        `campaigns` are those of the policy in force: what is set aside for another one is everybody's.
        """
        driver = await self.driver()
        rows = await driver.fetch(_RESERVE, *_columns(promises), sorted(campaigns), list(Grade))
        made = sorted(Promise(*row) for row in rows)
        await driver.execute(
            _KEEP_RESERVATIONS,
            run_id,
            [uuid7() for _ in made],
            [one.relais_id for one in made],
            [one.device_id for one in made],
            [one.order_id for one in made],
            [one.line_id for one in made],
        )
        return made

    # every tenant: of orders that the caller has locked
    async def promises_for_update(self, device_ids: Sequence[UUID], status: str = "reserved") -> list[Promise]:
        """Lock those of the devices that stand there, in id order. Their orders are locked already."""
        rows = await (await self.driver()).fetch(_PROMISES_FOR_UPDATE, device_ids, status)
        return [Promise(*row) for row in rows]

    # every tenant: of promises that the caller has locked
    async def release(self, device_ids: Sequence[UUID], why: TakenBack, status: str) -> None:
        """End the promises: devices go to `status`, their lines are short again."""
        await (await self.driver()).execute(_RELEASE, device_ids, say(why), status, why.model_dump_json())

    # every tenant: of devices whose orders the caller has locked
    async def orders_of(self, device_ids: Sequence[UUID]) -> list[UUID]:
        """The orders that hold these devices."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT order_id FROM stock_item WHERE device_id = ANY($1::uuid[]) AND order_id IS NOT NULL"
            " ORDER BY 1",
            list(device_ids),
        )
        return [row[0] for row in rows]

    # every tenant: of an order that the caller has locked
    async def of_order(self, order_id: UUID) -> tuple[list[UUID], int]:
        """(devices still reserved for the order, count of those that have left)."""
        rows = await (await self.driver()).fetch(
            "SELECT device_id, status = 'reserved' FROM stock_item WHERE order_id = $1 ORDER BY device_id", order_id
        )
        return [row[0] for row in rows if row[1]], sum(not row[1] for row in rows)

    # every tenant: of orders that the caller has locked
    async def take_out(self, device_ids: Sequence[UUID], status: str = "preparing") -> None:
        """Devices no longer promised leave the shipments of this status; a shipment left empty is cancelled."""
        await (await self.driver()).execute(_TAKE_OUT, device_ids, status)


def _columns(promises: Sequence[tuple[UUID, Promised]]) -> tuple[list[Any], ...]:
    return (
        [line_id for line_id, _ in promises],
        [one.device_id for _, one in promises],
        [one.category for _, one in promises],
        [one.grade for _, one in promises],
        [one.campaign for _, one in promises],
    )
