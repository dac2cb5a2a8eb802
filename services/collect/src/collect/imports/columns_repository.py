"""Queries of what donors said of columns, and of the copies that are read again by it."""

import json
from collections.abc import Mapping
from uuid import UUID

from filiere.database import Repository, Scope

from collect.imports.reading import Corrections

MOST_REMEMBERED = 50
"""Headings that are remembered for one donor: the newest."""


class ColumnsRepository(Repository):
    async def corrections(self, scope: Scope, donor_id: UUID) -> Corrections:
        """Everything that was said of this donor's columns."""
        rows = await (await self.driver()).fetch(
            """SELECT heading, columns::text AS columns FROM column_correction
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND donor_id = $2""",
            scope.ids,
            donor_id,
        )
        return {row["heading"]: json.loads(row["columns"]) for row in rows}

    # every tenant: of a donor that the caller has found
    async def remember(self, donor_id: UUID, heading: str, columns: Mapping[str, str]) -> None:
        driver = await self.driver()
        await driver.execute(
            """INSERT INTO column_correction (donor_id, heading, columns, changed_at) VALUES ($1, $2, $3::jsonb, now())
            ON CONFLICT (donor_id, heading) DO UPDATE SET columns = excluded.columns, changed_at = now()""",
            *(donor_id, heading, json.dumps(dict(columns))),
        )
        await driver.execute(
            """DELETE FROM column_correction WHERE donor_id = $1 AND heading NOT IN (
                SELECT heading FROM column_correction WHERE donor_id = $1 ORDER BY changed_at DESC LIMIT $2)""",
            *(donor_id, MOST_REMEMBERED),
        )

    # every tenant: of a donor that the caller has found
    async def forget(self, donor_id: UUID, heading: str) -> None:
        await (await self.driver()).execute(
            "DELETE FROM column_correction WHERE donor_id = $1 AND heading = $2", donor_id, heading
        )

    # every tenant: of an import that the caller has just begun
    async def keep_copy(self, import_id: UUID, donor_id: UUID, content: bytes) -> None:
        await (await self.driver()).execute(
            "INSERT INTO import_copy (donor_id, import_id, content) VALUES ($1, $2, $3)", donor_id, import_id, content
        )

    async def copy(self, scope: Scope, import_id: UUID) -> bytes | None:
        """What is kept of a list that is not declared yet."""
        found: bytes | None = await (await self.driver()).fetchval(
            "SELECT content FROM import_copy WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND import_id = $2",
            scope.ids,
            import_id,
        )
        return found

    # every tenant: of an import that the caller has locked
    async def forget_copy(self, import_id: UUID) -> None:
        """Forget the copy, and the examples of cells with it."""
        driver = await self.driver()
        await driver.execute("DELETE FROM import_copy WHERE import_id = $1", import_id)
        await driver.execute("UPDATE fleet_import SET layout = layout - 'table' WHERE id = $1", import_id)
