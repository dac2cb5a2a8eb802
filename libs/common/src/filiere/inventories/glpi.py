"""GLPI and FusionInventory inventories: the JSON format, and the older XML, which has the same fields in capitals."""

import re

from filiere.catalogue.grades import StorageKind
from filiere.identifiers import is_junk_serial
from filiere.inventories.facts import BatteryFact, HardwareFacts, MediumFact, ModuleFact, battery_of, module_of
from filiere.inventories.kinds import is_internal, kind_of
from filiere.inventories.sizes import size_gb
from filiere.inventories.values import Node, imeis_in, number, present, serial_of, short, text_of


def from_glpi(content: Node, source: str) -> HardwareFacts:
    """Facts of an inventory's `content`; names of fields in lower case. Missing parts are None."""
    bios, hardware = _first(content, "bios"), _first(content, "hardware")
    cpu = _first(content, "cpus")
    modules = sum(number(one.get("capacity")) or 0 for one in _every(content, "memories"))
    system = number(hardware.get("memory")) or 0
    is_phone = any(
        "android" in (text or "").lower() for text in (text_of(content.get("versionclient")), system_of(content))
    )
    media = present(_medium(one) for one in _every(content, "storages"))
    return HardwareFacts.of(
        source,
        manufacturer=text_of(bios.get("smanufacturer")) or text_of(bios.get("mmanufacturer")),
        model=text_of(bios.get("smodel")) or text_of(bios.get("mmodel")),
        serial=_identity(content, text_of(bios.get("ssn"))) if is_phone else text_of(bios.get("ssn")),
        chassis=text_of(hardware.get("chassis_type")),
        # The system's figure lacks what graphics took, the list of modules those that are soldered. A phone's system
        # counts what it swaps to.
        ram_mib=(modules or system) if is_phone else max(modules, system),
        cpu=text_of(cpu.get("name")),
        media=media or ([_flash(content)] if is_phone else []),
        lists_media=is_phone or isinstance(content.get("storages"), list | dict),
        modules=[] if is_phone else present(_module(one) for one in _every(content, "memories")),
        batteries=present(_battery(one) for one in _every(content, "batteries")),
    )


def asset_tag_of(content: Node) -> str | None:
    """The owner's inventory number, if it was written into the firmware: not the serial again, no build's name."""
    bios = _first(content, "bios")
    tag = (text_of(bios.get("assettag")) or "").strip()
    is_one = tag and not is_junk_serial(tag) and not tag.endswith("-keys") and tag != text_of(bios.get("ssn"))
    return tag if is_one else None


def imeis_of(content: Node) -> tuple[str, ...]:
    """The IMEIs of a telephone, one for each of its SIM cards' places; nothing else of a card says what it is in."""
    return imeis_in(card.get("imei") for card in _every(content, "simcards"))


def system_of(content: Node) -> str | None:
    """The operating system's name."""
    return text_of(_first(content, "operatingsystem").get("full_name")) or text_of(
        _first(content, "hardware").get("osname")
    )


def _medium(storage: Node) -> MediumFact | None:
    texts = [
        text_of(storage.get(name)) for name in ("name", "model", "description", "type", "interface", "manufacturer")
    ]
    size_mb = number(storage.get("disksize"))
    serial = serial_of(storage.get("serial")) or serial_of(storage.get("serialnumber"))
    # An empty card reader has neither; a disk whose size the agent could not read still holds data.
    if not (size_mb or serial or text_of(storage.get("serial"))) or not is_internal(*texts):
        return None
    return MediumFact(
        serial=serial,
        kind=kind_of(*texts),
        size_gb=size_gb(size_mb, 1000),
        model=short(text_of(storage.get("model")), 100),
    )


def _identity(content: Node, serial: str | None) -> str | None:
    """What identifies a phone. An agent that may not read the serial writes an Android ID: a reset changes it."""
    if serial and not re.fullmatch(r"[0-9a-fA-F]{16}", serial.strip()):
        return serial
    return next(iter(imeis_of(content)), None)


def _flash(content: Node) -> MediumFact:
    """The soldered memory of a phone: what its volumes add up to, in a size that is sold."""
    volumes = sum(number(one.get("total")) or 0 for one in _every(content, "drives")) / 1000
    size = next((float(2**power) for power in range(2, 12) if volumes <= 2**power), None)
    return MediumFact(kind=StorageKind.EMMC, size_gb=size if volumes else None)


def _module(memory: Node) -> ModuleFact | None:
    slot = text_of(memory.get("numslots")) or (str(memory["numslots"]) if type(memory.get("numslots")) is int else None)
    return module_of(
        number(memory.get("capacity")),
        text_of(memory.get("caption")) or slot,
        text_of(memory.get("serialnumber")),
        text_of(memory.get("manufacturer")),
        text_of(memory.get("model")),
    )


def _battery(battery: Node) -> BatteryFact | None:
    """A phone reports its charge in `capacity` alone, which says nothing of its wear."""
    now = number(battery.get("real_capacity"))
    new = number(battery.get("capacity")) if now else None
    return battery_of(new, now, text_of(battery.get("serial")), text_of(battery.get("name")))


def _every(content: Node, name: str) -> list[Node]:
    found = content.get(name)
    many = found if isinstance(found, list) else [found]
    return [one for one in many[:64] if isinstance(one, dict)]


def _first(content: Node, name: str) -> Node:
    return next(iter(_every(content, name)), {})
