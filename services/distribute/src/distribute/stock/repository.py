"""SQL of stock as people read it."""

from typing import NamedTuple
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.database import Repository
from filiere.web import Principal

from distribute.stock.schemas import DeviceOut
from distribute.tenancy import relais_scope, workshop_scope

_DEVICE = """
SELECT device_id, label, status, category, grade, manufacturer, model, serial, cosmetic, battery, public_body,
       campaign, workshop_id, workshop_name, relais_id, order_id, line_id, ready_at, updated_at
FROM stock_item
WHERE ($1::uuid[] IS NULL OR relais_id = ANY($1) OR workshop_id = ANY($2))
"""
SORTS = {"label": "label", "ready_at": "ready_at", "category": "category, grade, label", "updated_at": "updated_at"}


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
        sort: str = "ready_at",
        descending: bool = False,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[DeviceOut], int]:
        """Devices the caller may see: a Relais those promised to it, a workshop its own, coordinators all."""
        direction = "DESC" if descending else "ASC"
        order = ", ".join(f"{column} {direction}" for column in SORTS.get(sort, "ready_at").split(", "))
        wanted = (
            "($3 = '' OR status = $3) AND ($4 = '' OR category = $4)"
            " AND ($5 = '' OR upper(label) LIKE '%' || upper($5) || '%' OR upper(serial) LIKE '%' || upper($5) || '%'"
            " OR concat_ws(' ', manufacturer, model) ILIKE '%' || $5 || '%') AND ($6::uuid IS NULL OR order_id = $6)"
            " AND ($7 = '' OR campaign = $7)"
        )
        filters = (relais_scope(principal), workshop_scope(principal), status, category, q, order_id, campaign)
        driver = await self.driver()
        # Two questions: a count beside each row would make the page sort every device that there is.
        total = await driver.fetchval(f"SELECT count(*) FROM ({_DEVICE} AND {wanted}) AS found", *filters)
        rows = await driver.fetch(
            f"{_DEVICE} AND {wanted} ORDER BY {order}, device_id {direction} LIMIT $8 OFFSET $9",
            *filters,
            limit,
            offset,
        )
        return [DeviceOut.model_validate(dict(row)) for row in rows], int(total)

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

    async def counts(self, principal: Principal) -> dict[str, int]:
        """Devices per status, for the front pages."""
        rows = await (await self.driver()).fetch(
            "SELECT status, count(*) FROM stock_item"
            " WHERE ($1::uuid[] IS NULL OR relais_id = ANY($1) OR workshop_id = ANY($2)) GROUP BY 1",
            relais_scope(principal),
            workshop_scope(principal),
        )
        return {row[0]: int(row[1]) for row in rows}
