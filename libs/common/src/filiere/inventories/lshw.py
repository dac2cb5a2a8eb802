"""`lshw -json`: a tree of nodes with `class`, `children`, sizes in bytes."""

import re
from collections.abc import Iterator
from itertools import islice

from filiere.identifiers import is_junk_serial
from filiere.inventories.facts import (
    BatteryFact,
    HardwareFacts,
    MediumFact,
    ModuleFact,
    battery_of,
    model_name,
    module_of,
)
from filiere.inventories.kinds import is_internal, kind_of
from filiere.inventories.sizes import size_gb
from filiere.inventories.values import Node, node_in, number, present, serial_of, short, text_of

_MIB = 1024 * 1024
# Names and capabilities that are looked at of one disk; a real one has up to ten.
_MOST_WORDS = 64


def from_lshw(root: Node) -> HardwareFacts:
    """Facts of the tree under the `system` node."""
    nodes = list(_walk(root, ()))
    memory = [node for node, _ in nodes if node.get("class") == "memory"]
    # The node called `memory` is the whole; a machine without it has banks, whose sizes add up.
    whole = next((node for node in memory if _id(node).split(":")[0] == "memory" and number(node.get("size"))), None)
    banks = [node for node in memory if _id(node).split(":")[0] == "bank"]
    size = number(whole.get("size")) if whole else sum(number(node.get("size")) or 0 for node in banks)
    cpu = next((node for node, _ in nodes if node.get("class") == "processor" and not node.get("disabled")), {})
    return HardwareFacts.of(
        "lshw",
        manufacturer=text_of(root.get("vendor")),
        model=model_name(
            text_of(root.get("vendor")), _plain(text_of(root.get("product"))), text_of(root.get("version"))
        ),
        serial=text_of(root.get("serial")),
        chassis=text_of(node_in(root, "configuration").get("chassis")) or text_of(root.get("description")),
        ram_mib=size / _MIB if size else None,
        cpu=text_of(cpu.get("product")),
        media=present(_medium(node, above) for node, above in nodes),
        # A machine without any has controllers all the same; `lshw -C memory` has none.
        lists_media=any(node.get("class") in ("disk", "storage") for node, _ in nodes),
        modules=present(_module(node) for node in banks),
        batteries=present(_battery(node) for node, _ in nodes),
    )


def device_names(node: Node) -> list[str]:
    """What the system calls a disk; where it is mounted stands there too: a person's words, which tell nothing."""
    names = node.get("logicalname")
    listed = names if isinstance(names, list) else [names]
    return [one for one in listed if isinstance(one, str) and one.startswith("/dev/")]


def _walk(node: Node, above: tuple[Node, ...]) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Every node with those above it, the nearest first; a tree deeper than any machine is cut."""
    yield node, above
    if len(above) < 32:
        children = node.get("children")
        for child in children if isinstance(children, list) else ():
            if isinstance(child, dict):
                yield from _walk(child, (node, *above))


def _is_disk(node: Node) -> bool:
    return node.get("class") == "disk" and bool(number(node.get("size")) or text_of(node.get("serial")))


def _medium(node: Node, above: tuple[Node, ...]) -> MediumFact | None:
    """A disk. An NVMe namespace is described by its controller, which holds the serial and the model.

    What lies in a drive (`medium`, under its disk) is that disk once more; the key that the machine was started from
    says so by what it hangs on, which may be several nodes above.
    """
    if not _is_disk(node) or any(_is_disk(one) for one in above):
        return None
    parent = above[0] if above else {}
    owner = parent if (text_of(parent.get("description")) or "").upper().startswith("NVME") else {}
    capabilities = node.get("capabilities")
    texts = [
        *(text_of(one.get(key)) for one in (node, owner) for key in ("description", "product", "vendor", "businfo")),
        *(text_of(one) for one in device_names(node)[:_MOST_WORDS]),
        *(_capabilities(capabilities) if isinstance(capabilities, dict) else ()),
        "nvme" if owner else None,
    ]
    words = [one for one in texts if one is not None]
    if not is_internal(*words, *_hangs_on(above)):
        return None
    return MediumFact(
        serial=serial_of(node.get("serial")) or serial_of(owner.get("serial")),
        kind=kind_of(*words),
        size_gb=size_gb(number(node.get("size")), 1e9),
        model=short(text_of(node.get("product")) or text_of(owner.get("product")), 100),
    )


def _module(node: Node) -> ModuleFact | None:
    size = number(node.get("size"))
    return module_of(
        size / _MIB if size else None,
        text_of(node.get("slot")),
        text_of(node.get("serial")),
        text_of(node.get("vendor")),
        text_of(node.get("product")),
    )


def _battery(node: Node) -> BatteryFact | None:
    """It knows what a battery held when new: no wear can be told from it, an exchange can."""
    if node.get("class") != "power" or not _id(node).startswith("battery"):
        return None
    return battery_of(number(node.get("capacity")), None, text_of(node.get("serial")), text_of(node.get("product")))


def _plain(product: str | None) -> str | None:
    """Without the order number that lshw puts behind it: « HP EliteBook 840 G5 (3JX61EA#ABF) »."""
    found = re.fullmatch(r"(.*\S)\s*\(([^()]*)\)\s*", product or "")
    if found is None:
        return product
    order = found[2]
    return found[1] if re.search(r"[#_]", order) or is_junk_serial(order) or order == order.upper() else product


def _hangs_on(above: tuple[Node, ...]) -> Iterator[str | None]:
    """Where each node above is plugged in, and whether a drive above takes its medium out."""
    for node in above:
        yield text_of(node.get("businfo"))
        capabilities = node.get("capabilities")
        if node.get("class") in ("disk", "storage") and isinstance(capabilities, dict):
            yield from (text_of(name) for name in islice(capabilities, _MOST_WORDS))


def _capabilities(capabilities: Node) -> Iterator[str | None]:
    """Names and their explanations: « 5400rpm », « 5400 rotations per minute »."""
    for name, explanation in islice(capabilities.items(), _MOST_WORDS):
        yield text_of(name)
        yield text_of(explanation)


def _id(node: Node) -> str:
    return text_of(node.get("id")) or ""
