"""SQL of runs and results. Everything works on sets: no statement per line or device."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from filiere.calendar import today
from filiere.catalogue import Grade
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Where, listed
from filiere.identifiers import uuid7

from distribute.allocation.plan import Plan
from distribute.allocation.schemas import ResultOut, RunOut
from distribute.orders.schemas import reference
from distribute.reservations.repository import MAY_BE_PROMISED
from distribute.statuses import IS_OPEN
from distribute.why import Computed, read, reason_in_french, say

SHOWN = 500

# What a proposal may touch, in one order for everybody who holds orders.
_ORDERS_OF_FOR_UPDATE = """
SELECT 1 FROM relais_order o
WHERE o.id IN (SELECT l.order_id FROM order_line l WHERE l.id = ANY($1::uuid[]))
ORDER BY o.id FOR NO KEY UPDATE
"""
_STANDING = f"""
SELECT l.id, CASE WHEN o.{IS_OPEN} THEN l.quantity - l.allocated ELSE 0 END,
       EXISTS (SELECT 1 FROM agreement a WHERE a.relais_id = l.relais_id AND a.ended_on IS NULL)
FROM order_line l JOIN relais_order o ON o.id = l.order_id WHERE l.id = ANY($1::uuid[])
"""
# All that the answer below reads, in one number: which devices are free and what they are, what open orders still lack
# and accept, who may receive. It is added up from hashes of 64 bits; what is not open lacks nothing, whatever it says.
_WORLD = f"""
SELECT concat_ws('/',
    (SELECT sum(uuid_hash_extended(device_id, hashtextextended(category, hashtextextended(grade,
        hashint4extended(public_body::int, coalesce(hashtextextended(campaign, 1), 0))))))
     FROM stock_item WHERE status = 'available'),
    (SELECT sum(uuid_hash_extended(l.id, uuid_hash_extended(l.relais_id, hashtextextended(l.category,
        hashtextextended(l.min_grade, hashint4extended(l.quantity - l.allocated,
            hash_array_extended(l.substitutes, 0)))))))
     FROM relais_order o JOIN order_line l ON l.order_id = o.id WHERE o.{IS_OPEN}),
    (SELECT sum(uuid_hash_extended(relais_id, 0)) FROM agreement WHERE ended_on IS NULL),
    (SELECT sum(uuid_hash_extended(id, 0)) FROM relais WHERE may_receive_public_origin)) AS world
"""
# What `apply` would do of a plan, in two numbers. Each table is joined once, as a whole: what would be asked of each
# device anew, its line's order, Relais and agreement, is asked of each line.
_STILL = f"""
WITH lines AS MATERIALIZED (
    SELECT p.place, p.wanted, p.planned,
           CASE WHEN o.{IS_OPEN} THEN l.quantity - l.allocated ELSE 0 END AS missing,
           l.id IS NULL OR a.relais_id IS NOT NULL AS has_agreement,
           l.category, l.substitutes, l.min_grade, r.may_receive_public_origin
    FROM unnest($1::text::uuid[], $2::text::int[], $3::text::int[])
         WITH ORDINALITY AS p(line_id, wanted, planned, place)
    LEFT JOIN order_line l ON l.id = p.line_id LEFT JOIN relais_order o ON o.id = l.order_id
    LEFT JOIN relais r ON r.id = l.relais_id
    LEFT JOIN (SELECT DISTINCT relais_id FROM agreement WHERE ended_on IS NULL) a ON a.relais_id = l.relais_id
), free AS MATERIALIZED (
    SELECT p.place, p.rank, p.kind, i.status, i.category, i.grade, i.public_body, i.campaign
    FROM unnest($4::text::int[], $5::text::int[], $6::text::int[], $7::text::uuid[]) AS p(place, rank, kind, device_id)
    JOIN stock_item i ON i.device_id = p.device_id WHERE i.status = 'available'
), got AS (
    SELECT i.place, count(*) AS devices
    FROM free i
    JOIN unnest($8::text[], $9::text[], $10::text[]) WITH ORDINALITY AS u(category, grade, campaign, kind)
        ON u.kind = i.kind
    JOIN lines own ON own.place = i.place CROSS JOIN LATERAL (SELECT own.may_receive_public_origin) AS whose
    WHERE own.has_agreement AND i.rank <= own.missing AND {MAY_BE_PROMISED.format(campaigns="$11", grades="$12")}
    GROUP BY i.place
)
SELECT coalesce(sum(g.devices), 0)::bigint,
       count(*) FILTER (WHERE n.missing <> n.wanted OR NOT n.has_agreement OR coalesce(g.devices, 0) < n.planned),
       ({_WORLD})
FROM lines n LEFT JOIN got g ON g.place = n.place
"""
# In one word: which devices are free, which lines lack how many, who may receive, and the day.
_STATE = f"""
SELECT concat_ws('/', $1::date,
    (SELECT sum(hashtextextended(concat_ws('/', device_id, grade, campaign), 0)) FROM stock_item
     WHERE status = 'available'),
    (SELECT sum(hashtextextended(concat_ws('/', l.id, l.quantity - l.allocated, l.substitutes, l.min_grade), 0))
     FROM relais_order o JOIN order_line l ON l.order_id = o.id
     WHERE o.{IS_OPEN} AND l.allocated < l.quantity AND NOT l.on_hold),
    (SELECT count(*) FROM agreement WHERE ended_on IS NULL),
    (SELECT count(*) FROM relais WHERE may_receive_public_origin))
"""
_KEEP_RESULTS = f"""
WITH told AS (
    SELECT line_id, requested, allocated, reason, why::jsonb AS why, is_told, is_held
    FROM unnest($2::uuid[], $3::int[], $4::int[], $5::text[], $6::text[], $7::bool[], $8::bool[])
         AS u(line_id, requested, allocated, reason, why, is_told, is_held)
), marked AS (
    UPDATE order_line l
    SET allocated = l.allocated + t.allocated,
        reason = CASE WHEN o.{IS_OPEN} AND t.is_told THEN t.reason ELSE l.reason END,
        why = CASE WHEN o.{IS_OPEN} AND t.is_told THEN t.why ELSE l.why END,
        on_hold = coalesce(t.is_held, l.on_hold)
    FROM told t, relais_order o WHERE l.id = t.line_id AND o.id = l.order_id
    RETURNING l.id, l.order_id, l.relais_id, t.requested, t.allocated, t.reason, t.why
)
INSERT INTO allocation_result (run_id, line_id, order_id, relais_id, requested, allocated, reason, why)
SELECT $1, id, order_id, relais_id, requested, allocated, reason, why FROM marked
"""
_RESULTS = """
SELECT a.line_id, a.order_id, o.number, a.relais_id, r.name AS relais_name, l.category, l.min_grade, a.requested,
       a.allocated, a.reason, a.why
FROM allocation_result a JOIN order_line l ON l.id = a.line_id JOIN relais_order o ON o.id = a.order_id
JOIN relais r ON r.id = a.relais_id
WHERE a.run_id = $1 ORDER BY o.number, l.position LIMIT $2
"""
_COLUMNS = """
id, number, status, method, proposal_id, lines, requested, allocated, seconds, created_at, undone_at, started_by,
(SELECT p.policy FROM allocation_proposal p WHERE p.id = u.proposal_id) AS policy
"""
_RUN = f"SELECT {_COLUMNS} FROM allocation_run u"
_RUNS = Listing(_COLUMNS, "allocation_run u", {"newest": Order(Key("number", Kind.NUMBER), down=True)})


_ANOTHER = """
WITH free AS (
    SELECT i.*, CASE WHEN i.campaign = ANY($3::text[]) THEN i.campaign END AS kept_for FROM stock_item i
    WHERE i.status = 'available' AND i.device_id <> ALL($4::uuid[])
)
SELECT i.device_id, i.category, i.grade, i.kept_for
FROM order_line l JOIN relais r ON r.id = l.relais_id JOIN stock_item lost ON lost.device_id = $2
JOIN free i ON i.category = ANY(l.category || l.substitutes)
    AND array_position($5::text[], i.grade::text) <= array_position($5::text[], l.min_grade::text)
    AND (r.may_receive_public_origin OR NOT i.public_body) AND (i.kept_for IS NULL OR i.kept_for = l.campaign)
WHERE l.id = $1 AND NOT EXISTS (  -- what somebody has taken out of a parcel of this order has something
    SELECT 1 FROM reservation s WHERE s.order_id = l.order_id AND s.released_at IS NOT NULL
    AND s.device_id = i.device_id AND s.release_why ->> 'ending' = 'swapped'
)
ORDER BY i.category <> lost.category, i.category <> l.category, i.grade <> lost.grade,
    array_position($5::text[], i.grade::text) DESC, i.workshop_id <> lost.workshop_id, i.kept_for NULLS LAST,
    i.ready_at, i.device_id
LIMIT 1
"""


class Standing(NamedTuple):
    """How a line stands: devices that it still lacks, 0 when nobody waits any more; whether its Relais may receive."""

    missing: int
    has_agreement: bool


class Result(NamedTuple):
    """A run's word on a line. `is_told`: whether the line says it too, instead of what it said before; `is_held`:
    whether it waits for the coordination's next run from now on, None to leave that as it is."""

    line_id: UUID
    requested: int
    allocated: int
    why: Computed
    is_told: bool
    is_held: bool | None


class Another(NamedTuple):
    """A free device for a line that lost one; `campaign`: as `reserve` takes it."""

    device_id: UUID
    category: str
    grade: str
    campaign: str | None


class TouchedLine(NamedTuple):
    """A line of an order that a run gave something to."""

    order_id: UUID
    number: int
    relais_id: UUID
    line_id: UUID
    quantity: int
    allocated: int
    reason: str  # as events tell it


_TOUCHED = [name for name in TouchedLine._fields if name != "reason"]


# every tenant: the coordination shares out the stock among all Relais
class AllocationRepository(Repository):
    async def orders_of_for_update(self, line_ids: Sequence[UUID]) -> None:
        """Lock the orders of these lines, in id order."""
        await (await self.driver()).execute(_ORDERS_OF_FOR_UPDATE, line_ids)

    async def standing(self, line_ids: Sequence[UUID]) -> dict[UUID, Standing]:
        """How these lines stand."""
        rows = await (await self.driver()).fetch(_STANDING, line_ids)
        return {row[0]: Standing(row[1], row[2]) for row in rows}

    async def still(self, plan: Plan, campaigns: Collection[str]) -> tuple[int, int]:
        """(devices that could be promised now, lines that something changed for) of what is planned.

        `campaigns` are those of the policy in force: what is set aside for another one is everybody's. Whoever looks
        again while nothing has changed is told what was found then: all of it is in one word, which costs a twentieth.
        """
        driver, wanted = await self.driver(), sorted(campaigns)
        if (known := plan.found_when(wanted, await driver.fetchval(_WORLD))) is not None:
            return known
        row = await driver.fetchrow(
            _STILL,
            plan.line_ids,
            plan.wanted,
            plan.planned,
            plan.lines,
            plan.ranks,
            plan.kinds,
            plan.device_ids,
            [category for category, _, _ in plan.known],
            [grade for _, grade, _ in plan.known],
            [campaign for _, _, campaign in plan.known],
            wanted,
            list(Grade),
        )
        assert row is not None
        # The word of the same moment: what changes between two statements is not taken for what was found.
        plan.keep(wanted, row[2], (row[0], row[1]))
        return row[0], row[1]

    async def state(self) -> str:
        """A word that changes whenever a run might find more to give."""
        return str(await (await self.driver()).fetchval(_STATE, today()))

    async def another(
        self, line_id: UUID, instead_of: UUID, campaigns: Sequence[str], but: Sequence[UUID]
    ) -> Another | None:
        """The free device nearest to the one lost: its category and grade first, then from its workshop, then what is
        just good enough."""
        row = await (await self.driver()).fetchrow(_ANOTHER, line_id, instead_of, campaigns, list(but), list(Grade))
        return Another(*row) if row is not None else None

    async def untold(self, line_ids: Sequence[UUID]) -> set[UUID]:
        """Those of the lines that no run has said anything of."""
        rows = await (await self.driver()).fetch(
            "SELECT id FROM order_line WHERE id = ANY($1::uuid[]) AND reason IS NULL", line_ids
        )
        return {row[0] for row in rows}

    async def hold_lines(self, line_ids: Sequence[UUID]) -> None:
        """Have these lines wait for the coordination's next run."""
        await (await self.driver()).execute("UPDATE order_line SET on_hold = true WHERE id = ANY($1::uuid[])", line_ids)

    async def start(self, method: str, proposal_id: UUID | None, lines: int, requested: int, started_by: str) -> UUID:
        """Open the run's record."""
        run_id = uuid7()
        await (await self.driver()).execute(
            "INSERT INTO allocation_run (id, status, method, proposal_id, lines, requested, allocated, seconds,"
            " started_by) VALUES ($1, 'applied', $2, $3, $4, $5, 0, 0, $6)",
            run_id,
            method,
            proposal_id,
            lines,
            requested,
            started_by,
        )
        return run_id

    async def finish(self, run_id: UUID, allocated: int, seconds: float) -> None:
        await (await self.driver()).execute(
            "UPDATE allocation_run SET allocated = $2, seconds = $3 WHERE id = $1", run_id, allocated, seconds
        )

    async def keep_results(self, run_id: UUID, results: Sequence[Result]) -> None:
        """Write the run's word into the run and onto the lines, with the French sentence."""
        await (await self.driver()).execute(
            _KEEP_RESULTS,
            run_id,
            [one.line_id for one in results],
            [one.requested for one in results],
            [one.allocated for one in results],
            [say(one.why) for one in results],
            [one.why.model_dump_json() for one in results],
            [one.is_told for one in results],
            [one.is_held for one in results],
        )

    async def lines_of(self, order_ids: Sequence[UUID]) -> list[TouchedLine]:
        """The lines of these orders as they stand, in the order of the orders' ids."""
        rows = await (await self.driver()).fetch(
            "SELECT o.id AS order_id, o.number, o.relais_id, l.id AS line_id, l.quantity, l.allocated, l.reason, l.why"
            " FROM relais_order o JOIN order_line l ON l.order_id = o.id WHERE o.id = ANY($1::uuid[])"
            " ORDER BY o.id, l.position",
            order_ids,
        )
        return [
            TouchedLine(
                **{name: row[name] for name in _TOUCHED}, reason=reason_in_french(read(row["why"]), row["reason"])
            )
            for row in rows
        ]

    async def run(self, run_id: UUID, *, for_update: bool = False) -> RunOut | None:
        row = await (await self.driver()).fetchrow(f"{_RUN} WHERE id = $1{' FOR UPDATE' if for_update else ''}", run_id)
        return RunOut.model_validate(dict(row)) if row is not None else None

    async def runs(self, part: Part) -> Found[RunOut]:
        """Runs, newest first."""
        found = await _RUNS.page(await self.driver(), Where(), part)
        return found.of(lambda row: RunOut.model_validate(listed(row)))

    async def results(self, run_id: UUID) -> list[ResultOut]:
        """The run's word on its first lines, oldest order first."""
        rows = await (await self.driver()).fetch(_RESULTS, run_id, SHOWN)
        return [
            ResultOut.model_validate({**row, "reference": reference(row["number"]), "why": read(row["why"])})
            for row in rows
        ]

    async def orders_of_run(self, run_id: UUID) -> list[UUID]:
        """Orders that still hold a promise of the run."""
        rows = await (await self.driver()).fetch(
            "SELECT DISTINCT order_id FROM reservation WHERE run_id = $1 AND released_at IS NULL ORDER BY 1", run_id
        )
        return [row[0] for row in rows]

    async def still_reserved(self, run_id: UUID) -> list[UUID]:
        """Devices of the run that have not left."""
        rows = await (await self.driver()).fetch(
            "SELECT r.device_id FROM reservation r JOIN stock_item i USING (device_id)"
            " WHERE r.run_id = $1 AND r.released_at IS NULL AND i.status = 'reserved' ORDER BY 1",
            run_id,
        )
        return [row[0] for row in rows]

    async def mark_undone(self, run_id: UUID) -> None:
        await (await self.driver()).execute(
            "UPDATE allocation_run SET status = 'undone', undone_at = now() WHERE id = $1", run_id
        )
