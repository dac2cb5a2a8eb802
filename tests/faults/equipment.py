"""What the workload's devices are and what is measured on them: enough for every rule to be passed."""

from typing import Any

from filiere.identifiers import label_code

MEDIA = {"laptop": "ssd", "desktop": "hdd", "smartphone": "emmc", "tablet": "emmc"}
_WIPING = {
    "hdd": ("clear", "overwrite", "nwipe"),
    "ssd": ("purge", "secure erase", "hdparm"),
    "emmc": ("purge", "crypto erase", "factory reset"),
}
_MODELS: dict[str, tuple[str, str]] = {
    "tablet": ("Samsung", "Galaxy Tab A8"),
    "smartphone": ("Samsung", "Galaxy A13"),
    "laptop": ("Lenovo", "ThinkPad T480"),
    "desktop": ("Dell", "OptiPlex 7060"),
    "monitor": ("Iiyama", "XUB2492"),
    "basic_phone": ("Nokia", "3310"),
}
CATEGORIES = tuple(_MODELS)
NOT_ORDERED = ("basic_phone",)
"""Given and refurbished, and never ordered: what is ready of these stays free."""
ORDERED = tuple(one for one in CATEGORIES if one not in NOT_ORDERED)
STRANGER = label_code(33_000_001)  # a sound label that no manifest announced


def line(category: str, quantity: int) -> dict[str, Any]:
    """A line of a declaration that the rules accept."""
    manufacturer, model = _MODELS[category]
    memory = {"ram_gb": 4, "storage_gb": 64} if category in MEDIA else {}
    return {
        "category": category,
        "quantity": quantity,
        "manufacturer": manufacturer,
        "model": model,
        "year": 2021,
        **memory,
    }


def medium(category: str, label: str) -> dict[str, Any]:
    kind = MEDIA[category]
    serial = {} if kind == "emmc" else {"serial": f"S{label.replace('-', '')}"}
    return {"kind": kind, "size_gb": 256, **serial}


def another(category: str, label: str) -> dict[str, Any]:
    """A disk that is not in the device after all."""
    return {"kind": MEDIA[category], "size_gb": 512, "serial": f"S{label.replace('-', '')}X"}


def erasure(found: dict[str, Any], mark: str) -> dict[str, Any]:
    """A sufficient erasure of a medium, still to be verified; `mark` is kept as the tool's version."""
    level, method, tool = _WIPING[found["kind"]]
    said = {"level": level, "method": method, "tool": tool, "tool_version": mark, "result": "success"}
    return {"medium_serial": found["serial"], **said}


def facts(category: str, number: int) -> dict[str, Any]:
    """What is known for the grade."""
    cosmetic = "ABC"[number % 3]
    if category in ("laptop", "desktop"):
        storage = [{"kind": MEDIA[category], "size_gb": (128, 256, 500)[number % 3]}]
        known = {"ram_gb": (4, 8, 16)[number % 3], "storage": storage, "cpu_mark": (3200, 4600, 6100)[number % 3]}
        battery = {"battery_percent": 62 + number % 35} if category == "laptop" else {}
        return {**known, "os": "Linux Mint 22", "cosmetic": cosmetic, **battery}
    if category in ("smartphone", "tablet"):
        storage = [{"kind": "emmc", "size_gb": (32, 64, 128)[number % 3]}]
        return {"ram_gb": 4, "storage": storage, "antutu": 260_000, "cosmetic": cosmetic, "battery_percent": 85}
    return {"cosmetic": cosmetic}
