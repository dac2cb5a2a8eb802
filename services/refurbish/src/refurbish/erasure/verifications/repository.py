"""Queries of verifications, and of the erasures that wait for one."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import asyncpg
from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope
from filiere.identifiers import uuid7

from refurbish.devices.erasure_levels import Level
from refurbish.erasure.reports.report import Report


@dataclass(frozen=True, slots=True)
class Awaited:
    """A successful erasure, the latest of its medium, that nobody else has looked at. `evidence`: the tool's report."""

    erasure_id: UUID
    workshop_id: UUID
    device_id: UUID
    label: str
    device_name: str
    category: str
    medium_serial: str
    kind: str
    size_gb: float | None
    level: Level
    method: str
    tool: str
    tool_version: str
    operator: str
    operator_name: str
    erased_at: datetime
    evidence: str | None
    evidence_sha256: str | None
    medium_id: UUID
    despite: tuple[str, ...]
    report_id: UUID | None
    report_name: str | None
    said: Report | None  # what was read in the file, when one came
    arrived_at: datetime | None


_COLUMNS = """e.id AS erasure_id, e.workshop_id, e.device_id, d.label, d.category,
    coalesce(nullif(concat_ws(' ', d.manufacturer, d.model), ''), d.category) AS device_name,
    e.medium_serial, m.kind, m.size_gb, e.level, e.method, e.tool, e.tool_version, e.operator, e.operator_name,
    e.erased_at, {evidence} AS evidence, coalesce(e.evidence_sha256, r.file_hash) AS evidence_sha256,
    m.id AS medium_id, e.despite, e.report_id, r.name AS report_name, {said} AS said,
    coalesce(d.back_at, d.arrived_at) AS arrived_at"""
# What waits is kept apart (trigger `erasure_awaits`): the media that are not wiped are hundreds for one that waits.
_AWAITED = """awaited_erasure w
    JOIN erasure e ON e.id = w.erasure_id
    JOIN storage_medium m ON m.id = w.medium_id AND (e.level <> 'clear' OR m.kind = 'hdd')"""
_FROM = f"""{_AWAITED}
    JOIN device d ON d.id = m.device_id
    LEFT JOIN erasure_report r ON r.id = e.report_id"""
# An erasure of before a disk was away says nothing of the disk that is back.
_SINCE_IT_IS_BACK = """(m.gone_by IS NOT NULL OR NOT EXISTS (SELECT 1 FROM medium_exit x
        JOIN exit_answer a ON a.exit_id = x.id WHERE x.medium_id = m.id AND a.confirmed AND x.id > e.id))"""
_WAITS = f"m.wiped_by IS NULL AND {_SINCE_IT_IS_BACK}"
_LISTED = Listing(
    _COLUMNS.format(evidence="NULL::text", said="NULL::text"),
    _FROM,
    {"oldest": Order(Key("w.erasure_id", Kind.ID))},
    counted=_AWAITED,
)


class VerificationRepository(Repository):
    async def awaited(self, scope: Scope, part: Part) -> Found[Awaited]:
        """What waits in the caller's workshops, the oldest first, without the reports."""
        wanted = scope.where("w.workshop_id").add(_WAITS)
        return (await _LISTED.page(await self.driver(), wanted, part)).of(_awaited)

    async def one(self, scope: Scope, erasure_id: UUID) -> Awaited | None:
        """One of them with its report; None when it does not wait, or is another workshop's."""
        row = await (await self.driver()).fetchrow(
            f"SELECT {_COLUMNS.format(evidence='e.evidence', said='r.said')} FROM {_FROM} "
            f"WHERE ($1::uuid[] IS NULL OR w.workshop_id = ANY($1)) AND w.erasure_id = $2 AND {_WAITS}",
            scope.ids,
            erasure_id,
        )
        return _awaited(row) if row is not None else None

    async def device_of(self, scope: Scope, erasure_id: UUID) -> UUID | None:
        """The device of an erasure that the caller may see."""
        found: UUID | None = await (await self.driver()).fetchval(
            "SELECT device_id FROM erasure WHERE ($1::uuid[] IS NULL OR workshop_id = ANY($1)) AND id = $2",
            scope.ids,
            erasure_id,
        )
        return found

    # every tenant: of a device that the caller has locked
    async def still_counts(self, erasure_id: UUID, verifier: str, reason: str | None) -> bool:
        """Whether this person has said just this of it, and it is what counts of the medium still.

        No other attempt came after it, nor was the medium away or used since. `reason` None confirms.
        """
        found: bool = await (await self.driver()).fetchval(
            f"""SELECT EXISTS (SELECT 1 FROM verification v
                JOIN erasure e ON e.id = v.erasure_id
                JOIN storage_medium m ON m.id = e.medium_id
                JOIN device d ON d.id = m.device_id
            WHERE v.erasure_id = $1 AND v.verifier = $2 AND v.reason IS NOT DISTINCT FROM $3
                AND CASE WHEN v.confirmed THEN m.wiped_by = e.id
                    ELSE m.wiped_by IS NULL AND e.cycle >= d.wipe_from AND {_SINCE_IT_IS_BACK} AND NOT EXISTS (
                        SELECT 1 FROM erasure later WHERE later.medium_id = m.id AND later.id > e.id) END)""",
            *(erasure_id, verifier, reason),
        )
        return found

    # every tenant: of a device that the caller has locked
    async def insert(
        self, workshop_id: UUID, erasure_id: UUID, verifier: str, verifier_name: str, reason: str | None, at: datetime
    ) -> None:
        """`reason` None confirms."""
        await (await self.driver()).execute(
            """INSERT INTO verification
            (workshop_id, id, erasure_id, verifier, verifier_name, confirmed, reason, verified_at)
            VALUES ($1, $2, $3, $4, $5, $6::text IS NULL, $6, $7)""",
            *(workshop_id, uuid7(), erasure_id, verifier, verifier_name, reason, at),
        )


def _awaited(row: asyncpg.Record) -> Awaited:
    known = {field.name: row[field.name] for field in fields(Awaited)}  # a listing adds the keys of its order
    said = Report.model_validate(row["said"]) if row["said"] is not None else None
    return Awaited(**{**known, "level": Level(row["level"]), "despite": tuple(row["despite"]), "said": said})
