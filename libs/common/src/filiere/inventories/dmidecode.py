"""The text of `dmidecode`, what the firmware says: blocks with a title and indented lines « Key: Value »."""

import re
from collections.abc import Iterator

from filiere.inventories.facts import BatteryFact, HardwareFacts, ModuleFact, battery_of, model_name, module_of
from filiere.inventories.values import number, present, text_of

Block = tuple[str, dict[str, str]]
_MOST_BLOCKS = 2000
_MOST_LINES = 200
_MIB_OF = {"kB": 1 / 1024, "MB": 1, "GB": 1024, "TB": 1024 * 1024, "KB": 1 / 1024}
READ = frozenset({"System Information", "Chassis Information", "Base Board Information", "Processor Information",
                  "Memory Device", "Portable Battery"})  # fmt: skip
"""Titles of the blocks that are looked at; their French or German translations are not written by any version."""


def is_dmidecode(text: str) -> bool:
    """Whether a text is of this tool, whole or of some types (`-t memory`), with or without its comments (`-q`)."""
    beginning = text[:4000]
    return re.search(r"^# dmidecode \d|^Handle 0x[0-9A-F]+, DMI type", beginning, re.MULTILINE) is not None or (
        re.match(r"\s*(?:" + "|".join(READ) + r")\s*\n[ \t]+\w", beginning) is not None
    )


def from_dmidecode(text: str) -> HardwareFacts:
    """Facts of the firmware's tables: it knows modules and batteries, and no disk."""
    blocks = list(blocks_of(text))
    system, chassis = _first(blocks, "System Information"), _first(blocks, "Chassis Information")
    modules = present(_module(one) for one in _every(blocks, "Memory Device"))
    maker = _said(system, "Manufacturer") or _said(_first(blocks, "Base Board Information"), "Manufacturer")
    return HardwareFacts.of(
        "dmidecode",
        manufacturer=maker,
        model=model_name(maker, _said(system, "Product Name"), _said(system, "Version")),
        serial=_said(system, "Serial Number"),
        chassis=_said(chassis, "Type"),
        ram_mib=sum(one.size_gb for one in modules) * 1024 or None,
        cpu=next((name for one in _every(blocks, "Processor Information") if (name := _processor(one))), None),
        modules=modules,
        batteries=present(_battery(one) for one in _every(blocks, "Portable Battery")),
    )


def blocks_of(text: str) -> Iterator[Block]:
    """(title, its lines) of each block that is looked at; lists below a line are left out."""
    number_of_blocks = 0
    for block in re.split(r"\n[ \t\r]*\n", text):
        lines = block.splitlines()
        while lines and (not lines[0].strip() or lines[0].startswith(("#", "Handle", "SMBIOS", "Getting", "Table"))):
            lines.pop(0)
        if not lines or (title := lines[0].strip()) not in READ:
            continue
        number_of_blocks += 1
        if number_of_blocks > _MOST_BLOCKS:
            return
        fields: dict[str, str] = {}
        for line in lines[1:_MOST_LINES]:
            key, colon, value = line.partition(":")
            if colon and line[:1] in " \t":
                fields.setdefault(key.strip(), (text_of(value) or "").strip())
        yield title, fields


def _every(blocks: list[Block], title: str) -> Iterator[dict[str, str]]:
    return (fields for name, fields in blocks if name == title)


def _first(blocks: list[Block], title: str) -> dict[str, str]:
    return next(_every(blocks, title), {})


def _said(fields: dict[str, str], name: str) -> str | None:
    """What a line says, None for the words of a firmware that nobody filled in."""
    value = fields.get(name, "")
    return None if value in {"", "Not Specified", "Unknown", "None", "Not Provided", "<OUT OF SPEC>"} else value


def _processor(fields: dict[str, str]) -> str | None:
    return _said(fields, "Version") if "Unpopulated" not in fields.get("Status", "") else None


def _mib(text: str | None) -> float | None:
    found = re.match(r"(\d{1,9}) ?([kKMGT]B)\b", text or "")
    return int(found[1]) * _MIB_OF[found[2]] if found else None


def _module(fields: dict[str, str]) -> ModuleFact | None:
    # The firmware's own chip is a « memory device » too.
    if fields.get("Type") == "Flash" or "ROM" in fields.get("Locator", "").upper():
        return None
    return module_of(
        _mib(fields.get("Size")),
        _said(fields, "Locator"),
        _said(fields, "Serial Number"),
        _said(fields, "Manufacturer"),
        _said(fields, "Part Number"),
    )


def _battery(fields: dict[str, str]) -> BatteryFact | None:
    new = number(fields.get("Design Capacity")) if "mWh" in fields.get("Design Capacity", "") else None
    return battery_of(
        new, None, _said(fields, "Serial Number") or _said(fields, "SBDS Serial Number"), _said(fields, "Name")
    )
