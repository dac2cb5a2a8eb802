"""Queries of reports."""

from typing import NamedTuple
from uuid import UUID

from filiere.database import Repository, Scope
from filiere.files import Kept

from refurbish.erasure.reports.report import Report


class KeptReport(NamedTuple):
    """A report that was kept, and what it says."""

    id: UUID
    workshop_id: UUID
    file_hash: str
    name: str
    size: int
    media_type: str
    said: Report


class ReportRepository(Repository):
    # every tenant: of a device's workshop, which the caller has found for its principal
    async def insert(
        self, workshop_id: UUID, report_id: UUID, kept: Kept, name: str, said: Report, by: tuple[str, str]
    ) -> None:
        await (await self.driver()).execute(
            "INSERT INTO erasure_report "
            "(workshop_id, id, file_hash, size, media_type, name, said, added_by, added_by_name) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9)",
            *(workshop_id, report_id, kept.hash, kept.size, kept.media_type, name, said.model_dump_json(), *by),
        )

    async def get(self, scope: Scope, report_id: UUID) -> KeptReport | None:
        row = await (await self.driver()).fetchrow(
            "SELECT id, workshop_id, file_hash, name, size, media_type, said FROM erasure_report "
            "WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1)) AND id = $2",
            scope.ids,
            report_id,
        )
        if row is None:
            return None
        return KeptReport(**{**dict(row), "said": Report.model_validate(row["said"])})
