"""eReuse Workbench: one device and its components, sizes of memory in MiB and of disks in MB (version 11), or the
answers of the tools that it ran (`data`; version 11 with `debug` has both)."""

from filiere.inventories.bundle import from_parts
from filiere.inventories.facts import BatteryFact, HardwareFacts, MediumFact, ModuleFact, battery_of, module_of
from filiere.inventories.kinds import is_internal, kind_of
from filiere.inventories.sizes import size_gb
from filiere.inventories.values import Node, node_in, nodes_in, number, present, serial_of, short, text_of

_MOST_COMPONENTS = 500
_MOST_ACTIONS = 20
_MEDIA = {"SolidStateDrive": "SSD", "HardDrive": "5400 rpm"}


def from_snapshot(document: Node) -> HardwareFacts:
    """Facts of a snapshot; missing parts are None."""
    own = _of_components(document)
    for name in ("data", "debug"):
        parts = document.get(name)
        if isinstance(parts, dict):
            return from_parts("ereuse", parts, own)
    return own


def _of_components(document: Node) -> HardwareFacts:
    device, parts = node_in(document, "device"), nodes_in(document.get("components"), _MOST_COMPONENTS)
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
        media=present(_medium(one) for one in parts),
        lists_media=bool(parts),
        modules=present(_module(one) for one in parts),
        batteries=present(_battery(one) for one in parts),
    )


def _medium(part: Node) -> MediumFact | None:
    kind = text_of(part.get("type")) or ""
    if kind not in _MEDIA:
        return None
    texts = [text_of(part.get(name)) for name in ("model", "manufacturer", "interface")]
    if not is_internal(*texts):
        return None
    return MediumFact(
        serial=serial_of(part.get("serialNumber")),
        kind=kind_of(*texts, _MEDIA[kind]),
        size_gb=size_gb(number(part.get("size")), 1000),
        model=short(text_of(part.get("model")), 100),
    )


def _module(part: Node) -> ModuleFact | None:
    if part.get("type") != "RamModule":
        return None
    serial, maker, model = (text_of(part.get(name)) for name in ("serialNumber", "manufacturer", "model"))
    return module_of(number(part.get("size")), None, serial, maker, model)


def _battery(part: Node) -> BatteryFact | None:
    """What a full charge holds of the first capacity, when Workbench measured it."""
    if part.get("type") != "Battery":
        return None
    measured = (number(one.get("size")) for one in nodes_in(part.get("actions"), _MOST_ACTIONS))
    now = next((size for size in measured if size), None)
    return battery_of(number(part.get("size")), now, text_of(part.get("serialNumber")), text_of(part.get("model")))
