"""Queries of remarks."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from filiere.database import Repository

from refurbish.arrivals.remarks.kinds import RemarkKind


class RemarkRepository(Repository):
    # every tenant: of a device that the caller has found
    async def of_device(self, device_id: UUID) -> list[RemarkKind]:
        rows = await (await self.driver()).fetch(
            "SELECT kind FROM remark WHERE device_id = $1 ORDER BY kind", device_id
        )
        return [RemarkKind(row["kind"]) for row in rows]

    # every tenant: of a device that the caller has locked
    async def replace(self, device_id: UUID, kinds: Collection[RemarkKind], *, by: str, at: datetime) -> None:
        driver = await self.driver()
        wanted = [kind.value for kind in kinds]
        await driver.execute("DELETE FROM remark WHERE device_id = $1 AND kind <> ALL($2::text[])", device_id, wanted)
        await driver.execute(
            "INSERT INTO remark (device_id, kind, said_by, said_at) "
            "SELECT $1, u.kind, $3, $4 FROM unnest($2::text[]) AS u(kind) ON CONFLICT DO NOTHING",
            *(device_id, wanted, by, at),
        )

    # every tenant: of a lot that the caller has found
    async def of_lot(self, lot_id: UUID) -> dict[RemarkKind, int]:
        """How many devices of a lot each remark was made of."""
        rows = await (await self.driver()).fetch(
            "SELECT r.kind, count(*)::int AS n FROM remark r JOIN device d ON d.id = r.device_id "
            "WHERE d.lot_id = $1 GROUP BY r.kind ORDER BY r.kind",
            lot_id,
        )
        return {RemarkKind(row["kind"]): row["n"] for row in rows}
