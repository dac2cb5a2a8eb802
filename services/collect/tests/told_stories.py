"""The story of a device as the other services tell it, one event after the other."""

from datetime import UTC, datetime, timedelta
from typing import Any

from filiere.testing.events import incoming

from .chain import Chain

START = datetime(2026, 11, 10, 8, tzinfo=UTC)
STORY: list[tuple[str, str, dict[str, Any]]] = [
    ("refurbish.devices", "device-arrived", {"category": "laptop"}),
    (
        "refurbish.devices",
        "device-erased",
        {"media": [{"serial": "S1", "kind": "ssd", "level": "purge", "method": "ATA", "tool": "nwipe"}]},
    ),
    ("refurbish.devices", "device-tested", {"passed": True, "failures": []}),
    ("refurbish.devices", "device-graded", {"grade": "B"}),
    ("refurbish.devices", "device-ready", {"grade": "B"}),
    ("distribute.devices", "device-reserved", {"territory": "62"}),
    ("distribute.devices", "device-released", {"territory": "62", "reason": "La commande est annulée."}),
    ("distribute.devices", "device-reserved", {"territory": "05"}),
    ("distribute.devices", "device-shipped", {"territory": "05"}),
    ("distribute.devices", "device-delivered", {"territory": "05"}),
    ("distribute.devices", "device-handed-over", {"territory": "05", "how": "sold"}),
]
STAGES = ["arrived", "erased", "tested", "graded", "ready", "reserved", "ready", "reserved", "shipped", "delivered"]


def told(device_id: str, step: int, *, hours_fast: int = 0) -> Any:
    """The step-th event of a device's story, an hour after the one before."""
    topic, name, data = STORY[step]
    moment = {"occurred_at": (START + timedelta(hours=step + hours_fast)).isoformat(), "device_id": device_id}
    return incoming(topic, f"org.filiere.{topic.split('.')[0]}.{name}.v1", device_id, moment | data)


async def devices_of(chain: Chain, donation_id: str) -> list[dict[str, Any]]:
    return list((await chain.get(f"/donations/{donation_id}/devices?limit=500"))["items"])
