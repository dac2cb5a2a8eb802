"""SQL of what was set aside for campaigns and what became of it: a trigger on `stock_item` keeps it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from filiere.catalogue import Category
from filiere.database import Repository
from filiere.identifiers import uuid7

from distribute.campaign_stock.repository import ARRIVED

_UNDO = """
WITH chosen AS MATERIALIZED (
    SELECT i.device_id FROM campaign_device d JOIN stock_item i ON i.device_id = d.device_id
    WHERE d.set_aside_id = $1 AND d.left_at IS NULL AND i.status IN ('available', 'held')
    ORDER BY i.device_id FOR UPDATE OF i SKIP LOCKED
)
UPDATE stock_item i SET campaign = NULL, updated_at = now() FROM chosen c WHERE i.device_id = c.device_id
RETURNING i.device_id
"""
_GIVE_ALL_BACK = """
WITH chosen AS MATERIALIZED (
    SELECT device_id FROM stock_item WHERE campaign = $1 AND status IN ('available', 'held')
    ORDER BY device_id FOR UPDATE SKIP LOCKED
)
UPDATE stock_item i SET campaign = NULL, updated_at = now() FROM chosen c WHERE i.device_id = c.device_id
RETURNING i.device_id
"""


class Became(NamedTuple):
    """Of the devices that were ever set aside for a campaign: how many, and what became of them."""

    set_aside: int
    here: int
    promised: int
    served: int
    given_back: int
    withdrawn: int


class Wish(NamedTuple):
    """A wish that set devices aside; `free`: those of it that undoing gives back."""

    id: UUID
    category: Category
    asked: int | None
    moved: int
    made_at: datetime
    undone_at: datetime | None
    free: int


# every tenant: the network's stock, which is no Relais' yet
class CampaignLedger(Repository):
    async def keep(self, campaign: str, category: Category, asked: int | None, moved: int) -> None:
        """A wish, with the devices that it has just set aside in this transaction."""
        driver, wish = await self.driver(), uuid7()
        await driver.execute(
            "INSERT INTO campaign_set_aside (id, campaign, category, asked, moved) VALUES ($1, $2, $3, $4, $5)",
            *(wish, campaign, category.value, asked, moved),
        )
        await driver.execute(
            "UPDATE campaign_device SET set_aside_id = $1 WHERE campaign = $2 AND set_aside_id IS NULL"
            " AND left_at IS NULL AND set_aside_at >= transaction_timestamp()",
            *(wish, campaign),
        )

    async def undo(self, campaign: str, wish: UUID) -> int | None:
        """Give back what a wish set aside and nobody was promised; None when there is no such wish to undo."""
        driver = await self.driver()
        found = await driver.fetchval(
            "UPDATE campaign_set_aside SET undone_at = now() WHERE id = $1 AND campaign = $2 AND undone_at IS NULL"
            " RETURNING id",
            *(wish, campaign),
        )
        return len(await driver.fetch(_UNDO, wish)) if found is not None else None

    async def give_all_back(self, campaign: str) -> int:
        """All that is free of a campaign."""
        return len(await (await self.driver()).fetch(_GIVE_ALL_BACK, campaign))

    async def wishes(self, campaign: str) -> list[Wish]:
        """The newest first."""
        rows = await (await self.driver()).fetch(
            "SELECT s.id, s.category, s.asked, s.moved, s.made_at, s.undone_at, (SELECT count(*) FROM campaign_device d"
            " JOIN stock_item i ON i.device_id = d.device_id WHERE d.set_aside_id = s.id AND d.left_at IS NULL"
            " AND i.status IN ('available', 'held')) AS free FROM campaign_set_aside s WHERE s.campaign = $1"
            " ORDER BY s.made_at DESC, s.id DESC LIMIT 50",
            campaign,
        )
        return [Wish(row[0], Category(row[1]), *row[2:]) for row in rows]

    async def became(self, campaign: str) -> Became:
        row = await (await self.driver()).fetchrow(
            "SELECT count(*), count(*) FILTER (WHERE d.left_at IS NULL AND i.status IN ('available', 'held')),"
            " count(*) FILTER (WHERE d.left_at IS NULL AND i.status = 'reserved'),"
            " count(*) FILTER (WHERE d.outcome = 'served'), count(*) FILTER (WHERE d.outcome = 'given_back'),"
            " count(*) FILTER (WHERE d.outcome = 'withdrawn')"
            " FROM campaign_device d JOIN stock_item i ON i.device_id = d.device_id WHERE d.campaign = $1",
            campaign,
        )
        assert row is not None  # counts
        return Became(*row)

    async def arrived(self, since: datetime) -> dict[Category, int]:
        """Devices that became ready since, for the first time or after they were withdrawn, by category."""
        rows = await (await self.driver()).fetch(
            f"SELECT category, count(*) FROM stock_item WHERE {ARRIVED.format('$1')} AND status <> 'withdrawn'"
            " GROUP BY 1",
            since,
        )
        return {Category(row[0]): row[1] for row in rows}

    async def had(self, campaign: str, since: datetime) -> dict[Category, int]:
        """Those of them that were ever set aside for the campaign."""
        rows = await (await self.driver()).fetch(
            "SELECT category, count(*) FROM stock_item WHERE device_id IN"
            f" (SELECT device_id FROM campaign_device WHERE campaign = $1) AND {ARRIVED.format('$2')}"
            " AND status <> 'withdrawn' GROUP BY 1",
            *(campaign, since),
        )
        return {Category(row[0]): row[1] for row in rows}
