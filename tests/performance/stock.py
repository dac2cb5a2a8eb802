"""A real projection to measure consumers with: devices that workshops declare ready become distribute's stock."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from distribute.definition import service as distribute
from distribute.stock.projection_repository import PUT
from filiere.identifiers import label_code, uuid7
from refurbish.definition import service as refurbish
from refurbish.devices.events import DeviceReady

CONSUMER = distribute
TOPIC = next(topic for topic in refurbish.topics if topic.name == "refurbish.devices")
SUBSCRIPTIONS = [one for one in distribute.subscriptions if one.topic == TOPIC.name]
APPLIED = "SELECT count(*) FROM stock_item"
FORGET = "TRUNCATE stock_item, inbox CASCADE"
ENTER = PUT


def ready_devices(count: int, start: int = 1) -> list[DeviceReady]:
    """`count` device-ready events, each of a device of its own."""
    example = DeviceReady.example
    return [
        DeviceReady(**{**example, "device_id": uuid7(), "label": label_code(number), "serial": f"5CG{number:07d}"})
        for number in range(start, start + count)
    ]


def columns(payloads: Sequence[dict[str, Any]]) -> list[list[Any]]:
    """The parameters of `ENTER`, as the least code would make them from JSON."""
    names = (
        "device_id", "donation_id", "lot_id", "workshop_id", "workshop_name", "workshop_territory", "label", "category",
        "manufacturer", "model", "serial", "grade", "cosmetic", "battery", "public_body",
    )  # fmt: skip
    measured = ("battery_percent", "battery_minutes", "memory_gb", "storage_gb")
    return [
        *([one[name] for one in payloads] for name in names),
        [datetime.fromisoformat(one["occurred_at"]) for one in payloads],
        [json.dumps(one["software"]) if one.get("software") else None for one in payloads],
        *([one.get(name) for one in payloads] for name in measured),
        ["\n".join(one.get("identifiers") or ()) or None for one in payloads],
    ]
