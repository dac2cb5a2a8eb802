"""SQL of closings: sums of the journal's entries. A scope here is one Relais."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope

from distribute.closings.takings import LastClosing, Takings
from distribute.till_journal.status import Means

_MEANS = list(Means)
_BY_MEANS = ", ".join(
    f"coalesce(sum(person_cents) FILTER (WHERE person_means = '{one.value}'), 0)"
    f" + coalesce(sum(structure_cents) FILTER (WHERE structure_means = '{one.value}'), 0)"
    for one in _MEANS
)
_TAKINGS = f"""
SELECT count(*) FILTER (WHERE kind = 'sale'), count(*) FILTER (WHERE kind = 'gift'),
    count(*) FILTER (WHERE kind = 'undo'), coalesce(sum(person_cents + structure_cents), 0),
    min(sequence), max(sequence), min(day), max(day), {_BY_MEANS}
FROM till_entry WHERE relais_id = ANY($1::uuid[]) AND kind IN ('sale', 'gift', 'undo')
"""


class Till(NamedTuple):
    """A Relais, by the name that people know."""

    id: UUID
    name: str


class ClosingsRepository(Repository):
    async def last_day_closing(self, scope: Scope) -> LastClosing:
        details = await (await self.driver()).fetchval(
            "SELECT details FROM till_entry WHERE relais_id = ANY($1::uuid[]) AND kind = 'close_day'"
            " ORDER BY sequence DESC LIMIT 1",
            scope.ids,
        )
        return LastClosing(details["through"], details["cash_left_cents"]) if details else LastClosing()

    async def takings_after(self, scope: Scope, sequence: int, until: date) -> Takings:
        """Of the entries after one, up to a day."""
        row = await (await self.driver()).fetchrow(
            f"{_TAKINGS} AND sequence > $2 AND day <= $3", scope.ids, sequence, until
        )
        return _takings(row)

    async def takings_by_day(self, scope: Scope, sequence: int) -> list[tuple[date, Takings]]:
        """Of each day that has entries after one."""
        rows = await (await self.driver()).fetch(
            f"{_TAKINGS} AND sequence > $2 GROUP BY day ORDER BY day", scope.ids, sequence
        )
        return [(row[6], _takings(row)) for row in rows]

    async def takings_of(self, scope: Scope, first: date, last: date) -> Takings:
        """Of the days from one to another."""
        row = await (await self.driver()).fetchrow(f"{_TAKINGS} AND day BETWEEN $2 AND $3", scope.ids, first, last)
        return _takings(row)

    async def months_with_entries(self, scope: Scope) -> list[date]:
        """First days of the months in which something was written, oldest first."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT make_date(extract(year FROM day)::int, extract(month FROM day)::int, 1) AS month"
            " FROM till_entry WHERE relais_id = ANY($1::uuid[]) AND kind IN ('sale', 'gift', 'undo') ORDER BY month",
            scope.ids,
        )
        return [row[0] for row in rows]

    async def closed(self, scope: Scope) -> set[str]:
        """Months « 2026-11 » and years « 2026 » that are closed."""
        rows = await (await self.driver()).fetch(
            "SELECT details ->> 'period' FROM till_entry"
            " WHERE relais_id = ANY($1::uuid[]) AND kind IN ('close_month', 'close_year')",
            scope.ids,
        )
        return {row[0] for row in rows}

    async def relais(self, scope: Scope) -> list[Till]:
        """The tills of the caller, by name."""
        rows = await (await self.driver()).fetch(
            "SELECT id, name FROM relais WHERE id = ANY($1::uuid[]) ORDER BY name, id", scope.ids
        )
        return [Till(*row) for row in rows]


def _takings(row: Any) -> Takings:
    by_means = dict(zip(_MEANS, row[8:], strict=True))
    sums = {means: int(cents) for means, cents in by_means.items()}
    return Takings(row[0], row[1], row[2], int(row[3]), sums, *row[4:8])
