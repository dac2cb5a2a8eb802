"""Queries of what is waited for: one table for the whole network, holding counts only."""

from collections.abc import Sequence

from filiere.catalogue import Category
from filiere.database import Repository

from collect.wanted.board import Demand
from collect.wanted.incoming import DemandUpdated


# every tenant: counts of the network, shown to everybody
class WantedRepository(Repository):
    async def put(self, events: Sequence[DemandUpdated]) -> None:
        """Keep these figures; they come in the order of one log, so what the table holds is older."""
        await (await self.driver()).execute(
            """INSERT INTO demand (category, grade, territory, wanted, updated_at)
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::timestamptz[])
            ON CONFLICT (category, grade, territory) DO UPDATE
                SET wanted = excluded.wanted, updated_at = excluded.updated_at""",
            [event.category.value for event in events],
            [event.grade for event in events],
            [event.territory for event in events],
            [event.wanted for event in events],
            [event.occurred_at for event in events],
        )

    async def waiting(self) -> list[Demand]:
        """Devices wanted per category and département, of any grade."""
        rows = await (await self.driver()).fetch(
            """SELECT category, territory, sum(wanted)::int AS wanted FROM demand WHERE wanted > 0
            GROUP BY category, territory ORDER BY category, territory"""
        )
        return [Demand(Category(row["category"]), row["territory"], row["wanted"]) for row in rows]
