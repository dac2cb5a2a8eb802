"""Queries of the test sheets."""

import json
from datetime import datetime
from uuid import UUID

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
            "SELECT results::text, answered::text FROM test_sheet WHERE device_id = $1 AND checklist = $2 "
            "AND ($3::timestamptz IS NULL OR tested_at >= $3) ORDER BY id DESC LIMIT 1",
            device.id,
            checklist_name(),
            device.erased_at if device.tests_passed is None else None,
        )
        return _sheet(device, row["results"], row["answered"]) if row is not None else Sheet(device.category, {})

    async def insert(self, device: Device, sheet: Sheet, tester: str, at: datetime) -> None:
        results = {test: {"passed": answer.passed, "note": answer.note} for test, answer in sheet.answers.items()}
        answered = {
            test: {"by": answer.by, "at": answer.at.isoformat() if answer.at else None}
            for test, answer in sheet.answers.items()
        }
        driver = await self.driver()
        await driver.execute(
            "INSERT INTO test_sheet (workshop_id, id, device_id, checklist, results, passed, tester, tested_at, "
            "answered, cycle) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            device.workshop_id,
            uuid7(),
            device.id,
            checklist_name(),
            json.dumps(results, ensure_ascii=False),
            sheet.passed,
            tester,
            at,
            json.dumps(answered, ensure_ascii=False),
            device.cycle,
        )
        await driver.execute("SELECT pg_notify('filiere_live', $1)", changes_of(device.id))


def changes_of(device_id: UUID) -> str:
    """What pages that show this sheet listen to."""
    return f"sheet:{device_id}"


def _sheet(device: Device, results: str, answered: str) -> Sheet:
    # Who answered is apart from the answers: the release before wrote and read them without.
    who = json.loads(answered)
    return Sheet(
        device.category,
        {
            test: Answer(**answer, by=who.get(test, {}).get("by"), at=_moment(who.get(test, {}).get("at")))
            for test, answer in json.loads(results).items()
        },
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
