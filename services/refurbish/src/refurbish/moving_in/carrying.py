"""How far a device had come, by the rules of the bench: what the gate would not let out is not ready. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from filiere.identifiers import normalise_serial, uuid7
from filiere.movein.wire import CarriedErasure, CarriedMedium, CarriedWork, at

from refurbish.devices import rules
from refurbish.devices.device import Device, Finish, Medium
from refurbish.devices.erasure_levels import STORAGE, ErasureResult, Level, Storage, is_enough
from refurbish.devices.events import DeviceEvent, DeviceGraded, DeviceTested, ErasedMedium
from refurbish.devices.gate import is_wiped, obstacles, proves, settled
from refurbish.devices.stages import Stage
from refurbish.devices.withdrawal_reasons import WithdrawalReason
from refurbish.erasure.initials import initials
from refurbish.erasure.repository import Erasure
from refurbish.erasure.rules import erased, nothing_to_wipe
from refurbish.moving_in.repository import Waiting, Wiped

RULES = "carried_over"
"""Of a grade that no rule set of ours gave."""


class Carried(NamedTuple):
    """Where a device stands now, its media, and what the chain is told of it."""

    device: Device
    wiped: Sequence[Wiped]
    events: Sequence[DeviceEvent]


def carry(waiting: Waiting, workshop_name: str, territory: str | None, finish: Finish) -> Carried:
    """Every step that was done and is proved, in its order; the first that is not is where it stands."""
    said, began = waiting.said, at(waiting.said.arrived_on)
    device, events = rules.arrive(waiting.device, began)
    told: list[DeviceEvent] = list(events)
    wiped = [_medium(device, serial, one, waiting) for serial, one in _apart(said.media)]
    media = [one.medium for one in wiped]
    if not media and said.no_storage_by and STORAGE[device.category] is Storage.USUAL:
        device = replace(device, no_storage=True, no_storage_by=said.no_storage_by)
    when = max([began, *(one.erasure.erased_at for one in wiped if one.erasure)])
    begun = any(one.erasure for one in wiped)
    device = settled(device, media, when, begun=begun)
    if device.stage is Stage.ERASED:
        told.append(erased(device, _certified(wiped), when) if media else nothing_to_wipe(device, when))
    if said.withdrawn is not None:
        gone, events = rules.withdraw(device, _reason(said.withdrawn), at(said.withdrawn_on or said.arrived_on, 50))
        return Carried(gone, wiped, [*told, *events])
    # What holds no data is tested without being wiped first.
    if device.stage is Stage.ERASED or (device.stage is Stage.ARRIVED and is_wiped(device, media)):
        device, events = _tested(device, said)
        told += events
    if not obstacles(device, media) and said.ready_on is not None and device.stage is Stage.GRADED:
        device, events = rules.make_ready(device, media, workshop_name, at(said.ready_on, 40), territory, finish)
        told += events
    return Carried(device, wiped, told)


def _tested(device: Device, said: CarriedWork) -> tuple[Device, list[DeviceEvent]]:
    """Tests that had passed, and the grade that rests on them; what had failed is tested again here."""
    if said.tests_passed is not True:
        return device, []
    when = at(said.tested_on or said.arrived_on, 20)
    tested = replace(device, stage=Stage.TESTED, tests_passed=True, tested_at=when)
    told: list[DeviceEvent] = [DeviceTested(**rules.envelope(tested), occurred_at=when, passed=True, failures=[])]
    if said.graded is None:
        return tested, told
    one, when = said.graded, at(said.graded.graded_on, 30)
    reasons = ("Catégorie reprise de l'ancien outil du réseau.",)
    graded = replace(
        tested, stage=Stage.GRADED, ruleset=RULES, grade=one.grade, cosmetic=one.cosmetic, battery=one.battery,
        reasons=reasons, graded_at=when,
    )  # fmt: skip
    told.append(
        DeviceGraded(
            **rules.envelope(graded), occurred_at=when, category=graded.category, ruleset=RULES, grade=one.grade,
            cosmetic=one.cosmetic, battery=one.battery, reasons=list(reasons),
        )
    )  # fmt: skip
    return graded, told


def _apart(media: Sequence[CarriedMedium]) -> list[tuple[str, CarriedMedium]]:
    """Each by its serial, once, with its erasure where one of the two has it.

    What nobody could read is a disk all the same: it proves nothing, and the bench wipes it or says there is none.
    """
    known: dict[str, CarriedMedium] = {}
    for one in media:
        serial = normalise_serial(one.serial)
        if serial is None:
            serial, one = f"ILLISIBLE-{len(known) + 1}", one.model_copy(update={"erasure": None})
        if serial not in known or known[serial].erasure is None:
            known[serial] = one
    return list(known.items())


def _medium(device: Device, serial: str, one: CarriedMedium, waiting: Waiting) -> Wiped:
    medium = Medium(uuid7(), device.id, serial, one.kind, one.size_gb, "person")
    said = one.erasure
    # A level that does not wipe this kind of medium, or a day before it came, is no proof: the bench does it again.
    if said is None or said.erased_on < waiting.said.arrived_on or not is_enough(one.kind, Level(said.level)):
        return Wiped(device, medium, None, None)
    verified = said.verifier is not None and _counts(medium, said)
    record = Erasure(
        id=uuid7(), device_id=device.id, medium_id=medium.id, medium_serial=serial, level=Level(said.level),
        method=said.method, tool=said.tool, tool_version=said.tool_version, result=ErasureResult.SUCCESS,
        operator=said.operator, operator_name=said.operator, verified=verified,
        verified_by=said.verifier if verified else None, evidence_sha256=None, erased_at=at(said.erased_on, 10),
    )  # fmt: skip
    if verified:
        medium = replace(medium, wiped_by=record.id, wiped_in=device.cycle, destroyed=record.level is Level.DESTROY)
    else:
        medium = replace(medium, unverified=True)
    evidence = f"Repris de {waiting.source}, équipement {waiting.said.key}. Preuve : {said.proof}"
    return Wiped(device, medium, record, evidence)


def _counts(medium: Medium, said: CarriedErasure) -> bool:
    return proves(
        kind=medium.kind, medium_serial=medium.serial, erased_serial=medium.serial, level=Level(said.level),
        result=ErasureResult.SUCCESS, operator=[said.operator], verifier=[said.verifier or ""],
    )  # fmt: skip


def _certified(wiped: Sequence[Wiped]) -> list[ErasedMedium]:
    return [
        ErasedMedium(
            serial=one.medium.serial, kind=one.medium.kind, level=one.erasure.level, method=one.erasure.method,
            tool=one.erasure.tool, tool_version=one.erasure.tool_version, verified=True, erasure_id=one.erasure.id,
            erased_at=one.erasure.erased_at, operator=initials(one.erasure.operator_name),
            verifier=initials(one.erasure.verified_by),
        )
        for one in wiped
        if one.erasure is not None
    ]  # fmt: skip


def _reason(code: str) -> WithdrawalReason:
    return WithdrawalReason(code) if code in WithdrawalReason.chosen() else WithdrawalReason.OTHER
