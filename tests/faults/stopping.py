"""A departure crosses the audit of a device with a disk that nobody wiped ([decision
0043](../../docs/decisions/0043-what-is-promised-is-asked-back.md)): it stays, or it is given to nobody and comes back.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from tests.faults.bench import Bench
from tests.faults.equipment import MEDIA
from tests.faults.hand import Hand, event
from tests.faults.history import Mark
from tests.faults.people import Person, Refused, new_id

Item = dict[str, Any]


def suspect(hand: Hand, items: list[Item]) -> Item | None:
    """The machine of a parcel in which somebody will see a disk too many; mostly none."""
    machines = [one for one in items if MEDIA.get(one["category"], "emmc") != "emmc"]
    return machines[0] if machines and hand.happens(hand.load.seen_unwiped) else None


async def departs(bench: Bench, item: Item, departure: Coroutine[Any, Any, Item]) -> Item:
    """What left, while the workshop's audit of one of its devices was under way or a moment later."""
    if bench.hand.happens(0.4):
        gone = await departure
        await _audit(bench, item)
        return gone
    both = asyncio.gather(departure, _audit(bench, item), return_exceptions=True)
    left: Item | BaseException
    left, seen = await both
    if isinstance(seen, BaseException):
        raise seen
    if isinstance(left, Refused):  # it was alone in its parcel, and was not in it any more
        await taken_back(bench, item)
    if isinstance(left, BaseException):
        raise left
    return left


async def taken_back(bench: Bench, item: Item) -> None:
    """It did not leave: the bench wipes what was seen."""
    path = f"/devices/{item['device_id']}"

    async def at_the_bench() -> bool:
        return bool((await bench.api.get(path))["stage"] in ("erasing", "to_repair"))

    if await bench.hand.until(at_the_bench):
        await bench.again(await bench.api.get(path))


async def stopped(bench: Bench, relais: Person, parcel: str, item: Item) -> None:
    """It has left: the Relais scans it, tries to give it all the same, and sends it back to its workshop."""
    device, found = item["device_id"], list[str]()
    marks = [event("device-delivered", device)]
    await relais.do("receive what is stopped", f"/shipments/{parcel}/deliver", {"labels": [item["label"]]}, marks)

    async def is_told() -> bool:
        found[:] = [
            one["id"]
            for one in await relais.get("/recalls")
            if one["what"] == "device" and one["name"] == item["label"] and one["ended_at"] is None
        ]
        return bool(found)

    if not await bench.hand.until(is_told):
        return  # the word has not crossed yet: nobody is given it meanwhile
    try:
        handed = [event("device-handed-over", device), Mark("handover", device)]
        await relais.do("give what is stopped", "/handovers", {"device_id": device, "kind": "given"}, handed)
    except Refused as refused:
        if refused.slug != "is-recalled":
            raise
    brought = [event("device-brought-back", device)]
    await relais.do("send back what is stopped", f"/recalls/{found[0]}/devices/{device}/bring-back", None, brought)

    async def is_answered() -> bool:
        return (await bench.api.get(f"/devices/{device}"))["recall_asked_at"] is None

    if await bench.hand.until(is_answered):  # while one question waits, another is not asked
        await bench.comes_back(device)


async def _audit(bench: Bench, item: Item) -> None:
    """What lsblk says of the machine: one disk, which nobody has declared. Sent by two windows at once."""
    serial = f"Z{new_id()[:11].upper()}"
    disk = {"name": "sdb", "type": "disk", "rota": True, "tran": "sata", "rm": False, "size": 1000204886016}
    said = {"blockdevices": [{**disk, "model": "ST1000LM035-1RK172", "serial": serial}]}
    marks = [Mark("audit", serial), event("device-recall-asked", item["device_id"])]
    await bench.api.do("see a disk", f"/devices/{item['device_id']}/audits", said, marks, twice=True)
