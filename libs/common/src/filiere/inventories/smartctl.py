"""`smartctl -j`: one disk as it describes itself, with its hours and its health; or a list of several."""

from typing import Any

from filiere.inventories.facts import HardwareFacts, MediumFact
from filiere.inventories.kinds import is_internal, kind_of, turning
from filiere.inventories.sizes import size_gb
from filiere.inventories.values import Node, node_in, nodes_in, number, present, serial_of, short, text_of

_MOST = 64


def is_smartctl(document: Node) -> bool:
    """Whether this is one disk's answer."""
    return isinstance(document.get("smartctl"), dict) or (
        "serial_number" in document and ("model_name" in document or "smart_status" in document)
    )


def from_smartctl(documents: list[Any]) -> HardwareFacts:
    """Facts of disks. It is asked disk by disk: what is not there was perhaps not asked for."""
    return HardwareFacts.of("smartctl", media=present(_medium(one) for one in nodes_in(documents, _MOST)))


def _medium(disk: Node) -> MediumFact | None:
    device = node_in(disk, "device")
    texts = [
        *(text_of(disk.get(name)) for name in ("model_name", "model_family", "scsi_model_name", "scsi_vendor")),
        *(text_of(device.get(name)) for name in ("name", "info_name", "protocol", "type")),
    ]
    capacity = number(node_in(disk, "user_capacity").get("bytes")) or number(disk.get("nvme_total_capacity"))
    serial = serial_of(disk.get("serial_number"))
    if serial is None and not capacity:  # it could not be opened
        return None
    if not is_internal(*texts):
        return None
    rate = number(disk.get("rotation_rate"))
    health, hours = node_in(disk, "smart_status").get("passed"), number(node_in(disk, "power_on_time").get("hours"))
    return MediumFact(
        serial=serial,
        kind=turning(kind_of(*texts), None if rate is None else rate > 0),
        size_gb=size_gb(capacity, 1e9),
        model=short(text_of(disk.get("model_name")) or text_of(disk.get("scsi_model_name")), 100),
        hours=int(hours) if hours is not None and hours < 1e6 else None,
        healthy=health if isinstance(health, bool) else None,
    )
