"""Queries of workshops. They are public to the network: no tenant owns them here."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from filiere.database import Repository

from collect.workshops.incoming import WorkshopCapacity
from collect.workshops.schemas import WorkshopOut


# every tenant: workshops are public to the network, and how busy they are
class WorkshopRepository(Repository):
    async def upsert(self, newest: Sequence[tuple[WorkshopCapacity, datetime]]) -> None:
        """Keep the newest word on each workshop; one row per workshop in `newest`."""
        await (await self.driver()).execute(
            """INSERT INTO workshop (workshop_id, name, city, postcode, capacity, competences, changed_at, periods)
            SELECT id, name, city, postcode, capacity::jsonb, string_to_array(competences, ','), changed_at,
                   periods::jsonb
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                        $8::text[])
                AS u(id, name, city, postcode, capacity, competences, changed_at, periods)
            ON CONFLICT (workshop_id) DO UPDATE SET name = excluded.name, city = excluded.city,
                postcode = excluded.postcode, capacity = excluded.capacity, competences = excluded.competences,
                changed_at = excluded.changed_at, periods = excluded.periods""",
            [event.workshop_id for event, _ in newest],
            [event.name for event, _ in newest],
            [event.city for event, _ in newest],
            [event.postcode for event, _ in newest],
            [json.dumps(event.capacity) for event, _ in newest],
            [",".join(event.competences) for event, _ in newest],
            [moment for _, moment in newest],
            [json.dumps([one.model_dump(mode="json") for one in event.periods]) for event, _ in newest],
        )

    async def all(self) -> list[WorkshopOut]:
        rows = await (await self.driver()).fetch(
            """SELECT workshop_id, name, city, postcode, capacity, competences, changed_at, periods FROM workshop
            ORDER BY lower(name), workshop_id"""
        )
        return [WorkshopOut(**dict(row)) for row in rows]

    async def at_work(self) -> dict[tuple[UUID, str], int]:
        """(workshop, category) → devices sent to it that are neither ready nor out: its work ahead, as known here."""
        rows = await (await self.driver()).fetch(
            """SELECT l.workshop_id, v.category, count(*)::int AS n FROM device v JOIN lot l ON l.id = v.lot_id
            WHERE v.stage IN ('in_transit', 'arrived', 'erased', 'tested', 'graded') AND l.workshop_id IS NOT NULL
            GROUP BY 1, 2"""
        )
        return {(row["workshop_id"], row["category"]): row["n"] for row in rows}
