"""GLPI and FusionInventory inventories: the JSON format, and the older XML, which has the same fields in capitals."""

from typing import Any

from refurbish.audits.facts import HardwareFacts, MediumFact, is_internal, kind_of, number, serial_of, size_gb, text_of

Node = dict[str, Any]


def from_glpi(content: Node, source: str) -> HardwareFacts:
    """Facts of an inventory's `content`; names of fields in lower case. Missing parts are None."""
    bios, hardware = _first(content, "bios"), _first(content, "hardware")
    cpu = _first(content, "cpus")
    modules = [number(one.get("capacity")) or 0 for one in _every(content, "memories")]
    return HardwareFacts.of(
        source,
        manufacturer=text_of(bios.get("smanufacturer")) or text_of(bios.get("mmanufacturer")),
        model=text_of(bios.get("smodel")) or text_of(bios.get("mmodel")),
        serial=text_of(bios.get("ssn")),
        chassis=text_of(hardware.get("chassis_type")),
        # Modules add up to what is printed on them; the system's own figure lacks what graphics took.
        ram_mib=sum(modules) or number(hardware.get("memory")),
        cpu=text_of(cpu.get("name")),
        battery_percent=_battery(_first(content, "batteries")),
        media=[found for one in _every(content, "storages") if (found := _medium(one)) is not None],
    )


def _medium(storage: Node) -> MediumFact | None:
    said = [
        text_of(storage.get(name)) for name in ("name", "model", "description", "type", "interface", "manufacturer")
    ]
    size_mb = number(storage.get("disksize"))
    serial = serial_of(storage.get("serial")) or serial_of(storage.get("serialnumber"))
    # An empty card reader has neither; a disk whose size the agent could not read still holds data.
    if not (size_mb or serial or text_of(storage.get("serial"))) or not is_internal(*said):
        return None
    return MediumFact(
        serial=serial,
        kind=kind_of(*said),
        size_gb=size_gb(size_mb, 1000),
        model=(text_of(storage.get("model")) or "")[:100] or None,
    )


def _battery(battery: Node) -> float | None:
    """Residual capacity. A phone reports its charge in `capacity` alone, which says nothing of its wear."""
    new, left = number(battery.get("capacity")), number(battery.get("real_capacity"))
    return round(100 * left / new, 1) if new and left and left <= new * 1.5 else None


def _every(content: Node, name: str) -> list[Node]:
    found = content.get(name)
    many = found if isinstance(found, list) else [found]
    return [one for one in many[:64] if isinstance(one, dict)]


def _first(content: Node, name: str) -> Node:
    return next(iter(_every(content, name)), {})
