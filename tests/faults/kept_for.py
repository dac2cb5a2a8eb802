"""Somebody waits for a device of the network, or for theirs: kept for the case, sent, handed over at no price."""

from typing import Any

from stack.people import COORDINATOR

from tests.faults.hand import Hand, event, events
from tests.faults.history import Mark
from tests.faults.people import Person


async def waited_for(hand: Hand, relais: Person, case_id: str) -> bool:
    """Whether one is kept and has come; none is free, or its workshop takes it back: the case goes on waiting."""
    case: dict[str, Any] = {}

    async def is_kept() -> bool:
        case.update(await relais.get(f"/after-sale/{case_id}"))
        return bool(case["kept_status"] == "reserved")

    if not await hand.until(is_kept, looks=6):
        return False
    coordinator = hand.person("distribute", COORDINATOR.subject)
    parcels = await coordinator.do("pack", "/shipments", {"order_id": case["order_id"]}, seen=_packed)
    come = False
    for parcel in parcels:
        path = f"/shipments/{parcel['id']}"
        items = (await coordinator.get(path))["items"]
        left, perhaps = [Mark("left", parcel["id"])], events("device-shipped", items, "device_id")
        gone = await coordinator.do("ship", f"{path}/ship", None, left, seen=_shipped, perhaps=perhaps)
        labels = {"labels": [one["label"] for one in gone["items"]]}
        await relais.do("deliver", f"{path}/deliver", labels, events("device-delivered", gone["items"], "device_id"))
        for one in gone["items"]:
            marks = [event("device-handed-over", one["device_id"]), Mark("handover", one["device_id"])]
            await relais.do("settle, kept", f"/after-sale/{case_id}/settle", {"way": "swap"}, marks)
            come = True
    return come


def _packed(parcels: list[dict[str, Any]]) -> list[Mark]:
    return [Mark("shipment", one["id"]) for one in parcels]


def _shipped(parcel: dict[str, Any]) -> list[Mark]:
    return events("device-shipped", parcel["items"], "device_id")
