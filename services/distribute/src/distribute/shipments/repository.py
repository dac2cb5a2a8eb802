"""SQL of shipments."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, listed
from filiere.identifiers import uuid7

from distribute.orders.schemas import reference as order_reference
from distribute.shipments.lateness import IS_LATE, LATE, late_since
from distribute.shipments.schemas import ExpectedDevice, ShelfDevice, ShipmentItemOut, ShipmentOut, reference
from distribute.statuses import ShipmentStatus
from distribute.stock.recalled_repository import IS_RECALLED
from distribute.tenancy import seen_by_either

# A Relais sees what comes to it, a workshop what leaves it.
_VISIBLE = "($1::uuid[] IS NULL OR s.relais_id = ANY($1) OR s.workshop_id = ANY($2))"
_COLUMNS = """
s.id, s.number, s.order_id, o.number AS order_number, s.relais_id, r.name AS relais_name, r.city, s.workshop_id,
s.workshop_name, s.status, s.carrier, s.tracking, s.created_at, s.shipped_at, s.delivered_at, i.devices, i.received,
s.status = 'cancelled' AND EXISTS (
    SELECT 1 FROM incident n WHERE n.shipment_id = s.id AND n.outcome IN ('lost', 'found')
) AS is_lost
"""
_FROM = """
shipment s
JOIN relais_order o ON o.id = s.order_id
JOIN relais r ON r.id = s.relais_id
CROSS JOIN LATERAL (
    SELECT count(*) AS devices, count(scanned_at) AS received
    FROM shipment_item WHERE shipment_id = s.id AND removed_at IS NULL
) i
"""
_SHIPMENT = f"SELECT {_COLUMNS} FROM {_FROM} WHERE {_VISIBLE}"
_LISTED = Listing(_COLUMNS, _FROM, {"newest": Order(Key("s.number", Kind.NUMBER), down=True)}, counted="shipment s")
_ITEMS = """
SELECT i.device_id, i.label, i.category, i.grade, i.manufacturer, i.model, i.serial, i.status, s.scanned_at,
       EXISTS (SELECT 1 FROM incident n WHERE n.device_id = i.device_id AND n.settled_at IS NULL) AS is_missing
FROM shipment_item s JOIN stock_item i USING (device_id)
WHERE s.shipment_id = $1 AND s.removed_at IS NULL ORDER BY i.category, i.label
"""
# Devices reserved for the orders that no shipment carries yet, one shipment per order and workshop; a shipment in
# preparation takes later ones in.
_PACK = """
WITH waiting AS (
    SELECT i.device_id, i.relais_id, i.order_id, i.workshop_id, i.workshop_name FROM stock_item i
    WHERE i.order_id = ANY($1::uuid[]) AND i.status = 'reserved' AND NOT EXISTS (
        SELECT 1 FROM shipment_item s JOIN shipment h ON h.id = s.shipment_id
        WHERE s.device_id = i.device_id AND s.removed_at IS NULL AND h.status = 'preparing')
), made AS (
    INSERT INTO shipment (id, relais_id, order_id, workshop_id, workshop_name, status)
    SELECT u.id, w.relais_id, w.order_id, w.workshop_id, w.workshop_name, 'preparing'
    FROM (
        SELECT DISTINCT ON (order_id, workshop_id) relais_id, order_id, workshop_id, workshop_name FROM waiting
        ORDER BY order_id, workshop_id
    ) w
    JOIN unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS u(id, order_id, workshop_id) USING (order_id, workshop_id)
    ORDER BY w.order_id, w.workshop_id
    ON CONFLICT (order_id, workshop_id) WHERE status = 'preparing' DO UPDATE SET workshop_name = excluded.workshop_name
    RETURNING id, order_id, workshop_id
)
INSERT INTO shipment_item (relais_id, shipment_id, device_id)
SELECT w.relais_id, m.id, w.device_id FROM waiting w JOIN made m USING (order_id, workshop_id)
ON CONFLICT (shipment_id, device_id) DO UPDATE SET removed_at = NULL
RETURNING shipment_id
"""
_CARRIED = f"""
SELECT i.device_id, i.label, i.status, {IS_RECALLED}
FROM shipment_item s JOIN stock_item i USING (device_id)
WHERE s.shipment_id = $1 AND s.removed_at IS NULL ORDER BY i.device_id FOR UPDATE OF i
"""


_TRAVELLING = """
SELECT v.value, i.device_id, i.label, s.id, s.order_id, s.status, s.relais_id
FROM (SELECT unnest($2::text[])) AS v(value)
JOIN stock_item i ON i.label = v.value OR i.serial = v.value OR v.value = ANY(i.identifiers)
JOIN shipment_item x ON x.device_id = i.device_id AND x.removed_at IS NULL
JOIN shipment s ON s.id = x.shipment_id AND s.order_id = i.order_id
WHERE ($1::uuid[] IS NULL OR (s.relais_id = ANY($1) AND i.relais_id = ANY($1)))
"""
# The Relais that one person acts for have a few dozen devices on their way at most.
_EXPECTED = f"""
SELECT s.id AS shipment_id, s.number, s.relais_id, s.workshop_name, s.shipped_at, s.carrier, s.tracking,
       i.device_id, i.label, i.category, i.grade, i.manufacturer, i.model, i.serial,
       EXISTS (SELECT 1 FROM incident n WHERE n.device_id = i.device_id AND n.settled_at IS NULL) AS is_missing,
       {IS_RECALLED} AS is_recalled
FROM shipment s JOIN shipment_item x ON x.shipment_id = s.id AND x.removed_at IS NULL
JOIN stock_item i ON i.device_id = x.device_id
WHERE ($1::uuid[] IS NULL OR s.relais_id = ANY($1)) AND s.status = 'shipped' AND i.status = 'shipped'
ORDER BY s.shipped_at, s.id, i.category, i.label LIMIT 1000
"""


# What one workshop, or the network, prepares at once; the paper has no use for more.
_TO_PICK = """
SELECT s.workshop_name, s.id AS shipment_id, s.number, r.name AS relais_name, i.device_id, i.label, i.category,
       i.grade, i.manufacturer, i.model, i.serial
FROM shipment s JOIN relais r ON r.id = s.relais_id
JOIN shipment_item x ON x.shipment_id = s.id AND x.removed_at IS NULL JOIN stock_item i ON i.device_id = x.device_id
WHERE s.status = 'preparing' AND ($1::uuid[] IS NULL OR s.workshop_id = ANY($1))
ORDER BY s.workshop_name, i.category, i.grade, i.label LIMIT 2000
"""


class Travelling(NamedTuple):
    """A device by one of its identifiers, and the shipment that carries or carried it."""

    value: str
    device_id: UUID
    label: str
    shipment_id: UUID
    order_id: UUID
    status: ShipmentStatus
    relais_id: UUID


class LockedShipment(NamedTuple):
    """A shipment locked by this transaction, with its order."""

    id: UUID
    number: int
    order_id: UUID
    relais_id: UUID
    workshop_id: UUID
    territory: str
    status: ShipmentStatus

    @property
    def reference(self) -> str:
        return reference(self.number)


class Carried(NamedTuple):
    """A device of a shipment, locked."""

    device_id: UUID
    label: str
    status: str
    is_recalled: bool


class ShipmentsRepository(Repository):
    # every tenant: of orders that the caller has locked
    async def pack(self, order_ids: Sequence[UUID]) -> list[UUID]:
        """Put the orders' reserved devices into shipments; returns those that took some. The orders are locked."""
        driver = await self.driver()
        legs = await driver.fetch(
            "SELECT DISTINCT order_id, workshop_id FROM stock_item"
            " WHERE order_id = ANY($1::uuid[]) AND status = 'reserved' ORDER BY 1, 2",
            order_ids,
        )
        orders, workshops = [row[0] for row in legs], [row[1] for row in legs]
        rows = await driver.fetch(_PACK, order_ids, [uuid7() for _ in legs], orders, workshops)
        return sorted({row[0] for row in rows})

    async def get(self, relais: Scope, workshops: Scope, shipment_id: UUID) -> ShipmentOut | None:
        driver = await self.driver()
        row = await driver.fetchrow(f"{_SHIPMENT} AND s.id = $3", relais.ids, workshops.ids, shipment_id)
        if row is None:
            return None
        items = await driver.fetch(_ITEMS, shipment_id)
        return _shipment(dict(row), [ShipmentItemOut.model_validate(dict(item)) for item in items])

    async def listing(
        self, relais: Scope, workshops: Scope, *, status: str = "", order_id: UUID | None = None, part: Part
    ) -> Found[ShipmentOut]:
        """Shipments the caller may see, newest first. `status`: one of theirs, or `LATE`."""
        wanted = seen_by_either(relais, workshops, "s")
        if status == LATE:
            wanted.add(IS_LATE, late_since())
        elif status:
            wanted.add("s.status = {}", status)
        if order_id is not None:
            wanted.add("s.order_id = {}", order_id)
        return (await _LISTED.page(await self.driver(), wanted, part)).of(lambda row: _shipment(listed(row), []))

    async def order_of(self, relais: Scope, workshops: Scope, shipment_id: UUID) -> UUID | None:
        """The order of a shipment the caller may see, so that it can be locked first."""
        order_id: UUID | None = await (await self.driver()).fetchval(
            f"SELECT order_id FROM shipment s WHERE {_VISIBLE} AND s.id = $3",
            relais.ids,
            workshops.ids,
            shipment_id,
        )
        return order_id

    # every tenant: of an order that the caller has found and locked
    async def get_for_update(self, shipment_id: UUID) -> LockedShipment:
        """Lock a shipment whose order is locked."""
        row = await (await self.driver()).fetchrow(
            "SELECT s.id, s.number, s.order_id, s.relais_id, s.workshop_id, r.territory, s.status"
            " FROM shipment s JOIN relais r ON r.id = s.relais_id WHERE s.id = $1 FOR UPDATE OF s",
            shipment_id,
        )
        assert row is not None
        return LockedShipment(row[0], row[1], row[2], row[3], row[4], row[5], ShipmentStatus(row["status"]))

    # every tenant: of a shipment that the caller has locked
    async def carried_for_update(self, shipment_id: UUID) -> list[Carried]:
        """Lock the devices of a shipment, in id order."""
        rows = await (await self.driver()).fetch(_CARRIED, shipment_id)
        return [Carried(*row) for row in rows]

    # every tenant: of a shipment that the caller has locked
    async def ship(self, shipment_id: UUID, device_ids: Sequence[UUID]) -> None:
        driver = await self.driver()
        await driver.execute("UPDATE shipment SET status = 'shipped', shipped_at = now() WHERE id = $1", shipment_id)
        await driver.execute(
            "UPDATE stock_item SET status = 'shipped', updated_at = now() WHERE device_id = ANY($1::uuid[])", device_ids
        )

    # every tenant: of a shipment that the caller has locked
    async def deliver(self, shipment_id: UUID, device_ids: Sequence[UUID], *, complete: bool) -> None:
        driver = await self.driver()
        await driver.execute(
            "UPDATE stock_item SET status = 'delivered', updated_at = now() WHERE device_id = ANY($1::uuid[])",
            device_ids,
        )
        await driver.execute(
            "UPDATE shipment_item SET scanned_at = now() WHERE shipment_id = $1 AND device_id = ANY($2::uuid[])",
            shipment_id,
            device_ids,
        )
        # What somebody missed has turned up.
        await driver.execute(
            "UPDATE incident SET outcome = 'received', settled_at = now()"
            " WHERE device_id = ANY($1::uuid[]) AND settled_at IS NULL",
            device_ids,
        )
        if complete:
            await driver.execute(
                "UPDATE shipment SET status = 'delivered', delivered_at = now() WHERE id = $1", shipment_id
            )

    async def travelling(self, relais: Scope, values: Sequence[str]) -> list[Travelling]:
        """Devices of these Relais that one of the identifiers names, each with the shipment that carries it."""
        rows = await (await self.driver()).fetch(_TRAVELLING, relais.ids, list(values))
        return [Travelling(row[0], row[1], row[2], row[3], row[4], ShipmentStatus(row[5]), row[6]) for row in rows]

    async def to_pick(self, workshops: Scope) -> list[ShelfDevice]:
        """What lies on the shelves of these workshops for the parcels in preparation, shelf by shelf."""
        rows = await (await self.driver()).fetch(_TO_PICK, workshops.ids)
        return [ShelfDevice.model_validate({**row, "reference": reference(row["number"])}) for row in rows]

    # every tenant: of a shipment that the caller has locked
    async def carry(self, shipment_id: UUID, carrier: str | None, tracking: str | None) -> None:
        """Who carries it, and under which number."""
        await (await self.driver()).execute(
            "UPDATE shipment SET carrier = $2, tracking = $3 WHERE id = $1", shipment_id, carrier, tracking
        )

    # every tenant: of orders that the caller has locked
    async def in_preparation(self, order_ids: Sequence[UUID]) -> list[UUID]:
        """Those of the orders that have a parcel in preparation."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT order_id FROM shipment WHERE order_id = ANY($1::uuid[]) AND status = 'preparing'"
            " ORDER BY 1",
            list(order_ids),
        )
        return [row[0] for row in rows]

    async def expected(self, relais: Scope) -> list[ExpectedDevice]:
        """What is on its way to these Relais, the parcel that left first before the others."""
        rows = await (await self.driver()).fetch(_EXPECTED, relais.ids)
        return [ExpectedDevice.model_validate({**row, "reference": reference(row["number"])}) for row in rows]

    # every tenant: says only that a label exists
    async def known(self, labels: Sequence[str]) -> set[str]:
        """Those of the labels that stock knows, wherever they belong."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT label FROM stock_item WHERE label = ANY($1::text[])", labels
        )
        return {row[0] for row in rows}


def _shipment(row: dict[str, object], items: list[ShipmentItemOut]) -> ShipmentOut:
    number, order_number = row["number"], row["order_number"]
    assert isinstance(number, int)
    assert isinstance(order_number, int)
    return ShipmentOut.model_validate(
        {**row, "reference": reference(number), "order_reference": order_reference(order_number), "items": items}
    )
