"""`lsblk -J`: the block devices, with the columns that were asked for; sizes in bytes (`-b`) or as « 238,5G »."""

import re

from filiere.inventories.facts import HardwareFacts, MediumFact
from filiere.inventories.kinds import is_internal, kind_of, turning
from filiere.inventories.sizes import size_gb
from filiere.inventories.values import Node, nodes_in, number, present, serial_of, short, text_of

_MOST = 256
# Not disks: loops, compressed memory, mapped and software devices, discs, and the hidden parts of a soldered memory.
_NO_DISK = re.compile(r"^(?:/dev/)?(?:loop|zram|ram|dm-|md|sr|fd|nbd|mmcblk\d+(?:boot|rpmb))")
_POWERS = {"": 0, "B": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}


def from_lsblk(document: Node) -> HardwareFacts:
    """Facts of the list of block devices: disks, nothing else of the machine."""
    nodes = nodes_in(document.get("blockdevices"), _MOST)
    disks = [one for one in nodes if _is_disk(one)]
    return HardwareFacts.of(
        "lsblk",
        media=present(_medium(one) for one in disks),
        # Without this column nobody can say which disk is which.
        lists_media=any("serial" in one for one in nodes),
    )


def _is_disk(node: Node) -> bool:
    name = text_of(node.get("name")) or text_of(node.get("kname")) or ""
    return node.get("type") == "disk" and _NO_DISK.match(name) is None


def _medium(node: Node) -> MediumFact | None:
    name, model = text_of(node.get("name")), text_of(node.get("model"))
    way = text_of(node.get("tran"))
    is_removable = _yes(node.get("rm"))
    size = size_gb(_bytes(node.get("size")), 1e9)
    if is_removable or size is None or not is_internal(way, model, text_of(node.get("vendor"))):
        return None
    # The kernel says that everything turns of which it knows nothing: it is believed of what hangs on SATA.
    turns = _yes(node.get("rota")) if "rota" in node else None
    said = None if turns and way not in {"sata", "ata", "sas"} else turns
    if said is False and not (model or way):
        said = None  # a disk of a virtual machine
    return MediumFact(
        serial=serial_of(node.get("serial")),
        kind=turning(kind_of(name, model, way), said),
        size_gb=size,
        model=short(model, 100),
    )


def _yes(value: object) -> bool:
    """Newer versions write booleans, older ones "0" and "1"."""
    return value in (True, 1, "1")


def _bytes(value: object) -> float | None:
    if isinstance(value, str) and (found := re.match(r"\s*(\d{1,15}(?:[.,]\d{1,3})?)\s*([BKMGTP]?)", value)):
        return float(found[1].replace(",", ".")) * float(1024 ** _POWERS[found[2]])
    return number(value)
