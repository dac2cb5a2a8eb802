"""inxi, as text (`-F`, `-Fxxx`) or JSON (`--output json`): sections of rows « key: value key: value ».

What it may not show is written « <filter> » or « <superuser required> »: that is no value.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from filiere.inventories.facts import (
    BatteryFact,
    HardwareFacts,
    MediumFact,
    ModuleFact,
    battery_of,
    model_name,
    module_of,
)
from filiere.inventories.kinds import is_internal, kind_of, turning
from filiere.inventories.sizes import size_gb
from filiere.inventories.values import number, present, serial_of, short, text_of

Row = list[tuple[str, str]]
Sections = dict[str, list[Row]]
READ = frozenset({"Machine", "Battery", "CPU", "Memory", "RAM", "Drives", "Info"})
"""Sections that are looked at."""
KEYS = frozenset({
    "Type", "System", "product", "v", "serial", "Chassis", "type", "Mobo", "model", "ID", "charge", "condition",
    "Device", "detail", "size", "speed", "manufacturer", "part-no", "RAM", "System RAM", "Memory", "total", "Array",
    "capacity", "slots", "modules", "Info", "bits", "vendor", "rev", "rpm", "rotation", "family", "Report", "Message",
    "Local Storage", "cycles",
})  # fmt: skip
"""Keys that a copy keeps."""
_MOST_LINES = 2000
_LONGEST = 2000
_MOST_ROWS = 300
_MOST_PAIRS = 60
_NAMES = (
    "System|Machine|Battery|CPU|Memory|RAM|Drives|Info|Graphics|Audio|Network|Partition|Swap|Sensors|Bluetooth|RAID|USB"
    "|Logical|Repos|Processes|Unmounted|Weather|Slots"
)
_SECTION = re.compile(rf"^({_NAMES}):(?=\s|$)")
# What begins a row of its own; any other line that is set in further goes on with the one before.
_ROW = re.compile(
    r"\s*(?:ID-\d+|Device-\d+|Array-\d+|Mobo|Local Storage|Info|Speed|System RAM|RAM|Type|Message|Topology|Report):"
)
# A key is a word, or one of a few pairs of words, at the beginning or after a space.
_KEY = re.compile(r"(?:^|(?<=\s))((?:Local Storage|System RAM|Speed \(MHz\)|RAM|[A-Za-z][\w/-]{0,30})):(?=\s|$)")
_BYTES = {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3, "TiB": 1024**4, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}


def is_inxi_text(text: str) -> bool:
    """Whether a text has its sections, by their names at the beginning of lines."""
    names = {found[1] for line in text[:20_000].splitlines() if (found := _SECTION.match(line)) is not None}
    return len(names & READ) >= 2 or {"System", "CPU"} <= names


def is_inxi_json(document: object) -> bool:
    """Whether a list has its sections, each « number#…#name »."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(one, dict) for one in document[:5])
        and any(re.match(r"\d{3}#\d#\d#\w", key) for key in list(document[0])[:2])
    )


def from_inxi_text(text: str) -> HardwareFacts:
    """Facts of what it prints on a screen."""
    sections: Sections = {}
    rows: list[Row] | None = None
    for line in _wrapped(lines_read(text)):
        if (found := _SECTION.match(line)) is not None:
            rows = sections.setdefault(found[1], [])
            line = line[found.end() :]
        if rows is not None and len(rows) < _MOST_ROWS and line.strip():
            parts = _KEY.split(line)
            rows.append(list(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))[:_MOST_PAIRS])
    return _facts(sections)


def lines_read(text: str) -> Iterator[str]:
    """The lines of the sections that are looked at, as they stand on the screen."""
    is_read = False
    for line in text.splitlines()[:_MOST_LINES]:
        shown = text_of(line)
        if shown is None:
            continue
        if (found := _SECTION.match(shown)) is not None:
            is_read = found[1] in READ
        if is_read:
            yield shown


def _wrapped(shown_lines: Iterable[str]) -> list[str]:
    """Lines that it broke at the screen's edge put together again."""
    lines: list[str] = []
    for shown in shown_lines:
        depth = len(shown) - len(shown.lstrip())
        if lines and depth > 2 and _ROW.match(shown) is None:
            lines[-1] = f"{lines[-1][:_LONGEST]} {shown.strip()}"
        else:
            lines.append(shown)
    return lines


def from_inxi_json(document: list[Any]) -> HardwareFacts:
    """Facts of its JSON, whose keys carry their place."""
    sections: Sections = {}
    for part in document[:100]:
        for key, rows in list(part.items())[:20] if isinstance(part, dict) else ():
            name = key.rpartition("#")[2]
            if name in READ and isinstance(rows, list):
                sections.setdefault(name, []).extend(_row(row) for row in rows[:_MOST_ROWS] if isinstance(row, dict))
    return _facts(sections)


def _row(row: dict[str, Any]) -> Row:
    pairs = []
    for key, value in sorted(row.items())[:_MOST_PAIRS]:
        text = text_of(value) if isinstance(value, str) else str(value)[:50] if isinstance(value, int | float) else None
        pairs.append((key.rpartition("#")[2], (text or "").strip()))
    return pairs


def _facts(sections: Sections) -> HardwareFacts:
    machine = [pair for row in sections.get("Machine", []) for pair in row]
    # What follows is the chassis' and the board's, which have numbers of their own.
    own = _until(machine, {"Chassis", "Mobo", "UEFI", "BIOS", "Firmware"})
    maker = _value(own, "System")
    modules = present(_module(row) for row in _rows(sections, "Memory", "RAM"))
    media = present(_medium(row) for row in _rows(sections, "Drives"))
    return HardwareFacts.of(
        "inxi",
        manufacturer=maker,
        model=model_name(maker, _value(own, "product"), _value(own, "v")),
        serial=_value(own, "serial"),
        chassis=_value(own, "Type"),
        ram_mib=max(sum(one.size_gb for one in modules) * 1024, _memory(sections) or 0) or None,
        cpu=_processor(sections.get("CPU", [])),
        media=media,
        lists_media=any(one.serial for one in media),
        modules=modules,
        batteries=present(_battery(row) for row in _rows(sections, "Battery")),
    )


def _processor(rows: list[Row]) -> str | None:
    """« model: Intel Core i7-2760QM », or as before version 3.3: « Info: Dual Core Intel Core i7-7500U [MT MCP] »."""
    named = next((name for row in rows if (name := _value(row, "model"))), None)
    return named or next((name.partition("[")[0] for row in rows if (name := _value(row, "Info"))), None)


def _rows(sections: Sections, *names: str) -> list[Row]:
    return [row for name in names for row in sections.get(name, [])]


def _kind_of_row(row: Row) -> str:
    """« ID-1 » of a text and « ID » of JSON are the same."""
    return without_number(row[0][0])


def without_number(key: str) -> str:
    return re.sub(r"-\d+$", "", key)


def _until(pairs: Row, names: set[str]) -> Row:
    end = next((place for place, (key, _) in enumerate(pairs) if key in names), len(pairs))
    return pairs[:end]


def _value(pairs: Row, name: str) -> str | None:
    """The first value of a key that is one."""
    for key, value in pairs:
        if key == name and value and not value.startswith("<") and value not in {"N/A", "Not Specified", "Unknown"}:
            return value
    return None


def _bytes(text: str | None) -> float | None:
    found = re.match(r"(\d{1,9}(?:[.,]\d{1,3})?) ?([KMGT]i?B)\b", text or "")
    return float(found[1].replace(",", ".")) * _BYTES[found[2]] if found and found[2] in _BYTES else None


def _memory(sections: Sections) -> float | None:
    """What the system has, from whichever line says it; versions differ."""
    for row in _rows(sections, "Memory", "RAM", "Info"):
        keys = [key for key, _ in row]
        if not {"Memory", "RAM", "System RAM", "Report"} & set(keys):
            continue
        size = _bytes(_value(row, "total")) or _bytes(_value(row, "Memory"))
        if size:
            return size / 1024**2 * 0.9999  # rounded to a tenth by the tool: no sum of modules
    return None


def _module(row: Row) -> ModuleFact | None:
    if not row or _kind_of_row(row) != "Device":
        return None
    size = _bytes(_value(row, "size"))
    return module_of(
        size / 1024**2 if size else None,
        row[0][1] or None,
        _value(row, "serial"),
        _value(row, "manufacturer"),
        _value(row, "part-no"),
    )


def _medium(row: Row) -> MediumFact | None:
    if not row or _kind_of_row(row) != "ID":
        return None
    name, vendor, model, how = row[0][1], _value(row, "vendor"), _value(row, "model"), _value(row, "type")
    size = size_gb(_bytes(_value(row, "size")), 1e9)
    whole = " ".join(part for part in (vendor, model) if part)
    if size is None or not is_internal(how, whole):
        return None
    rate = number(_value(row, "rpm") or _value(row, "rotation"))
    turns = True if rate or how == "HDD" else False if how == "SSD" else None
    return MediumFact(
        serial=serial_of(_value(row, "serial")),
        kind=turning(kind_of(name, whole), turns),
        size_gb=size,
        model=short(whole, 100),
    )


def _battery(row: Row) -> BatteryFact | None:
    """« condition: 46.4/93.2 Wh »; a mouse has a battery too, but no number here."""
    if not row or _kind_of_row(row) != "ID":
        return None
    found = re.match(r"(\d{1,4}(?:\.\d{1,2})?)/(\d{1,4}(?:\.\d{1,2})?) Wh", _value(row, "condition") or "")
    return battery_of(
        float(found[2]) if found else None,
        float(found[1]) if found else None,
        _value(row, "serial"),
        _value(row, "model"),
    )
