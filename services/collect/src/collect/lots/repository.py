"""Queries of lots."""

from collections.abc import Sequence
from uuid import UUID

from filiere.database import Repository
from filiere.web import Principal

from collect.access import scope
from collect.donations.schemas import DonationOut
from collect.lots.schemas import LotOut

# Every use begins with `scope(principal)`: $1 is whether the coordination asks, whose words among itself nobody else
# reads (why not the first workshop). The place of the pickup: the site of the appointment, else the donor's first.
_SELECT = """
SELECT l.id, l.code, l.donor_id, o.name AS donor_name, l.donation_id, d.reference AS donation_reference, l.status,
       l.public_body, l.devices, l.collected_at, s.postcode, l.workshop_id, w.name AS workshop_name, l.dispatched_at,
       CASE WHEN $1 THEN l.override_reason END AS override_reason, l.arrived_at, l.reconciled_at, l.missing, l.surplus,
       count(*) OVER () AS total
FROM lot l
JOIN donor o ON o.id = l.donor_id
JOIN donation d ON d.id = l.donation_id
CROSS JOIN LATERAL (
    SELECT postcode FROM site WHERE donor_id = l.donor_id ORDER BY id <> d.pickup_site_id, id LIMIT 1
) s
LEFT JOIN workshop w ON w.workshop_id = l.workshop_id
"""


class LotRepository(Repository):
    async def seal(self, lot_id: UUID, donation: DonationOut, devices: int) -> str:
        """Insert the lot of a pickup; returns its code."""
        code: str = await (await self.driver()).fetchval(
            """INSERT INTO lot (donor_id, id, donation_id, number, code, status, public_body, devices, collected_at)
            SELECT $1, $2, $3, n, 'L-' || lpad(n::text, greatest(5, length(n::text)), '0'), 'sealed', $4, $5, now()
            FROM nextval('lot_number_seq') AS n RETURNING code""",
            *(donation.donor_id, lot_id, donation.id, donation.public_body, devices),
        )
        return code

    async def hold(self, lot_id: UUID, principal: Principal) -> LotOut | None:
        """One lot, locked until the transaction ends, if the caller may see it."""
        await (await self.driver()).execute(
            "SELECT 1 FROM lot WHERE ($1 OR donor_id = ANY($2)) AND id = $3 FOR UPDATE", *scope(principal), lot_id
        )
        return await self.get(lot_id, principal)

    async def get(self, lot_id: UUID, principal: Principal) -> LotOut | None:
        row = await (await self.driver()).fetchrow(
            f"{_SELECT} WHERE ($1 OR l.donor_id = ANY($2)) AND l.id = $3", *scope(principal), lot_id
        )
        return LotOut(**{k: v for k, v in row.items() if k != "total"}) if row is not None else None

    async def listing(
        self,
        principal: Principal,
        *,
        donation_id: UUID | None = None,
        status: Sequence[str] = (),
        limit: int | None = None,
        offset: int = 0,
    ) -> tuple[list[LotOut], int]:
        """(lots, newest first, how many in all) of a donation, in these states (all when none)."""
        rows = await (await self.driver()).fetch(
            f"""{_SELECT} WHERE ($1 OR l.donor_id = ANY($2)) AND ($3::uuid IS NULL OR l.donation_id = $3)
            AND (cardinality($4::text[]) = 0 OR l.status = ANY($4)) ORDER BY l.id DESC LIMIT $5 OFFSET $6""",
            *scope(principal),
            *(donation_id, list(status), limit, offset),
        )
        found = [LotOut(**{k: v for k, v in row.items() if k != "total"}) for row in rows]
        return found, rows[0]["total"] if rows else 0

    async def ids_of(self, donation_id: UUID, principal: Principal) -> list[UUID]:
        rows = await (await self.driver()).fetch(
            "SELECT id FROM lot WHERE ($1 OR donor_id = ANY($2)) AND donation_id = $3 ORDER BY id",
            *scope(principal),
            donation_id,
        )
        return [row["id"] for row in rows]

    async def dispatch(self, lot_id: UUID, workshop_id: UUID, override_reason: str | None) -> None:
        await (await self.driver()).execute(
            """UPDATE lot SET status = 'dispatched', workshop_id = $2, override_reason = $3, dispatched_at = now()
            WHERE id = $1""",
            *(lot_id, workshop_id, override_reason),
        )
