"""Lists: only the filters that are set, a page by key or by number, and the count apart from the page.

DEVICES = Listing("id, label", "device", {"label": Order(Key("label")), "newest": Order(Key("id", Kind.ID), down=True)})
wanted = scope.where("workshop_id")
wanted.contains("label", q)                       # literally: `%` and `_` are signs like others
found = await DEVICES.page(driver, wanted, Part(50, after=cursor), "label")
found.rows, found.total, found.after              # `after`: where the next page begins

A count beside each row makes PostgreSQL read and sort the whole list for one page of it, and says nothing of a page
that is empty. An offset makes it read all that is skipped; a key finds its place in the index.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import asyncpg

from filiere.database.ordering import Order, cursor_at, keys_of

T = TypeVar("T")
U = TypeVar("U")

# What a search counts up to: a text that half of a million rows hold is told as "more than".
COUNTED = 10_000
# How many rows of a download come from the server at once.
FETCHED = 200
# A plan for any text would take the index for one that half of the rows hold, or leave it for a rare one.
_PLANNED_WITH_ITS_TEXT = "SET LOCAL plan_cache_mode = force_custom_plan"


@dataclass(frozen=True)
class Part:
    """Which part of a list: after or before a row of it by cursor, else from an offset. No limit: all of it."""

    limit: int | None = 50
    offset: int = 0
    after: str = ""
    before: str = ""


EVERYTHING = Part(None)


@dataclass(frozen=True)
class Found(Generic[T]):
    """A page. `total` counts the whole list, unless not `is_exact`: then there are more. Cursors are "" at an end."""

    rows: Sequence[T]
    total: int
    is_exact: bool = True
    after: str = ""
    before: str = ""

    def of(self, make: Callable[[T], U]) -> "Found[U]":
        """The same page of other things."""
        return Found([make(row) for row in self.rows], self.total, self.is_exact, self.after, self.before)

    def filled(self, rows: Sequence[U]) -> "Found[U]":
        return Found(rows, self.total, self.is_exact, self.after, self.before)


class Where:
    """Conditions with their values; each `{}` of a condition is a parameter."""

    def __init__(self, condition: str = "", *values: object) -> None:
        self.conditions: list[str] = []
        self.values: list[object] = []
        self.is_search = False
        if condition:
            self.add(condition, *values)

    def add(self, condition: str, *values: object) -> "Where":
        places = [f"${number}" for number in range(len(self.values) + 1, len(self.values) + len(values) + 1)]
        self.conditions.append(condition.format(*places))
        self.values += values
        return self

    def contains(self, expression: str, q: str, *others: str, exactly: tuple[str, object] | None = None) -> "Where":
        """The expression (if any) holds the text, in capitals or not; or another condition on its pattern is met.

        `exactly`: one more, with its own value. An empty text is no filter.
        """
        if q:
            self.is_search = True
            conditions = [*([f"{expression} ILIKE {{}}"] if expression else []), *others]
            values: list[object] = [f"%{literal(q)}%"] * len(conditions)
            if exactly is not None:
                conditions.append(exactly[0])
                values.append(exactly[1])
            self.add(" OR ".join(conditions), *values)
        return self

    def __str__(self) -> str:
        return " AND ".join(f"({one})" for one in self.conditions) or "true"


def literal(text: str) -> str:
    """A text that LIKE takes as it is."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def listed(row: "asyncpg.Record") -> dict[str, Any]:
    """The columns of a list's row."""
    return {name: value for name, value in row.items() if name != "_keys"}


@dataclass(frozen=True)
class Tally:
    """Where a list's count is kept, as differences that add up to it."""

    table: str
    column: str
    where: Where


@dataclass(frozen=True)
class Listing:
    """A list of a repository: what it shows, where from, in which orders. All SQL here is our own, never a request's.

    `counted`: a smaller FROM that has as many rows, for lists that join what they only show.
    """

    columns: str
    source: str
    orders: Mapping[str, Order] = field(default_factory=dict)
    counted: str = ""

    async def page(
        self,
        driver: "asyncpg.Connection[Any]",
        where: Where,
        part: Part,
        order: str = "",
        *,
        tally: Tally | None = None,
    ) -> "Found[asyncpg.Record]":
        """One page. `order`: a name of `orders`, with `-` in front the other way; the first when it is unknown.

        A `tally` under the same conditions spares the count of the rows; a search has none. Raises UnknownCursor.
        """
        name, chosen = self._order(order)
        if where.is_search:
            await driver.execute(_PLANNED_WITH_ITS_TEXT)
        rows, before, after = await self._rows(driver, where, part, name, chosen)
        is_last = not (part.after or part.before) and (part.limit is None or len(rows) < part.limit)
        if is_last and (rows or not part.offset):
            return Found(rows, part.offset + len(rows), True, after, before)
        total, is_exact = await self._total(driver, where, tally)
        return Found(rows, total, is_exact, after, before)

    async def each(
        self, driver: "asyncpg.Connection[Any]", where: Where, order: str = ""
    ) -> "AsyncIterator[asyncpg.Record]":
        """Every row, while they come from the server: for downloads, which no memory need hold and nothing cuts."""
        _, chosen = self._order(order)
        if where.is_search:
            await driver.execute(_PLANNED_WITH_ITS_TEXT)
        query = f"SELECT {self.columns} FROM {self.source} WHERE {where} ORDER BY {chosen.clause(backwards=False)}"
        async for row in driver.cursor(query, *where.values, prefetch=FETCHED):
            yield row

    def _order(self, asked: str) -> tuple[str, Order]:
        name = asked.removeprefix("-")
        if name not in self.orders:
            name = next(iter(self.orders))
            return name, self.orders[name]
        chosen = self.orders[name]
        return (f"-{name}", chosen.turned()) if asked.startswith("-") else (name, chosen)

    async def _total(self, driver: "asyncpg.Connection[Any]", where: Where, tally: Tally | None) -> tuple[int, bool]:
        if tally is not None and not where.is_search:
            kept = f"SELECT coalesce(sum({tally.column}), 0) FROM {tally.table} WHERE {tally.where}"
            return int(await driver.fetchval(kept, *tally.where.values)), True
        found = f"FROM {self.counted or self.source} WHERE {where}"
        if not where.is_search:
            return int(await driver.fetchval(f"SELECT count(*) {found}", *where.values)), True
        bounded = f"SELECT count(*) FROM (SELECT 1 {found} LIMIT {COUNTED + 1}) AS counted"
        total = int(await driver.fetchval(bounded, *where.values))
        return min(total, COUNTED), total <= COUNTED

    async def _rows(
        self, driver: "asyncpg.Connection[Any]", where: Where, part: Part, name: str, order: Order
    ) -> "tuple[list[asyncpg.Record], str, str]":
        backwards = bool(part.before) and not part.after
        cursor = part.after or part.before
        values, conditions = list(where.values), str(where)
        if cursor:
            seen = keys_of(cursor, name, order)
            places = ", ".join(f"${number}::{key.kind}" for number, key in enumerate(order.keys, len(values) + 1))
            sign = "<" if order.down is not backwards else ">"
            conditions += f" AND ({', '.join(key.sql for key in order.keys)}) {sign} ({places})"
            values += seen
        keys = ", ".join(f"({key.sql})::text" for key in order.keys)
        query = (
            f"SELECT {self.columns}, ARRAY[{keys}]::text[] AS _keys FROM {self.source} WHERE {conditions}"
            f" ORDER BY {order.clause(backwards=backwards)}"
        )
        if part.limit is not None:
            values.append(part.limit + 1)  # one more tells whether there is a next page
            query += f" LIMIT ${len(values)}"
        if part.offset and not cursor:
            values.append(part.offset)
            query += f" OFFSET ${len(values)}"
        rows = list(await driver.fetch(query, *values))
        is_more = part.limit is not None and len(rows) > part.limit
        rows = rows[: part.limit] if is_more else rows
        if backwards:
            rows.reverse()
        if not rows or not order.keys:
            return rows, "", ""
        has_before = is_more if backwards else bool(cursor or part.offset)
        has_after = True if backwards else is_more
        return (
            rows,
            cursor_at(name, rows[0]["_keys"]) if has_before else "",
            cursor_at(name, rows[-1]["_keys"]) if has_after else "",
        )
