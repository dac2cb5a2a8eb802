"""Whom news goes to, and what is told of donations that events have moved."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository


class Recipient(NamedTuple):
    donor_id: UUID
    address: str


class Told(NamedTuple):
    """A donation as a letter tells of it."""

    donation_id: UUID
    donor_id: UUID
    reference: str
    accepted: int
    missing: int
    withdrawn: int
    reused: int

    @property
    def data(self) -> dict[str, str | int]:
        """What a letter says of it."""
        found = self._asdict()
        return {name: found[name] for name in ("reference", "accepted", "missing", "withdrawn", "reused")}


class Counted(NamedTuple):
    """A workshop's count of a lot, for its donor to agree with. `missing_before`: of the count that it knew before."""

    lot_id: UUID
    donor_id: UUID
    code: str
    reference: str
    devices: int
    missing: int
    surplus: int
    missing_before: int | None

    @property
    def data(self) -> dict[str, str | int | None]:
        """What a letter says of it."""
        found = self._asdict()
        names = ("code", "reference", "devices", "missing", "surplus", "missing_before")
        return {name: found[name] for name in names}


# every tenant: letters go to the people of the donors whose donations changed, whoever changed them
class NewsRepository(Repository):
    async def people_of(self, donors: Sequence[UUID]) -> list[Recipient]:
        """The donors' contacts, and those who act for them, as far as their address is known."""
        rows = await (await self.driver()).fetch(
            """SELECT donor_id, lower(email) AS address FROM contact WHERE donor_id = ANY($1)
            UNION
            SELECT m.organisation_id, lower(p.address) FROM membership m JOIN person p ON p.subject = m.subject
            WHERE m.role = 'donor' AND m.organisation_id = ANY($1) AND p.address IS NOT NULL
            ORDER BY 1, 2""",
            list(donors),
        )
        return [Recipient(row[0], row[1]) for row in rows]

    async def coordination(self) -> list[str]:
        """Addresses of the coordination's people."""
        rows = await (await self.driver()).fetch(
            """SELECT DISTINCT lower(p.address) AS address FROM membership m JOIN person p ON p.subject = m.subject
            WHERE m.role = 'coordinator' AND p.address IS NOT NULL ORDER BY 1"""
        )
        return [row["address"] for row in rows]

    async def donor_name(self, donor_id: UUID) -> str:
        name: str = await (await self.driver()).fetchval("SELECT name FROM donor WHERE id = $1", donor_id)
        return name

    async def site(self, site_id: UUID) -> str:
        """A site as it is written on a letter."""
        words: str = await (await self.driver()).fetchval(
            "SELECT label || ', ' || address || ', ' || postcode || ' ' || city FROM site WHERE id = $1", site_id
        )
        return words

    async def told(self, donations: Sequence[UUID]) -> list[Told]:
        """What their devices have become, of each donation.

        Of gifts from before their network came nobody is written to: hundreds would end in one night.
        """
        rows = await (await self.driver()).fetch(
            """SELECT d.id, d.donor_id, d.reference, d.accepted,
                count(*) FILTER (WHERE v.stage = 'missing')::int,
                count(*) FILTER (WHERE v.stage = 'withdrawn')::int,
                count(*) FILTER (WHERE v.stage = 'handed_over')::int
            FROM donation d JOIN device v ON v.donation_id = d.id WHERE d.id = ANY($1)
              AND d.source <> 'carried_over'
            GROUP BY d.id ORDER BY d.id""",
            list(donations),
        )
        return [Told(*row) for row in rows]
