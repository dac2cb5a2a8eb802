"""The rows of a file become lines of a draft, or correct those that they are again: one statement for all."""

from collections.abc import Collection, Sequence
from uuid import UUID

from filiere.database import Repository

from collect.donations.draft_repository import ALIKE, described, version
from collect.donations.numbers_repository import IS_IMEI
from collect.eligibility.columns import LINE_COLUMNS
from collect.imports.schemas import MOST_NAMED, Merged

# The line that a row becomes: what a file of faulty rows names (« repère »), before there is a donation and after.
LINE_ID = "md5(r.import_id::text || ':' || r.position)::uuid"
_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-[0-9a-f]{12})?$"
# Of a mark: the line, and its version when the file was written.
MARKED = f"CASE WHEN r.cells ->> 'mark' ~ '{_UUID}' THEN left(r.cells ->> 'mark', 36)::uuid END AS mark"
_VERSION = f"CASE WHEN r.cells ->> 'mark' ~ '{_UUID}' THEN nullif(substr(r.cells ->> 'mark', 38), '') END AS version"
_CONTENT = [name.strip() for name in LINE_COLUMNS.split(",")][1:]
# What a line becomes by its row: a column that the file does not have leaves what is there ($5: the file's fields; of
# machines' inventories none is known, and what they do not say is unknown). `r` the row, `l` the line.


def _has(*names: str) -> str:
    return "(" + " OR ".join(f"$5::text[] IS NULL OR '{name}' = ANY($5)" for name in names) + ")"


# Its numbers, the one that identifies it first. Those that the row says stand before the rest of the line's; a row that
# was found by another IMEI of its telephone adds what it says.
_TOLD = "array_remove(array_prepend(r.serial, r.imeis), NULL)"
_REST = f"CASE WHEN {_has('imei2')} THEN '{{}}' ELSE l.imeis[cardinality(r.imeis) + 1:] END"
_NUMBERS = f"""LATERAL (SELECT ARRAY(
    SELECT number FROM unnest(CASE
        WHEN r.quantity <> 1 THEN {_TOLD}
        WHEN EXISTS (SELECT 1 FROM by_imei m WHERE m.id = l.id) THEN array_prepend(l.serial, l.imeis) || {_TOLD}
        WHEN NOT {_has("serial")} AND l.serial IS NOT NULL AND l.serial !{IS_IMEI}
            THEN array_prepend(l.serial, {_TOLD}) || l.imeis[cardinality({_TOLD}) + 1:]
        WHEN NOT {_has("serial", "imei")} AND l.serial IS NOT NULL THEN array_prepend(l.serial, {_TOLD}) || {_REST}
        ELSE {_TOLD} || {_REST} END) WITH ORDINALITY AS one(number, turn)
    GROUP BY number ORDER BY min(turn) LIMIT 4
))"""
_REMARKS = {
    "manufacturer": ("unknown-manufacturer",), "imei2": ("imei2-unread",), "asset_tag": ("personal-tag", "cut-tag"),
    "year": ("year-unread",), "ram_gb": ("memory-unread",), "storage_gb": ("storage-unread",),
}  # fmt: skip
_KEPT_REMARKS = " OR ".join(
    f"(NOT {_has(name)} AND flag = ANY('{{{','.join(remarks)}}}'))" for name, remarks in _REMARKS.items()
)
_BECOMES = {
    **{
        name: f"CASE WHEN {_has(name)} THEN r.{name} ELSE l.{name} END"
        for name in ("manufacturer", "model", "asset_tag", "year", "ram_gb", "storage_gb")
    },
    **{
        name: f"CASE WHEN {_has('category')} THEN r.{name} ELSE coalesce(r.{name}, l.{name}) END"
        for name in ("category", "written_category")
    },
    "quantity": f"CASE WHEN {_has('quantity')} OR n.numbers <> '{{}}' THEN r.quantity ELSE l.quantity END",
    "serial": "n.numbers[1]",
    "imeis": "n.numbers[2:]",
    "flags": f"r.flags || ARRAY(SELECT flag FROM unnest(l.flags) AS flag WHERE flag <> ALL(r.flags)"
    f" AND ({_KEPT_REMARKS}))",
    "cells": """nullif(coalesce(r.cells, '{}') || coalesce((SELECT jsonb_object_agg(key, value)
        FROM jsonb_each(l.cells) WHERE key <> 'mark' AND key <> ALL($5) AND value <> '""'), '{}'), '{}')""",
}
# What the rules look at.
_JUDGED = ("category", "quantity", "year", "ram_gb", "storage_gb")


def _differ(line: str) -> str:
    """Whether a row (`n`) says another thing than its line."""
    return f"""(({described(line)}, {line}.imeis) IS DISTINCT FROM ({described("n")}, n.imeis)
        OR NOT coalesce(n.cells, '{{}}') @> (coalesce({line}.cells, '{{}}') - 'mark'))"""


# Which line of a draft a row is again: by what a file of faulty rows names, by a number, by what it describes, and in a
# corrected file (half of it is known) by its place. The n-th of some alike ones is the n-th of the others. What a file
# says of a line that has changed since the file was written is passed over; who sends the same file again, corrected
# further, changes what that file itself has written.
_MERGE = f"""
WITH rows AS (
    SELECT r.*, {MARKED}, {_VERSION} FROM import_row r WHERE import_id = $1
), lines AS (SELECT * FROM donation_line WHERE donation_id = $2),
by_mark AS (
    SELECT DISTINCT ON (l.id) r.position, l.id FROM rows r JOIN lines l ON l.id = r.mark ORDER BY l.id, r.position
), by_serial AS (
    SELECT r.position, l.id
    FROM (SELECT position, serial, row_number() OVER (PARTITION BY serial ORDER BY position) AS n FROM rows r
          WHERE serial IS NOT NULL AND NOT EXISTS (SELECT 1 FROM by_mark m WHERE m.position = r.position)) r
    JOIN (SELECT id, serial, row_number() OVER (PARTITION BY serial ORDER BY position) AS n FROM lines l
          WHERE serial IS NOT NULL AND NOT EXISTS (SELECT 1 FROM by_mark m WHERE m.id = l.id)) l USING (serial, n)
), by_first AS (SELECT * FROM by_mark UNION ALL SELECT * FROM by_serial),
row_numbers AS (
    SELECT position, unnest(array_prepend(serial, imeis)) AS number FROM rows r
    WHERE (imeis <> '{{}}' OR serial {IS_IMEI}) AND NOT EXISTS (SELECT 1 FROM by_first m WHERE m.position = r.position)
), line_numbers AS (
    SELECT id, position, unnest(array_prepend(serial, imeis)) AS number FROM lines l
    WHERE (imeis <> '{{}}' OR serial {IS_IMEI}) AND NOT EXISTS (SELECT 1 FROM by_first m WHERE m.id = l.id)
), by_imei AS (
    SELECT DISTINCT ON (id) position, id FROM (
        SELECT DISTINCT ON (r.position) r.position, l.id FROM row_numbers r JOIN line_numbers l USING (number)
        ORDER BY r.position, l.position
    ) one ORDER BY id, position
), found AS (SELECT * FROM by_first UNION ALL SELECT * FROM by_imei),
by_tag AS (
    SELECT r.position, l.id
    FROM (SELECT position, serial, asset_tag, row_number() OVER (PARTITION BY asset_tag ORDER BY position) AS n
          FROM rows r WHERE asset_tag = ANY($3) AND quantity = 1
          AND NOT EXISTS (SELECT 1 FROM found m WHERE m.position = r.position)) r
    JOIN (SELECT id, serial, asset_tag, row_number() OVER (PARTITION BY asset_tag ORDER BY position) AS n
          FROM lines l WHERE asset_tag = ANY($3) AND quantity = 1
          AND NOT EXISTS (SELECT 1 FROM found m WHERE m.id = l.id)) l USING (asset_tag, n)
    WHERE r.serial IS NULL OR l.serial IS NULL
), numbered AS (SELECT * FROM found UNION ALL SELECT * FROM by_tag),
by_text AS (
    SELECT r.position, l.id
    FROM (SELECT *, row_number() OVER (PARTITION BY {ALIKE} ORDER BY position) AS n FROM rows r
          WHERE serial IS NULL AND NOT EXISTS (SELECT 1 FROM numbered m WHERE m.position = r.position)) r
    JOIN (SELECT *, row_number() OVER (PARTITION BY {ALIKE} ORDER BY position) AS n FROM lines l
          WHERE serial IS NULL AND NOT EXISTS (SELECT 1 FROM numbered m WHERE m.id = l.id)) l
        ON r.n = l.n AND ({described("r")}) IS NOT DISTINCT FROM ({described("l")})
), told AS (SELECT * FROM numbered UNION ALL SELECT * FROM by_text),
by_place AS (
    SELECT r.position, l.id FROM rows r JOIN lines l ON l.position = r.position
    WHERE (SELECT count(*) FROM told) * 2 >= (SELECT count(*) FROM rows)
      AND NOT EXISTS (SELECT 1 FROM told m WHERE m.position = r.position)
      AND NOT EXISTS (SELECT 1 FROM told m WHERE m.id = l.id)
      AND (l.serial IS NULL OR r.serial IS NULL)
      AND (l.verdict <> 'accepted' OR (l.category, l.quantity) IS NOT DISTINCT FROM (r.category, r.quantity))
      AND (l.model = r.model OR l.written_category = r.written_category)
), known AS (SELECT * FROM told UNION ALL SELECT * FROM by_place),
become AS (
    SELECT k.id, r.mark, r.version, {", ".join(f"{_BECOMES.get(name, f'r.{name}')} AS {name}" for name in _CONTENT)},
        {", ".join(f"r.{name} AS row_{name}" for name in _JUDGED)}
    FROM known k JOIN rows r ON r.position = k.position JOIN lines l ON l.id = k.id, {_NUMBERS} AS n(numbers)
), judged AS (
    SELECT *, (verdict <> 'error' OR (rule = 'missing-category' AND category IS NOT NULL))
        AND ({", ".join(_JUDGED)}) IS DISTINCT FROM ({", ".join(f"row_{name}" for name in _JUDGED)}) AS again
    FROM become
), passed_over AS (
    SELECT l.id, l.position FROM judged n JOIN lines l ON l.id = n.id
    WHERE l.id = n.mark AND n.version <> {version("l")}
      AND NOT ((l.cells ->> 'mark') IS NOT DISTINCT FROM (n.cells ->> 'mark')
               AND (n.verdict = 'accepted' OR l.verdict <> 'accepted'))
      AND {_differ("l")}
), changed AS (
    UPDATE donation_line d SET {", ".join(f"{name} = n.{name}" for name in _CONTENT)}
    FROM judged n
    WHERE d.id = n.id AND NOT EXISTS (SELECT 1 FROM passed_over p WHERE p.id = d.id)
      AND ({_differ("d")} OR (NOT n.again AND d.verdict <> n.verdict))
    RETURNING d.id, n.again
), added AS (
    INSERT INTO donation_line (donor_id, donation_id, id, {LINE_COLUMNS})
    SELECT r.donor_id, $2, {LINE_ID}, $4 + row_number() OVER (ORDER BY r.position),
           {", ".join(f"r.{name}" for name in _CONTENT)}
    FROM rows r WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.position = r.position)
    RETURNING id
)
SELECT (SELECT count(*) FROM changed)::int AS changed, (SELECT count(*) FROM added)::int AS added,
       (SELECT count(*) FROM rows)::int AS rows, (SELECT count(*) FROM passed_over)::int AS passed_over,
       ARRAY(SELECT position FROM passed_over ORDER BY 1 LIMIT {MOST_NAMED})::int[] AS passed_over_lines,
       ARRAY(SELECT id FROM changed WHERE again) AS again
"""


class MergeRepository(Repository):
    # every tenant: of an import and a draft of one donor that the caller has locked
    async def merge(
        self, import_id: UUID, donation_id: UUID, tags: Sequence[str], last: int, columns: Collection[str] | None
    ) -> tuple[Merged, list[UUID]]:
        """The rows become lines of a draft, or correct those that they are again; new ones stand after line `last`.

        `columns`: the fields that the file has; what it has none for stays as it is. Also which lines are to be judged
        again: of what the rules look at, they have kept some.
        """
        row = await (await self.driver()).fetchrow(
            _MERGE, import_id, donation_id, list(tags), last, None if columns is None else list(columns)
        )
        assert row is not None
        merged = dict(row)
        again = merged.pop("again")
        return Merged(**merged), again
