"""Queries of what broke after it was handed over."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from filiere.catalogue import Fault
from filiere.database import Repository, Scope

_DEFECTS = [one.value for one in Fault if one.is_defect]


class ComplaintRepository(Repository):
    # every tenant: events act for no caller
    async def keep(self, said: Mapping[UUID, tuple[Fault, datetime]]) -> None:
        """What is said of devices, for the cycle they are in; said twice, the first stays."""
        await (await self.driver()).execute(
            "INSERT INTO complaint (workshop_id, device_id, cycle, fault, said_at)"
            " SELECT d.workshop_id, d.id, d.cycle, u.fault, u.at"
            " FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS u(id, fault, at) JOIN device d ON d.id = u.id"
            " ORDER BY d.id ON CONFLICT DO NOTHING",
            list(said),
            [fault.value for fault, _ in said.values()],
            [at for _, at in said.values()],
        )

    async def faults(self, scope: Scope, since: datetime) -> list[tuple[Fault, int]]:
        """How many devices came back for each fault, the most frequent first."""
        rows = await (await self.driver()).fetch(
            "SELECT fault, count(*)::int AS devices FROM complaint"
            " WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1)) AND said_at >= $2 GROUP BY 1 ORDER BY 2 DESC, 1",
            *(scope.ids, since),
        )
        return [(Fault(row[0]), row[1]) for row in rows]

    async def defects(self, scope: Scope, since: datetime) -> int:
        """Those that are a defect of the work."""
        found: int = await (await self.driver()).fetchval(
            "SELECT count(*) FROM complaint WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1))"
            " AND said_at >= $2 AND fault = ANY($3::text[])",
            *(scope.ids, since, _DEFECTS),
        )
        return found
