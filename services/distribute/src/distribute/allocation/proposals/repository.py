"""SQL of proposals: one consistent snapshot in, one archive row out."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from filiere.calendar import day_sql
from filiere.catalogue import Category, Grade
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Where, listed
from filiere.identifiers import uuid7
from filiere.loop_turns import in_turns

from distribute.allocation.proposals.computing import Proposal
from distribute.allocation.proposals.snapshot import FreeDevice, Kept, OpenLine, Orderer
from distribute.allocation.proposals.status import ProposalStatus
from distribute.engine.archive import Archive
from distribute.statuses import IS_OPEN

# Wakes the workers that compute.
CHANNEL = "filiere_proposals"
# Held by whoever proves a proposal again.
PROOF_LOCK = 0x46494C_505246

# What is set aside for a campaign that the policy does not name (any more) is everybody's: no device waits for ever.
_FREE = f"""
SELECT device_id, category, grade, coalesce(cosmetic, ''), coalesce(battery, ''), workshop_id, public_body,
       {day_sql("ready_at")}, workshop_territory,
       CASE WHEN campaign = ANY($1::text[]) THEN campaign END
FROM stock_item WHERE status = 'available'
"""
_LINES = f"""
SELECT l.id, l.relais_id, l.category, l.min_grade, l.substitutes, l.quantity - l.allocated,
       {day_sql("o.placed_at")}, l.urgent, l.wanted_on, l.campaign, l.publics
FROM relais_order o JOIN order_line l ON l.order_id = o.id
WHERE o.{IS_OPEN} AND l.allocated < l.quantity AND ($1 OR NOT l.on_hold)
"""
_ORDERERS = f"""
WITH orderers AS (
    SELECT DISTINCT l.relais_id FROM relais_order o JOIN order_line l ON l.order_id = o.id
    WHERE o.{IS_OPEN} AND l.allocated < l.quantity
), kept AS (
    SELECT relais_id, count(*) AS devices FROM reservation
    WHERE released_at IS NULL AND reserved_at >= $1 AND relais_id IN (SELECT relais_id FROM orderers)
    GROUP BY relais_id
)
SELECT r.id, r.insee, r.postcode, r.publics, r.people_supported,
       EXISTS (SELECT 1 FROM agreement a WHERE a.relais_id = r.id AND a.ended_on IS NULL), coalesce(k.devices, 0),
       r.territory, r.may_receive_public_origin
FROM orderers JOIN relais r ON r.id = orderers.relais_id LEFT JOIN kept k ON k.relais_id = r.id
"""
# What was set aside counts as in `_FREE`: as everybody's once the policy does not name its campaign.
_KEPT = """
SELECT i.category, coalesce(i.campaign = ANY($1::text[]), false), l.urgent, l.campaign, count(*)
FROM reservation r JOIN order_line l ON l.id = r.line_id JOIN stock_item i ON i.device_id = r.device_id
WHERE r.released_at IS NULL AND r.reserved_at >= $2
GROUP BY 1, 2, 3, 4
"""
_KEEP = """
INSERT INTO allocation_proposal (id, requested_by, as_of, policy, engine, solver, input_sha256, output_sha256, lines,
                                 wanted, given, seconds, snapshot, answer, certificate)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
_COLUMNS = """
p.id, p.number, p.status, asked_policy, policy, requested_by, created_at, step, attempts, failure, ended_at,
       as_of, lines, wanted, given, seconds,
       given + coalesce((SELECT sum(c.given - c.computed) FROM proposal_override c WHERE c.proposal_id = p.id), 0)
           AS decided,
r.id AS run_id, r.number AS run_number, r.allocated AS promised, r.undone_at
"""
_FROM = """
allocation_proposal p
LEFT JOIN LATERAL (SELECT id, number, allocated, undone_at FROM allocation_run WHERE proposal_id = p.id) r ON true
"""
_SHOWN = f"SELECT {_COLUMNS} FROM {_FROM}"
_LISTED = Listing(
    _COLUMNS,
    _FROM,
    {"newest": Order(Key("p.number", Kind.NUMBER), down=True)},
    counted="allocation_proposal p",
)
# The oldest request that nobody computes, or whose worker has gone silent.
_CLAIM = """
UPDATE allocation_proposal
SET status = 'computing', attempts = attempts + 1, alive_at = now(), step = NULL
WHERE id = (
    SELECT id FROM allocation_proposal
    WHERE status = 'waiting' OR (status = 'computing' AND alive_at < now() - make_interval(secs => $1))
    ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, attempts, asked_policy
"""
_FINISH = """
UPDATE allocation_proposal
SET status = 'proposed', step = NULL, as_of = $3, policy = $4, engine = $5, solver = $6, input_sha256 = $7,
    output_sha256 = $8, lines = $9, wanted = $10, given = $11, seconds = $12, snapshot = $13, answer = $14,
    certificate = $15
WHERE id = $1 AND attempts = $2 AND status = 'computing'
"""
_WISHES = """
SELECT l.id, o.number, l.position, o.id, l.relais_id, r.name, r.territory, l.category, l.min_grade, l.substitutes,
       l.publics, l.urgent, l.wanted_on, l.campaign
FROM order_line l JOIN relais_order o ON o.id = l.order_id JOIN relais r ON r.id = l.relais_id
WHERE l.id = ANY($1::uuid[])
ORDER BY o.number, l.position, l.id
"""
_IN_ORDER = """
SELECT coalesce(array_agg(l.id ORDER BY o.number, l.position, l.id), '{}')
FROM order_line l JOIN relais_order o ON o.id = l.order_id
WHERE l.id = ANY($1::uuid[])
"""
# `$1` is a text, and not an array: of twenty thousand lines none is told one by one.
_SOUGHT = """
WITH found AS MATERIALIZED (
    SELECT w.id, w.place, r.name
    FROM unnest($1::text::uuid[]) WITH ORDINALITY AS w(id, place)
    JOIN order_line l ON l.id = w.id JOIN relais_order o ON o.id = l.order_id JOIN relais r ON r.id = l.relais_id
    WHERE $2 = '' OR strpos(lower(r.name), lower($2)) > 0 OR strpos(lower('R-' || o.number), lower($2)) > 0
)
SELECT (SELECT count(*) FROM found), array(SELECT id FROM found ORDER BY {order} OFFSET $3 LIMIT $4)
"""
_SOUGHT_BY = {
    "": _SOUGHT.format(order="place"),
    "relais": _SOUGHT.format(order="lower(name), place"),
    "-relais": _SOUGHT.format(order="lower(name) DESC, place"),
}
_CHANGE = """
INSERT INTO proposal_override (proposal_id, line_id, given, computed, reason, decided_by)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (proposal_id, line_id) DO UPDATE
SET given = excluded.given, computed = excluded.computed, reason = excluded.reason, decided_by = excluded.decided_by,
    decided_at = now()
"""
_ARCHIVE = """
SELECT engine, solver, policy, input_sha256, output_sha256, snapshot, answer, certificate
FROM allocation_proposal WHERE id = $1 AND certificate IS NOT NULL
"""


class Claim(NamedTuple):
    """A proposal to compute, and which attempt it is."""

    proposal_id: UUID
    attempt: int
    policy: str | None


class RequestedLine(NamedTuple):
    """Whose line it is and what it asks for; sorts by age of the order."""

    number: int
    position: int
    order_id: UUID
    relais_id: UUID
    relais_name: str
    territory: str
    category: str
    min_grade: str
    substitutes: list[str]
    publics: list[str]
    urgent: bool
    wanted_on: date | None
    campaign: str | None


def _computed(proposal: Proposal) -> tuple[object, ...]:
    """What a proposal has once it is computed, in the order of `_KEEP` and `_FINISH`."""
    archive = proposal.archive
    return (
        proposal.as_of,
        archive.policy,
        archive.engine,
        archive.solver,
        archive.input_sha256,
        archive.output_sha256,
        proposal.lines,
        proposal.wanted,
        proposal.given,
        proposal.seconds,
        archive.snapshot,
        archive.answer,
        archive.certificate,
    )


# every tenant: the coordination shares out the stock among all Relais
class ProposalsRepository(Repository):
    async def hold_still(self) -> None:
        """See one state of the database until the transaction ends. First statement of its transaction."""
        await (await self.driver()).execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    async def free_devices(self, campaigns: Collection[str]) -> list[FreeDevice]:
        """Devices that nobody is promised; `campaigns` are those of the policy."""
        rows = await (await self.driver()).fetch(_FREE, sorted(campaigns))
        return [FreeDevice(row[0], Category(row[1]), Grade(row[2]), *row[3:]) for row in rows]

    async def open_lines(self, *, with_held: bool) -> list[OpenLine]:
        """Lines of open orders that lack devices; without those on hold, unless asked."""
        rows = await (await self.driver()).fetch(_LINES, with_held)
        return [
            OpenLine(
                row[0],
                row[1],
                Category(row[2]),
                Grade(row[3]),
                tuple(map(Category, row[4])),
                row[5],
                row[6],
                row[7],
                row[8],
                row[9],
                tuple(row[10]),
            )
            for row in rows
        ]

    async def orderers(self, since: datetime) -> list[Orderer]:
        """Relais with such lines, and what they were promised from then on and keep."""
        rows = await (await self.driver()).fetch(_ORDERERS, since)
        return [Orderer(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in rows]

    async def kept_since(self, since: datetime, campaigns: Collection[str]) -> list[Kept]:
        """How many devices were promised from then on and are kept, by what they are and whom they went to."""
        rows = await (await self.driver()).fetch(_KEPT, sorted(campaigns), since)
        return [Kept(Category(row[0]), *row[1:]) for row in rows]

    async def keep(self, proposal: Proposal, by: str) -> UUID:
        """Write a proposal."""
        proposal_id = uuid7()
        await (await self.driver()).execute(_KEEP, proposal_id, by, *_computed(proposal))
        return proposal_id

    async def ask(self, policy: str | None, by: str) -> UUID:
        """Write the request for a proposal, and wake the workers."""
        proposal_id = uuid7()
        driver = await self.driver()
        await driver.execute(
            "INSERT INTO allocation_proposal (id, status, asked_policy, requested_by) VALUES ($1, 'waiting', $2, $3)",
            proposal_id,
            policy,
            by,
        )
        await driver.execute(f"NOTIFY {CHANNEL}")
        return proposal_id

    async def claim(self, silent_s: float) -> Claim | None:
        """Take up what is to compute; nobody else does until it is silent for so long."""
        row = await (await self.driver()).fetchrow(_CLAIM, silent_s)
        return Claim(*row) if row is not None else None

    async def alive(self, claim: Claim, step: str | None) -> bool:
        """Say that it is being computed; False when it is not ours any more: cancelled, or taken up by another."""
        status = await (await self.driver()).execute(
            "UPDATE allocation_proposal SET alive_at = now(), step = $3"
            " WHERE id = $1 AND attempts = $2 AND status = 'computing'",
            claim.proposal_id,
            claim.attempt,
            step,
        )
        return str(status).endswith(" 1")

    async def give_back(self, claim: Claim) -> None:
        """Let another worker compute it from the start; the attempt does not count."""
        driver = await self.driver()
        await driver.execute(
            "UPDATE allocation_proposal SET status = 'waiting', step = NULL, alive_at = NULL, attempts = attempts - 1"
            " WHERE id = $1 AND attempts = $2 AND status = 'computing'",
            claim.proposal_id,
            claim.attempt,
        )
        await driver.execute(f"NOTIFY {CHANNEL}")

    async def fail(self, claim: Claim, why: str) -> bool:
        """End it with a French sentence; False when it is not ours any more."""
        status = await (await self.driver()).execute(
            "UPDATE allocation_proposal SET status = 'failed', failure = $3, step = NULL, ended_at = now()"
            " WHERE id = $1 AND attempts = $2 AND status = 'computing'",
            claim.proposal_id,
            claim.attempt,
            why,
        )
        return str(status).endswith(" 1")

    async def finish(self, claim: Claim, proposal: Proposal) -> None:
        """Write what was computed, unless it is not ours any more."""
        await (await self.driver()).execute(_FINISH, claim.proposal_id, claim.attempt, *_computed(proposal))

    async def shown(self, proposal_id: UUID) -> dict[str, Any] | None:
        """What people see of a proposal."""
        row = await (await self.driver()).fetchrow(f"{_SHOWN} WHERE p.id = $1", proposal_id)
        return dict(row) if row is not None else None

    async def listing(
        self, part: Part, statuses: Collection[ProposalStatus] = tuple(ProposalStatus)
    ) -> Found[dict[str, Any]]:
        """Proposals that were asked for, newest first; those that a run made for itself are not among them."""
        wanted = Where("attempts > 0 OR p.status <> 'approved'")
        wanted.add("p.status = ANY({}::varchar[])", [one.value for one in statuses])
        return (await _LISTED.page(await self.driver(), wanted, part)).of(listed)

    async def requested_lines(self, line_ids: Sequence[UUID]) -> dict[UUID, RequestedLine]:
        """Whose lines these are and what they ask for, the oldest order first."""
        rows = await (await self.driver()).fetch(_WISHES, line_ids)
        found = {}
        async for row in in_turns(rows):
            found[row[0]] = RequestedLine(*row[1:])
        return found

    async def in_order(self, line_ids: Sequence[UUID]) -> list[UUID]:
        """Those of these lines that there still are, the oldest order first."""
        return list(await (await self.driver()).fetchval(_IN_ORDER, line_ids))

    async def sought(self, line_ids: str, q: str, by: str, part: Part) -> tuple[list[UUID], int]:
        """Some of these lines, in their order or `by` the name of their Relais, and how many there are in all.

        Those of Relais or orders whose name holds `q`. `line_ids`: an array of PostgreSQL as text.
        """
        row = await (await self.driver()).fetchrow(_SOUGHT_BY[by], line_ids, q, part.offset, part.limit)
        assert row is not None
        return list(row[1]), row[0]

    async def places(self, relais_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
        """(name, département) of these Relais."""
        rows = await (await self.driver()).fetch(
            "SELECT id, name, territory FROM relais WHERE id = ANY($1::uuid[])", relais_ids
        )
        return {row[0]: (row[1], row[2]) for row in rows}

    async def change(self, proposal_id: UUID, line_id: UUID, given: int, computed: int, reason: str, by: str) -> None:
        """Keep what the coordination decides for a line, instead of what was computed."""
        await (await self.driver()).execute(_CHANGE, proposal_id, line_id, given, computed, reason, by)

    async def unchange(self, proposal_id: UUID, line_id: UUID) -> None:
        """Forget it: the line gets what was computed."""
        await (await self.driver()).execute(
            "DELETE FROM proposal_override WHERE proposal_id = $1 AND line_id = $2", proposal_id, line_id
        )

    async def status_for_update(self, proposal_id: UUID) -> ProposalStatus | None:
        """Lock a proposal until the transaction ends; None when there is none."""
        status = await (await self.driver()).fetchval(
            "SELECT status FROM allocation_proposal WHERE id = $1 FOR UPDATE", proposal_id
        )
        return ProposalStatus(status) if status is not None else None

    async def set_status(self, proposal_id: UUID, status: ProposalStatus) -> None:
        """Move a proposal that the caller holds."""
        await (await self.driver()).execute(
            "UPDATE allocation_proposal SET status = $2::varchar,"
            " ended_at = CASE WHEN $2::varchar IN ('approved', 'cancelled', 'failed') THEN now() END WHERE id = $1",
            proposal_id,
            status.value,
        )

    async def changes(self, proposal_id: UUID) -> list[tuple[UUID, int, str]]:
        """What the coordination decided otherwise: line, devices, reason."""
        rows = await (await self.driver()).fetch(
            "SELECT line_id, given, reason FROM proposal_override WHERE proposal_id = $1 ORDER BY line_id", proposal_id
        )
        return [(row[0], row[1], row[2]) for row in rows]

    async def try_lock_proof(self) -> bool:
        """Whether the caller is the only one who proves, until its transaction ends."""
        return bool(await (await self.driver()).fetchval("SELECT pg_try_advisory_xact_lock($1)", PROOF_LOCK))

    async def archive(self, proposal_id: UUID) -> Archive | None:
        """A proposal as it was kept."""
        row = await (await self.driver()).fetchrow(_ARCHIVE, proposal_id)
        return Archive(*row) if row is not None else None
