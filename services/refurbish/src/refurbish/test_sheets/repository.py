"""Queries of the test sheets."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from filiere.database import Repository
from filiere.identifiers import uuid7
from filiere.loop_turns import in_turns

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
        return (await self.newest_of([device]))[device.id]

    async def newest_of(self, devices: Sequence[Device]) -> dict[UUID, Sheet]:
        """The same of many, by device."""
        rows = await (await self.driver()).fetch(
            """SELECT d.id, s.results::text, s.answered::text
            FROM unnest($1::uuid[], $2::timestamptz[]) AS d(id, since) CROSS JOIN LATERAL (
                SELECT results, answered FROM test_sheet WHERE device_id = d.id AND checklist = $3
                AND (d.since IS NULL OR tested_at >= d.since) ORDER BY id DESC LIMIT 1
            ) s""",
            [device.id for device in devices],
            [device.erased_at if device.tests_passed is None else None for device in devices],
            checklist_name(),
        )
        found = {row["id"]: (row["results"], row["answered"]) for row in rows}
        return {one.id: _sheet(one, *found[one.id]) if one.id in found else Sheet(one.category, {}) for one in devices}

    async def insert(self, device: Device, sheet: Sheet, tester: str, at: datetime) -> None:
        await self.insert_all([(device, sheet)], tester, at)

    async def insert_all(self, sheets: Sequence[tuple[Device, Sheet]], tester: str, at: datetime) -> None:
        """Sheets of many devices as they stand now, and a word to the pages that show them."""
        driver = await self.driver()
        # Five hundred sheets are 20 ms of JSON.
        results = [_results(sheet) async for _, sheet in in_turns(sheets)]
        answered = [_answered(sheet) async for _, sheet in in_turns(sheets)]
        await driver.execute(
            "INSERT INTO test_sheet (workshop_id, id, device_id, checklist, results, passed, tester, tested_at, "
            "answered, cycle) SELECT u.workshop, u.id, u.device, $1, u.results::jsonb, u.passed, $2, $3, "
            "u.answered::jsonb, u.cycle FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::boolean[], "
            "$9::text[], $10::int[]) AS u(workshop, id, device, results, passed, answered, cycle)",
            checklist_name(),
            tester,
            at,
            [device.workshop_id for device, _ in sheets],
            [uuid7() for _ in sheets],
            [device.id for device, _ in sheets],
            results,
            [sheet.passed for _, sheet in sheets],
            answered,
            [device.cycle for device, _ in sheets],
        )
        await driver.execute(
            "SELECT pg_notify('filiere_live', u) FROM unnest($1::text[]) AS u",
            [changes_of(device.id) for device, _ in sheets],
        )


def _results(sheet: Sheet) -> str:
    results = {test: {"passed": answer.passed, "note": answer.note} for test, answer in sheet.answers.items()}
    return json.dumps(results, ensure_ascii=False)


def _answered(sheet: Sheet) -> str:
    answered = {
        test: {"by": answer.by, "at": answer.at.isoformat() if answer.at else None}
        for test, answer in sheet.answers.items()
    }
    return json.dumps(answered, ensure_ascii=False)


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
