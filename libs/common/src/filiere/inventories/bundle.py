"""The answers of several tools in one document: eReuse's snapshots (`data`, `debug`), and ours (`filiere-audit`).

    {"type": "filiere-audit", "version": 1, "parts": {"lshw": …, "lsblk": …, "smartctl": […], "dmidecode": "…", …}}

A part is what its tool wrote, as JSON or as a text.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from filiere.inventories.combining import together
from filiere.inventories.dmidecode import from_dmidecode
from filiere.inventories.facts import HardwareFacts
from filiere.inventories.inxi import from_inxi_json, from_inxi_text, is_inxi_json
from filiere.inventories.lsblk import from_lsblk
from filiere.inventories.lshw import from_lshw
from filiere.inventories.smartctl import from_smartctl
from filiere.inventories.sysfs import from_sysfs
from filiere.inventories.values import Node

TYPE = "filiere-audit"


def _lshw(part: Any) -> HardwareFacts | None:
    tree = part[0] if isinstance(part, list) and part else part
    return from_lshw(tree) if isinstance(tree, dict) else None


def _inxi(part: Any) -> HardwareFacts | None:
    if isinstance(part, str):
        return from_inxi_text(part)
    return from_inxi_json(part) if is_inxi_json(part) else None


def _smartctl(part: Any) -> HardwareFacts | None:
    return from_smartctl(part if isinstance(part, list) else [part])


# In the order of trust: the firmware knows the machine best, then who walks its tree; the disk knows itself best.
READERS: Mapping[str, Callable[[Any], HardwareFacts | None]] = {
    "dmidecode": lambda part: from_dmidecode(part) if isinstance(part, str) else None,
    "lshw": _lshw,
    "inxi": _inxi,
    "sysfs": lambda part: from_sysfs(part) if isinstance(part, dict) else None,
    "smartctl": _smartctl,
    "smart": _smartctl,
    "lsblk": lambda part: from_lsblk(part) if isinstance(part, dict) else None,
}


def from_parts(source: str, parts: Node, also: HardwareFacts | None = None) -> HardwareFacts:
    """Facts of all parts together, with those of the document around them."""
    found = [facts for name, read in READERS.items() if name in parts and (facts := read(opened(parts[name])))]
    told = [facts for facts in ([also] if also is not None else []) + found if not facts.says_nothing]
    return together(source, told)


def opened(part: Any) -> Any:
    """A part that is JSON inside a text, as a tree; bounded by the document around it."""
    if isinstance(part, str) and part.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(part)
        except (ValueError, RecursionError):
            return part
    return part
