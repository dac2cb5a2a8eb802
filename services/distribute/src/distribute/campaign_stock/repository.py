"""SQL of setting free devices aside for a campaign, and of giving them back. Sets only, oldest ready first."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.database import Repository
from filiere.movein.ids import OURS_FROM

# A device arrives once: graded again it is ready later and no newer, and what a network brought along is of before. The
# first of these is what the index knows.
ARRIVED = f"(ready_at >= {{0}} AND coalesce(first_ready_at, ready_at) >= {{0}} AND device_id >= '{OURS_FROM}')"
# A device that a workshop is just telling anew is left alone: waiting for it could close a circle, for its writer takes
# devices in another order.
_SET_ASIDE = f"""
WITH chosen AS MATERIALIZED (
    SELECT device_id FROM stock_item
    WHERE status = 'available' AND (campaign IS NULL OR campaign <> ALL($2::text[]))
      AND category = $3 AND grade = ANY($4::text[]) AND ($5::uuid IS NULL OR workshop_id = $5)
      AND ($7::timestamptz IS NULL OR {ARRIVED.format("$7")})
    ORDER BY ready_at, device_id LIMIT $6 FOR UPDATE SKIP LOCKED
)
UPDATE stock_item i SET campaign = $1, updated_at = now() FROM chosen c WHERE i.device_id = c.device_id
RETURNING i.device_id
"""
_GIVE_BACK = """
WITH chosen AS MATERIALIZED (
    SELECT device_id FROM stock_item
    WHERE status = 'available' AND campaign = $1 AND ($2::text IS NULL OR category = $2) AND grade = ANY($3::text[])
      AND ($4::uuid IS NULL OR workshop_id = $4)
    ORDER BY ready_at, device_id LIMIT $5::bigint FOR UPDATE SKIP LOCKED
)
UPDATE stock_item i SET campaign = NULL, updated_at = now() FROM chosen c WHERE i.device_id = c.device_id
RETURNING i.device_id
"""


# every tenant: the coordination sets stock aside that is no Relais' yet
class CampaignStockRepository(Repository):
    async def set_aside(
        self,
        campaign: str,
        in_force: Collection[str],
        category: Category,
        grades: Collection[Grade],
        workshop_id: UUID | None,
        quantity: int,
        ready_since: datetime | None = None,
    ) -> int:
        """Set aside so many free devices of everybody's stock at most; returns how many.

        `in_force` are the campaigns of the policy: what was set aside for another one is everybody's again.
        """
        rows = await (await self.driver()).fetch(
            _SET_ASIDE, campaign, sorted(in_force), category.value, _values(grades), workshop_id, quantity, ready_since
        )
        return len(rows)

    async def give_back(
        self,
        campaign: str,
        category: Category | None,
        grades: Collection[Grade],
        workshop_id: UUID | None,
        quantity: int | None,
    ) -> int:
        """Give free devices of a campaign back to everybody, all when no quantity is named; returns how many."""
        wanted = category.value if category is not None else None
        rows = await (await self.driver()).fetch(_GIVE_BACK, campaign, wanted, _values(grades), workshop_id, quantity)
        return len(rows)

    async def count(self, campaign: str) -> int:
        """Free devices that bear the campaign's name."""
        found = await (await self.driver()).fetchval(
            "SELECT count(*) FROM stock_item WHERE status = 'available' AND campaign = $1", campaign
        )
        return int(found)


def _values(grades: Collection[Grade]) -> list[str]:
    return [grade.value for grade in grades]
