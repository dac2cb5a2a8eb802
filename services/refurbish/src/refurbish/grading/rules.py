"""Grade a device on its three axes. Pure, over the catalogue's rule sets."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from filiere.catalogue.errors import CatalogueError, ImpossibleSpec
from filiere.catalogue.grades import Battery, StorageKind, battery_state
from filiere.catalogue.grading import DeviceFacts, Storage, grade_by
from filiere.inventories.facts import HardwareFacts
from filiere.inventories.sizes import MAX_RAM_GB
from filiere.web import FieldError

from refurbish.devices.device import Device, Medium
from refurbish.devices.errors import NotYet
from refurbish.devices.events import DeviceEvent, DeviceGraded, DeviceUngraded
from refurbish.devices.rules import envelope, require_present
from refurbish.devices.stages import Stage
from refurbish.grading.errors import CannotGrade, NotReusable
from refurbish.grading.schemas import NewGrade


def known_facts(media: Sequence[Medium], audit: HardwareFacts | None) -> DeviceFacts:
    """What the newest inventory and the declared media say: memory, processor, storage that was not destroyed."""
    storage = tuple(
        Storage(kind=medium.kind, size_gb=medium.size_gb)
        for medium in media
        if not medium.destroyed and medium.size_gb is not None and medium.kind is not StorageKind.NONE
    )
    return DeviceFacts(
        # An inventory kept before its figures were bounded may say more than any machine has.
        ram_gb=audit.ram_gb if audit and audit.ram_gb is not None and audit.ram_gb <= MAX_RAM_GB else None,
        cpu=audit.cpu if audit else None,
        storage=storage,
    )


def grade_device(
    device: Device,
    command: NewGrade,
    facts: DeviceFacts,
    ruleset: str,
    at: datetime,
    battery_percent: float | None = None,
) -> tuple[Device, list[DeviceEvent]]:
    """Grade a tested device by a rule set, or grade it again; the same grade again changes nothing.

    battery_percent: what an audit measured, for whoever does not say another.

    Raises DeviceNotHere, NotYet (tests come first), CannotGrade (something is missing), NotReusable.
    """
    require_present(device)
    if device.tests_passed is not True or device.stage not in {Stage.TESTED, Stage.GRADED}:
        raise NotYet(device, "fais d'abord tous les tests.")
    try:
        grading = grade_by(ruleset, device.category, facts)
    except ImpossibleSpec as error:
        raise CannotGrade(str(error), errors=[FieldError(error.field, str(error))]) from error
    except CatalogueError as error:
        raise CannotGrade(str(error)) from error
    if grading.grade is None:
        raise NotReusable(device, grading)
    percent = command.battery_percent if command.battery_percent is not None else battery_percent
    battery = battery_state(percent, has_battery=device.category.has_battery)
    if battery is Battery.UNMEASURED and device.battery is not None:  # graded again, and nothing new is said of it
        battery = device.battery
    graded = replace(
        device, stage=Stage.GRADED, ruleset=grading.ruleset, grade=grading.grade, cosmetic=command.cosmetic,
        battery=battery, reasons=tuple(grading.sentences), graded_at=at,
    )  # fmt: skip
    if replace(graded, graded_at=device.graded_at) == device:
        return device, []
    return graded, [told(graded, at)]


def told(graded: Device, at: datetime) -> DeviceGraded:
    """The event of a device's grade."""
    assert graded.ruleset is not None
    assert graded.grade is not None
    assert graded.battery is not None
    return DeviceGraded(
        **envelope(graded),
        occurred_at=at,
        category=graded.category,
        ruleset=graded.ruleset,
        grade=graded.grade,
        cosmetic=graded.cosmetic,
        battery=graded.battery,
        reasons=list(graded.reasons),
    )


def take_back(device: Device, at: datetime) -> tuple[Device, list[DeviceEvent]]:
    """The device without its grade, as it was tested; said twice it changes nothing.

    Raises DeviceNotHere, also for a device that is ready: that one is brought back to the bench first.
    """
    require_present(device)
    if device.stage is not Stage.GRADED:
        return device, []
    back = replace(device.ungraded(), stage=Stage.TESTED)
    return back, [DeviceUngraded(**envelope(back), occurred_at=at)]
