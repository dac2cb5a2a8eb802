"""Queries of the cycles that have ended."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from filiere.catalogue import Fault
from filiere.catalogue.grades import Battery, Cosmetic, Grade
from filiere.database import Repository

from refurbish.devices.device import Device
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.stages import Stage

_AS_IT_WAS = ("ruleset", "grade", "cosmetic", "battery", "reasons", "tested_at", "ready_at")


@dataclass(frozen=True, slots=True)
class PastCycle:
    """A device as it was ready once. `passed` of `points`: its sheet of then, None where none is kept."""

    cycle: int
    reason: RecallReason
    ruleset: str | None
    grade: Grade | None
    cosmetic: Cosmetic | None
    battery: Battery | None
    reasons: tuple[str, ...]
    tested_at: datetime | None
    ready_at: datetime | None
    ended_at: datetime
    tester: str | None
    points: int | None
    passed: int | None
    repairs: int
    complaint: Fault | None = None


# every tenant: of a device that the caller has found
class CycleRepository(Repository):
    async def end(self, device: Device, reason: RecallReason, at: datetime) -> None:
        """Keep the device as it is; told twice, the first stays."""
        await self.end_all([device], reason, at)

    async def end_all(self, devices: Sequence[Device], reason: RecallReason, at: datetime) -> None:
        """The same of many that come back for one reason."""
        kept = [{name: getattr(one, name) for name in ("workshop_id", "cycle", *_AS_IT_WAS)} for one in devices]
        rows = [
            {"device_id": one.id, "left_at": one.closed_at if one.stage is Stage.LEFT else None, **values}
            for one, values in zip(devices, kept, strict=True)
        ]
        names = ", ".join(_AS_IT_WAS)
        await (await self.driver()).execute(
            f"INSERT INTO past_cycle (workshop_id, device_id, cycle, reason, ended_at, left_at, {names})"
            f" SELECT workshop_id, device_id, cycle, $2, $3, left_at, {names}"
            " FROM jsonb_populate_recordset(NULL::past_cycle, $1::jsonb) ON CONFLICT DO NOTHING",
            *(json.dumps(rows, default=str), reason, at),
        )

    async def of_device(self, device_id: UUID) -> list[PastCycle]:
        """Newest first, with the last complete sheet of each."""
        rows = await (await self.driver()).fetch(
            """SELECT c.cycle, c.reason, c.ruleset, c.grade, c.cosmetic, c.battery, c.reasons, c.tested_at, c.ready_at,
                   c.ended_at, s.tester, s.results::text,
                   (SELECT count(*)::int FROM repair r
                    WHERE r.device_id = c.device_id AND r.cycle = c.cycle) AS repairs,
                   (SELECT k.fault FROM complaint k WHERE k.device_id = c.device_id AND k.cycle = c.cycle) AS complaint
            FROM past_cycle c LEFT JOIN LATERAL (
                SELECT tester, results FROM test_sheet t
                WHERE t.device_id = c.device_id AND t.cycle = c.cycle AND t.passed ORDER BY t.id DESC LIMIT 1
            ) s ON true
            WHERE c.device_id = $1 ORDER BY c.cycle DESC LIMIT 50""",
            device_id,
        )
        return [_past(dict(row)) for row in rows]


def _past(row: dict[str, Any]) -> PastCycle:
    text = row.pop("results")
    answers = json.loads(text) if text is not None else None
    row["reason"], row["reasons"] = RecallReason(row["reason"]), tuple(row["reasons"])
    row["complaint"] = Fault(row["complaint"]) if row["complaint"] is not None else None
    for name, kind in (("grade", Grade), ("cosmetic", Cosmetic), ("battery", Battery)):
        row[name] = kind(row[name]) if row[name] is not None else None
    return PastCycle(
        **row,
        points=len(answers) if answers is not None else None,
        passed=sum(answer["passed"] is not False for answer in answers.values()) if answers is not None else None,
    )
