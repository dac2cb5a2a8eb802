"""Queries of the periods."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from filiere.catalogue.categories import Category
from filiere.database import Repository, Scope

from refurbish.workshops.periods.period import Period

_COLUMNS = "id, first_day, last_day, is_closed, capacity"


class PeriodRepository(Repository):
    async def to_come(self, scope: Scope, workshop_id: UUID, day: date) -> list[Period]:
        """Those of a workshop that are not over on this day, the next one first."""
        rows = await (await self.driver()).fetch(
            f"SELECT {_COLUMNS} FROM workshop_period "
            "WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1)) AND workshop_id = $2 AND last_day >= $3 "
            "ORDER BY first_day",
            *(scope.ids, workshop_id, day),
        )
        return [_period(row) for row in rows]

    # every tenant: of a workshop that the caller has locked
    async def add(self, workshop_id: UUID, period: Period) -> None:
        await (await self.driver()).execute(
            f"INSERT INTO workshop_period (workshop_id, {_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)",
            workshop_id,
            period.id,
            period.first_day,
            period.last_day,
            period.is_closed,
            json.dumps(period.capacity),
        )

    # every tenant: of a workshop that the caller has locked
    async def remove(self, workshop_id: UUID, period_id: UUID) -> None:
        await (await self.driver()).execute(
            "DELETE FROM workshop_period WHERE workshop_id = $1 AND id = $2", workshop_id, period_id
        )


def _period(row: Any) -> Period:
    capacity = {Category(name): count for name, count in row["capacity"].items()}
    return Period(row["id"], row["first_day"], row["last_day"], row["is_closed"], capacity)
