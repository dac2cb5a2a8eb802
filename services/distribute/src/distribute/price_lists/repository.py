"""SQL of price lists. They are the network's, nobody's own."""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from filiere.catalogue import Category, Grade
from filiere.catalogue.pricing_files import PriceList
from filiere.database import Repository
from filiere.identifiers import uuid7

from distribute.price_lists.schemas import PriceListIn, PriceListOut
from distribute.price_lists.status import ListStatus
from distribute.statuses import IS_OPEN

_NAME = "coalesce(p.name, 'prices_v' || p.version)"
# A published list ends the day before the next published one begins.
_SELECT = f"""
SELECT p.id, p.version, {_NAME} AS name, p.label, p.status, p.valid_from,
       CASE WHEN p.status = 'published' THEN (
           SELECT min(n.valid_from) - 1 FROM price_list n WHERE n.status = 'published' AND n.valid_from > p.valid_from
       ) END AS valid_until,
       p.source, p.prices::text AS prices, p.published_at, p.published_why, p.withdrawn_at, p.withdrawn_why
FROM price_list p
"""
_OPEN = f"""
SELECT count(DISTINCT o.id), count(*) FROM relais_order o JOIN order_line l ON l.order_id = o.id
WHERE o.{IS_OPEN} OR o.status = 'placed'
"""
_STOCK = """
SELECT category, grade, count(*) FILTER (WHERE status = 'available'),
       count(*) FILTER (WHERE status IN ('reserved', 'shipped', 'delivered', 'lent'))
FROM stock_item WHERE status IN ('available', 'reserved', 'shipped', 'delivered', 'lent') GROUP BY 1, 2
"""
PUBLISHING_LOCK = 0x66696C36


class Touched(NamedTuple):
    """What a new list finds: open orders and their lines, devices that are free or promised, by what they are."""

    orders: int
    lines: int
    free: dict[tuple[Category, Grade], int]
    promised: int


class PriceListsRepository(Repository):
    async def published(self) -> list[PriceList]:
        """Every list that counts on some day, as prices are quoted from."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_NAME}, p.version, p.label, p.valid_from, p.prices::text FROM price_list p"
            " WHERE p.status = 'published' ORDER BY p.valid_from"
        )
        return [_read(*row) for row in rows]

    async def listing(self, *, with_drafts: bool) -> list[PriceListOut]:
        """The newest first day first."""
        rows = await (await self.driver()).fetch(
            f"{_SELECT} WHERE $1 OR p.status = 'published' ORDER BY p.valid_from DESC, p.version DESC", with_drafts
        )
        return [_list(row) for row in rows]

    async def get(self, list_id: UUID, *, with_drafts: bool) -> PriceListOut | None:
        row = await (await self.driver()).fetchrow(
            f"{_SELECT} WHERE p.id = $1 AND ($2 OR p.status = 'published')", list_id, with_drafts
        )
        return _list(row) if row is not None else None

    async def get_for_update(self, list_id: UUID) -> PriceListOut | None:
        row = await (await self.driver()).fetchrow(f"{_SELECT} WHERE p.id = $1 FOR UPDATE OF p", list_id)
        return _list(row) if row is not None else None

    async def lock_publishing(self) -> None:
        """Be the only one who publishes or withdraws until the transaction ends."""
        await (await self.driver()).execute("SELECT pg_advisory_xact_lock($1)", PUBLISHING_LOCK)

    async def last_before(self, day: date, but: UUID | None = None) -> PriceListOut | None:
        """The published list that one which begins on a day would follow."""
        row = await (await self.driver()).fetchrow(
            f"{_SELECT} WHERE p.status = 'published' AND p.valid_from <= $1 AND p.id IS DISTINCT FROM $2"
            " ORDER BY p.valid_from DESC LIMIT 1",
            day,
            but,
        )
        return _list(row) if row is not None else None

    async def is_taken(self, day: date) -> bool:
        """Whether a published list begins on the day."""
        taken: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT 1 FROM price_list WHERE status = 'published' AND valid_from = $1)", day
        )
        return taken

    async def add(self, said: PriceListIn) -> UUID:
        """Keep a new draft."""
        list_id = uuid7()
        await (await self.driver()).execute(
            "INSERT INTO price_list (id, label, valid_from, source, prices, status)"
            " VALUES ($1, $2, $3, $4, $5::text::jsonb, 'draft')",
            list_id,
            *_values(said),
        )
        return list_id

    async def save(self, list_id: UUID, said: PriceListIn) -> None:
        await (await self.driver()).execute(
            "UPDATE price_list SET label = $2, valid_from = $3, source = $4, prices = $5::text::jsonb WHERE id = $1",
            list_id,
            *_values(said),
        )

    async def remove(self, list_id: UUID) -> None:
        await (await self.driver()).execute("DELETE FROM price_list WHERE id = $1 AND status = 'draft'", list_id)

    async def publish(self, list_id: UUID, why: str) -> None:
        await (await self.driver()).execute(
            "UPDATE price_list SET status = 'published', published_at = now(), published_why = $2 WHERE id = $1",
            list_id,
            why,
        )

    async def withdraw(self, list_id: UUID, why: str) -> None:
        await (await self.driver()).execute(
            "UPDATE price_list SET status = 'withdrawn', withdrawn_at = now(), withdrawn_why = $2 WHERE id = $1",
            list_id,
            why,
        )

    # every tenant: numbers alone
    async def touched(self) -> Touched:
        """What there is today."""
        driver = await self.driver()
        orders = await driver.fetchrow(_OPEN)
        rows = await driver.fetch(_STOCK)
        assert orders is not None
        free = {(Category(row[0]), Grade(row[1])): row[2] for row in rows if row[2]}
        return Touched(orders[0], orders[1], free, sum(row[3] for row in rows))


def _values(said: PriceListIn) -> Sequence[Any]:
    return said.label, said.valid_from, said.source, said.prices.model_dump_json()


def _list(row: "asyncpg.Record") -> PriceListOut:
    said = {**dict(row), "prices": json.loads(row["prices"]), "status": ListStatus(row["status"])}
    return PriceListOut.model_validate(said)


@lru_cache(maxsize=64)
def _read(name: str, version: int, label: str, valid_from: date, prices: str) -> PriceList:
    """Read once per process: what is published does not change."""
    cells = {category: {**tiers, "anchors": [], "note": ""} for category, tiers in json.loads(prices).items()}
    said = {"name": name, "version": version, "label": label, "valid_from": valid_from, "source": [label]}
    return PriceList.model_validate({**said, "prices": cells})
