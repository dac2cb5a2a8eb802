"""One act on one device of many, by the rules of the single command. Pure: what they need is read for all before.

A device here comes out as the single command would leave it, with the same events; a property of the tests says so.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from filiere.web.errors import DomainError

from refurbish.audits.audit import Audit
from refurbish.audits.difference import media_seen
from refurbish.audits.known import known
from refurbish.bulk.acts import BulkAct
from refurbish.bulk.errors import DiskToDeclare, SameMachine
from refurbish.bulk.lines import Line, Outcome, Why
from refurbish.devices import rules
from refurbish.devices.device import NOTHING_SAID, Device, Finish, Medium
from refurbish.devices.errors import StepsAreMissing
from refurbish.devices.events import DeviceEvent
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.stages import Stage
from refurbish.devices.withdrawal_reasons import WithdrawalReason
from refurbish.erasure.rules import Declared, declare
from refurbish.test_sheets.sheet import Sheet, apply_sheet
from refurbish.waste.errors import GoneAsWaste
from refurbish.workshops.repository import Workshop


@dataclass(frozen=True)
class Bench:
    """What the rules need of the devices at hand, by device; each act reads its part of it."""

    workshop: Workshop | None  # of no devices none
    media: Mapping[UUID, Sequence[Medium]]
    gone: Mapping[UUID, Sequence[Medium]]
    sheets: Mapping[UUID, Sheet]
    audits: Mapping[UUID, Sequence[Audit]]
    finishes: Mapping[UUID, Finish]
    as_waste: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Step:
    """What becomes of one device: itself before and after, its events, the sheet to keep with it, what its journal
    says."""

    before: Device
    after: Device
    events: Sequence[DeviceEvent] = ()
    sheet: Sheet | None = None
    verb: str | None = None
    details: Mapping[str, object] | None = None
    ends_cycle: bool = False
    tells_wiped: bool = False

    @property
    def outcome(self) -> Outcome:
        if not self.events and self.sheet is None:
            return Outcome.SAME
        asks = self.after.recall_asked_at is not None and self.before.recall_asked_at is None
        return Outcome.ASKS if asks else Outcome.CHANGES


def step(act: BulkAct, reason: str | None, device: Device, bench: Bench, by: str, at: datetime) -> Step:
    """Raises what the single command does, DiskToDeclare and SameMachine."""
    media = bench.media.get(device.id, ())
    match act:
        case BulkAct.TESTS:
            return _tests(device, media, bench.sheets[device.id], by, at)
        case BulkAct.READY:
            workshop, finish = bench.workshop, bench.finishes.get(device.id, NOTHING_SAID)
            assert workshop is not None  # a device belongs to a workshop by foreign key
            return Step(device, *rules.make_ready(device, media, workshop.name, at, workshop.territory, finish))
        case BulkAct.WITHDRAW:
            return Step(device, *rules.withdraw(device, WithdrawalReason(reason or ""), at))
        case BulkAct.RECALL:
            return _recall(device, RecallReason(reason or ""), bench, at)
        case BulkAct.REOPEN:
            return _reopen(device, media, bench, at)
        case BulkAct.LABELS:
            return Step(device, device)


def _tests(device: Device, media: Sequence[Medium], before: Sheet, by: str, at: datetime) -> Step:
    sheet = before.with_the_rest_good(by=by, at=at)
    tested, events = apply_sheet(device, media, sheet, at)
    if sheet == before and tested.tests_passed is device.tests_passed:
        return Step(device, device)
    return Step(device, tested, events if tested != device else (), sheet)


def _recall(device: Device, reason: RecallReason, bench: Bench, at: datetime) -> Step:
    back, events = rules.recall(device, reason, at)
    if not events:
        return Step(device, back)
    details = {"code": reason.value}
    if back.recall_asked_at is not None:
        return Step(device, back, events, None, "recall-asked", details)
    _require_no_stranger(back, bench, at)
    return Step(device, back, events, Sheet(back.category, {}), "recalled", details, ends_cycle=True)


def _reopen(device: Device, media: Sequence[Medium], bench: Bench, at: datetime) -> Step:
    if device.stage is Stage.WITHDRAWN and device.id in bench.as_waste:
        raise GoneAsWaste(device.label)
    if device.merged_into is not None:
        raise SameMachine(device)
    back, events = rules.reopen(device, media, at)
    if not events:
        return Step(device, back)
    _require_no_stranger(back, bench, at)
    is_wiped = back.stage is Stage.ERASED
    return Step(device, back, events, Sheet(back.category, {}), "reopened", {}, tells_wiped=is_wiped)


def _require_no_stranger(back: Device, bench: Bench, at: datetime) -> None:
    """A disk that an inventory saw meanwhile is declared with the device in hand: alone, not among five hundred."""
    media, gone = bench.media.get(back.id, ()), bench.gone.get(back.id, ())
    seen = media_seen(back, known(bench.audits.get(back.id, ())).facts, media)
    if seen and declare(back, media, seen, origin="audit", by="audit", at=at, gone=gone) != Declared(back):
        raise DiskToDeclare(back)


def tried(act: BulkAct, reason: str | None, device: Device, bench: Bench, by: str, at: datetime) -> Step | DomainError:
    """The step, or why there is none: one device that is refused stops no other."""
    try:
        return step(act, reason, device, bench, by, at)
    except DomainError as refusal:
        return refusal


def line(device: Device, seen: str, done: Step | DomainError) -> Line:
    """The line of a device for which the rule did this, or refused it."""
    if isinstance(done, Step):
        return Line(device.id, device.label, seen, done.outcome)
    return Line(device.id, device.label, seen, Outcome.REFUSED, _why(device, done), done.sentence)


def _why(device: Device, error: DomainError) -> Why:
    if isinstance(error, StepsAreMissing):
        obstacles = [
            "Un disque n'est pas effacé." if "n'est pas effacé" in one else one for one in error.extensions["obstacles"]
        ]
        return Why(error.title, tuple(dict.fromkeys(obstacles)))
    return Why(error.title, (device.stage.label_fr,) if "stage" in error.extensions else ())


def fingerprint(act: BulkAct, device: Device, bench: Bench) -> str:
    """What the device is like to this act: another one when anything moved that its rule looks at."""
    looked_at: list[object] = [device, bench.media.get(device.id, ())]
    if act is BulkAct.TESTS:
        looked_at.append(sorted((test, one.said) for test, one in bench.sheets[device.id].answers.items()))
    return hashlib.blake2b(repr(looked_at).encode(), digest_size=12).hexdigest()
