"""What the machine at hand says of itself: by its tools where they are, by /sys and /proc where they are not.

Read as root the firmware tells its serial; without, a label must say which machine it is. Nothing is changed on it, and
no disk is read.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filiere.inventories.bundle import TYPE

_BOUND_S = 60
_MOST_TEXT = 4 * 1024 * 1024
_NO_DISK = re.compile(r"(?:loop|zram|ram|dm-|md|sr|fd|nbd)\d|mmcblk\d+(?:boot|rpmb)")
_DMI = ("sys_vendor", "product_name", "product_version", "product_serial", "board_vendor", "chassis_type")
TOOLS: Mapping[str, tuple[str, ...]] = {
    "lshw": ("lshw", "-json", "-quiet"),
    "lsblk": ("lsblk", "-J", "-b", "-o", "NAME,KNAME,TYPE,SIZE,MODEL,SERIAL,VENDOR,TRAN,ROTA,RM,HOTPLUG"),
    "dmidecode": ("dmidecode",),
}


def collect(root: Path = Path("/")) -> dict[str, Any]:
    """One document of everything that is there to be read."""
    parts: dict[str, Any] = {"sysfs": sysfs(root)}
    for name, command in TOOLS.items():
        if output := _output(*command):
            parts[name] = _tree(output)
    if disks := _smart():
        parts["smartctl"] = disks
    return {"type": TYPE, "version": 1, "parts": parts}


def sysfs(root: Path = Path("/")) -> dict[str, Any]:
    """What the kernel shows of its machine, as files."""
    dmi = {name: value for name in _DMI if (value := _line(root / "sys/class/dmi/id" / name))}
    memory = re.search(r"^MemTotal:\s+(\d+)", _text(root / "proc/meminfo"), re.MULTILINE)
    cpu = re.search(r"^model name\s*:\s*(.+)$", _text(root / "proc/cpuinfo"), re.MULTILINE)
    return {
        "dmi": dmi,
        "memory_kib": int(memory[1]) if memory else None,
        "cpu": cpu[1].strip() if cpu else None,
        "disks": [_disk(root, one) for one in _folders(root / "sys/block") if _NO_DISK.match(one.name) is None],
        "batteries": [
            _battery(one)
            for one in _folders(root / "sys/class/power_supply")
            if _line(one / "type") == "Battery" and _line(one / "scope") != "Device"
        ],
    }


def _disk(root: Path, folder: Path) -> dict[str, Any]:
    sectors, where = _line(folder / "size"), str(folder.resolve())
    way = next((name for name in ("usb", "nvme", "mmc", "virtio", "ata") if f"/{name}" in where), None)
    is_card = way == "mmc" and _line(folder / "device/type") == "SD"
    known = _udev(root, _line(folder / "dev"))
    return {
        "name": folder.name,
        "model": _line(folder / "device/model") or _line(folder / "device/name"),
        "serial": _line(folder / "device/serial") or known.get("ID_SERIAL_SHORT"),
        "bytes": int(sectors) * 512 if sectors and sectors.isdigit() else None,
        "way": "sata" if way == "ata" else way,
        "rotational": _line(folder / "queue/rotational") == "1",
        "removable": is_card or _line(folder / "removable") == "1",
    }


def _udev(root: Path, number: str | None) -> dict[str, str]:
    """What udev wrote down of a device: SATA disks have their serial there only."""
    lines = _text(root / "run/udev/data" / f"b{number}").splitlines() if number else []
    return dict(pair for line in lines if line.startswith("E:") and len(pair := line[2:].split("=", 1)) == 2)


def _battery(folder: Path) -> dict[str, Any]:
    kind = "energy" if _line(folder / "energy_full_design") else "charge"
    new, now = (_line(folder / f"{kind}_{name}") for name in ("full_design", "full"))
    return {
        "name": folder.name,
        "new": int(new) if new and new.isdigit() else None,
        "now": int(now) if now and now.isdigit() else None,
        "serial": _line(folder / "serial_number"),
        "model": _line(folder / "model_name"),
    }


def _smart() -> list[Any]:
    """Each disk's own word, where smartctl finds any."""
    scan = _tree(_output("smartctl", "--scan", "-j"))
    found = scan.get("devices") if isinstance(scan, dict) else None
    names = [one.get("name") for one in found[:16] if isinstance(one, dict)] if isinstance(found, list) else []
    answers = [_tree(_output("smartctl", "-j", "-a", name)) for name in names if isinstance(name, str)]
    return [one for one in answers if isinstance(one, dict)]


def _output(*command: str) -> str:
    """What a command prints; nothing when it is not here, or takes too long. Some print and fail all the same."""
    if shutil.which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_BOUND_S, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout[:_MOST_TEXT].decode("utf-8", "replace")


def _tree(text: str) -> Any:
    try:
        return json.loads(text) if text.lstrip()[:1] in ("{", "[") else text
    except (ValueError, RecursionError):
        return text


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _text(file: Path) -> str:
    try:
        return file.read_text(errors="replace")[:_MOST_TEXT]
    except OSError:
        return ""


def _line(file: Path) -> str | None:
    return _text(file).strip() or None
