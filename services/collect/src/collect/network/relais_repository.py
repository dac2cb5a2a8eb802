"""SQL of Relais as this service knows them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from filiere.database import Repository

from collect.network.incoming import RelaisChanged


# every tenant: Relais are no donor's
class RelaisRepository(Repository):
    async def keep(self, newest: Sequence[RelaisChanged]) -> None:
        """What is said of each; one row per Relais."""
        await (await self.driver()).execute(
            """INSERT INTO relais (relais_id, name, city, territory, agreement, agreement_since, first_told_at)
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[],
                                 $7::timestamptz[])
            ON CONFLICT (relais_id) DO UPDATE SET name = excluded.name, city = excluded.city,
                territory = excluded.territory, agreement = excluded.agreement,
                agreement_since = excluded.agreement_since""",
            [one.relais_id for one in newest],
            [one.name for one in newest],
            [one.city for one in newest],
            [one.territory for one in newest],
            [one.agreement for one in newest],
            [one.since for one in newest],
            [one.occurred_at for one in newest],
        )

    async def hear(self, days: Sequence[tuple[UUID, date]]) -> None:
        """That each gave a sign of life on that day."""
        await (await self.driver()).execute(
            """INSERT INTO relais_heard (relais_id, day) SELECT * FROM unnest($1::uuid[], $2::date[])
            ON CONFLICT DO NOTHING""",
            [relais_id for relais_id, _ in days],
            [day for _, day in days],
        )
