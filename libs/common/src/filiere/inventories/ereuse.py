"""eReuse Workbench 11 snapshots: one device and its components, sizes of memory in MiB and of disks in MB."""

from typing import Any

from filiere.inventories.facts import (
    HardwareFacts,
    MediumFact,
    is_internal,
    kind_of,
    number,
    serial_of,
    size_gb,
    text_of,
)

Node = dict[str, Any]
_MOST_COMPONENTS = 500
_MEDIA = {"SolidStateDrive": "SSD", "HardDrive": "5400 rpm"}


def from_snapshot(document: Node) -> HardwareFacts:
    """Facts of a snapshot; missing parts are None."""
    device, components = document.get("device"), document.get("components")
    device = device if isinstance(device, dict) else {}
    listed = components[:_MOST_COMPONENTS] if isinstance(components, list) else []
    parts = [one for one in listed if isinstance(one, dict)]
    cpu = next((one for one in parts if one.get("type") == "Processor"), {})
    memory = sum(number(one.get("size")) or 0 for one in parts if one.get("type") == "RamModule")
    return HardwareFacts.of(
        "ereuse",
        manufacturer=text_of(device.get("manufacturer")),
        model=text_of(device.get("model")),
        serial=text_of(device.get("serialNumber")),
        chassis=text_of(device.get("type")) or text_of(device.get("chassis")),
        ram_mib=memory or None,
        cpu=text_of(cpu.get("model")),
        battery_percent=_battery(parts),
        media=[found for one in parts if (found := _medium(one)) is not None],
    )


def _medium(part: Node) -> MediumFact | None:
    kind = part.get("type")
    if kind not in _MEDIA:
        return None
    texts = [text_of(part.get(name)) for name in ("model", "manufacturer", "interface")]
    if not is_internal(*texts):
        return None
    return MediumFact(
        serial=serial_of(part.get("serialNumber")),
        kind=kind_of(*texts, _MEDIA[kind]),
        size_gb=size_gb(number(part.get("size")), 1000),
        model=(text_of(part.get("model")) or "")[:100] or None,
    )


def _battery(parts: list[Node]) -> float | None:
    """What a full charge holds of the first capacity, when Workbench measured it."""
    for part in parts:
        if part.get("type") == "Battery":
            first = number(part.get("size"))
            actions = part.get("actions")
            for action in actions[:20] if isinstance(actions, list) else ():
                left = number(action.get("size")) if isinstance(action, dict) else None
                if first and left and left <= first * 1.5:
                    return round(100 * left / first, 1)
    return None
