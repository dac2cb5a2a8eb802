"""The wipe gate on the pure rules: whatever people do, in whatever order, nothing unwiped becomes ready."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Battery, Grade, StorageKind
from filiere.identifiers import uuid7
from filiere.testing.properties import examples
from filiere.web import DomainError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from refurbish.devices import rules as devices
from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import ErasureResult, Level, is_enough
from refurbish.devices.events import DeviceErased
from refurbish.devices.gate import obstacles, proves
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.stages import Custody, Stage
from refurbish.devices.withdrawal_reasons import WithdrawalReason
from refurbish.erasure import rules
from refurbish.erasure.schemas import NewErasure, NewMedium
from refurbish.test_sheets.schemas import TestResult as Answered
from refurbish.test_sheets.sheet import Sheet, apply_sheet

AT = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
OPERATOR = ["ada", "Ada Opératrice"]
SERIALS = ["S4NSSD0001", "WDHDD77002", "MMC5550003"]
KINDS = [StorageKind.HDD, StorageKind.SSD, StorageKind.NVME, StorageKind.EMMC, StorageKind.UNKNOWN]


def a_device(category: Category = Category.LAPTOP, stage: Stage = Stage.ARRIVED) -> Device:
    return Device(
        workshop_id=uuid7(), id=uuid7(), lot_id=uuid7(), donation_id=uuid7(), label="FIL-7K2M9-4", category=category,
        manufacturer=None, model=None, serial=None, public_body=False, stage=stage, custody=Custody.WORKSHOP,
        arrived_at=AT,
    )  # fmt: skip


def a_medium(device: Device, kind: StorageKind = StorageKind.SSD, serial: str = "S4NSSD0001") -> Medium:
    return Medium(uuid7(), device.id, serial, kind, 256, "person")


def a_report(**said: object) -> NewErasure:
    return NewErasure.model_validate(
        {
            "medium_serial": "S4NSSD0001", "level": "purge", "method": "secure erase", "tool": "hdparm",
            "tool_version": "9.65", "result": "success", **said,
        }
    )  # fmt: skip


def confirmed(device: Device, media: list[Medium], report: NewErasure) -> tuple[Device, Medium]:
    """The report of one disk, and a second person's word on it."""
    recorded = rules.record(device, media, report, at=AT)
    now = [recorded.medium if one.id == recorded.medium.id else one for one in media]
    return rules.answered(
        recorded.device, now, recorded.medium, recorded.erasure_id, report.level, confirmed=True, at=AT
    )


@given(
    kind=st.sampled_from(KINDS),
    level=st.sampled_from(Level),
    result=st.sampled_from(ErasureResult),
    verifier=st.sampled_from([(), ("",), ("ada",), ("x-17", " ADA "), ("ada  opératrice",), ("bruno", "Bruno")]),
    same_serial=st.booleans(),
)
def test_an_erasure_proves_only_when_everything_holds(
    kind: StorageKind, level: Level, result: ErasureResult, verifier: tuple[str, ...], same_serial: bool
) -> None:
    expected = (
        result is ErasureResult.SUCCESS
        and (level is not Level.CLEAR or kind is StorageKind.HDD)
        and "Bruno" in verifier
        and same_serial
    )
    assert expected is proves(
        kind=kind, medium_serial="A", erased_serial="A" if same_serial else "B", level=level, result=result,
        operator=OPERATOR, verifier=verifier,
    )  # fmt: skip


@pytest.mark.parametrize("kind", [StorageKind.SSD, StorageKind.NVME, StorageKind.EMMC, StorageKind.UNKNOWN])
def test_overwriting_is_refused_on_flash_and_on_what_nobody_knows(kind: StorageKind) -> None:
    device = a_device()
    with pytest.raises(DomainError, match="purge"):
        rules.record(device, [a_medium(device, kind)], a_report(level="clear"), at=AT)


def test_overwriting_is_enough_on_a_hard_disk() -> None:
    device = a_device()
    wiped, _ = confirmed(device, [a_medium(device, StorageKind.HDD)], a_report(level="clear"))
    assert wiped.stage is Stage.ERASED


def test_a_report_alone_wipes_nothing() -> None:
    device = a_device()
    recorded = rules.record(device, [a_medium(device)], a_report(), at=AT)
    assert (recorded.device.stage, recorded.medium.is_wiped, recorded.medium.unverified) == (
        Stage.ERASING, False, True,
    )  # fmt: skip


def test_the_report_of_another_disk_is_refused() -> None:
    device = a_device()
    with pytest.raises(DomainError, match="n'est pas déclaré"):
        rules.record(device, [a_medium(device)], a_report(medium_serial="ANOTHER9"), at=AT)


def test_a_failure_after_a_success_reopens_the_gate() -> None:
    device = a_device()
    wiped, medium = confirmed(device, [a_medium(device)], a_report())
    graded = replace(wiped, stage=Stage.GRADED, tests_passed=True, grade=Grade.A, battery=Battery.GOOD)
    doubted = rules.record(graded, [medium], a_report(result="failure"), at=AT)
    assert doubted.device.stage is Stage.ERASING
    assert (doubted.device.grade, doubted.device.tests_passed) == (None, None)
    assert not doubted.medium.is_wiped


def test_a_disk_found_after_the_erasure_reopens_the_gate() -> None:
    device = a_device()
    wiped, medium = confirmed(device, [a_medium(device)], a_report())
    tested = replace(wiped, stage=Stage.TESTED, tests_passed=True)
    found = rules.declare(
        tested,
        [medium],
        [NewMedium(kind=StorageKind.HDD, serial="WDHDD77002")],
        origin="audit",
        by="audit",
        at=AT,
    )
    assert found.device.stage is Stage.ERASING


def test_a_hard_disk_that_turns_out_to_be_flash_must_be_wiped_again() -> None:
    device = a_device()
    overwritten, disk = confirmed(device, [a_medium(device, StorageKind.HDD)], a_report(level="clear"))
    seen = rules.declare(
        overwritten, [disk], [NewMedium(kind=StorageKind.SSD, serial="S4NSSD0001")],
        origin="audit", by="audit", at=AT,
    )  # fmt: skip
    assert not seen.corrected[0].is_wiped
    assert seen.device.stage is Stage.ERASING


def test_flash_never_becomes_a_hard_disk_by_being_said_again() -> None:
    device = a_device()
    said = rules.declare(
        device,
        [a_medium(device)],
        [NewMedium(kind=StorageKind.HDD, serial="S4NSSD0001")],
        origin="person",
        by="ada",
        at=AT,
    )
    assert said.corrected == ()


@pytest.mark.parametrize("category", [Category.SMARTPHONE, Category.TABLET])
def test_a_phone_cannot_be_said_to_have_no_memory(category: Category) -> None:
    with pytest.raises(DomainError, match="soudée"):
        rules.declare(a_device(category), [], [NewMedium(kind=StorageKind.NONE)], origin="person", by="ada", at=AT)


def test_a_laptop_without_a_disk_needs_somebody_to_say_so() -> None:
    device = a_device()
    assert "Dis quels disques" in obstacles(device, [])[0]
    stated = rules.declare(device, [], [NewMedium(kind=StorageKind.NONE)], origin="person", by="ada", at=AT)
    assert (stated.device.stage, stated.device.no_storage_by) == (Stage.ERASED, "ada")
    (erased,) = stated.events
    assert isinstance(erased, DeviceErased)
    assert erased.reason == "Aucun support de stockage, déclaré à l'atelier."  # who: not on the wire


def test_a_withdrawn_device_may_still_be_wiped_and_stays_withdrawn() -> None:
    device = a_device(stage=Stage.WITHDRAWN)
    wiped, medium = confirmed(device, [a_medium(device)], a_report(level="destroy"))
    assert (wiped.stage, wiped.erased_at) == (Stage.WITHDRAWN, AT)
    assert medium.destroyed
    failed = rules.record(device, [a_medium(device)], a_report(result="failure"), at=AT)
    assert (failed.device.stage, failed.device.erased_at) == (Stage.WITHDRAWN, None)


def test_a_destroyed_disk_stays_destroyed_whatever_is_reported_of_it_afterwards() -> None:
    device = a_device()
    disk = a_medium(device, kind=StorageKind.HDD)
    after, destroyed = confirmed(device, [disk], a_report(level="destroy"))
    assert destroyed.destroyed
    overwritten = rules.record(after, [destroyed], a_report(level="clear"), at=AT)
    assert overwritten.medium == destroyed


@given(wiped=st.lists(st.booleans(), min_size=1, max_size=4))
def test_a_graded_device_is_ready_only_when_every_disk_is_wiped(wiped: list[bool]) -> None:
    device = replace(
        a_device(), stage=Stage.GRADED, tests_passed=True, grade=Grade.A, battery=Battery.GOOD, ruleset="pc_2025"
    )
    media = [
        replace(a_medium(device, serial=f"S4NSSD000{n}"), wiped_by=uuid7() if is_wiped else None)
        for n, is_wiped in enumerate(wiped)
    ]
    if all(wiped):
        assert devices.make_ready(device, media, "Atelier", AT)[0].stage is Stage.READY
    else:
        with pytest.raises(DomainError, match="n'est pas effacé"):
            devices.make_ready(device, media, "Atelier", AT)


class WorkshopAtWork(RuleBasedStateMachine):
    """People at a device, in any order, with any mistake. The model of what is wiped is kept apart from the rules."""

    @initialize(category=st.sampled_from(Category))
    def a_device_arrives(self, category: Category) -> None:
        self.device = a_device(category)
        self.media: dict[str, Medium] = {}
        # The model: per serial, whether its latest attempt (or a destruction) wipes what it is known to be.
        self.truth: dict[str, bool] = {}
        self.kinds: dict[str, StorageKind] = {}
        self.destroyed: set[str] = set()
        self.waiting: dict[str, tuple[UUID, Level]] = {}
        self.stated_none = False

    def keep(self, declared: rules.Declared) -> None:
        self.device = declared.device
        for medium in (*declared.added, *declared.corrected):
            self.media[medium.serial] = medium

    @rule(serial=st.sampled_from(SERIALS), kind=st.sampled_from(KINDS), origin=st.sampled_from(["person", "audit"]))
    def declare_a_medium(self, serial: str, kind: StorageKind, origin: str) -> None:
        try:
            self.keep(
                rules.declare(
                    self.device,
                    list(self.media.values()),
                    [NewMedium(kind=kind, serial=serial)],
                    origin=origin,
                    by="ada",
                    at=AT,
                )
            )
        except DomainError:
            return
        known = self.kinds.get(serial)
        self.stated_none = self.stated_none and serial in self.kinds
        if known is None:
            self.kinds[serial], self.truth[serial] = kind, False
        elif known is StorageKind.UNKNOWN:
            self.kinds[serial] = kind
        elif known is StorageKind.HDD and kind.is_flash:
            self.kinds[serial] = kind
            self.truth[serial] = serial in self.destroyed

    @rule()
    def state_that_there_is_none(self) -> None:
        try:
            self.keep(
                rules.declare(
                    self.device,
                    list(self.media.values()),
                    [NewMedium(kind=StorageKind.NONE)],
                    origin="person",
                    by="ada",
                    at=AT,
                )
            )
        except DomainError:
            return
        self.stated_none = True

    @rule(
        serial=st.sampled_from([*SERIALS, "ANOTHER9"]),
        level=st.sampled_from(Level),
        result=st.sampled_from(ErasureResult),
    )
    def report_an_erasure(self, serial: str, level: Level, result: ErasureResult) -> None:
        report = a_report(medium_serial=serial, level=level, result=result)
        try:
            recorded = rules.record(self.device, list(self.media.values()), report, at=AT)
        except DomainError:
            return
        self.device = recorded.device
        self.media[serial] = recorded.medium
        self.waiting.pop(serial, None)
        if result is ErasureResult.FAILURE:
            self.truth[serial] = serial in self.destroyed
        elif recorded.medium.unverified:
            self.waiting[serial] = (recorded.erasure_id, level)

    @rule(serial=st.sampled_from(SERIALS), confirms=st.booleans())
    def a_second_person_answers(self, serial: str, confirms: bool) -> None:
        """Of what waits, as its list says it: unverified, and enough for what the disk is known to be by now."""
        if serial not in self.waiting or not self.media[serial].unverified:
            return
        erasure_id, level = self.waiting[serial]
        if not is_enough(self.kinds[serial], level):
            return
        del self.waiting[serial]
        self.device, self.media[serial] = rules.answered(
            self.device, list(self.media.values()), self.media[serial], erasure_id, level, confirmed=confirms, at=AT
        )
        self.truth[serial] = confirms
        if confirms and level is Level.DESTROY:
            self.destroyed.add(serial)

    @rule()
    def wipe_what_is_left_as_one_should(self) -> None:
        for serial in [serial for serial, medium in self.media.items() if not medium.is_wiped]:
            self.report_an_erasure(serial, Level.PURGE, ErasureResult.SUCCESS)
            self.a_second_person_answers(serial, True)

    @rule(failing=st.sampled_from([False, False, True]))
    def test_it(self, failing: bool) -> None:
        sheet = Sheet(self.device.category, {})
        answers = [Answered(test=point.test, passed=not (failing and n == 0)) for n, point in enumerate(sheet.points)]
        try:
            self.device, _ = apply_sheet(self.device, list(self.media.values()), sheet.fill(answers)[0], AT)
        except DomainError:
            return

    @precondition(lambda self: self.device.stage is Stage.TESTED)
    @rule()
    def grade_it(self) -> None:
        self.device = replace(self.device, stage=Stage.GRADED, grade=Grade.B, battery=Battery.GOOD, ruleset="pc_2025")

    @rule()
    def declare_it_ready(self) -> None:
        try:
            self.device, _ = devices.make_ready(self.device, list(self.media.values()), "Atelier", AT)
        except DomainError:
            return

    @rule()
    def take_it_back(self) -> None:
        before = self.device
        try:
            self.device, events = devices.recall(self.device, RecallReason.FAULT, AT)
        except DomainError:
            return
        assert self.device.stage is Stage.TO_REPAIR
        assert (self.device.tests_passed, self.device.grade, self.device.ready_at) == (None, None, None)
        assert len(events) == (before.stage is Stage.READY)

    @rule()
    def give_it_up(self) -> None:
        try:
            self.device, _ = devices.withdraw(self.device, WithdrawalReason.SCREEN, AT)
        except DomainError:
            return

    @precondition(lambda self: self.device.stage is Stage.WITHDRAWN)
    @rule()
    def work_on_it_after_all(self) -> None:
        self.device, events = devices.reopen(self.device, list(self.media.values()), AT)
        assert (self.device.tests_passed, self.device.grade, self.device.withdrawn_reason) == (None, None, None)
        assert (self.device.stage is Stage.ERASED) == bool(
            all(self.truth.values()) and (self.media or self.stated_none)
        )
        assert len(events) == 1

    @invariant()
    def nothing_unwiped_is_ready(self) -> None:
        for serial, medium in self.media.items():
            assert medium.is_wiped == self.truth[serial], serial
        if self.device.stage is Stage.READY:
            assert all(self.truth.values())
            assert self.device.tests_passed is True
            if self.device.category in {Category.SMARTPHONE, Category.TABLET}:
                assert self.media
            if self.device.category.is_computer:
                assert self.media or self.stated_none


TestAWorkshopAtWork = WorkshopAtWork.TestCase
TestAWorkshopAtWork.settings = settings(max_examples=examples(150), stateful_step_count=40, deadline=None)
