"""`smartctl -j`: one disk as it describes itself, with its hours and its health; or a list of several."""

from typing import Any

from filiere.inventories.facts import HardwareFacts, MediumFact
from filiere.inventories.kinds import is_internal, kind_of, turning
from filiere.inventories.sizes import size_gb
from filiere.inventories.values import number, present, serial_of, short, text_of

Node = dict[str, Any]
_MOST = 64


def is_smartctl(document: Node) -> bool:
    """Whether this is one disk's answer."""
    return isinstance(document.get("smartctl"), dict) or (
        "serial_number" in document and ("model_name" in document or "smart_status" in document)
    )


def from_smartctl(documents: list[Any]) -> HardwareFacts:
    """Facts of disks. It is asked disk by disk: what is not there was perhaps not asked for."""
    disks = [one for one in documents[:_MOST] if isinstance(one, dict)]
    return HardwareFacts.of("smartctl", media=present(_medium(one) for one in disks))


def _medium(disk: Node) -> MediumFact | None:
    device = _node(disk, "device")
    texts = [
        *(text_of(disk.get(name)) for name in ("model_name", "model_family", "scsi_model_name", "scsi_vendor")),
        *(text_of(device.get(name)) for name in ("name", "info_name", "protocol", "type")),
    ]
    capacity = number(_node(disk, "user_capacity").get("bytes")) or number(disk.get("nvme_total_capacity"))
    serial = serial_of(disk.get("serial_number"))
    if serial is None and not capacity:  # it could not be opened
        return None
    if not is_internal(*texts):
        return None
    rate = number(disk.get("rotation_rate"))
    health, hours = _node(disk, "smart_status").get("passed"), number(_node(disk, "power_on_time").get("hours"))
    return MediumFact(
        serial=serial,
        kind=turning(kind_of(*texts), None if rate is None else rate > 0),
        size_gb=size_gb(capacity, 1e9),
        model=short(text_of(disk.get("model_name")) or text_of(disk.get("scsi_model_name")), 100),
        hours=int(hours) if hours is not None and hours < 1e6 else None,
        healthy=health if isinstance(health, bool) else None,
    )


def _node(node: Node, name: str) -> Node:
    found = node.get(name)
    return found if isinstance(found, dict) else {}
