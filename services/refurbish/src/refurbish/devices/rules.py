"""Stages of a device: what may follow what. Pure: a device in, a device and its events out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from filiere.catalogue import Category
from filiere.catalogue.impact import Part
from filiere.catalogue.software import OfficePack

from refurbish.devices.device import NOTHING_SAID, Device, Finish, Medium
from refurbish.devices.errors import (
    DeviceNotHere,
    NotGone,
    NotReady,
    NotTheSame,
    NotWithdrawn,
    Promised,
    PromiseMoved,
    StepsAreMissing,
    WorkedOn,
)
from refurbish.devices.events import (
    DeviceArrivalUndone,
    DeviceArrived,
    DeviceEvent,
    DeviceReady,
    DeviceRecallAsked,
    DeviceRecalled,
    DeviceReopened,
    DeviceWithdrawn,
    Software,
)
from refurbish.devices.gate import after_use, obstacles, settled
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.stages import Custody, Stage
from refurbish.devices.withdrawal_reasons import WithdrawalReason

Step = tuple[Device, list[DeviceEvent]]


_CHARGED_AS_PHONES = {Category.SMARTPHONE, Category.TABLET, Category.BASIC_PHONE}


class Where(TypedDict):
    """The fields that every event of a device carries."""

    device_id: UUID
    workshop_id: UUID
    lot_id: UUID
    label: str


def arrive(device: Device, at: datetime) -> Step:
    """The device was scanned. Scanning it again, at any later stage, changes nothing."""
    if device.stage not in {Stage.EXPECTED, Stage.MISSING}:
        return device, []
    here = replace(device, stage=Stage.ARRIVED, custody=Custody.WORKSHOP, arrived_at=at)
    return here, [DeviceArrived(**envelope(here), occurred_at=at, category=here.category)]


def undo_arrival(device: Device, at: datetime, *, is_counted: bool) -> Step:
    """It was not this one that came. Said twice it changes nothing. `is_counted`: its lot was, so it is missing.

    What no manifest lists is awaited nowhere: there was one thing less. Raises WorkedOn once anything was done to it.
    """
    miscounted = WithdrawalReason.MISCOUNTED
    if device.stage in {Stage.EXPECTED, Stage.MISSING} or device.withdrawn_reason == miscounted.sentence:
        return device, []
    if device.stage is not Stage.ARRIVED or device.no_storage:
        raise WorkedOn(device)
    if device.is_surplus:
        return _given_up(device, miscounted, at)
    stage, custody = (Stage.MISSING, Custody.UNKNOWN) if is_counted else (Stage.EXPECTED, Custody.TRANSIT)
    gone = replace(device, stage=stage, custody=custody, arrived_at=None)
    return gone, [DeviceArrivalUndone(**envelope(gone), occurred_at=at)]


def require_present(device: Device) -> None:
    """Raise DeviceNotHere unless the device is in the workshop and not yet ready, gone or given up."""
    if not device.stage.is_present:
        raise DeviceNotHere(device)


def make_ready(
    device: Device, media: Sequence[Medium], workshop_name: str, at: datetime, territory: str | None = None,
    finish: Finish = NOTHING_SAID,
) -> Step:  # fmt: skip
    """Declare the device refurbished. Raises DeviceNotHere, and StepsAreMissing with every obstacle.

    `territory` is the département of the workshop.
    """
    if device.stage is Stage.READY:
        return device, []
    require_present(device)
    missing = obstacles(device, media, finish.awaited_disks)
    if missing or device.stage is not Stage.GRADED:
        raise StepsAreMissing(device, missing or ["Il n'est pas classé."])
    ready = replace(device, stage=Stage.READY, ready_at=at)
    return ready, [announced(ready, workshop_name, territory, at, finish)]


def announced(ready: Device, workshop_name: str, territory: str | None, at: datetime, finish: Finish) -> DeviceReady:
    """What the chain is told of a ready device, also when its grade changes while it is."""
    assert ready.grade is not None  # the gate saw to it
    assert ready.battery is not None
    return DeviceReady(
        **envelope(ready),
        occurred_at=at,
        category=ready.category,
        manufacturer=ready.manufacturer,
        model=ready.model,
        serial=ready.serial,
        grade=ready.grade,
        cosmetic=ready.cosmetic,
        battery=ready.battery,
        public_body=ready.public_body,
        workshop_name=workshop_name,
        donation_id=ready.donation_id,
        workshop_territory=territory,
        work_minutes=finish.work_minutes,
        software=_software(finish),
        battery_percent=finish.battery_percent,
        battery_minutes=finish.battery_minutes,
        memory_gb=finish.memory_gb,
        storage_gb=finish.storage_gb,
        identifiers=list(finish.identifiers),
        new_parts=new_parts(ready.category, dict(finish.new_parts)),
    )


def new_parts(category: Category, bought: Mapping[str, int]) -> dict[Part, int]:
    """Of the parts that were bought for a device, those that have a footprint in the method of impact.

    A disk of which nobody said the sort counts as an SSD, the heavier: no more is claimed than is avoided.
    """
    if not bought:
        return {}
    charger = Part.PHONE_CHARGER if category in _CHARGED_AS_PHONES else Part.LAPTOP_CHARGER
    known = {"ssd": Part.SSD, "storage": Part.SSD, "hdd": Part.HDD, "charger": charger}
    counted = Counter[Part]()
    for kind, pieces in bought.items():
        if kind in known:
            counted[known[kind]] += pieces
    return dict(counted)


def _software(finish: Finish) -> Software | None:
    if finish.system is None:
        return None
    return Software(
        system=finish.system,
        version=finish.version,
        office=finish.office or OfficePack.NONE,
        licence_used=finish.licence_used,
    )


def withdraw(device: Device, reason: WithdrawalReason, at: datetime) -> Step:
    """Give the device up. Raises DeviceNotHere before arrival or after it left, Promised while it is reserved."""
    if device.stage is Stage.WITHDRAWN:
        return device, []
    if device.stage is not Stage.READY:
        require_present(device)
    if device.order_id is not None:
        raise Promised(device)
    return _given_up(device, reason, at)


def _given_up(device: Device, reason: WithdrawalReason, at: datetime) -> Step:
    gone = replace(device, stage=Stage.WITHDRAWN, withdrawn_reason=reason.sentence, closed_at=at)
    return gone, [DeviceWithdrawn(**envelope(gone), occurred_at=at, reason=reason.sentence, code=reason)]


def merge(kept: Device, other: Device, at: datetime) -> Step:
    """The other row is this machine, which was declared twice: it is withdrawn as such, having arrived with it.

    Said twice it changes nothing. Raises what `withdraw` does, DeviceNotHere (also of the one that is kept), and
    NotTheSame for a row of another workshop, for itself, and for one that is withdrawn.
    """
    if other.merged_into == kept.id:
        return other, []
    if other.id == kept.id or other.workshop_id != kept.workshop_id or other.stage is Stage.WITHDRAWN:
        raise NotTheSame(other)
    if kept.stage is not Stage.READY:
        require_present(kept)
    here, arrived = arrive(other, at)
    gone, events = withdraw(here, WithdrawalReason.DUPLICATE, at)
    return replace(gone, merged_into=kept.id), [*arrived, *events]


def recall(device: Device, reason: RecallReason, at: datetime, promised_to: UUID | None = None) -> Step:
    """Bring a ready device back to the bench: its media stay wiped, its tests and its grade are void.

    One that is promised is asked back: distribute decides, and `brought_back` does it. Said twice it changes nothing.
    Raises NotReady, and PromiseMoved when it is not promised to the order that the caller has seen.
    """
    if device.stage is Stage.TO_REPAIR and device.tests_passed is None:
        return device, []
    if device.stage is not Stage.READY:
        raise NotReady(device)
    if promised_to is not None and device.order_id != promised_to:
        raise PromiseMoved(device)
    if device.order_id is not None:
        return ask_back(device, reason, at)
    return brought_back(device, reason, at)


def brought_back(device: Device, reason: RecallReason, at: datetime, media: Sequence[Medium] = ()) -> Step:
    """The device is on the bench again, for another cycle, and nobody is promised it.

    What nobody had keeps what was wiped; of what somebody had, `media` are wiped again before it is ready.
    """
    back = replace(
        device.untested(), stage=Stage.TO_REPAIR, custody=Custody.WORKSHOP, closed_at=None, away=None,
        recall_code=None, recall_asked_at=None, cycle=device.cycle + 1,
    )  # fmt: skip
    if device.was_used:
        back = replace(after_use(back, media), back_at=at)
    return back, [DeviceRecalled(**envelope(back), occurred_at=at, reason=reason.sentence, code=reason)]


def still_here(device: Device, at: datetime) -> Step:
    """A device that was said to have left lies here: ask distribute, which knows whether somebody has received it.

    Raises NotGone.
    """
    if device.stage is not Stage.LEFT:
        raise NotGone(device)
    return ask_back(device, RecallReason.MISTAKE, at, never_left=True)


def ask_back(device: Device, reason: RecallReason, at: datetime, *, never_left: bool = False) -> Step:
    """Distribute lets go of it, free or promised, and then it is brought back. Said twice it changes nothing."""
    if device.recall_asked_at is not None:
        return device, []
    asked = replace(device, recall_code=reason.value, recall_asked_at=at)
    return asked, [
        DeviceRecallAsked(**envelope(asked), occurred_at=at, reason=reason.sentence, code=reason, never_left=never_left)
    ]


def stop(device: Device, at: datetime) -> Step:
    """A disk was seen in it that nobody wiped: distribute lets go of it; one that has left by then is given to nobody.

    Said again each time it is seen: an earlier question had another reason, or was answered already.
    """
    reason = RecallReason.OTHER
    asked, _ = ask_back(device, reason, at)
    return asked, [
        DeviceRecallAsked(**envelope(asked), occurred_at=at, reason=reason.sentence, code=reason, unwiped=True)
    ]


def found_here(device: Device, workshop_name: str, territory: str | None, at: datetime, finish: Finish) -> Step:
    """It never left: ready as it was, and free."""
    here = replace(
        device, stage=Stage.READY, custody=Custody.WORKSHOP, closed_at=None, away=None, recall_code=None,
        recall_asked_at=None,
    )  # fmt: skip
    return here, [announced(here, workshop_name, territory, at, finish)]


def was_ready(device: Device) -> bool:
    """It may have left as far as another knows: it was ready, and was taken back to the bench or withdrawn since."""
    return device.cycle > 1 or (device.stage is Stage.WITHDRAWN and device.ready_at is not None)


def kept(device: Device) -> Device:
    """Distribute does not give it back."""
    return replace(device, recall_code=None, recall_asked_at=None)


def reopen(device: Device, media: Sequence[Medium], at: datetime) -> Step:
    """Work on a withdrawn device after all: what is wiped stays wiped, everything after it is done anew.

    A device at work stays as it is. Raises NotWithdrawn for one that is ready, gone or not there yet.
    """
    if device.stage.is_present:
        return device, []
    if device.stage is not Stage.WITHDRAWN:
        raise NotWithdrawn(device)
    back = replace(
        device.untested(), stage=Stage.ARRIVED, withdrawn_reason=None, closed_at=None, erased_at=None, merged_into=None
    )
    return settled(back, media, at, begun=bool(media)), [DeviceReopened(**envelope(back), occurred_at=at)]


def envelope(device: Device) -> Where:
    return Where(device_id=device.id, workshop_id=device.workshop_id, lot_id=device.lot_id, label=device.label)
