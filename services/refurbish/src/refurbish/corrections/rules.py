"""What a correction changes, and what it makes void. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from filiere.catalogue.device_models import model_of

from refurbish.aliases.kinds import AliasKind, written
from refurbish.corrections.events import DeviceCorrected
from refurbish.corrections.schemas import Correction
from refurbish.devices.device import Device, Medium
from refurbish.devices.erasure_levels import STORAGE, Storage
from refurbish.devices.events import DeviceEvent
from refurbish.devices.gate import settled
from refurbish.devices.rules import envelope, require_present
from refurbish.devices.stages import Stage

CORRECTED = ("category", "manufacturer", "model", "serial")


def correct(
    device: Device, media: Sequence[Medium], said: Correction, at: datetime
) -> tuple[Device, list[DeviceEvent]]:
    """The device as it really is; the same said twice changes nothing.

    Another category has another test sheet and another scale: tests and grade are done anew, and the wipe gate asks
    what that category asks. A model or a serial changes neither: no rule reads them. Raises DeviceNotHere (a ready
    device is recalled first) and NotAnIdentifier.
    """
    require_present(device)
    given = said.model_fields_set
    manufacturer, name = device.manufacturer, device.model
    if {"manufacturer", "model"} & given:
        model = model_of(
            said.manufacturer if "manufacturer" in given else manufacturer, said.model if "model" in given else name
        )
        manufacturer, name = model.manufacturer, model.name
    serial = device.serial
    if "serial" in given:
        serial = written(AliasKind.SERIAL, said.serial) if said.serial else None
    category = said.category or device.category
    right = replace(device, manufacturer=manufacturer, model=name, serial=serial)
    if category is not device.category:
        right = _as(right, media, at, replace(right, category=category))
    if right == device:
        return device, []
    told = DeviceCorrected(
        **envelope(right),
        occurred_at=at,
        category=right.category,
        manufacturer=right.manufacturer,
        model=right.model,
        serial=right.serial,
        code=said.reason,
        tests_void=right.category is not device.category,
    )
    return right, [told]


def _as(device: Device, media: Sequence[Medium], at: datetime, other: Device) -> Device:
    """The device in its other category: from its arrival on, with what is wiped wiped."""
    begun = replace(other.untested(), stage=Stage.ARRIVED, erased_at=None)
    if STORAGE[other.category] is Storage.SOLDERED:
        begun = replace(begun, no_storage=False, no_storage_by=None)  # it has a memory, whatever was said of it before
    return settled(begun, media, at, begun=device.stage is not Stage.ARRIVED and bool(media))


def changes(before: Device, after: Device) -> dict[str, list[str | None]]:
    """field → [before, after], of those that changed."""
    pairs = {name: [getattr(before, name), getattr(after, name)] for name in CORRECTED}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
