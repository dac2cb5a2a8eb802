"""Orders of the workload and their parcels: changed, served, packed, sent; missing, damaged, lost and found on the way.

What is received, `Selling` hands out.
"""

from typing import Any

from stack.demo import workshop
from stack.people import COORDINATOR, RELAIS

from tests.faults import equipment, stopping
from tests.faults.bench import Bench
from tests.faults.hand import Hand, event, events
from tests.faults.history import Mark
from tests.faults.people import Person, new_id
from tests.faults.selling import Selling

Item = dict[str, Any]
_SETTLED = ("on_its_way", "lost", "found", "scanned")


class Ordering:
    """One Relais that orders, and the coordinator who answers it."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self.relais = hand.chance.choice(RELAIS)
        self.api: Person = hand.person("distribute", self.relais.person.subject)
        self.coordinator: Person = hand.person("distribute", COORDINATOR.subject)

    async def order(self) -> None:
        """From the wish to what was handed out, or to its end without."""
        hand, load = self.hand, self.hand.load
        order = await self._asked()
        if hand.happens(load.cancelled / 2):
            return await self._cancel(order)
        await self.coordinator.do("approve", f"/orders/{order}/approve", None, [event("order-approved", order)])
        if not await self._served(order) or hand.happens(load.cancelled / 2):
            return await self._cancel(order)
        line = (await self.api.get(f"/orders/{order}"))["lines"][0]
        if 0 < line["allocated"] < line["quantity"] and hand.happens(load.rest_given_up):
            changed = [event("order-changed", order)]

            def fewer(now: dict[str, Any]) -> list[Mark]:
                """Nothing is told when the rest was promised meanwhile."""
                return changed if now["lines"][0]["quantity"] < line["quantity"] else []

            path = f"/orders/{order}/give-up-rest"
            await self.api.do("give up the rest", path, seen=fewer, perhaps=changed)
        body = {"order_id": order}
        for parcel in await self.coordinator.do("pack", "/shipments", body, seen=_packed):
            await self._parcel(parcel)
        return None

    async def _asked(self) -> str:
        """The order; asked for by two windows at once, it is one; now and then for fewer."""
        hand, id_ = self.hand, new_id()
        category, quantity = hand.chance.choice(equipment.ORDERED), hand.chance.randint(1, 3)
        line = {"category": category, "quantity": quantity, "min_grade": "D"}
        body = {"relais_id": hand.there.relais[self.relais.key], "lines": [line], "note": f"op {id_}"}
        twice, marks = hand.happens(hand.load.ordered_twice), [Mark("order", id_)]
        name = "order twice" if twice else "order"
        made = await self.api.do(name, "/orders", body, marks, id_=id_, twice=twice)
        if quantity > 1 and hand.happens(hand.load.fewer):
            path = f"/orders/{made['id']}/lines/{made['lines'][0]['id']}/quantity"
            changed = [event("order-changed", made["id"])]
            await self.api.do("ask for fewer", path, {"quantity": quantity - 1}, changed, method="PUT")
        return str(made["id"])

    async def _served(self, order: str) -> bool:
        """Whether something was promised within some seconds."""

        async def is_promised() -> bool:
            return bool((await self.api.get(f"/orders/{order}"))["allocated"])

        return await self.hand.until(is_promised)

    async def _cancel(self, order: str) -> None:
        await self.api.do("cancel", f"/orders/{order}/cancel", None, [event("order-cancelled", order)])

    async def _parcel(self, parcel: dict[str, Any]) -> None:
        path = f"/shipments/{parcel['id']}"
        items = (await self.coordinator.get(path))["items"]
        if len(items) > 1 and self.hand.happens(self.hand.load.taken_out):
            await self.coordinator.do("take out of a parcel", f"{path}/devices/{items[0]['device_id']}/swap")
            items = items[1:]
        # An allocation that is taken back meanwhile empties the box: the answer says what really left.
        left, perhaps = [Mark("left", parcel["id"])], events("device-shipped", items, "device_id")
        leaves = self.coordinator.do("ship", f"{path}/ship", None, left, seen=_shipped, perhaps=perhaps)
        suspect = stopping.suspect(self.hand, items)
        gone = await (leaves if suspect is None else stopping.departs(self._bench(parcel), suspect, leaves))
        here, stopped = [], list[Item]()
        for one in gone["items"]:
            one["workshop_id"] = parcel["workshop_id"]
            if suspect is not None and one["device_id"] == suspect["device_id"]:
                stopped.append(one)
            elif self.hand.happens(self.hand.load.missing):
                here += await self._missing(parcel, one)
            elif self.hand.happens(self.hand.load.damaged):
                here += await self._damaged(parcel, one)
            else:
                here.append(one)
        received = await self._received(path, here)
        await Selling(self.hand, self.relais, self.api).hand_out(received)
        for one in stopped:
            await stopping.stopped(self._bench(parcel), self.api, parcel["id"], one)
        if suspect is not None and not stopped:
            await stopping.taken_back(self._bench(parcel), suspect)

    async def _received(self, path: str, items: list[Item]) -> list[Item]:
        """By two scans of which the first says that some are still on their way; now and then by two people at once."""
        if items and self.hand.happens(0.3):
            scanned = {"scanned": [one["label"] for one in items] + [equipment.STRANGER]}
            marks = events("device-delivered", items, "device_id")
            await self.api.do("receive twice", "/shipments/receive", scanned, marks, twice=True)
            return items
        for part in (items[:1], items[1:]):
            if part:
                labels = {"labels": [one["label"] for one in part] + [equipment.STRANGER]}
                marks = events("device-delivered", part, "device_id")
                await self.api.do("deliver", f"{path}/deliver", labels, marks)
        return items

    async def _missing(self, parcel: dict[str, Any], item: Item) -> list[Item]:
        """Not in its parcel, says either side; settled by the coordination, or scanned after all."""
        device, bench = item["device_id"], self._bench(parcel)
        technician = workshop.technician(parcel["workshop_id"], self.hand.there.workshops)
        says = self.hand.chance.choice((self.api, self.coordinator, self.hand.person("distribute", technician)))
        body = {"labels": [item["label"]], "note": "Le carton était ouvert."}
        said = await says.do(
            "say missing", f"/shipments/{parcel['id']}/missing", body, [Mark("missing", device)], twice=True
        )
        [incident] = [one["id"] for one in said if one["device_id"] == device and one["settled_at"] is None]
        how = self.hand.chance.choice(_SETTLED)
        if how == "scanned":
            return [item]
        marks = [] if how == "on_its_way" else [event(f"device-{how}", device)]
        settle = f"/incidents/{incident}/settle"
        await self.coordinator.do(f"settle as {how.replace('_', ' ')}", settle, {"outcome": how}, marks)
        if how == "on_its_way":
            return [item]
        if how == "lost":
            if self.hand.happens(0.5):
                return []  # for good
            await self.coordinator.do(
                "find what was lost", settle, {"outcome": "found"}, [event("device-found", device)]
            )
        await bench.comes_back(device, ready=True)
        return []

    async def _damaged(self, parcel: dict[str, Any], item: Item) -> list[Item]:
        """Received so, or not the right one: kept, or sent back to its workshop."""
        device, keep = item["device_id"], self.hand.happens(0.4)
        body = {"kind": self.hand.chance.choice(("damaged", "wrong")), "keep": keep, "note": "La coque est fendue."}
        marks = [Mark("report", device), event("device-reported", device), event("device-delivered", device)]
        await self.api.do("report", f"/shipments/{parcel['id']}/devices/{device}/report", body, marks)
        if not keep:
            await self._bench(parcel).comes_back(device)
            return []
        await Selling(self.hand, self.relais, self.api).hand_out([item])
        return []

    def _bench(self, parcel: dict[str, Any]) -> Bench:
        return Bench(self.hand, parcel["workshop_id"])


def _packed(parcels: list[dict[str, Any]]) -> list[Mark]:
    return [Mark("shipment", one["id"]) for one in parcels]


def _shipped(parcel: dict[str, Any]) -> list[Mark]:
    return events("device-shipped", parcel["items"], "device_id")
