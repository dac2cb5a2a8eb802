"""SQL of proposals: one consistent snapshot in, one archive row out."""

from datetime import date
from uuid import UUID

from filiere.catalogue import Category, Grade
from filiere.database import Repository
from filiere.identifiers import uuid7

from distribute.allocation.engine.archive import Archive
from distribute.orders.models import IS_OPEN
from distribute.proposals.computing import Proposal
from distribute.proposals.models import ProposalStatus
from distribute.proposals.snapshot import FreeDevice, OpenLine, Orderer

_FREE = """
SELECT device_id, category, grade, coalesce(cosmetic, ''), coalesce(battery, ''), workshop_id, public_body,
       (ready_at AT TIME ZONE 'Europe/Paris')::date
FROM stock_item WHERE status = 'available'
"""
_LINES = f"""
SELECT l.id, l.relais_id, l.category, l.min_grade, l.substitutes, l.quantity - l.allocated,
       (o.placed_at AT TIME ZONE 'Europe/Paris')::date
FROM relais_order o JOIN order_line l ON l.order_id = o.id
WHERE o.{IS_OPEN} AND l.allocated < l.quantity
"""
_ORDERERS = f"""
WITH orderers AS (
    SELECT DISTINCT l.relais_id FROM relais_order o JOIN order_line l ON l.order_id = o.id
    WHERE o.{IS_OPEN} AND l.allocated < l.quantity
), kept AS (
    SELECT relais_id, count(*) AS devices FROM reservation
    WHERE released_at IS NULL AND reserved_at >= $1::date AND relais_id IN (SELECT relais_id FROM orderers)
    GROUP BY relais_id
)
SELECT r.id, r.insee, r.postcode, r.publics, r.people_supported,
       EXISTS (SELECT 1 FROM agreement a WHERE a.relais_id = r.id AND a.ended_on IS NULL), coalesce(k.devices, 0)
FROM orderers JOIN relais r ON r.id = orderers.relais_id LEFT JOIN kept k ON k.relais_id = r.id
"""
_KEEP = """
INSERT INTO allocation_proposal (id, as_of, policy, engine, solver, input_sha256, output_sha256, lines, wanted, given,
                                 seconds, requested_by, snapshot, answer, certificate)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
_ARCHIVE = """
SELECT engine, solver, policy, input_sha256, output_sha256, snapshot, answer, certificate
FROM allocation_proposal WHERE id = $1 AND certificate IS NOT NULL
"""


class ProposalsRepository(Repository):
    async def hold_still(self) -> None:
        """See one state of the database until the transaction ends. First statement of its transaction."""
        await (await self.driver()).execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    async def free_devices(self) -> list[FreeDevice]:
        """Devices that nobody is promised."""
        rows = await (await self.driver()).fetch(_FREE)
        return [FreeDevice(row[0], Category(row[1]), Grade(row[2]), *row[3:]) for row in rows]

    async def open_lines(self) -> list[OpenLine]:
        """Lines of open orders that lack devices."""
        rows = await (await self.driver()).fetch(_LINES)
        return [
            OpenLine(row[0], row[1], Category(row[2]), Grade(row[3]), tuple(map(Category, row[4])), row[5], row[6])
            for row in rows
        ]

    async def orderers(self, since: date) -> list[Orderer]:
        """Relais with such lines, and what they were promised from that day on and keep."""
        rows = await (await self.driver()).fetch(_ORDERERS, since)
        return [Orderer(row[0], row[1], row[2], tuple(row[3]), row[4], row[5], row[6]) for row in rows]

    async def keep(self, proposal: Proposal, by: str) -> UUID:
        """Write a proposal."""
        proposal_id, archive = uuid7(), proposal.archive
        await (await self.driver()).execute(
            _KEEP,
            proposal_id,
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
            by,
            archive.snapshot,
            archive.answer,
            archive.certificate,
        )
        return proposal_id

    async def hold(self, proposal_id: UUID) -> ProposalStatus | None:
        """Keep a proposal as it is until the transaction ends; None when there is none."""
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

    async def archive(self, proposal_id: UUID) -> Archive | None:
        """A proposal as it was kept."""
        row = await (await self.driver()).fetchrow(_ARCHIVE, proposal_id)
        return Archive(*row) if row is not None else None
