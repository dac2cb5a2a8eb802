"""The till of the workload: sold, given, lent, taken back, brought back, swapped, paid back; top-ups; the till is
closed."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from filiere.calendar import PARIS
from filiere.catalogue import Grade
from stack.people import COORDINATOR, DemoRelais

from tests.faults.bench import Bench
from tests.faults.hand import Hand, event
from tests.faults.history import Mark
from tests.faults.kept_for import waited_for
from tests.faults.people import Person
from tests.faults.recharging import recharge, slip

Item = dict[str, Any]
Handover = dict[str, Any]


class Selling:
    """What a Relais does with devices that it has received."""

    def __init__(self, hand: Hand, relais: DemoRelais, api: Person) -> None:
        self.hand = hand
        self.relais = relais
        self.api = api

    async def hand_out(self, items: list[Item]) -> None:
        """All of them but one, which is kept for whoever comes back; then what happens after a sale."""
        hand, load = self.hand, self.hand.load
        if not items:
            return
        if hand.happens(load.lent):
            items = await self._lend(items)
        # The better one is kept: it may stand in for each of the others.
        items = sorted(items, key=lambda one: [*Grade].index(Grade(one["grade"])), reverse=True)
        spare = items.pop() if len(items) > 1 and hand.happens(0.4) else None
        for made in await self._sold(items):
            if hand.happens(load.handover_undone):
                made = await self._undone(made)
            if hand.happens(load.brought_back):
                spare = await self._brought_back(made, spare)
        if spare is not None:
            await self._one(spare["device_id"])
        if hand.happens(load.topped_up):
            await recharge(hand, self.relais, self.api)
        if hand.happens(load.closed):
            await self._close()

    # Handing over

    async def _sold(self, items: list[Item]) -> list[Handover]:
        hand, load = self.hand, self.hand.load
        if len(items) > 1 and hand.happens(load.cart):
            return await self._cart(items)
        if items and hand.happens(load.sent_later):
            return await self._later(items)
        return [await self._one(one["device_id"]) for one in items]

    async def _one(self, device: str) -> Handover:
        how = self._how()
        if self.hand.happens(self.hand.load.slips):
            wanted = (await self.api.get(f"/devices/{device}"))["category"]
            how |= await slip(self.hand, self.api, wanted, how.get("tier", "gift"))
        name = "sell" if how["kind"] == "sold" else "hand over"
        made = await self.api.do(name, "/handovers", {"device_id": device, **how}, _handed([device]))
        self.hand.counts.handed_over += 1
        return dict(made)

    async def _cart(self, items: list[Item]) -> list[Handover]:
        """Several for one person, by two windows at once: one sale."""
        devices = [one["device_id"] for one in items]
        id_, how = str(uuid4()), self._how(structure_cents=150)
        body = {"id": id_, "devices": [{"device_id": one} for one in devices], **how}
        marks = [Mark("checkout", id_), *_handed(devices)]
        made = await self.api.do("check out", "/checkouts", body, marks, twice=True)
        self.hand.counts.handed_over += len(devices)
        return list(made["handovers"])

    async def _later(self, items: list[Item]) -> list[Handover]:
        """Without the network, each kept by the device that sold it; sent afterwards, again and again."""
        kept = []
        for one in items:
            id_ = str(uuid4())
            sold_at = datetime.now(UTC).isoformat()
            body = {"id": id_, "devices": [{"label": one["label"]}], "sold_at": sold_at, **self._how()}
            kept.append((body, [Mark("checkout", id_), *_handed([one["device_id"]])]))
        pages = self.hand.pages("distribute", self.relais.person.subject)
        await pages.send("sell later", "/caisse/sans-reseau", "/caisse/envoi", kept)
        self.hand.counts.handed_over += len(items)
        wanted = {one["device_id"] for one in items}
        made = (await self.api.get("/handovers", limit=100))["items"]
        return [one for one in made if one["device_id"] in wanted]

    def _how(self, structure_cents: int = 0) -> dict[str, Any]:
        if not self.relais.may_sell or self.hand.happens(0.2):
            return {"kind": "given"}
        means = self.hand.chance.choice(("cash", "cash", "card", "cheque", "voucher"))
        paid = {"structure_cents": structure_cents, "structure_means": "transfer"} if structure_cents else {}
        return {"kind": "sold", "tier": "solidary", "means": means, **paid}

    # Afterwards

    async def _undone(self, made: Handover) -> Handover:
        """Taken back the same day, and handed over once more."""
        marks = [Mark("undo", made["id"]), event("device-handover-undone", made["device_id"])]
        body = {"reason": self.hand.chance.choice(("wrong_price", "trial", "changed_mind"))}
        name = "undo a sale" if made["amount_cents"] else "undo a handover"
        await self.api.do(name, f"/handovers/{made['id']}/undo", body, marks)
        return await self._one(made["device_id"])

    async def _brought_back(self, made: Handover, spare: Item | None) -> Item | None:
        """Swapped for the one that was kept or for one of the network, paid back, or to be repaired; its workshop has
        it again. Returns what is still kept.
        """
        way = "swap" if spare is not None else "refund" if made["amount_cents"] else "repair"
        if self.hand.happens(0.4):
            way = self.hand.chance.choice(("repair", "network"))
        said: dict[str, Any] = {"fault": self.hand.chance.choice(("screen", "power", "battery")), "way": way}
        marks = [Mark("case", made["id"]), event("device-brought-back", made["device_id"])]
        if way == "swap" and spare is not None:
            said["replacement"] = spare["label"]
            marks += _handed([spare["device_id"]])
            spare = None
        elif way == "refund":
            said |= self._refund(made)
            marks.append(Mark("undo", made["id"]))
        path = f"/handovers/{made['id']}/after-sale"
        case = await self.api.do(f"bring back, {way}", path, said, marks)
        if self.hand.happens(0.5):
            sent = {"carrier": "Transports du Forez", "tracking": "TF 12"}
            await self.api.do("send back", f"/after-sale/{case['id']}/send-back", sent)
        await Bench(self.hand, case["workshop_id"]).comes_back(made["device_id"])
        if way in ("repair", "network"):
            if self.hand.happens(0.6) and await waited_for(self.hand, self.api, case["id"]):
                return spare
            return await self._settled(made, case, spare)
        return spare

    async def _settled(self, made: Handover, case: dict[str, Any], spare: Item | None) -> Item | None:
        """A case that waited: another device, or the money; or it goes on waiting."""
        path = f"/after-sale/{case['id']}/settle"
        if spare is not None:
            body = {"way": "swap", "replacement": spare["label"]}
            await self.api.do("settle, swap", path, body, _handed([spare["device_id"]]))
            return None
        if made["amount_cents"]:
            body = {"way": "refund", **self._refund(made)}
            await self.api.do("settle, refund", path, body, [Mark("undo", made["id"])])
        elif self.hand.happens(0.5):
            await self.api.do("close a case", f"/after-sale/{case['id']}/close")
        return None

    def _refund(self, made: Handover) -> dict[str, Any]:
        """All of it, or a part; meant, whatever the guarantee covers."""
        in_part = {"refund_cents": made["amount_cents"] // 2} if self.hand.happens(0.4) else {}
        return {"confirmed": True, **in_part}

    async def _lend(self, items: list[Item]) -> list[Item]:
        """Out for the street or a place; some are given there, some come back, some stay out. Those that are back."""
        labels = [one["label"] for one in items]
        body = {"kind": self.hand.chance.choice(("street", "place")), "place": "Tournée du soir", "labels": labels}
        marks = [Mark("lent", one["device_id"]) for one in items]
        loan = await self.api.do("lend", "/loans", body, marks)
        words = ("returned", "returned", "returned", "given", "given", "lost", "")
        ends = {one["device_id"]: self.hand.chance.choice(words) for one in items}
        returned, given, lost = (
            [device for device, end in ends.items() if end == word] for word in ("returned", "given", "lost")
        )
        path, workshops = f"/loans/{loan['id']}/settle", {one["device_id"]: one["workshop_id"] for one in items}
        if returned or given or lost:
            settled = {"returned": returned, "given": given, "lost": lost}
            marks = [*_handed(given), *(Mark("lent, settled", one) for one in (*returned, *given, *lost))]
            marks += [event("device-lost", one) for one in lost]
            # Somebody used them there: their workshop wipes them.
            used = returned if body["kind"] == "place" else []
            marks += [event("device-brought-back", one) for one in used]
            await self.api.do("settle a loan", path, settled, marks)
            self.hand.counts.handed_over += len(given)
            for device in used:
                await Bench(self.hand, workshops[device]).comes_back(device)
        if lost and self.hand.happens(0.5):
            await self.api.do("find what was lent", path, {"found": lost}, [event("device-found", one) for one in lost])
            for device in lost:
                await Bench(self.hand, workshops[device]).comes_back(device)
        return [one for one in items if one["device_id"] in returned and body["kind"] == "street"]

    async def _close(self) -> None:
        """The cash is counted: what is expected, a coin more or less now and then."""
        till = await self.api.get("/till/open")
        if not till["days"]:
            return
        counted = max(0, till["cash_expected_cents"] + self.hand.chance.choice((0, 0, 50, -20)))
        # Somebody may sell meanwhile, so there is always a word about a difference.
        body = {"counted_cents": counted, "left_cents": min(counted, 5000), "reason": "change"}
        await self.api.do("close the till", "/till/closings/days", body, [Mark("closing", till["relais_id"])])
        await self._pay(till["relais_id"])

    async def _pay(self, relais_id: str) -> None:
        """What the Relais paid the network, written down by two windows at once; now and then taken back."""
        coordinator, id_ = self.hand.person("distribute", COORDINATOR.subject), str(uuid4())
        day = datetime.now(PARIS).date().isoformat()
        body = {
            "id": id_,
            "received_on": day,
            "means": "transfer",
            "amount_cents": 100 * self.hand.chance.randint(1, 90),
        }
        await coordinator.do("pay", f"/relais/{relais_id}/payments", body, [Mark("payment", id_)], twice=True)
        if self.hand.happens(0.3):
            undone = [Mark("payment back", id_)]
            await coordinator.do("take a payment back", f"/payments/{id_}/undo", {"reason": "Saisi deux fois."}, undone)


def _handed(devices: list[str]) -> list[Mark]:
    return [
        *(event("device-handed-over", one) for one in devices),
        *(Mark("handover", one) for one in devices),
    ]
