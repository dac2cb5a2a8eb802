"""Queries of imports: rows go in by the thousand, duplicates are found by the file."""

import re
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from filiere.database import FETCHED, Found, Key, Kind, Listing, Order, Part, Repository, Scope, literal

from collect.donations.draft_repository import ALIKE, DraftLine, described, version
from collect.donations.status import BOUND
from collect.eligibility.columns import LINE_COLUMNS, copied_with, line_of
from collect.eligibility.judge import JudgedLine
from collect.imports.schemas import (
    MOST_NAMED,
    EarlierRows,
    ImportRecord,
    Merged,
    RowProblem,
    RuleCount,
    SameList,
    Shown,
)

_COLUMNS = """
id, donor_id, filename, status, rows, accepted, refused, errors, devices, accepted_devices, layout, donation_id,
by_network, created_at
"""
# The line that a row becomes: what a file of faulty rows names (« repère »), before there is a donation and after.
LINE_ID = "md5(r.import_id::text || ':' || r.position)::uuid"

# Lines that no number tells apart are the same list when they are the same lines, in whatever order or file.
_DESCRIBED = "category, written_category, manufacturer, model, serial, asset_tag, quantity, year, ram_gb, storage_gb"
_SAME_LIST = f"""
SELECT d.id AS donation_id, d.reference, coalesce(d.submitted_at, d.created_at) AS sent_at
FROM fleet_import i JOIN donation d ON d.donor_id = i.donor_id AND d.id IS DISTINCT FROM i.donation_id
WHERE ($2::uuid[] IS NULL OR i.donor_id = ANY($2)) AND i.id = $1 AND d.status IN ({BOUND})
  AND d.lines = i.accepted + i.refused AND NOT EXISTS (
    SELECT {_DESCRIBED} FROM import_row WHERE import_id = i.id AND verdict <> 'error'
    EXCEPT ALL SELECT {_DESCRIBED} FROM donation_line WHERE donation_id = d.id AND verdict <> 'error')
ORDER BY d.id DESC LIMIT 1
"""

_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(-[0-9a-f]{12})?$"
# Of a mark: the line, and its version when the file was written.
_MARKED = f"CASE WHEN r.cells ->> 'mark' ~ '{_UUID}' THEN left(r.cells ->> 'mark', 36)::uuid END AS mark"
_VERSION = f"CASE WHEN r.cells ->> 'mark' ~ '{_UUID}' THEN nullif(substr(r.cells ->> 'mark', 38), '') END AS version"
_CONTENT = [name.strip() for name in LINE_COLUMNS.split(",")][1:]
# Which line of a draft a row is again: by what a file of faulty rows names, by a number, by what it describes, and in a
# corrected file (half of it is known) by its place. The n-th of some alike ones is the n-th of the others. What a file
# says of a line that has changed since the file was written is passed over; who sends the same file again, corrected
# further, changes what that file itself has written.
_MERGE = f"""
WITH rows AS (
    SELECT r.*, {_MARKED}, {_VERSION} FROM import_row r WHERE import_id = $1
), lines AS (SELECT * FROM donation_line WHERE donation_id = $2),
by_mark AS (
    SELECT DISTINCT ON (l.id) r.position, l.id FROM rows r JOIN lines l ON l.id = r.mark ORDER BY l.id, r.position
), by_serial AS (
    SELECT r.position, l.id
    FROM (SELECT position, serial, row_number() OVER (PARTITION BY serial ORDER BY position) AS n FROM rows r
          WHERE serial IS NOT NULL AND NOT EXISTS (SELECT 1 FROM by_mark m WHERE m.position = r.position)) r
    JOIN (SELECT id, serial, row_number() OVER (PARTITION BY serial ORDER BY position) AS n FROM lines l
          WHERE serial IS NOT NULL AND NOT EXISTS (SELECT 1 FROM by_mark m WHERE m.id = l.id)) l USING (serial, n)
), found AS (SELECT * FROM by_mark UNION ALL SELECT * FROM by_serial),
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
passed_over AS (
    SELECT l.id, l.position FROM known k JOIN rows r ON r.position = k.position JOIN lines l ON l.id = k.id
    WHERE l.id = r.mark AND r.version <> {version("l")}
      AND NOT ((l.cells ->> 'mark') IS NOT DISTINCT FROM (r.cells ->> 'mark')
               AND (r.verdict = 'accepted' OR l.verdict <> 'accepted'))
      AND (({described("l")}) IS DISTINCT FROM ({described("r")})
        OR NOT coalesce(r.cells, '{{}}') @> (coalesce(l.cells, '{{}}') - 'mark'))
), changed AS (
    UPDATE donation_line d SET {", ".join(f"{name} = r.{name}" for name in _CONTENT)}
    FROM known k JOIN rows r ON r.position = k.position
    WHERE d.id = k.id AND NOT EXISTS (SELECT 1 FROM passed_over p WHERE p.id = d.id)
      AND (({described("d")}, d.verdict) IS DISTINCT FROM ({described("r")}, r.verdict)
        OR NOT coalesce(r.cells, '{{}}') @> (coalesce(d.cells, '{{}}') - 'mark'))
    RETURNING d.id
), added AS (
    INSERT INTO donation_line (donor_id, donation_id, id, {LINE_COLUMNS})
    SELECT r.donor_id, $2, {LINE_ID}, $4 + row_number() OVER (ORDER BY r.position),
           {", ".join(f"r.{name}" for name in _CONTENT)}
    FROM rows r WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.position = r.position)
    RETURNING id
)
SELECT (SELECT count(*) FROM changed)::int AS changed, (SELECT count(*) FROM added)::int AS added,
       (SELECT count(*) FROM rows)::int AS rows, (SELECT count(*) FROM passed_over)::int AS passed_over,
       ARRAY(SELECT position FROM passed_over ORDER BY 1 LIMIT {MOST_NAMED})::int[] AS passed_over_lines
"""
# Drafts of the donor, or files that nobody has confirmed, whose lines a file repeats or corrects.
_EARLIER = f"""
WITH rows AS (
    SELECT r.serial, {_MARKED}
    FROM import_row r JOIN fleet_import i ON i.id = r.import_id
    WHERE ($2::uuid[] IS NULL OR i.donor_id = ANY($2)) AND i.id = $1
), mine AS (SELECT donor_id FROM fleet_import WHERE id = $1)
SELECT d.id AS donation_id, NULL::uuid AS import_id, d.reference, x.n AS lines FROM (
    SELECT l.donation_id, count(*)::int AS n FROM donation_line l JOIN mine ON l.donor_id = mine.donor_id
    WHERE l.id IN (SELECT mark FROM rows) OR l.serial IN (SELECT serial FROM rows) GROUP BY 1
) x JOIN donation d ON d.id = x.donation_id AND d.status = 'draft'
UNION ALL
SELECT NULL, i.id, i.filename, count(*)::int FROM fleet_import i JOIN mine ON i.donor_id = mine.donor_id
JOIN import_row r ON r.import_id = i.id
-- Once for all rows: without a mark in the file, those of other files are not looked at.
WHERE (SELECT bool_or(mark IS NOT NULL) FROM rows) AND i.status = 'previewed' AND i.id <> $1
  AND {LINE_ID} = ANY (ARRAY(SELECT mark FROM rows WHERE mark IS NOT NULL))
GROUP BY i.id, i.filename
ORDER BY 4 DESC LIMIT 3
"""

_FINISH = f"""
UPDATE fleet_import i SET rows = s.rows, accepted = s.accepted, refused = s.refused, errors = s.errors,
    devices = s.devices, accepted_devices = s.accepted_devices
FROM (
    SELECT count(*) AS rows, count(*) FILTER (WHERE verdict = 'accepted') AS accepted,
           count(*) FILTER (WHERE verdict = 'refused') AS refused, count(*) FILTER (WHERE verdict = 'error') AS errors,
           coalesce(sum(quantity), 0) AS devices,
           coalesce(sum(quantity) FILTER (WHERE verdict = 'accepted'), 0) AS accepted_devices
    FROM import_row WHERE import_id = $1
) s
WHERE i.id = $1 RETURNING {", ".join("i." + name.strip() for name in _COLUMNS.split(","))}
"""


_ROWS = Listing(LINE_COLUMNS, "import_row", {"position": Order(Key("position", Kind.NUMBER))})
_SEARCHED = "concat_ws(' ', serial, manufacturer, model, asset_tag, written_category, reason)"
# Six characters with a digit, in one word: hardly the name of a model, and if it is, no number begins so.
_MAY_BE_A_NUMBER = re.compile(r"(?=.*\d)[0-9A-Za-z._/-]{6,60}")
# What may be asked to see of a preview.
_SHOWN = {
    Shown.ALL: "true",
    Shown.TO_SEE: "verdict <> 'accepted'",
    Shown.ACCEPTED: "verdict = 'accepted'",
    Shown.REMARKS: "verdict = 'accepted' AND flags <> '{{}}'",
    Shown.REFUSED: "verdict = 'refused'",
    Shown.ERRORS: "verdict = 'error'",
}


class ImportRepository(Repository):
    # every tenant: for a donor that the caller has found
    async def begin(
        self, import_id: UUID, donor_id: UUID, content_hash: str, filename: str, layout: str, *, by_network: bool
    ) -> bool:
        """Insert an empty import; False when this donor has sent the same content before.

        A second upload of the same file at the same moment waits here for the first.
        """
        row = await (await self.driver()).fetchrow(
            """INSERT INTO fleet_import (donor_id, id, content_hash, filename, status, rows, accepted, refused, errors,
                                         devices, accepted_devices, layout, by_network)
            VALUES ($1, $2, $3, $4, 'previewed', 0, 0, 0, 0, 0, 0, $5::jsonb, $6)
            ON CONFLICT (donor_id, content_hash) WHERE status <> 'released' DO NOTHING RETURNING id""",
            *(donor_id, import_id, content_hash, filename, layout, by_network),
        )
        return row is not None

    # every tenant: of a donor that the caller has found
    async def same_content(self, donor_id: UUID, content_hash: str) -> ImportRecord | None:
        """The import that this content made before. The caller has checked the donor."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM fleet_import WHERE donor_id = $1 AND content_hash = $2 AND status <> 'released'",
            *(donor_id, content_hash),
        )
        return ImportRecord(**dict(row)) if row is not None else None

    # every tenant: of an import that the caller has just begun
    async def add(self, import_id: UUID, donor_id: UUID, pieces: Sequence[bytes]) -> None:
        """Add rows, as `eligibility.columns.copied` writes them, to an import that the caller has just begun."""

        async def rows() -> AsyncIterator[bytes]:
            for piece in pieces:
                yield copied_with((donor_id, import_id), piece)

        columns = ["donor_id", "import_id", *LINE_COLUMNS.split(", ")]
        await (await self.driver()).copy_to_table("import_row", source=rows(), columns=columns)

    async def begin_again(self, scope: Scope, import_id: UUID, layout: str) -> bool:
        """Forget the rows of a previewed import, to add others; False when it is no preview any more."""
        driver = await self.driver()
        row = await driver.fetchrow(
            """UPDATE fleet_import SET layout = $3::jsonb
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND id = $2 AND status = 'previewed' RETURNING id""",
            *(scope.ids, import_id, layout),
        )
        if row is None:
            return False
        await driver.execute("DELETE FROM import_row WHERE import_id = $1", import_id)
        return True

    # every tenant: of an import that the caller has found
    async def tags(self, import_id: UUID) -> list[str]:
        """Every asset tag of the file."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT asset_tag FROM import_row WHERE import_id = $1 AND asset_tag IS NOT NULL", import_id
        )
        return [row["asset_tag"] for row in rows]

    # every tenant: of an import that the caller has found
    async def finish(self, import_id: UUID) -> ImportRecord:
        """Count the rows by verdict and keep the counts."""
        row = await (await self.driver()).fetchrow(_FINISH, import_id)
        assert row is not None
        return ImportRecord(**dict(row))

    async def get(self, scope: Scope, import_id: UUID, *, for_update: bool = False) -> ImportRecord | None:
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS} FROM fleet_import WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND id = $2"
            + (" FOR UPDATE" if for_update else ""),
            scope.ids,
            import_id,
        )
        return ImportRecord(**dict(row)) if row is not None else None

    # every tenant: of an import that the caller has found
    async def by_rule(self, import_id: UUID) -> list[RuleCount]:
        """What stopped how many rows, most frequent first."""
        rows = await (await self.driver()).fetch(
            """SELECT rule, verdict, count(*)::int AS n, sum(quantity)::int AS devices FROM import_row
            WHERE import_id = $1 AND verdict <> 'accepted' GROUP BY 1, 2 ORDER BY 3 DESC, 1""",
            import_id,
        )
        return [RuleCount.of(row["rule"], row["verdict"], row["n"], row["devices"]) for row in rows]

    # every tenant: of an import that the caller has found
    async def problems(self, import_id: UUID, limit: int | None) -> list[RowProblem]:
        """The first rows that are not accepted, in file order."""
        rows = await (await self.driver()).fetch(
            """SELECT position AS row, verdict, rule, reason FROM import_row
            WHERE import_id = $1 AND verdict <> 'accepted' ORDER BY position LIMIT $2""",
            *(import_id, limit),
        )
        return [RowProblem(**dict(row)) for row in rows]

    async def page_of_rows(
        self, scope: Scope, import_id: UUID, shown: Shown, part: Part, *, q: str = ""
    ) -> Found[JudgedLine]:
        """Rows in file order, all or those to see, holding `q`.

        What may be a number is first looked for as the beginning of one, which an index knows; every row is read for
        other words, and for a number's end.
        """
        driver = await self.driver()
        wanted = scope.where("donor_id").add("import_id = {}", import_id)
        number = f"{literal(q.upper())}%"
        begins = """SELECT EXISTS (SELECT 1 FROM import_row WHERE import_id = $1 AND serial LIKE $2)
            OR EXISTS (SELECT 1 FROM import_row WHERE import_id = $1 AND asset_tag LIKE $2)"""
        if _MAY_BE_A_NUMBER.fullmatch(q) and await driver.fetchval(begins, import_id, number):
            wanted.add("serial LIKE {} OR asset_tag LIKE {}", number, number).is_search = True
        else:
            wanted.contains(_SEARCHED, q)
        return (await _ROWS.page(driver, wanted.add(_SHOWN[shown]), part)).of(line_of)

    # every tenant: of an import that the caller has found
    async def remarked(self, import_id: UUID) -> int:
        """How many accepted rows have a remark."""
        found: int = await (await self.driver()).fetchval(
            "SELECT count(*)::int FROM import_row WHERE import_id = $1 AND verdict = 'accepted' AND flags <> '{}'",
            import_id,
        )
        return found

    # every tenant: of an import that the caller has found
    async def stopped(self, import_id: UUID) -> AsyncIterator[DraftLine]:
        """Every row that is not accepted, for the file to correct, while they are read."""
        rows = (await self.driver()).cursor(
            f"SELECT {LINE_ID} AS id, {LINE_COLUMNS}, {version('r')} AS version FROM import_row r"
            " WHERE import_id = $1 AND verdict <> 'accepted' ORDER BY position",
            import_id,
            prefetch=FETCHED,
        )
        async for row in rows:
            yield DraftLine(row["id"], line_of(row), row["version"])

    # every tenant: of an import that the caller has locked
    async def refused_devices(self, import_id: UUID) -> int:
        """Devices on the refused rows."""
        found: int = await (await self.driver()).fetchval(
            "SELECT coalesce(sum(quantity), 0)::int FROM import_row WHERE import_id = $1 AND verdict = 'refused'",
            import_id,
        )
        return found

    # every tenant: of an import that the caller has locked
    async def become_lines(self, import_id: UUID, donation_id: UUID) -> None:
        """Copy the rows into the donation's lines, those to correct too."""
        await (await self.driver()).execute(
            f"""INSERT INTO donation_line (donor_id, donation_id, id, {LINE_COLUMNS})
            SELECT donor_id, $2, {LINE_ID}, {LINE_COLUMNS} FROM import_row r WHERE import_id = $1""",
            *(import_id, donation_id),
        )

    # every tenant: of an import that the caller has locked
    async def refuse_lines(self, import_id: UUID, donation_id: UUID) -> None:
        """What was refused of the rows since they became lines is refused of the lines."""
        await (await self.driver()).execute(
            """UPDATE donation_line l SET verdict = r.verdict, rule = r.rule, reason = r.reason
            FROM import_row r WHERE r.import_id = $1 AND l.donation_id = $2 AND l.position = r.position
              AND l.verdict <> r.verdict""",
            *(import_id, donation_id),
        )

    # every tenant: of an import that the caller has locked
    async def confirm(self, import_id: UUID, donation_id: UUID) -> None:
        await (await self.driver()).execute(
            "UPDATE fleet_import SET status = 'confirmed', donation_id = $2 WHERE id = $1", import_id, donation_id
        )

    # every tenant: of an import and a draft of one donor that the caller has locked
    async def merge(self, import_id: UUID, donation_id: UUID, tags: Sequence[str], last: int) -> Merged:
        """The rows become lines of a draft, or correct those that they are again; new ones stand after line `last`."""
        row = await (await self.driver()).fetchrow(_MERGE, import_id, donation_id, list(tags), last)
        assert row is not None
        return Merged(**dict(row))

    async def earlier(self, scope: Scope, import_id: UUID) -> list[EarlierRows]:
        """Where the donor has these rows already, and has not sent them."""
        return [EarlierRows(**dict(row)) for row in await (await self.driver()).fetch(_EARLIER, import_id, scope.ids)]

    async def same_list(self, scope: Scope, import_id: UUID) -> SameList | None:
        """The donor's newest donation of exactly these lines."""
        row = await (await self.driver()).fetchrow(_SAME_LIST, import_id, scope.ids)
        return SameList(**dict(row)) if row is not None else None

    # every tenant: of a donor that the caller has found
    async def forget_old_previews(self, donor_id: UUID, days: int) -> None:
        """Previews that nobody confirmed."""
        await (await self.driver()).execute(
            """DELETE FROM fleet_import WHERE donor_id = $1 AND status = 'previewed'
            AND created_at < now() - make_interval(days => $2)""",
            *(donor_id, days),
        )
