"""Queries of the demand: one table for the whole network, holding counts only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Grade
from filiere.database import Repository


@dataclass(frozen=True, slots=True)
class Demand:
    """`wanted` devices of at least this grade are waited for in a territory (département code)."""

    category: Category
    grade: Grade
    territory: str
    wanted: int
    updated_at: datetime


class DemandRepository(Repository):
    async def put(self, demands: Sequence[Demand]) -> None:
        """Keep these figures; they come in the order of one log, so what the table holds is older."""
        await (await self.driver()).execute(
            "INSERT INTO demand (category, grade, territory, wanted, updated_at) "
            "SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::timestamptz[]) "
            "ON CONFLICT (category, grade, territory) DO UPDATE "
            "SET wanted = excluded.wanted, updated_at = excluded.updated_at",
            [demand.category.value for demand in demands],
            [demand.grade.value for demand in demands],
            [demand.territory for demand in demands],
            [demand.wanted for demand in demands],
            [demand.updated_at for demand in demands],
        )

    async def waiting(self, category: Category | None = None) -> list[Demand]:
        """What is waited for, most wanted first."""
        rows = await (await self.driver()).fetch(
            "SELECT category, grade, territory, wanted, updated_at FROM demand "
            "WHERE wanted > 0 AND ($1::text IS NULL OR category = $1) ORDER BY wanted DESC, category, grade, territory",
            category,
        )
        return [
            Demand(**{**dict(row), "category": Category(row["category"]), "grade": Grade(row["grade"])}) for row in rows
        ]
