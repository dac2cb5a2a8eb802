"""Queries of donations and lines."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from filiere.calendar import today
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed
from filiere.identifiers import uuid7
from filiere.identifiers import valid_imei as is_imei
from filiere.loop_turns import in_turns

from collect.donations.donation import Donation
from collect.donations.status import BINDING, DonationStatus
from collect.donations.waiting import GOOD_DAYS, Since
from collect.donors.repository import NAMED
from collect.eligibility.columns import LINE_COLUMNS, SELECTED, arrays, line_of, parameters
from collect.eligibility.judge import DOUBLES, OVERRULED, JudgedLine

# What a search looks in, as the index has it.
SEARCHED = "(reference || ' ' || coalesce(note, ''))"

COLUMNS = """
d.id, d.reference, d.donor_id, o.name AS donor_name, d.status, d.public_body, d.source, d.note, d.lines, d.declared,
d.accepted, d.refused, d.created_at, d.submitted_at, d.answered_at, d.declined_reason, d.by_network,
d.ended_at, d.ended_reason, d.pickup_on, d.pickup_site_id,
d.collected_at, d.received_at, d.closed_at
"""
_FROM = "donation d JOIN donor o ON o.id = d.donor_id"
_ID = Key("d.id", Kind.ID)
_LISTED = Listing(
    COLUMNS,
    _FROM,
    {
        "reference": Order(_ID),
        "declared": Order(Key("d.declared", Kind.NUMBER), _ID),
        "status": Order(Key("d.status"), _ID),
        "donor": Order(Key("lower(o.name)"), _ID),
    },
    counted="donation d",
)
# Since when it is in its state: an appointment is late from its day on.
_WAITING = """CASE d.status WHEN 'scheduled' THEN d.pickup_on <= {} ELSE
    CASE d.status WHEN 'draft' THEN d.created_at WHEN 'submitted' THEN d.submitted_at
    WHEN 'accepted' THEN d.answered_at WHEN 'collected' THEN d.collected_at WHEN 'received' THEN d.received_at END <= {}
END"""
_NEWS = {
    "words": """d.status <> 'draft' AND d.id IN (SELECT m.donation_id FROM donation_message m
                                              WHERE m.side = 'donor' AND m.read_at IS NULL)""",
    "proposed": "d.status = 'accepted' AND d.id IN (SELECT s.donation_id FROM pickup_slot s)",
    "found": """d.id IN (SELECT v.donation_id FROM device v
                       WHERE v.found_at IS NOT NULL AND v.stage = 'missing')""",
    "accepted": "d.answered_at >= {} AND d.status NOT IN ('declined', 'cancelled')",
    "handed_over": """d.id IN (SELECT v.donation_id FROM device v
                             WHERE v.promise = 'handed_over' AND v.promise_at >= {})""",
}
_LINES = Listing(LINE_COLUMNS, "donation_line", {"position": Order(Key("position", Kind.NUMBER))})

_LINE_SEARCHED = "concat_ws(' ', serial, array_to_string(imeis, ' '), manufacturer, model, asset_tag, reason)"

# `lpad` cuts what is longer than its width: the ten-thousandth donation of a year keeps its digits.
_REFERENCE = """
$11::text || '-' || lpad(n::text, greatest(4, length(n::text)), '0')
"""

# The donation and its first lines in one round trip; foreign keys are checked when the statement ends.
_DECLARE = f"""
WITH drawn AS (SELECT nextval('donation_number_seq') AS n),
made AS (
    INSERT INTO donation (donor_id, id, number, reference, status, public_body, source, note, lines, declared,
                          accepted, refused, by_network, submitted_at)
    SELECT $1, $2, n, {_REFERENCE}, $3, $4, $5, $6, $7, $8, $9, $10, $12,
           CASE WHEN $3 = 'draft' THEN NULL ELSE now() END
    FROM drawn
    RETURNING reference
), written AS (
    INSERT INTO donation_line (donor_id, donation_id, id, {LINE_COLUMNS})
    SELECT $1, $2, id, {SELECTED} FROM unnest($13::uuid[], {parameters(14)}) AS l(id, {LINE_COLUMNS})
)
SELECT reference FROM made
"""
_ADD_LINES = f"""
INSERT INTO donation_line (donor_id, donation_id, id, {LINE_COLUMNS})
SELECT $1, $2, id, {SELECTED} FROM unnest($3::uuid[], {parameters(4)}) AS l(id, {LINE_COLUMNS})
"""
LINES_PER_STATEMENT = 200
"""Lines in one statement: the driver writes all of its parameters in one turn of the event loop, 5 ms."""


class Stopped(NamedTuple):
    """Lines that one rule stopped; `reason`: one of their `reasons` sentences. A line to correct declares nothing."""

    verdict: str
    rule: str
    reason: str
    devices: int
    reasons: int
    lines: int


class DeclaredLine(NamedTuple):
    """An accepted line of a donation that was sent, by what says that another line is it again."""

    serial: str | None
    imeis: list[str]
    asset_tag: str | None
    reference: str
    position: int

    @property
    def numbers(self) -> list[str]:
        """As `Equipment.numbers`."""
        return [self.serial, *self.imeis] if self.serial else self.imeis


class DonationRepository(Repository):
    # every tenant: for a donor that the caller has found
    async def declare(
        self,
        donation_id: UUID,
        donor_id: UUID,
        lines: Sequence[JudgedLine],
        *,
        status: DonationStatus,
        public_body: bool,
        source: str,
        note: str | None,
        counts: tuple[int, int, int],
        lines_count: int | None = None,
        by_network: bool = False,
    ) -> str:
        """Insert a donation with its lines; returns its reference. `counts`: devices declared, accepted, refused.

        `lines_count` for lines that are copied in afterwards, from an import.
        """
        first = lines[:LINES_PER_STATEMENT]
        reference: str = await (await self.driver()).fetchval(
            _DECLARE,
            *(donor_id, donation_id, status.value, public_body, source, note, lines_count or len(lines), *counts),
            str(today().year),
            by_network,
            [uuid7() for _ in first],
            *arrays(first),
        )
        await self._add_lines(donor_id, donation_id, lines[LINES_PER_STATEMENT:])
        return reference

    # every tenant: of a donation that has just been made, or that the caller has locked
    async def _add_lines(self, donor_id: UUID, donation_id: UUID, lines: Sequence[JudgedLine]) -> None:
        driver = await self.driver()
        for start in range(0, len(lines), LINES_PER_STATEMENT):
            some = lines[start : start + LINES_PER_STATEMENT]
            await driver.execute(_ADD_LINES, donor_id, donation_id, [uuid7() for _ in some], *arrays(some))

    # every tenant: of the donation that the caller has just declared
    async def recount(self, donation_id: UUID, counts: tuple[int, int, int]) -> None:
        """Devices declared, accepted, refused, once the last verdicts on its lines are known."""
        await (await self.driver()).execute(
            "UPDATE donation SET declared = $2, accepted = $3, refused = $4 WHERE id = $1", donation_id, *counts
        )

    # every tenant: of a donation that the caller has locked
    async def replace_lines(
        self, donation: Donation, lines: Sequence[JudgedLine], note: str | None, counts: tuple[int, int, int]
    ) -> None:
        """A draft's new content."""
        driver = await self.driver()
        await driver.execute("DELETE FROM donation_line WHERE donation_id = $1", donation.id)
        await driver.execute(
            "UPDATE donation SET lines = $6, declared = $2, accepted = $3, refused = $4, note = $5 WHERE id = $1",
            *(donation.id, *counts, note, len(lines)),
        )
        await self._add_lines(donation.donor_id, donation.id, lines)

    async def get(self, scope: Scope, donation_id: UUID, *, for_update: bool = False) -> Donation | None:
        """One donation, if the caller may see it; `for_update` locks it until the transaction ends."""
        row = await (await self.driver()).fetchrow(
            f"""SELECT {COLUMNS} FROM {_FROM}
            WHERE ($1::uuid[] IS NULL OR d.donor_id = ANY($1)) AND d.id = $2
            {"FOR NO KEY UPDATE OF d" if for_update else ""}""",
            scope.ids,
            donation_id,
        )
        return _donation(row) if row is not None else None

    # every tenant: an id is taken whoever has it
    async def is_taken(self, donation_id: UUID) -> bool:
        """Whether there is a donation of this id."""
        found: bool = await (await self.driver()).fetchval(
            "SELECT EXISTS (SELECT 1 FROM donation WHERE id = $1)", donation_id
        )
        return found

    async def listing(
        self,
        scope: Scope,
        drafts: Scope,
        *,
        status: Sequence[str] = (),
        q: str = "",
        waiting_days: int | None = None,
        news: str = "",
        order: str = "-reference",
        part: Part,
    ) -> Found[Donation]:
        """Donations of these states (all when none), whose reference, donor or note holds `q`.

        `waiting_days`: in their state for longer than that; `news`: to which this happened in the last days.
        `drafts`: whose drafts may be seen; those of everybody else are their own.
        """
        wanted = _wanted(scope, drafts, status, q, waiting_days, news)
        found = await _LISTED.page(await self.driver(), wanted, part, order)
        return found.of(_donation)

    async def each(
        self,
        scope: Scope,
        drafts: Scope,
        *,
        status: Sequence[str] = (),
        q: str = "",
        waiting_days: int | None = None,
        news: str = "",
        order: str = "-reference",
    ) -> AsyncIterator[Donation]:
        """All that `listing` finds, while it is read."""
        wanted = _wanted(scope, drafts, status, q, waiting_days, news)
        async for row in _LISTED.each(await self.driver(), wanted, order):
            yield _donation(row)

    # every tenant: of a donation that the caller has locked
    async def verdicts(self, donation_id: UUID, after: int, limit: int) -> list[tuple[int, int, bool, str | None]]:
        """(line, devices, accepted, rule) of the lines that follow one, in order."""
        rows = await (await self.driver()).fetch(
            "SELECT position, quantity, verdict = 'accepted', rule FROM donation_line"
            " WHERE donation_id = $1 AND position > $2 AND verdict <> 'error' ORDER BY position LIMIT $3",
            *(donation_id, after, limit),
        )
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    # every tenant: of a donation that the caller has locked
    async def counted(self, donation_id: UUID) -> tuple[int, int, int]:
        """(lines, devices accepted, devices refused) of a donation as its lines stand."""
        row = await (await self.driver()).fetchrow(
            """SELECT count(*)::int, coalesce(sum(quantity) FILTER (WHERE verdict = 'accepted'), 0)::int,
                      coalesce(sum(quantity) FILTER (WHERE verdict = 'refused'), 0)::int
            FROM donation_line WHERE donation_id = $1 AND verdict <> 'error'""",
            donation_id,
        )
        assert row is not None  # an aggregate without GROUP BY always answers
        return row[0], row[1], row[2]

    # every tenant: of a donation that the caller has locked
    async def unknown_lines(self, donation_id: UUID, lines: Sequence[int]) -> list[int]:
        """Which of these are no lines of the donation."""
        rows = await (await self.driver()).fetch(
            """SELECT n FROM unnest($2::int[]) AS n
            WHERE NOT EXISTS (
                SELECT 1 FROM donation_line WHERE donation_id = $1 AND position = n AND verdict <> 'error'
            ) ORDER BY n""",
            *(donation_id, list(lines)),
        )
        return [row["n"] for row in rows]

    async def page_of_lines(
        self, scope: Scope, donation_id: UUID, verdict: str | None, part: Part, *, q: str = ""
    ) -> Found[JudgedLine]:
        """Lines in order, with this verdict or any, holding `q`."""
        wanted = _lines(scope, donation_id, verdict).contains(_LINE_SEARCHED, q)
        return (await _LINES.page(await self.driver(), wanted, part)).of(line_of)

    async def each_line(
        self, scope: Scope, donation_id: UUID, verdict: str | None = None, *, q: str = ""
    ) -> AsyncIterator[JudgedLine]:
        """All that `page_of_lines` finds, while it is read."""
        wanted = _lines(scope, donation_id, verdict).contains(_LINE_SEARCHED, q)
        async for row in _LINES.each(await self.driver(), wanted):
            yield line_of(row)

    async def refusals(self, scope: Scope, donation_id: UUID) -> list[Stopped]:
        """What stopped lines of the donation, those to correct too; the most devices first."""
        rows = await (await self.driver()).fetch(
            """SELECT verdict, rule, min(reason) AS reason, sum(quantity)::int AS devices,
                      count(DISTINCT reason)::int AS reasons, count(*)::int AS lines FROM donation_line
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donation_id = $2 AND verdict <> 'accepted'
            GROUP BY verdict, rule ORDER BY 4 DESC, 2""",
            scope.ids,
            donation_id,
        )
        return [Stopped(**dict(row)) for row in rows]

    # every tenant: of a donor that the caller has found
    async def declared_before(
        self, donor_id: UUID, numbers: Sequence[str], tags: Sequence[str], *, but: UUID | None = None
    ) -> list[DeclaredLine]:
        """Accepted lines of this donor with one of these numbers, or of these asset tags.

        The caller holds the donor's lock. Refused lines do not count: a corrected one may be declared again; nor do
        donations that are not sent or were given up, nor the donation `but`. The oldest first.
        """
        imeis = [number async for number in in_turns(numbers) if is_imei(number)]
        rows = await (await self.driver()).fetch(
            """SELECT l.serial, l.imeis, l.asset_tag, d.reference, l.position
            FROM donation_line l JOIN donation d ON d.id = l.donation_id
            WHERE l.id IN (
                SELECT id FROM donation_line WHERE donor_id = $1 AND serial = ANY($2)
                UNION SELECT id FROM donation_line WHERE donor_id = $1 AND asset_tag = ANY($3) AND quantity = 1
                UNION SELECT o.id FROM unnest($6::text[]) AS n(imei) JOIN donation_line o
                    ON o.donor_id = $1 AND o.imeis <> '{}' AND o.imeis @> ARRAY[n.imei]
            ) AND l.verdict = 'accepted' AND d.status = ANY($5) AND d.id IS DISTINCT FROM $4
            ORDER BY d.id, l.position""",
            *(donor_id, list(numbers), list(tags), but, BINDING, imeis),
        )
        return [DeclaredLine(*row) for row in rows]

    # every tenant: of a donation that the caller has locked
    async def overrule(self, donation_id: UUID, reasons: Mapping[int, str], *, accepted: bool) -> None:
        """The coordination's verdict on these lines, with its reasons; what the rules said is kept beside it."""
        await (await self.driver()).execute(
            """UPDATE donation_line l SET
                ruled = coalesce(l.ruled, jsonb_build_object('verdict', l.verdict, 'rule', l.rule, 'reason', l.reason)),
                verdict = $4, rule = $5, reason = u.reason,
                flags = array_append(array_remove(l.flags, $6), $6)
            FROM unnest($2::int[], $3::text[]) AS u(position, reason)
            WHERE l.donation_id = $1 AND l.position = u.position""",
            *(donation_id, list(reasons), list(reasons.values())),
            *(("accepted", None) if accepted else ("refused", "coordinator")),
            OVERRULED,
        )

    # every tenant: of a donation that the caller has locked
    async def restore_line(self, donation_id: UUID, line: int) -> None:
        """What the rules said of a line; a line on which nobody decided otherwise stays as it is."""
        await (await self.driver()).execute(
            """UPDATE donation_line SET verdict = ruled ->> 'verdict', rule = ruled ->> 'rule',
                reason = ruled ->> 'reason', ruled = NULL, flags = array_remove(flags, $3)
            WHERE donation_id = $1 AND position = $2 AND ruled IS NOT NULL""",
            *(donation_id, line, OVERRULED),
        )

    # every tenant: of a donation that the caller has locked
    async def never_acceptable(self, donation_id: UUID, lines: Sequence[int]) -> list[int]:
        """Which of these no decision can make devices of: without a category, or the double of another device."""
        rows = await (await self.driver()).fetch(
            """SELECT position FROM donation_line WHERE donation_id = $1 AND position = ANY($2::int[])
              AND (category IS NULL OR coalesce(ruled ->> 'rule', rule) = ANY($3::text[])) ORDER BY position""",
            *(donation_id, list(lines), list(DOUBLES)),
        )
        return [row["position"] for row in rows]

    # every tenant: of a donation that the caller has locked
    async def move(self, donation_id: UUID, status: DonationStatus, **columns: Any) -> None:
        """Set the state and the columns that come with it; the instant columns named `…_at` take now()."""
        sets, values = ["status = $2"], []
        for name, value in columns.items():
            if value is True and name.endswith("_at"):
                sets.append(f"{name} = now()")
            else:
                values.append(value)
                sets.append(f"{name} = ${len(values) + 2}")
        await (await self.driver()).execute(
            f"UPDATE donation SET {', '.join(sets)} WHERE id = $1", donation_id, status.value, *values
        )

    async def waiting(self, scope: Scope) -> dict[str, int]:
        """How many donations are in each open state, for the coordinator's day."""
        rows = await (await self.driver()).fetch(
            """SELECT status, count(*)::int AS n FROM donation
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND status IN ('submitted', 'accepted', 'scheduled')
            GROUP BY status""",
            scope.ids,
        )
        return {row["status"]: row["n"] for row in rows}

    # every tenant: of a donation that the caller has locked
    async def release_file(self, donation_id: UUID) -> None:
        """The file of a declined donation may be sent again."""
        await (await self.driver()).execute(
            "UPDATE fleet_import SET status = 'released' WHERE donation_id = $1", donation_id
        )


def _lines(scope: Scope, donation_id: UUID, verdict: str | None) -> Where:
    wanted = scope.where("donor_id").add("donation_id = {}", donation_id)
    return wanted if verdict is None else wanted.add("verdict = {}", verdict)


def _donation(row: Any) -> Donation:
    return Donation(**{**listed(row), "status": DonationStatus(row["status"])})


def _wanted(scope: Scope, drafts: Scope, status: Sequence[str], q: str, waiting_days: int | None, news: str) -> Where:
    wanted = scope.where("d.donor_id")
    if scope.is_everybody:
        wanted.add("d.status <> 'draft' OR d.by_network OR d.donor_id = ANY({}::uuid[])", drafts.ids or ())
    if status:
        wanted.add("d.status = ANY({}::text[])", list(status))
    if waiting_days is not None:
        since = Since.days(waiting_days)
        wanted.add(_WAITING, since.day, since.moment)
    if news in _NEWS:
        wanted.add(_NEWS[news], *([Since.days(GOOD_DAYS).moment] if "{}" in _NEWS[news] else []))
    return wanted.contains(SEARCHED, q, f"d.donor_id = ANY(ARRAY({NAMED}))")
