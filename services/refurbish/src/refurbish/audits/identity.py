"""Whether an inventory is this machine's. Pure; whose number it is else, the service asks."""

import re
from enum import StrEnum

from filiere.identifiers import normalise_serial, valid_imei
from filiere.inventories.facts import HardwareFacts

from refurbish.devices.device import Device


class Doubt(StrEnum):
    """Why it may be another's."""

    SERIAL = "serial"
    MODEL = "model"


def serial_matches(device: Device, facts: HardwareFacts) -> bool | None:
    """Whether the machine is the declared one; None when either serial is unknown, or one is a phone's other number."""
    declared = normalise_serial(device.serial)
    if declared is None or facts.serial is None:
        return None
    if declared != facts.serial and bool(valid_imei(declared)) is not bool(valid_imei(facts.serial)):
        return None
    return declared == facts.serial


def doubt(device: Device, facts: HardwareFacts, owner: str | None) -> Doubt | None:
    """Why an inventory is asked about; None when it is this machine's, or nothing says that it is not.

    owner: the label of the device that the inventory's serial belongs to, as far as anybody knows.
    """
    if owner is not None:
        return None if owner == device.label else Doubt.SERIAL
    matches = serial_matches(device, facts)
    if matches is not None:
        return None if matches else Doubt.SERIAL
    return Doubt.MODEL if is_other_model(device, facts) else None


def is_other_model(device: Device, facts: HardwareFacts) -> bool:
    """Whether maker or model contradict each other; what is written in two ways does not.

    Lenovo and Apple have order numbers that say nothing of the name, phones too: there the maker alone counts.
    """
    declared, read = (one.lower() if one else None for one in (device.manufacturer, facts.manufacturer))
    if declared is None or read is None:
        return False
    if declared != read:
        return not (declared in read or read in declared)
    if declared in {"lenovo", "apple"} or not device.category.is_computer:
        return False
    ours, theirs = (set(re.findall(r"\d{3,}", name or "")) for name in (device.model, facts.model))
    return bool(ours and theirs) and not ours & theirs
