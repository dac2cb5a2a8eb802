"""A test sheet: filled point by point, complete when every point has an answer. Pure.

Two people may fill one: who answered which point is kept with it, and what somebody says of a point counts only when
they had seen the answer that stands. Else both are shown, and the first stays until somebody decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from filiere.catalogue.categories import Category

from refurbish.devices.device import Device, Medium
from refurbish.devices.errors import NotYet
from refurbish.devices.events import DeviceEvent, DeviceTested
from refurbish.devices.gate import is_wiped
from refurbish.devices.rules import envelope, require_present
from refurbish.devices.stages import Stage
from refurbish.erasure.rules import nothing_to_wipe
from refurbish.test_sheets.checklists import Point, checklist
from refurbish.test_sheets.errors import PointNotOptional, UnknownPoint
from refurbish.test_sheets.schemas import TestResult


@dataclass(frozen=True, slots=True)
class Answer:
    """passed None: sans objet, the device does not have the part. Who said so, and when, make no other answer."""

    passed: bool | None
    note: str | None = None
    by: str | None = field(default=None, compare=False)
    at: datetime | None = field(default=None, compare=False)

    @property
    def word(self) -> str:
        """As a form says it."""
        return "na" if self.passed is None else "yes" if self.passed else "no"

    @property
    def said(self) -> str:
        """The answer with its note as one text, by which a page says which answer it showed."""
        return f"{self.word} {self.note or ''}".strip()


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody answered a point otherwise than it stands, without having seen that answer."""

    point: Point
    stands: Answer
    said: Answer


@dataclass(frozen=True, slots=True)
class Sheet:
    """Answers so far, by point."""

    category: Category
    answers: Mapping[str, Answer]

    @property
    def points(self) -> list[Point]:
        return checklist(self.category)

    @property
    def missing(self) -> list[Point]:
        return [point for point in self.points if point.test not in self.answers]

    @property
    def failed(self) -> list[Point]:
        return [p for p in self.points if p.test in self.answers and self.answers[p.test].passed is False]

    @property
    def passed(self) -> bool | None:
        """Every point is answered and none failed; None while answers are missing."""
        return None if self.missing else not self.failed

    def fill(
        self, results: Sequence[TestResult], *, by: str | None = None, at: datetime | None = None
    ) -> tuple["Sheet", list[Clash]]:
        """The sheet with more answers, and what clashes with a colleague's answer: that one stays.

        Raises UnknownPoint, and PointNotOptional for a « sans objet » where there must be something.
        """
        points = {point.test: point for point in self.points}
        answers, clashes = dict(self.answers), []
        for result in results:
            if result.test not in points:
                raise UnknownPoint(result.test, list(points))
            if result.passed is None and not points[result.test].optional:
                raise PointNotOptional(points[result.test].name)
            answer, stands = Answer(result.passed, result.note, by, at), answers.get(result.test)
            if answer == stands:
                continue  # said again: whoever said it first has said it
            if stands is not None and result.seen is not None and result.seen != stands.said:
                clashes.append(Clash(points[result.test], stands, answer))
                continue
            answers[result.test] = answer
        return replace(self, answers=answers), clashes

    def changed_since(self, before: "Sheet") -> list[str]:
        """Names of the points whose answer is another than on a sheet that was complete: corrected, or repaired."""
        if before.passed is None:
            return []
        return [
            point.name
            for point in self.points
            if self.answers[point.test].passed is not before.answers[point.test].passed
        ]

    def with_the_rest_good(self, *, by: str | None = None, at: datetime | None = None) -> "Sheet":
        """The sheet with yes for every point without an answer; what was answered stays."""
        good = {point.test: Answer(True, None, by, at) for point in self.missing}
        return replace(self, answers={**self.answers, **good})


def apply_sheet(
    device: Device, media: Sequence[Medium], sheet: Sheet, at: datetime
) -> tuple[Device, list[DeviceEvent]]:
    """Apply a sheet to the device it was filled for. Raises DeviceNotHere and NotYet (erasure comes first).

    A failed point sends the device to repair and takes its grade away: it was given to a device that worked.
    """
    require_present(device)
    if not is_wiped(device, media):
        raise NotYet(device, "efface d'abord ses disques, ou dis qu'il n'en a pas.")
    if sheet.passed is None:
        return device, []
    if sheet.passed and device.tests_passed and device.stage in {Stage.TESTED, Stage.GRADED}:
        return device, []
    events: list[DeviceEvent] = []
    if sheet.passed and device.erased_at is None:
        # A category without storage, repaired first or not: the reset of the little it remembers is a point of this
        # sheet.
        events.append(nothing_to_wipe(device, at))
        device = replace(device, erased_at=at)
    stage = Stage.TESTED if sheet.passed else Stage.TO_REPAIR
    tested = replace(device.ungraded(), stage=stage, tests_passed=sheet.passed, tested_at=at)
    failures = [point.name for point in sheet.failed]
    return tested, [*events, DeviceTested(**envelope(tested), occurred_at=at, passed=sheet.passed, failures=failures)]
