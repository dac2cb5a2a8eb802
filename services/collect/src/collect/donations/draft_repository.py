"""Queries of a draft's lines: one declaration that is corrected until it is sent."""

from collections.abc import AsyncIterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

import asyncpg
from filiere.database import FETCHED, Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where
from filiere.loop_turns import in_turns

from collect.donations.numbers_repository import known_by_number
from collect.donations.repository import LINES_PER_STATEMENT
from collect.donations.status import BOUND
from collect.eligibility.columns import LINE_COLUMNS, SELECTED, arrays, line_of, parameters
from collect.eligibility.judge import OVERRULED, JudgedLine, number_sql

_LINES = Listing(f"id, {LINE_COLUMNS}", "donation_line", {"position": Order(Key("position", Kind.NUMBER))})
_SET = ", ".join(f"{name.strip()} = excluded.{name.strip()}" for name in LINE_COLUMNS.split(",")[1:])
# What a line describes; with what was written of it, it makes the line's version.
ALIKE = "category, written_category, manufacturer, model, asset_tag, quantity, year, ram_gb, storage_gb"


def described(table: str) -> str:
    """What a line of this table describes."""
    return ", ".join(f"{table}.{name}" for name in (*ALIKE.split(", "), "serial"))


def version(table: str) -> str:
    """What a line of this table says, in short: another one when people or a file have changed it."""
    besides = f"CASE WHEN {table}.imeis <> '{{}}' THEN {table}.imeis::text ELSE '' END"
    return f"left(md5(ROW({described(table)}, coalesce({table}.cells, '{{}}') - 'mark')::text || {besides}), 12)"


_VERSIONED = Listing(
    f"id, {LINE_COLUMNS}, {version('l')} AS version",
    "donation_line l",
    {"position": Order(Key("position", Kind.NUMBER))},
)

# A line that is there keeps its place.
_SAVE = f"""
INSERT INTO donation_line (donor_id, donation_id, id, {LINE_COLUMNS})
SELECT $1, $2, id, {SELECTED} FROM unnest($3::uuid[], {parameters(4)}) AS l(id, {LINE_COLUMNS})
ON CONFLICT (id) DO UPDATE SET {_SET} WHERE donation_line.donation_id = $2
"""

# Numbers that more than one of the accepted lines has, line by line.
_SHARED = """
SELECT id, position, number FROM (
    SELECT *, count(*) OVER (PARTITION BY number) AS holders FROM (
        SELECT id, position, unnest(array_prepend(serial, imeis)) AS number,
               generate_series(0, cardinality(imeis)) AS turn
        FROM donation_line WHERE donation_id = $1 AND verdict = 'accepted' AND serial IS NOT NULL
    ) numbers
) met WHERE holders > 1 ORDER BY position, turn
"""
_REFUSE_SAME_NUMBER = f"""
UPDATE donation_line l SET verdict = 'refused', rule = 'duplicate',
    reason = format('En double : même %s que la ligne %s.', {number_sql("t.number")}, t.first)
FROM unnest($2::uuid[], $3::text[], $4::int[]) AS t(id, number, first)
WHERE l.donation_id = $1 AND l.id = t.id
"""
# Two serials that differ are two devices, whatever their tags say.
_REFUSE_SAME_TAG = """
UPDATE donation_line l SET verdict = 'refused', rule = 'duplicate',
    reason = format('En double : même numéro d''inventaire que la ligne %s.', t.first)
FROM (
    SELECT y.id, min(x.position) AS first FROM donation_line y JOIN donation_line x
        ON x.donation_id = y.donation_id AND x.asset_tag = y.asset_tag AND x.position < y.position
        AND (x.serial IS NULL OR y.serial IS NULL) AND x.verdict = 'accepted' AND x.quantity = 1
    WHERE y.donation_id = $1 AND y.verdict = 'accepted' AND y.quantity = 1 AND y.asset_tag = ANY($2) GROUP BY y.id
) t
WHERE l.id = t.id
"""
_REFUSE_DECLARED = """
UPDATE donation_line l SET verdict = 'refused', rule = 'already-declared', reason = format(
    'Déjà déclaré : même %s que la ligne %s du don %s.',
    CASE WHEN known.number IS NULL THEN 'numéro d''inventaire' ELSE {called} END, known.position, known.reference)
FROM (
    SELECT DISTINCT ON (row) row, number, position, reference FROM (
        SELECT k.row, k.number, k.first, k.position, d.reference, d.id FROM ({by_number}) k
        JOIN donation d ON d.id = k.donation_id AND d.id <> $1 AND d.status IN ({bound})
        UNION ALL
        SELECT x.id, NULL, false, y.position, d.reference, d.id
        FROM donation_line x
        JOIN donation_line y ON y.donor_id = $3 AND y.verdict = 'accepted' AND y.donation_id <> $1
            AND y.asset_tag = x.asset_tag AND y.quantity = 1 AND (x.serial IS NULL OR y.serial IS NULL)
        JOIN donation d ON d.id = y.donation_id AND d.status IN ({bound})
        WHERE x.donation_id = $1 AND x.verdict = 'accepted' AND x.quantity = 1 AND x.asset_tag = ANY($2)
    ) one ORDER BY row, number IS NULL, id, position, first DESC, number
) known
WHERE l.id = known.row
"""
_DECLARED = {
    is_long: _REFUSE_DECLARED.format(
        by_number=known_by_number(
            "donation_line", "id", "$3", "x.donation_id = $1 AND x.verdict = 'accepted'", in_one_sweep=is_long
        ),
        bound=BOUND,
        called=number_sql("known.number"),
    )
    for is_long in (False, True)
}
_MANY = 1_000
"""Lines from which on each number is looked for in one sweep over the donor's lines, instead of one by one."""
_ELSEWHERE = f"""
SELECT d.id, d.reference, d.status <> 'draft' AS is_sent, count(DISTINCT k.row)::int AS n
FROM ({
    known_by_number(
        "donation_line",
        "id",
        "$3",
        "($1::uuid[] IS NULL OR x.donor_id = ANY($1)) AND x.donation_id = $2 AND x.verdict = 'accepted'",
    )
}) k
JOIN donation d ON d.id = k.donation_id AND d.id <> $2 AND d.status IN ('draft', {BOUND})
GROUP BY 1, 2, 3 ORDER BY 1
"""
_RECOUNT = """
UPDATE donation d SET lines = s.lines, declared = s.accepted + s.refused, accepted = s.accepted, refused = s.refused
FROM (
    SELECT count(*) FILTER (WHERE verdict <> 'error')::int AS lines,
           coalesce(sum(quantity) FILTER (WHERE verdict = 'accepted'), 0)::int AS accepted,
           coalesce(sum(quantity) FILTER (WHERE verdict = 'refused'), 0)::int AS refused
    FROM donation_line WHERE donation_id = $1
) s WHERE d.id = $1
"""


class DraftLine(NamedTuple):
    """A line of a declaration with the id by which it is corrected; `version`: what it said, where a file is made."""

    id: UUID
    line: JudgedLine
    version: str = ""


class LineCounts(NamedTuple):
    """Lines of a declaration by verdict; `devices`: those of the accepted ones, `stopped`: of the others."""

    accepted: int
    refused: int
    errors: int
    devices: int
    stopped: int

    @property
    def all(self) -> int:
        return self.accepted + self.refused + self.errors

    @property
    def to_see(self) -> int:
        return self.refused + self.errors


class DraftRepository(Repository):
    async def listing(
        self, scope: Scope, donation_id: UUID, *, verdicts: Sequence[str] = (), part: Part
    ) -> Found[DraftLine]:
        """Lines in order, with one of these verdicts or any."""
        wanted = _wanted(scope, donation_id, verdicts)
        return (await _LINES.page(await self.driver(), wanted, part)).of(lambda row: DraftLine(row["id"], line_of(row)))

    async def each(self, scope: Scope, donation_id: UUID, *, verdicts: Sequence[str] = ()) -> AsyncIterator[DraftLine]:
        """All lines that `listing` finds, with their versions, while they are read."""
        async for row in _VERSIONED.each(await self.driver(), _wanted(scope, donation_id, verdicts)):
            yield DraftLine(row["id"], line_of(row), row["version"])

    async def some(self, scope: Scope, donation_id: UUID, ids: Sequence[UUID]) -> list[DraftLine]:
        """Those of these lines that are the donation's, in order."""
        rows = await (await self.driver()).fetch(
            f"""SELECT id, {LINE_COLUMNS} FROM donation_line
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2 AND id = ANY($3) ORDER BY position""",
            scope.ids,
            *(donation_id, list(ids)),
        )
        return [DraftLine(row["id"], line_of(row)) for row in rows]

    async def stopped(self, scope: Scope, donation_id: UUID) -> AsyncIterator[DraftLine]:
        """Every line that is not accepted, in order, while they are read."""
        rows = (await self.driver()).cursor(
            f"""SELECT id, {LINE_COLUMNS}, {version("l")} AS version FROM donation_line l
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2 AND verdict <> 'accepted'
            ORDER BY position""",
            scope.ids,
            donation_id,
            prefetch=FETCHED,
        )
        async for row in rows:
            yield DraftLine(row["id"], line_of(row), row["version"])

    async def counts(self, scope: Scope, donation_id: UUID) -> LineCounts:
        row = await (await self.driver()).fetchrow(
            """SELECT count(*) FILTER (WHERE verdict = 'accepted')::int,
                      count(*) FILTER (WHERE verdict = 'refused')::int,
                      count(*) FILTER (WHERE verdict = 'error')::int,
                      coalesce(sum(quantity) FILTER (WHERE verdict = 'accepted'), 0)::int,
                      coalesce(sum(quantity) FILTER (WHERE verdict <> 'accepted'), 0)::int
            FROM donation_line WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2""",
            scope.ids,
            donation_id,
        )
        assert row is not None  # an aggregate without GROUP BY always answers
        return LineCounts(*row)

    # every tenant: of a draft that the caller has locked
    async def last_position(self, donation_id: UUID) -> int:
        found: int = await (await self.driver()).fetchval(
            "SELECT coalesce(max(position), 0) FROM donation_line WHERE donation_id = $1", donation_id
        )
        return found

    # every tenant: of a draft that the caller has locked
    async def save(self, donor_id: UUID, donation_id: UUID, lines: Sequence[DraftLine]) -> None:
        """Write these lines: what is there takes the new content, what is not is added."""
        driver = await self.driver()
        for start in range(0, len(lines), LINES_PER_STATEMENT):
            some = lines[start : start + LINES_PER_STATEMENT]
            columns = arrays([one.line for one in some])
            await driver.execute(_SAVE, donor_id, donation_id, [one.id for one in some], *columns)

    # every tenant: of a draft that the caller has locked
    async def remove(self, donation_id: UUID, ids: Sequence[UUID]) -> int:
        """Take lines out; returns how many there were."""
        status: str = await (await self.driver()).execute(
            "DELETE FROM donation_line WHERE donation_id = $1 AND id = ANY($2)", donation_id, list(ids)
        )
        return int(status.split()[-1])

    # every tenant: of a draft that the caller has locked
    async def doubted(self, donation_id: UUID) -> list[DraftLine]:
        """Lines to judge anew: refused for another's sake, which may have changed since (only where a number says
        whose), or decided by a person in the donation that they were copied from."""
        rows = await (await self.driver()).fetch(
            f"""SELECT id, {LINE_COLUMNS} FROM donation_line
            WHERE donation_id = $1 AND (rule = 'coordinator' OR '{OVERRULED}' = ANY(flags)
              OR (rule IN ('duplicate', 'already-declared') AND (serial IS NOT NULL OR asset_tag IS NOT NULL)))""",
            donation_id,
        )
        return [DraftLine(row["id"], line_of(row)) for row in rows]

    # every tenant: of a draft that the caller has locked
    async def tags(self, donation_id: UUID) -> list[str]:
        """Every asset tag of the draft."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT asset_tag FROM donation_line WHERE donation_id = $1 AND asset_tag IS NOT NULL", donation_id
        )
        return [row["asset_tag"] for row in rows]

    # every tenant: within the donor of a draft that the caller has locked
    async def refuse_twins(self, donor_id: UUID, donation_id: UUID, tags: Sequence[str]) -> None:
        """Refuse what stands twice in the draft, and what the donor's sent donations hold; `tags` that identify."""
        driver = await self.driver()
        if twins := await _twins(await driver.fetch(_SHARED, donation_id)):
            await driver.execute(_REFUSE_SAME_NUMBER, donation_id, *map(list, zip(*twins, strict=True)))
        await driver.execute(_REFUSE_SAME_TAG, donation_id, list(tags))
        is_long = await driver.fetchval(
            f"SELECT EXISTS (SELECT 1 FROM donation_line WHERE donation_id = $1 AND imeis <> '{{}}' OFFSET {_MANY})",
            donation_id,
        )
        await driver.execute(_DECLARED[is_long], donation_id, list(tags), donor_id)

    # every tenant: of a donation that the caller has locked, into a draft of the same donor
    async def copy_lines(self, donation_id: UUID, draft_id: UUID) -> None:
        """The lines of one declaration again in another; what a person decided of them is judged anew."""
        await (await self.driver()).execute(
            f"""INSERT INTO donation_line (donor_id, donation_id, id, {LINE_COLUMNS})
            SELECT donor_id, $2, gen_random_uuid(), {LINE_COLUMNS} FROM donation_line WHERE donation_id = $1""",
            *(donation_id, draft_id),
        )

    # every tenant: of a donation that the caller has locked, into a draft of the same donor
    async def copy_place(self, donation_id: UUID, draft_id: UUID) -> None:
        """Where the devices are, how one gets there and when it suits, again in another declaration."""
        await (await self.driver()).execute(
            "UPDATE donation d SET place = o.place FROM donation o WHERE o.id = $1 AND d.id = $2",
            *(donation_id, draft_id),
        )

    # every tenant: of a draft that the caller has locked
    async def recount(self, donation_id: UUID) -> None:
        await (await self.driver()).execute(_RECOUNT, donation_id)

    async def elsewhere(self, scope: Scope, donor_id: UUID, donation_id: UUID) -> list[tuple[UUID, str, bool, int]]:
        """(id, reference, whether it is sent, how many) of the donor's others that hold numbers accepted here."""
        rows = await (await self.driver()).fetch(_ELSEWHERE, scope.ids, donation_id, donor_id)
        return [(row["id"], row["reference"], row["is_sent"], row["n"]) for row in rows]

    # every tenant: of a draft that the caller has locked
    async def write_note(self, donation_id: UUID, note: str | None) -> None:
        await (await self.driver()).execute("UPDATE donation SET note = $2 WHERE id = $1", donation_id, note)

    # every tenant: of drafts that the caller has locked
    async def delete(self, donation_ids: Sequence[UUID]) -> None:
        """The drafts with all that hangs on them: lines, attachments, words, days, and the imports that became them,
        whose files may be sent again. The worker takes an attachment's bytes away when nothing else names them.
        """
        driver = await self.driver()
        for table in ("donation_attachment", "donation_message", "pickup_slot", "fleet_import", "donation_line"):
            await driver.execute(f"DELETE FROM {table} WHERE donation_id = ANY($1::uuid[])", donation_ids)
        await driver.execute("DELETE FROM donation WHERE id = ANY($1::uuid[])", donation_ids)


def _wanted(scope: Scope, donation_id: UUID, verdicts: Sequence[str]) -> Where:
    wanted = scope.where("donor_id").add("donation_id = {}", donation_id)
    return wanted.add("verdict = ANY({}::text[])", list(verdicts)) if verdicts else wanted


async def _twins(shared: Sequence[asyncpg.Record]) -> list[tuple[UUID, str, int]]:
    """(line, its first number that says so, the line that it is again): of lines with one number the first is the
    device. Line by line, for one that is another's twin speaks for no third."""
    twins: list[tuple[UUID, str, int]] = []
    holder: dict[str, int] = {}
    async for (line_id, position), rows in in_turns(groupby(shared, key=itemgetter("id", "position"))):
        numbers = [row["number"] for row in rows]
        known = next((number for number in numbers if number in holder), None)
        if known is None:
            holder.update(dict.fromkeys(numbers, position))
        else:
            twins.append((line_id, known, holder[known]))
    return twins
