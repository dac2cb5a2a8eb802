"""The page of the test sheet."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from filiere.web import (
    Principal,
    ReadSession,
    WriteSession,
    attempt,
    flash,
    gettext,
    ngettext,
    page,
    page_router,
    path,
    redirect,
)
from starlette.requests import Request
from starlette.responses import Response

from refurbish.devices import service as devices
from refurbish.devices.gate import is_wiped
from refurbish.devices.repository import DeviceRepository
from refurbish.tenancy import AT_WORK
from refurbish.test_sheets import service
from refurbish.test_sheets.checklists import checklist
from refurbish.test_sheets.errors import NoteWithoutAnswer
from refurbish.test_sheets.repository import TestSheetRepository
from refurbish.test_sheets.schemas import TestResult
from refurbish.test_sheets.sheet import Answer

router = page_router("/equipements")
_ANSWERS = {"yes": True, "no": False, "na": None}


@router.get("/{device_id}/tester", name="test_sheet")
async def sheet_page(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """The points to try, with big answers."""
    device = await devices.find(session, principal, device_id)
    sheet = await TestSheetRepository.from_session(session).newest(device)
    media = await DeviceRepository.from_session(session).media(device.id)
    return page(
        request, "test_sheets/templates/sheet.html", principal=principal, device=device, sheet=sheet,
        error=None if is_wiped(device, media) else gettext("Efface d'abord ses disques, ou dis qu'il n'en a pas."),
        notes={}, is_refused=False,
    )  # fmt: skip


@router.post("/{device_id}/tester", name="test_sheet")
async def record_tests(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Save what was answered; unanswered points wait."""
    device = await devices.find(session, principal, device_id)
    submitted = await request.form()
    points = checklist(device.category)
    notes = {point.test: str(submitted.get(f"note-{point.test}", "")).strip()[:500] for point in points}
    results = [
        TestResult(test=point.test, passed=_ANSWERS[str(submitted[point.test])], note=notes[point.test] or None)
        for point in points
        if str(submitted.get(point.test, "")) in _ANSWERS
    ]
    answered = {result.test for result in results}
    # What stands as the page showed it is not said anew: a colleague may have answered otherwise meanwhile.
    results = [result for result in results if _said(result) != str(submitted.get(f"was-{result.test}", ""))]
    async with attempt(request) as tried:
        if waiting := [point.name for point in points if notes[point.test] and point.test not in answered]:
            raise NoteWithoutAnswer(waiting[0])
        rest = submitted.get("rest") == "good"
        _, sheet = await service.record_tests(session, principal, device_id, results, is_rest_good=rest)
    if tried.error is not None:
        kept = await TestSheetRepository.from_session(session).newest(device)
        typed = {result.test: Answer(result.passed, result.note) for result in results}
        return page(
            request, "test_sheets/templates/sheet.html", principal=principal, device=device,
            sheet=replace(kept, answers={**kept.answers, **typed}), notes=notes, is_refused=True,
            error=tried.error.sentence, status=tried.error.status_code,
        )  # fmt: skip
    if sheet.passed is None:
        left = len(sheet.missing)
        flash(request, ngettext("Il reste {n} point.", "Il reste {n} points.", left).format(n=left), "wait")
        return redirect(path("test_sheet", device_id=device_id))
    flash(
        request,
        gettext("Tous les tests sont réussis.") if sheet.passed else gettext("Un test a échoué : à réparer."),
        "ok" if sheet.passed else "stop",
    )
    # A device that works is graded next, by the same hands.
    return redirect(path("grade_device" if sheet.passed else "device", device_id=device_id))


def _said(result: TestResult) -> str:
    """An answer as one text, as the page repeats it."""
    return f"{'na' if result.passed is None else 'yes' if result.passed else 'no'} {result.note or ''}".strip()
