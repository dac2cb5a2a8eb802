"""The page of the test sheet: each answer is kept at once, and two people on one sheet see each other."""

from collections.abc import Mapping, Sequence
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
    live_changes,
    ngettext,
    page,
    page_router,
    path,
    redirect,
)
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from refurbish.devices import service as devices
from refurbish.devices.device import Device
from refurbish.devices.gate import is_wiped
from refurbish.devices.repository import DeviceRepository
from refurbish.tenancy import AT_WORK
from refurbish.test_sheets import service
from refurbish.test_sheets.checklists import checklist
from refurbish.test_sheets.errors import NoteWithoutAnswer
from refurbish.test_sheets.repository import TestSheetRepository, changes_of
from refurbish.test_sheets.schemas import TestResult
from refurbish.test_sheets.sheet import Answer, Clash, Sheet

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
    error = None if is_wiped(device, media) else gettext("Efface d'abord ses disques, ou dis qu'il n'en a pas.")
    return _page(request, principal, device, sheet, error=error)


@router.get("/{device_id}/tester/suivi", name="sheet_changes")
async def changes(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: ReadSession
) -> Response:
    """A word each time that somebody answers a point of this sheet."""
    device = await devices.find(session, principal, device_id)
    return live_changes(request, changes_of(device.id))


@router.post("/{device_id}/tester/point", name="answer_point")
async def answer_point(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """One answer, kept as soon as it is given; the sheet as it stands then, for the page to take its parts from."""
    device = await devices.find(session, principal, device_id)
    submitted = await request.form()
    results = _results(device, submitted)
    sheet = await TestSheetRepository.from_session(session).newest(device)
    clashes: Sequence[Clash] = ()
    async with attempt(request) as tried:
        device, sheet, clashes = await service.record_tests(session, principal, device_id, results)
    return _page(
        request, principal, device, sheet, clashes=clashes,
        error=tried.error.sentence if tried.error else None,
        status=tried.error.status_code if tried.error else 409 if clashes else 200,
    )  # fmt: skip


@router.post("/{device_id}/tester", name="test_sheet")
async def record_tests(
    request: Request, device_id: UUID, principal: Annotated[Principal, AT_WORK], session: WriteSession
) -> Response:
    """Save what was answered; unanswered points wait."""
    device = await devices.find(session, principal, device_id)
    submitted = await request.form()
    notes = _notes(device, submitted)
    results = _results(device, submitted)
    answered = {result.test for result in results}
    # What stands as the page showed it is not said anew: a colleague may have answered otherwise meanwhile.
    results = [result for result in results if Answer(result.passed, result.note).said != (result.seen or "")]
    recorded: service.Recorded | None = None
    async with attempt(request) as tried:
        if waiting := [p.name for p in checklist(device.category) if notes[p.test] and p.test not in answered]:
            raise NoteWithoutAnswer(waiting[0])
        rest = submitted.get("rest") == "good"
        recorded = await service.record_tests(session, principal, device_id, results, is_rest_good=rest)
    if recorded is None:
        assert tried.error is not None
        kept = await TestSheetRepository.from_session(session).newest(device)
        return _page(
            request, principal, device, kept, typed={r.test: Answer(r.passed, r.note) for r in results}, notes=notes,
            error=tried.error.sentence, is_refused=True, status=tried.error.status_code,
        )  # fmt: skip
    sheet = recorded.sheet
    if recorded.clashes:  # no refusal: what did not clash is kept
        return _page(
            request, principal, recorded.device, sheet, clashes=recorded.clashes, is_refused=True,
            error=gettext("Un collègue a répondu autrement entre-temps. Regarde les points marqués, et décide."),
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


def _notes(device: Device, submitted: FormData) -> dict[str, str]:
    return {
        point.test: str(submitted.get(f"note-{point.test}", "")).strip()[:500] for point in checklist(device.category)
    }


def _results(device: Device, submitted: FormData) -> list[TestResult]:
    """What a form answers, each with the answer that its page showed."""
    notes = _notes(device, submitted)
    return [
        TestResult(
            test=point.test,
            passed=_ANSWERS[str(submitted[point.test])],
            note=notes[point.test] or None,
            seen=str(submitted.get(f"was-{point.test}", ""))[:510],
        )
        for point in checklist(device.category)
        if str(submitted.get(point.test, "")) in _ANSWERS
    ]


def _page(
    request: Request,
    principal: Principal,
    device: Device,
    sheet: Sheet,
    *,
    typed: Mapping[str, Answer] | None = None,
    notes: Mapping[str, str] | None = None,
    clashes: Sequence[Clash] = (),
    error: str | None = None,
    is_refused: bool = False,
    status: int = 200,
) -> Response:
    """`typed`: what a refused form said, shown in the place of what stands."""
    return page(
        request, "test_sheets/templates/sheet.html", principal=principal, device=device, sheet=sheet,
        shown=replace(sheet, answers={**sheet.answers, **(typed or {})}), notes=notes or {},
        clashes={clash.point.test: clash for clash in clashes}, error=error, is_refused=is_refused,
        words=_words(), status=status,
    )  # fmt: skip


def _words() -> dict[str, str]:
    """What the page says of an answer on its way."""
    return {
        "unsent": gettext("Pas encore envoyé : gardé sur ce téléphone."),
        "login": gettext("Pas envoyé : connecte-toi à nouveau, rien n'est perdu."),
    }
