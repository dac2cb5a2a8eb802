"""What a workshop does between the tests and the grade: repairs with a part, a guided look, photos, the system."""

import struct
import zlib
from typing import Any

from stack.demo.api import Caller

_PARTS = {
    "laptop": ("keyboard", 2490),
    "desktop": ("fan", 990),
    "smartphone": ("battery", 1490),
    "tablet": ("battery", 1890),
    "monitor": ("cable", 450),
    "printer": ("cable", 450),
    "basic_phone": ("battery", 590),
}
_SYSTEMS = {
    "laptop": {"system": "linux_mint", "version": "22.1", "office": "libreoffice"},
    "desktop": {"system": "linux_mint", "version": "22.1", "office": "libreoffice"},
    "smartphone": {"system": "android", "version": "13", "office": "none"},
    "tablet": {"system": "android", "version": "13", "office": "none"},
}
_PHOTO_EVERY = 7


async def with_a_part(api: Caller, device: dict[str, Any]) -> None:
    """The part is bought for it, put in, and noted with the time that it took."""
    kind, cents = _PARTS[device["category"]]
    new = {"kind": kind, "fits": device["model"] or device["category"], "quantity": 3, "unit_cents": cents}
    part = await api.post("/parts", {**new, "workshop_id": device["workshop_id"]})
    repair = {"kind": "replaced", "outcome": "fixed", "minutes": 35, "part_id": part["id"]}
    await api.post(f"/devices/{device['id']}/repairs", repair)


async def look_and_install(api: Caller, device: dict[str, Any], number: int) -> None:
    """What is seen zone by zone, what is installed, and of some a photo."""
    path = f"/devices/{device['id']}"
    zones = (await api.get(f"{path}/look"))["zones"]
    worst = "ABC"[number % 3]
    seen = {zone["zone"]: worst if place == number % len(zones) else "A" for place, zone in enumerate(zones)}
    await api.post(f"{path}/look", {"seen": seen})
    if system := _SYSTEMS.get(device["category"]):
        battery = {} if device["category"] == "desktop" else {"battery_percent": 62 + number % 35}
        await api.post(f"{path}/software", {**system, **battery})
    if number % _PHOTO_EVERY == 0:
        await api.post_file(f"{path}/photos", "file", ("etabli.png", _drawn(number), "image/png"))


def _drawn(number: int) -> bytes:
    """A picture drawn here, so that the demonstration carries none: a grey thing on a table, scratched."""
    wide, high = 320, 240
    table, case, scratch = bytes((214, 205, 190)), bytes((70 + number % 60,) * 3), bytes((235, 235, 235))
    lines = []
    for y in range(high):
        row = bytearray(table * wide)
        if 50 <= y < 190:
            row[60 * 3 : 260 * 3] = case * 200
            at = 90 + y // 2 + number % 20
            row[at * 3 : (at + 3) * 3] = scratch * 3
        lines.append(b"\0" + bytes(row))
    header = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data)
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 9)), (b"IEND", b""))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
