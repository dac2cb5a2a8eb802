"""SQL of Relais as this service knows them."""

from collections.abc import Sequence
from datetime import datetime
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

    async def hear(self, latest: Sequence[tuple[UUID, datetime]]) -> None:
        """That each gave a sign of life then."""
        await (await self.driver()).execute(
            """INSERT INTO relais AS r (relais_id, first_told_at, heard_at)
            SELECT id, at, at FROM unnest($1::uuid[], $2::timestamptz[]) AS u(id, at)
            ON CONFLICT (relais_id) DO UPDATE SET heard_at = greatest(r.heard_at, excluded.heard_at)
            WHERE r.heard_at IS NULL OR r.heard_at < excluded.heard_at""",
            [one for one, _ in latest],
            [at for _, at in latest],
        )
