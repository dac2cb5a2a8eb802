"""SQL of stock as people read it."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.catalogue import Battery, Category, Grade
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Tally, Where, listed

from distribute.stock.schemas import DeviceOut
from distribute.tenancy import seen_by_either

# What a search looks in, as the index has it.
SEARCHED = "(label || ' ' || coalesce(serial, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(model, ''))"

_COLUMNS = """
device_id, label, status, category, grade, manufacturer, model, serial, cosmetic, battery, public_body,
software::text, battery_percent, battery_minutes,
check_reason, campaign, workshop_id, workshop_name, relais_id, order_id, line_id, ready_at, updated_at
"""
_DEVICE = f"""
SELECT {_COLUMNS} FROM stock_item
WHERE ($1::uuid[] IS NULL OR relais_id = ANY($1) OR workshop_id = ANY($2))
"""
_ID = Key("device_id", Kind.ID)
_LISTED = Listing(
    _COLUMNS,
    "stock_item",
    {
        "ready_at": Order(Key("ready_at", Kind.INSTANT), _ID),
        "label": Order(Key("label"), _ID),
        "category": Order(Key("category"), Key("grade"), Key("label"), _ID),
        "updated_at": Order(Key("updated_at", Kind.INSTANT), _ID),
    },
)


# A device is promised a few times in its life; what it lived is read by its own indexes.
_JOURNEY = """
SELECT kind, at, reference, order_id, shipment_id, place, detail FROM (
    SELECT 'reserved' AS kind, v.reserved_at AS at, o.number AS reference, v.order_id, NULL::uuid AS shipment_id,
           r.name AS place, NULL AS detail, v.relais_id
    FROM reservation v JOIN relais_order o ON o.id = v.order_id JOIN relais r ON r.id = v.relais_id
    WHERE v.device_id = $1
    UNION ALL
    SELECT 'released', v.released_at, o.number, v.order_id, NULL, r.name, v.release_reason, v.relais_id
    FROM reservation v JOIN relais_order o ON o.id = v.order_id JOIN relais r ON r.id = v.relais_id
    WHERE v.device_id = $1 AND v.released_at IS NOT NULL
    UNION ALL
    SELECT 'shipped', s.shipped_at, s.number, s.order_id, s.id, r.name, s.carrier, s.relais_id
    FROM shipment_item x JOIN shipment s ON s.id = x.shipment_id JOIN relais r ON r.id = s.relais_id
    WHERE x.device_id = $1 AND s.shipped_at IS NOT NULL
    UNION ALL
    SELECT 'delivered', x.scanned_at, s.number, s.order_id, s.id, r.name, NULL, s.relais_id
    FROM shipment_item x JOIN shipment s ON s.id = x.shipment_id JOIN relais r ON r.id = s.relais_id
    WHERE x.device_id = $1 AND x.scanned_at IS NOT NULL
    UNION ALL
    SELECT n.kind, n.said_at, s.number, s.order_id, s.id, r.name, n.note, n.relais_id
    FROM incident n JOIN shipment s ON s.id = n.shipment_id JOIN relais r ON r.id = n.relais_id
    WHERE n.device_id = $1
) told
WHERE $2::uuid[] IS NULL OR relais_id = ANY($2)
      OR EXISTS (SELECT 1 FROM stock_item i WHERE i.device_id = $1 AND i.workshop_id = ANY($3))
ORDER BY at DESC, kind LIMIT 200
"""


class Stop(NamedTuple):
    """One thing that happened to a device; `reference`: the number of its order, or of the shipment where one is."""

    kind: str
    at: datetime
    reference: int
    order_id: UUID
    shipment_id: UUID | None
    place: str
    detail: str | None


class Free(NamedTuple):
    """So many free devices; `campaign` is the one they were set aside for, whether it goes on or has ended."""

    category: Category
    grade: Grade
    campaign: str | None
    devices: int


class FreeByBattery(NamedTuple):
    """The same, told apart by the state of the battery."""

    category: Category
    grade: Grade
    battery: Battery
    campaign: str | None
    devices: int


class StockRepository(Repository):
    # every tenant: what is free is everybody's to order
    async def free(self) -> list[Free]:
        """Free devices per category, grade and campaign."""
        rows = await (await self.driver()).fetch(
            "SELECT category, grade, campaign, count(*) FROM stock_item WHERE status = 'available' GROUP BY 1, 2, 3"
        )
        return [Free(Category(row[0]), Grade(row[1]), row[2], int(row[3])) for row in rows]

    # every tenant: what is free is everybody's to order
    async def free_by_battery(self) -> list[FreeByBattery]:
        """Free devices per category, grade, battery and campaign."""
        rows = await (await self.driver()).fetch(
            "SELECT category, grade, battery, campaign, count(*) FROM stock_item WHERE status = 'available'"
            " GROUP BY 1, 2, 3, 4"
        )
        known = set(Battery)
        return [
            FreeByBattery(
                Category(row[0]),
                Grade(row[1]),
                Battery(row[2]) if row[2] in known else Battery.UNMEASURED,
                row[3],
                int(row[4]),
            )
            for row in rows
        ]

    # every tenant: says which workshops hold what is everybody's to order
    async def workshops(self) -> dict[UUID, str]:
        """Workshops that hold free devices, by id, in the order of their names."""
        rows = await (await self.driver()).fetch(
            "SELECT workshop_id, max(workshop_name) FROM stock_item WHERE status = 'available' GROUP BY 1 ORDER BY 2, 1"
        )
        return {row[0]: row[1] for row in rows}

    async def devices(
        self,
        relais: Scope,
        workshops: Scope,
        *,
        status: str = "",
        category: str = "",
        campaign: str = "",
        q: str = "",
        order_id: UUID | None = None,
        is_here: bool = False,
        order: str = "ready_at",
        part: Part,
    ) -> Found[DeviceOut]:
        """Devices the caller may see: a Relais those promised to it, a workshop its own, coordinators all.

        `is_here`: without what was handed over.
        """
        wanted, tallied = _wanted(relais, workshops, status, category, campaign, q, is_here=is_here)
        if order_id is not None:
            wanted.add("order_id = {}", order_id)
        # Everybody's devices are a million in the end: how many there are is kept. Those of some are few.
        is_everybodys = relais.is_everybody and order_id is None
        tally = Tally("stock_item_tally", "devices", tallied) if is_everybodys else None
        found = await _LISTED.page(await self.driver(), wanted, part, order, tally=tally)
        return found.of(lambda row: DeviceOut(**listed(row)))

    async def each(
        self,
        relais: Scope,
        workshops: Scope,
        *,
        status: str = "",
        category: str = "",
        campaign: str = "",
        q: str = "",
        is_here: bool = False,
    ) -> AsyncIterator[DeviceOut]:
        """All that `devices` finds, while it is read."""
        wanted, _ = _wanted(relais, workshops, status, category, campaign, q, is_here=is_here)
        async for row in _LISTED.each(await self.driver(), wanted):
            yield DeviceOut(**dict(row))

    async def journey(self, relais: Scope, workshops: Scope, device_id: UUID) -> list[Stop]:
        """What became of a device since it was ready, as far as the caller may see it, the newest first."""
        rows = await (await self.driver()).fetch(_JOURNEY, device_id, relais.ids, workshops.ids)
        return [Stop(*row) for row in rows]

    async def by_device(self, relais: Scope, workshops: Scope, device_id: UUID) -> DeviceOut | None:
        return await self._one(relais, workshops, "device_id = $3", device_id)

    async def by_label(self, relais: Scope, workshops: Scope, label: str) -> DeviceOut | None:
        return await self._one(relais, workshops, "label = $3", label)

    # every tenant: of a device that the caller has just taken out of a parcel
    async def say_why_to_check(self, device_id: UUID, reason: str) -> None:
        await (await self.driver()).execute(
            "UPDATE stock_item SET check_reason = $2 WHERE device_id = $1 AND status = 'to_check'", device_id, reason
        )

    async def checked(self, workshops: Scope, device_id: UUID) -> bool:
        """It may be ordered again; False where nobody waits for a look at it."""
        done = await (await self.driver()).fetchval(
            "UPDATE stock_item SET status = 'available', check_reason = NULL, updated_at = now()"
            " WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1)) AND device_id = $2 AND status = 'to_check'"
            " RETURNING true",
            workshops.ids,
            device_id,
        )
        return bool(done)

    # every tenant: of a device that the caller has just promised
    async def label_of(self, device_id: UUID) -> str | None:
        label: str | None = await (await self.driver()).fetchval(
            "SELECT label FROM stock_item WHERE device_id = $1", device_id
        )
        return label

    async def _one(self, relais: Scope, workshops: Scope, condition: str, value: object) -> DeviceOut | None:
        row = await (await self.driver()).fetchrow(
            f"{_DEVICE} AND {condition} ORDER BY ready_at DESC LIMIT 1",
            relais.ids,
            workshops.ids,
            value,
        )
        return DeviceOut.model_validate(dict(row)) if row is not None else None

    async def counts(self, relais: Scope, workshops: Scope, *, order_id: UUID | None = None) -> dict[str, int]:
        """Devices per status that the caller may see, of an order or of all."""
        wanted = seen_by_either(relais, workshops)
        if order_id is not None:
            wanted.add("order_id = {}", order_id)
        rows = await (await self.driver()).fetch(
            f"SELECT status, count(*) FROM stock_item WHERE {wanted} GROUP BY 1", *wanted.values
        )
        return {row[0]: int(row[1]) for row in rows}


def _wanted(
    relais: Scope, workshops: Scope, status: str, category: str, campaign: str, q: str, *, is_here: bool
) -> tuple[Where, Where]:
    """(what a list looks for, the same for the counts that are kept)."""
    wanted, tallied = seen_by_either(relais, workshops), Where()
    for column, value in {"status": status, "category": category, "campaign": campaign}.items():
        if value:
            wanted.add(f"{column} = {{}}", value)
            tallied.add(f"{column} = {{}}", value)
    if is_here and not status:
        for where in (wanted, tallied):
            where.add("status <> 'handed_over'")
    wanted.contains(SEARCHED, q)
    return wanted, tallied
