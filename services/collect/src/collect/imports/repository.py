"""Queries of imports: rows go in by the thousand, duplicates are found by the file."""

import re
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from filiere.database import FETCHED, Found, Key, Kind, Listing, Order, Part, Repository, Scope, literal
from filiere.identifiers import valid_imei as is_imei

from collect.donations.draft_repository import DraftLine, version
from collect.donations.numbers_repository import IS_IMEI
from collect.donations.status import BOUND
from collect.eligibility.columns import LINE_COLUMNS, copied_with, line_of
from collect.eligibility.judge import JudgedLine
from collect.imports.merge_repository import LINE_ID, MARKED
from collect.imports.schemas import (
    EarlierRows,
    ImportRecord,
    RowProblem,
    RuleCount,
    SameList,
    Shown,
)

_COLUMNS = """
id, donor_id, filename, status, rows, accepted, refused, errors, devices, accepted_devices, layout, donation_id,
by_network, created_at
"""
# Lines that no number tells apart are the same list when they are the same lines, in whatever order or file; a
# telephone that another of its IMEIs names is the same one.
_DESCRIBED = "category, written_category, manufacturer, model, serial, asset_tag, quantity, year, ram_gb, storage_gb"
_SAME_LIST = f"""
SELECT d.id AS donation_id, d.reference, coalesce(d.submitted_at, d.created_at) AS sent_at
FROM fleet_import i JOIN donation d ON d.donor_id = i.donor_id AND d.id IS DISTINCT FROM i.donation_id
WHERE ($2::uuid[] IS NULL OR i.donor_id = ANY($2)) AND i.id = $1 AND d.status IN ({BOUND})
  AND d.lines = i.accepted + i.refused AND NOT EXISTS (
    SELECT {_DESCRIBED} FROM (
        SELECT {_DESCRIBED.replace("serial", "coalesce(l.one, r.serial) AS serial")}, r.verdict
        FROM import_row r LEFT JOIN LATERAL (
            SELECT min(x.serial) AS one FROM donation_line x
            WHERE r.serial {IS_IMEI} AND x.donor_id = d.donor_id AND x.donation_id = d.id
              AND x.imeis <> '{{}}' AND x.imeis @> ARRAY[r.serial]
        ) l ON true WHERE r.import_id = i.id) again WHERE verdict <> 'error'
    EXCEPT ALL SELECT {_DESCRIBED} FROM donation_line WHERE donation_id = d.id AND verdict <> 'error')
ORDER BY d.id DESC LIMIT 1
"""

# Drafts of the donor, or files that nobody has confirmed, whose lines a file repeats or corrects.
_EARLIER = f"""
WITH rows AS (
    SELECT r.serial, r.imeis, {MARKED}
    FROM import_row r JOIN fleet_import i ON i.id = r.import_id
    WHERE ($2::uuid[] IS NULL OR i.donor_id = ANY($2)) AND i.id = $1
), numbers AS (SELECT unnest(array_prepend(serial, imeis)) AS number FROM rows WHERE serial IS NOT NULL),
mine AS (SELECT donor_id FROM fleet_import WHERE id = $1)
SELECT d.id AS donation_id, NULL::uuid AS import_id, d.reference, x.n AS lines FROM (
    SELECT l.donation_id, count(*)::int AS n FROM donation_line l JOIN mine ON l.donor_id = mine.donor_id
    WHERE l.id IN (SELECT mark FROM rows) OR l.serial IN (SELECT number FROM numbers)
        OR (l.imeis <> '{{}}' AND EXISTS (
            SELECT 1 FROM unnest(l.imeis) AS one WHERE one IN (SELECT number FROM numbers)))
    GROUP BY 1
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
        if is_imei(q):
            wanted.add("serial = {0} OR imeis @> ARRAY[{0}::text]", q).is_search = True
        elif _MAY_BE_A_NUMBER.fullmatch(q) and await driver.fetchval(begins, import_id, number):
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
