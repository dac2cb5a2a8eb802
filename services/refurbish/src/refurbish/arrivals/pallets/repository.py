"""Queries of pallets."""

from typing import Any
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.database import Repository, Scope

from refurbish.devices.device import Device
from refurbish.devices.repository import COLUMNS, MINE, TO_INVENTORY, device_of


class PalletRepository(Repository):
    async def awaited(self, scope: Scope, lot_id: UUID) -> dict[Category, int]:
        """How many of each category the lot still waits for."""
        rows = await (await self.driver()).fetch(
            f"SELECT category, count(*)::int AS n FROM device WHERE {MINE} AND lot_id = $2 "
            "AND stage IN ('expected', 'missing') GROUP BY 1",
            *(scope.ids, lot_id),
        )
        return {Category(row["category"]): row["n"] for row in rows}

    # every tenant: of a lot that the caller has locked
    async def awaited_for_update(self, lot_id: UUID, category: Category, most: int) -> list[Device]:
        """Devices that the lot still waits for, those first of which nothing but the category is known; locked."""
        rows: list[Any] = await (await self.driver()).fetch(
            f"""SELECT {COLUMNS} FROM device WHERE id IN (
                SELECT id FROM device WHERE lot_id = $1 AND category = $2 AND stage IN ('expected', 'missing')
                ORDER BY ({TO_INVENTORY}) DESC, id LIMIT $3)
            ORDER BY id FOR NO KEY UPDATE""",
            *(lot_id, category.value, most),
        )
        return [device_of(row) for row in rows]
