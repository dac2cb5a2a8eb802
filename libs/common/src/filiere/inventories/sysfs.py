"""What Linux says of its machine without any tool: /sys and /proc, as `python -m refurbish audit` writes them down."""

from filiere.inventories.facts import BatteryFact, HardwareFacts, MediumFact, battery_of, model_name
from filiere.inventories.kinds import is_internal, kind_of, turning
from filiere.inventories.sizes import size_gb
from filiere.inventories.values import Node, node_in, nodes_in, number, present, serial_of, short, text_of

_MOST = 64
_CHASSIS = {
    3: "Desktop",
    4: "Low Profile Desktop",
    5: "Pizza Box",
    6: "Mini Tower",
    7: "Tower",
    8: "Portable",
    9: "Laptop",
    10: "Notebook",
    11: "Hand Held",
    13: "All in One",
    14: "Sub Notebook",
    15: "Space-saving",
    16: "Lunch Box",
    30: "Tablet",
    31: "Convertible",
    32: "Detachable",
    34: "Mini PC",
    35: "Mini PC",
    36: "Stick PC",
}
"""SMBIOS types of an enclosure."""


def from_sysfs(document: Node) -> HardwareFacts:
    """Facts of what was written down."""
    dmi = node_in(document, "dmi")
    maker = text_of(dmi.get("sys_vendor")) or text_of(dmi.get("board_vendor"))
    memory, chassis = number(document.get("memory_kib")), number(dmi.get("chassis_type"))
    disks = document.get("disks")
    return HardwareFacts.of(
        "sysfs",
        manufacturer=maker,
        model=model_name(maker, text_of(dmi.get("product_name")), text_of(dmi.get("product_version"))),
        serial=text_of(dmi.get("product_serial")),
        chassis=_CHASSIS.get(int(chassis)) if chassis is not None and chassis < 100 else None,
        ram_mib=memory / 1024 if memory else None,
        cpu=text_of(document.get("cpu")),
        media=present(_medium(one) for one in nodes_in(disks, _MOST)),
        lists_media=isinstance(disks, list),
        batteries=present(_battery(one) for one in nodes_in(document.get("batteries"), _MOST)),
    )


def _medium(disk: Node) -> MediumFact | None:
    name, model, way = (text_of(disk.get(key)) for key in ("name", "model", "way"))
    size = size_gb(number(disk.get("bytes")), 1e9)
    if disk.get("removable") is True or size is None or not is_internal(way, model):
        return None
    turns = disk.get("rotational")
    # A virtual disk has neither model nor serial, and the kernel guesses.
    is_known = bool(model) and isinstance(turns, bool)
    return MediumFact(
        serial=serial_of(disk.get("serial")),
        kind=turning(kind_of(name, model, way), turns if is_known else None),
        size_gb=size,
        model=short(model, 100),
    )


def _battery(battery: Node) -> BatteryFact | None:
    return battery_of(
        number(battery.get("new")),
        number(battery.get("now")),
        text_of(battery.get("serial")),
        text_of(battery.get("model")),
    )
