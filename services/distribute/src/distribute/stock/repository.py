"""SQL of stock as people read it."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Tally, Where, listed
from filiere.web import Principal

from distribute.stock.schemas import DeviceOut
from distribute.tenancy import relais_scope, seen_by, workshop_scope

# What a search looks in, as the index has it.
SEARCHED = "(label || ' ' || coalesce(serial, '') || ' ' || coalesce(manufacturer, '') || ' ' || coalesce(model, ''))"

_COLUMNS = """
device_id, label, status, category, grade, manufacturer, model, serial, cosmetic, battery, public_body,
campaign, workshop_id, workshop_name, relais_id, order_id, line_id, ready_at, updated_at
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


class Free(NamedTuple):
    """So many free devices; `campaign` is the one they were set aside for, whether it goes on or has ended."""

    category: Category
    grade: Grade
    campaign: str | None
    devices: int


class StockRepository(Repository):
    async def free(self) -> list[Free]:
        """Free devices per category, grade and campaign."""
        rows = await (await self.driver()).fetch(
            "SELECT category, grade, campaign, count(*) FROM stock_item WHERE status = 'available' GROUP BY 1, 2, 3"
        )
        return [Free(Category(row[0]), Grade(row[1]), row[2], int(row[3])) for row in rows]

    async def workshops(self) -> dict[UUID, str]:
        """Workshops that hold free devices, by id, in the order of their names."""
        rows = await (await self.driver()).fetch(
            "SELECT workshop_id, max(workshop_name) FROM stock_item WHERE status = 'available' GROUP BY 1 ORDER BY 2, 1"
        )
        return {row[0]: row[1] for row in rows}

    async def devices(
        self,
        principal: Principal,
        *,
        status: str = "",
        category: str = "",
        campaign: str = "",
        q: str = "",
        order_id: UUID | None = None,
        relais_ids: Sequence[UUID] | None = None,
        order: str = "ready_at",
        part: Part,
    ) -> Found[DeviceOut]:
        """Devices the caller may see: a Relais those promised to it, a workshop its own, coordinators all.

        `relais_ids`: only what is promised to these.
        """
        wanted = seen_by(principal, "relais_id", "workshop_id")
        kinds = {"status": status, "category": category, "campaign": campaign}
        tallied = Where()
        for column, value in kinds.items():
            if value:
                wanted.add(f"{column} = {{}}", value)
                tallied.add(f"{column} = {{}}", value)
        if order_id is not None:
            wanted.add("order_id = {}", order_id)
        if relais_ids is not None:
            wanted.add("relais_id = ANY({}::uuid[])", list(relais_ids))
        wanted.contains(SEARCHED, q)
        # Everybody's devices are a million in the end: how many there are is kept. Those of some are few.
        is_everybodys = relais_scope(principal) is None and order_id is None and relais_ids is None
        tally = Tally("stock_item_tally", "devices", tallied) if is_everybodys else None
        found = await _LISTED.page(await self.driver(), wanted, part, order, tally=tally)
        return found.of(lambda row: DeviceOut(**listed(row)))

    async def by_device(self, principal: Principal, device_id: UUID) -> DeviceOut | None:
        return await self._one(principal, "device_id = $3", device_id)

    async def by_label(self, principal: Principal, label: str) -> DeviceOut | None:
        return await self._one(principal, "label = $3", label)

    async def _one(self, principal: Principal, condition: str, value: object) -> DeviceOut | None:
        row = await (await self.driver()).fetchrow(
            f"{_DEVICE} AND {condition} ORDER BY ready_at DESC LIMIT 1",
            relais_scope(principal),
            workshop_scope(principal),
            value,
        )
        return DeviceOut.model_validate(dict(row)) if row is not None else None

    async def counts(
        self, principal: Principal, *, order_id: UUID | None = None, relais_ids: Sequence[UUID] | None = None
    ) -> dict[str, int]:
        """Devices per status that the caller may see: of an order, or of what is promised to these Relais."""
        wanted = seen_by(principal, "relais_id", "workshop_id")
        if order_id is not None:
            wanted.add("order_id = {}", order_id)
        if relais_ids is not None:
            wanted.add("relais_id = ANY({}::uuid[])", list(relais_ids))
        rows = await (await self.driver()).fetch(
            f"SELECT status, count(*) FROM stock_item WHERE {wanted} GROUP BY 1", *wanted.values
        )
        return {row[0]: int(row[1]) for row in rows}
