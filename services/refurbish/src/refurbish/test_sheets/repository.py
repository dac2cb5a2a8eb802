"""Queries of the test sheets."""

import json
from datetime import datetime

from filiere.database import Repository
from filiere.identifiers import uuid7

from refurbish.devices.device import Device
from refurbish.test_sheets.checklists import checklist_name
from refurbish.test_sheets.sheet import Answer, Sheet


# every tenant: of a device that the caller has found
class TestSheetRepository(Repository):
    __test__ = False

    async def newest(self, device: Device) -> Sheet:
        """The sheet as it stands; empty when nothing was tried, or by an older list, or before the latest erasure.

        The caller has found the device for its principal.
        """
        row = await (await self.driver()).fetchrow(
            "SELECT results::text FROM test_sheet WHERE device_id = $1 AND checklist = $2 "
            "AND ($3::timestamptz IS NULL OR tested_at >= $3) ORDER BY id DESC LIMIT 1",
            device.id,
            checklist_name(),
            device.erased_at if device.tests_passed is None else None,
        )
        answers = json.loads(row["results"]) if row is not None else {}
        return Sheet(device.category, {test: Answer(**answer) for test, answer in answers.items()})

    async def insert(self, device: Device, sheet: Sheet, tester: str, at: datetime) -> None:
        results = {test: {"passed": answer.passed, "note": answer.note} for test, answer in sheet.answers.items()}
        await (await self.driver()).execute(
            "INSERT INTO test_sheet (workshop_id, id, device_id, checklist, results, passed, tester, tested_at) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            device.workshop_id,
            uuid7(),
            device.id,
            checklist_name(),
            json.dumps(results, ensure_ascii=False),
            sheet.passed,
            tester,
            at,
        )
