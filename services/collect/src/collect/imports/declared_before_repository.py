"""Rows of a file that its donor has declared before: found by the file, and refused."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
from filiere.database import Repository

from collect.donations.numbers_repository import known_by_number
from collect.donations.status import BOUND
from collect.eligibility.judge import number_sql

# A row is declared already when an accepted line of the donor has its serial or one of its IMEIs, or its asset tag
# where one of the two has no serial. The oldest such line is named.
_REFUSE_KNOWN = """
UPDATE import_row r SET verdict = 'refused', rule = 'already-declared', reason = format(
    'Déjà déclaré : même %s que la ligne %s du don %s.',
    CASE WHEN known.number IS NULL THEN 'numéro d''inventaire' ELSE {called} END, known.position, known.reference)
FROM (
    SELECT DISTINCT ON (row) row, number, position, reference FROM (
        SELECT k.row, k.number, k.first, k.position, d.reference, d.id FROM ({by_number}) k
        JOIN donation d ON d.id = k.donation_id AND d.status IN ({bound})
        WHERE k.donation_id IS DISTINCT FROM $3
        UNION ALL
        SELECT x.position, NULL, false, l.position, d.reference, d.id
        FROM import_row x
        JOIN donation_line l ON l.donor_id = $4 AND l.verdict = 'accepted' AND l.asset_tag = x.asset_tag
            AND l.quantity = 1 AND (l.serial IS NULL OR x.serial IS NULL)
        JOIN donation d ON d.id = l.donation_id AND d.status IN ({bound})
        WHERE x.import_id = $1 AND x.verdict = 'accepted' AND x.quantity = 1 AND x.asset_tag = ANY($2)
          AND l.donation_id IS DISTINCT FROM $3
    ) one ORDER BY row, number IS NULL, id, position, first DESC, number
) known
WHERE r.import_id = $1 AND r.position = known.row
"""

# A corrected file repeats what was declared from the first one. Its rows without any number (ten screens alike) cannot
# be told apart one by one; when half of its numbered rows or more are known already, as many of the alike ones as those
# donations hold are known too.
_REFUSE_REPEATED = """
WITH numbered AS (
    SELECT count(*) AS total, count(*) FILTER (WHERE rule = 'already-declared') AS known
    FROM import_row WHERE import_id = $1 AND (verdict = 'accepted' OR rule = 'already-declared')
      AND (serial IS NOT NULL OR asset_tag = ANY($2))
), earlier AS (
    SELECT k.donation_id FROM ({by_number}) k
    JOIN donation d ON d.id = k.donation_id AND d.status IN ({bound})
    WHERE k.donation_id IS DISTINCT FROM $3
    UNION
    SELECT l.donation_id
    FROM import_row r
    JOIN donation_line l ON l.donor_id = $4 AND l.verdict = 'accepted' AND l.asset_tag = r.asset_tag
        AND l.quantity = 1 AND l.asset_tag = ANY($2)
    JOIN donation d ON d.id = l.donation_id AND d.status IN ({bound})
    WHERE r.import_id = $1 AND r.rule = 'already-declared' AND l.donation_id IS DISTINCT FROM $3
), declared AS (
    SELECT l.category, l.manufacturer, l.model, l.quantity, count(*) AS copies, min(d.reference) AS reference
    FROM donation_line l JOIN donation d ON d.id = l.donation_id
    WHERE l.donation_id IN (SELECT donation_id FROM earlier) AND l.verdict = 'accepted' AND l.serial IS NULL
      AND (l.asset_tag IS NULL OR l.asset_tag <> ALL($2))
    GROUP BY 1, 2, 3, 4
), ranked AS (
    SELECT position, category, manufacturer, model, quantity,
           row_number() OVER (PARTITION BY category, manufacturer, model, quantity ORDER BY position) AS copy
    FROM import_row
    WHERE import_id = $1 AND verdict = 'accepted' AND serial IS NULL AND (asset_tag IS NULL OR asset_tag <> ALL($2))
)
UPDATE import_row r SET verdict = 'refused', rule = 'already-declared',
    reason = format('Déjà déclaré : ligne identique dans le don %s, que ce fichier corrige.', e.reference)
FROM numbered n, ranked k JOIN declared e ON (k.category, k.manufacturer, k.model, k.quantity)
    IS NOT DISTINCT FROM (e.category, e.manufacturer, e.model, e.quantity)
WHERE n.known > 0 AND n.known * 2 >= n.total AND k.copy <= e.copies AND r.import_id = $1 AND r.position = k.position
"""


def _filled(query: str, which: str, *, in_one_sweep: bool) -> str:
    """A query with what finds rows again by a number; `which` of them (`x`)."""
    return query.format(
        by_number=known_by_number("import_row", "position", "$4", f"x.import_id = $1 AND {which}",
                                  in_one_sweep=in_one_sweep),
        bound=BOUND, called=number_sql("known.number"),
    )  # fmt: skip


_REFUSE = {is_long: _filled(_REFUSE_KNOWN, "x.verdict = 'accepted'", in_one_sweep=is_long) for is_long in (False, True)}
_REPEATED = {
    is_long: _filled(_REFUSE_REPEATED, "x.rule = 'already-declared'", in_one_sweep=is_long) for is_long in (False, True)
}
_MANY = 1_000
"""Rows from which on each number is looked up in one sweep over the donor's lines, instead of one by one."""


class DeclaredBeforeRepository(Repository):
    # every tenant: within the donor of an import that the caller has found
    async def refuse_known(self, import_id: UUID, donor_id: UUID, tags: Sequence[str], but: UUID | None) -> bool:
        """Refuse accepted rows whose device the donor has declared before; `tags`: the asset tags that identify.

        The lines of the donation `but` do not count: they are these rows themselves. Whether any row is known now.
        """
        async with self._in_one_sweep(import_id) as (driver, is_long):
            await driver.execute(_REFUSE[is_long], import_id, list(tags), but, donor_id)
        known: bool = await driver.fetchval(
            "SELECT EXISTS (SELECT 1 FROM import_row WHERE import_id = $1 AND rule = 'already-declared')", import_id
        )
        return known

    async def refuse_repeated(self, import_id: UUID, donor_id: UUID, tags: Sequence[str], but: UUID | None) -> None:
        """The same of rows without a number, in a file most of whose other rows are known."""
        async with self._in_one_sweep(import_id) as (driver, is_long):
            await driver.execute(_REPEATED[is_long], import_id, list(tags), but, donor_id)

    # every tenant: within the donor of an import that the caller has found
    async def tags(self, import_id: UUID, donor_id: UUID, but: UUID | None) -> list[str]:
        """Asset tags of the file that are on earlier lines of the donor too."""
        async with self._in_one_sweep(import_id) as (driver, _):
            rows = await driver.fetch(
                """SELECT DISTINCT x.asset_tag FROM import_row x JOIN donation_line l
                    ON l.donor_id = $2 AND l.asset_tag = x.asset_tag AND l.donation_id IS DISTINCT FROM $3
                WHERE x.import_id = $1 AND x.asset_tag IS NOT NULL""",
                *(import_id, donor_id, but),
            )
        return [row["asset_tag"] for row in rows]

    # every tenant: of an import that the caller has found
    @asynccontextmanager
    async def _in_one_sweep(self, import_id: UUID) -> "AsyncIterator[tuple[asyncpg.Connection[Any], bool]]":
        """Of rows that were written a moment ago the planner thinks that there are none, and would compare each of a
        hundred thousand with each line of the donor: thirty seconds for what takes a tenth of one. The connection, and
        whether the list is long."""
        driver = await self.driver()
        is_long = await driver.fetchval(
            f"SELECT EXISTS (SELECT 1 FROM import_row WHERE import_id = $1 OFFSET {_MANY})", import_id
        )
        if is_long:
            await driver.execute("SET LOCAL enable_nestloop = off")
        yield driver, is_long
        if is_long:
            await driver.execute("SET LOCAL enable_nestloop = DEFAULT")

    # every tenant: of an import that the caller has found
    async def is_any(self, import_id: UUID, but: UUID | None) -> bool:
        """Whether its donor has lines in any donation but this one."""
        found: bool = await (await self.driver()).fetchval(
            """SELECT EXISTS (SELECT 1 FROM donation d JOIN fleet_import i ON i.donor_id = d.donor_id
            WHERE i.id = $1 AND d.id IS DISTINCT FROM $2)""",
            *(import_id, but),
        )
        return found
