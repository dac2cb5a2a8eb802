"""Queries of what is printed."""

from uuid import UUID

from filiere.database import Repository, Scope

from refurbish.devices.device import Device
from refurbish.devices.repository import COLUMNS, MINE, TO_INVENTORY, device_of


class LabelRepository(Repository):
    async def of_lot(
        self, scope: Scope, lot_id: UUID, *, is_unfinished: bool, limit: int, offset: int
    ) -> tuple[list[Device], int]:
        """Devices of a lot in the order of their labels' making, some of them, and how many there are.

        `is_unfinished`: only those that are here and that nobody itemised.
        """
        wanted = f"{MINE} AND lot_id = $2 AND (NOT $3 OR ({TO_INVENTORY} AND stage <> ALL('{{expected,missing}}')))"
        driver = await self.driver()
        rows = await driver.fetch(
            f"SELECT {COLUMNS} FROM device WHERE {wanted} ORDER BY id LIMIT $4 OFFSET $5",
            *(scope.ids, lot_id, is_unfinished, limit, offset),
        )
        total: int = await driver.fetchval(
            f"SELECT count(*) FROM device WHERE {wanted}", scope.ids, lot_id, is_unfinished
        )
        return [device_of(row) for row in rows], total
