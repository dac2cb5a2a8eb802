"""The workshops of the workload: lots are received and counted, devices wiped, tested, graded, declared ready.

Each way back is taken now and then: see also `bench_slips`.
"""

from datetime import UTC, datetime
from typing import Any

from stack.demo import workshop
from stack.people import colleague

from tests.faults import bench_slips, equipment, together
from tests.faults.hand import Hand, event, events
from tests.faults.history import Mark
from tests.faults.people import Person, new_id

Device = dict[str, Any]
_COUNTED = "lot-reconciled"


class Bench:
    """One technician at work, with a colleague who looks at what two have to see."""

    def __init__(self, hand: Hand, workshop_id: str) -> None:
        self.hand = hand
        self.subject = workshop.technician(workshop_id, hand.there.workshops)
        self.api: Person = hand.person("refurbish", self.subject)
        self.colleague: Person = hand.person("refurbish", colleague(self.subject).subject)

    async def receive(self, lot: dict[str, Any]) -> None:
        """A lot from its arrival to ready devices."""
        hand, path = self.hand, f"/lots/{lot['id']}"
        devices = await self._announced(lot["id"], lot["devices"])
        if devices is None:
            return
        lost = [one for one in devices if len(devices) > 1 and hand.happens(hand.load.lost)][: len(devices) - 1]
        here = [one for one in devices if one not in lost]
        await self._scan(lot["id"], here)
        beside = [await bench_slips.surplus(self, lot["id"])] if hand.happens(hand.load.surplus) else []
        if hand.happens(hand.load.otherwise):
            await bench_slips.another_week(self, lot["workshop_id"])
        await self.api.do("reconcile", f"{path}/reconcile", None, [event(_COUNTED, lot["id"])])
        found = [one for one in lost if hand.happens(hand.load.found_again)]
        if found:
            # What comes after the count heals it: the lot tells its count once more.
            await self._scan(lot["id"], found, event(_COUNTED, lot["id"]))
        here += found
        if len(here) > 1 and hand.happens(hand.load.declared_twice):
            here = await bench_slips.merge(self, here)
        here += beside  # merged with a listed one it would heal the lot's count, once more
        if len(here) > 1 and hand.happens(hand.load.together):
            await together.work(self, here)
            return
        for device in here:
            await self.work(device)

    async def work(self, device: Device) -> None:
        """One device from its arrival to where it stays: ready, promised, withdrawn, gone as waste."""
        hand = self.hand
        given_up_after = hand.chance.randint(0, 2) if hand.happens(hand.load.withdrawn) else None
        for step, done in enumerate((self.wipe, self.test, self.grade)):
            if given_up_after == step:
                await self._give_up(device)
                return
            await done(device)
        await self.ready(device)

    async def again(self, device: Device) -> None:
        """A device that is back at the bench, for another cycle; what is wiped stays wiped, unless somebody had it."""
        for done in (self.wipe, self.test, self.grade):
            await done(device)
        await self.ready(device, recalled=False)

    async def wipe(self, device: Device) -> None:
        """Media declared where nobody has, and each of them wiped that is not."""
        category, path = device["category"], f"/devices/{device['id']}"
        if category not in equipment.MEDIA:
            return
        known = await self.api.get(f"{path}/media")
        if not known:
            media = [equipment.medium(category, device["label"])]
            if equipment.MEDIA[category] != "emmc" and self.hand.happens(self.hand.load.misdeclared):
                media.append(equipment.another(category, device["label"]))
            marks = [Mark("medium", device["id"]) for _ in media]
            known = (await self.api.do("media", f"{path}/media", media, marks))["media"]
            if len(media) > 1:
                await bench_slips.take_away(self, device, media[1]["serial"])
                known = await self.api.get(f"{path}/media")
        for medium in known:
            if not medium["is_wiped"]:
                await self._erase(path, medium)

    async def test(self, device: Device) -> None:
        if self.hand.happens(self.hand.load.broken):
            await self.answer(device, failing=True)
            await bench_slips.repair(self, device)
        await self.answer(device)

    async def answer(self, device: Device, *, failing: bool = False) -> None:
        """Every point of the sheet."""
        path = f"/devices/{device['id']}/tests"
        points = (await self.api.get(path))["points"]
        op = new_id()
        results = [{"test": one["test"], "passed": not (failing and n == 0)} for n, one in enumerate(points)]
        # A note is kept a moment: the sheet is found again by its operation.
        body = {"results": [{**one, "note": f"op {op}"} for one in results]}
        await self.api.do("fail a test" if failing else "test", path, body, [Mark("test sheet", op)], id_=op)

    async def grade(self, device: Device) -> None:
        path, graded = f"/devices/{device['id']}", [event("device-graded", device["id"])]
        facts = equipment.facts(device["category"], self.hand.chance.randrange(100))
        await self.api.do("grade", f"{path}/grade", facts, graded)
        if self.hand.happens(self.hand.load.regraded):
            await self.api.do("ungrade", f"{path}/ungrade", None, [event("device-ungraded", device["id"])])
            await self.api.do("grade", f"{path}/grade", facts, graded)
        elif self.hand.happens(self.hand.load.retested):
            await self.answer(device, failing=True)
            await self.answer(device)
            await self.api.do("grade", f"{path}/grade", facts, graded)

    async def ready(self, device: Device, *, recalled: bool = True) -> None:
        id_ = device["id"]
        await self.api.do("ready", f"/devices/{id_}/ready", None, [event("device-ready", id_)])
        self.hand.counts.ready += 1
        if recalled and device["category"] in equipment.NOT_ORDERED:
            if self.hand.happens(self.hand.load.free_recalled):
                await self._recall_free(device)
        elif recalled and self.hand.happens(self.hand.load.recalled):
            await self._recall(device)

    async def comes_back(self, device_id: str, *, ready: bool = False) -> None:
        """A device that has left lies here again: for another cycle, or `ready` as it was.

        Distribute says whether it is given back: it is, for it is on its way back.
        """
        path = f"/devices/{device_id}"

        async def left() -> bool:
            return bool((await self.api.get(path))["stage"] == "left")

        async def here() -> bool:
            return bool((await self.api.get(path))["stage"] in ("erasing", "to_repair", "ready"))

        if not await self.hand.until(left):
            return  # the word has not crossed yet
        marks = [event("device-recall-asked", device_id), *([event("device-ready", device_id)] if ready else [])]
        await self.api.do("still here", f"{path}/still-here", None, marks)
        if await self.hand.until(here) and not ready:
            await self.again(await self.api.get(path))

    # One by one

    async def _announced(self, lot_id: str, expected: int) -> list[Device] | None:
        """The manifest, once it has crossed; None when the run ends first."""
        found: list[Device] = []

        async def is_there() -> bool:
            found[:] = (await self.api.get("/devices", lot=lot_id, limit=100))["items"]
            return len(found) == expected

        while not await self.hand.until(is_there, looks=1):
            if not self.hand.goes_on():
                return None  # after the storm the checker waits for it, nobody works on it
        return list(found)

    async def _scan(self, lot_id: str, devices: list[Device], *more: Mark) -> None:
        if not more and self.hand.happens(self.hand.load.offline):
            pages = self.hand.pages("refurbish", self.subject)
            scans = [
                ({"label": one["label"], "lot_id": lot_id}, [event("device-arrived", one["id"])]) for one in devices
            ]
            await pages.send("scan later", "/scanner", "/scanner/envoi", scans)
            return
        marks = [*events("device-arrived", devices), *more]
        labels = {"labels": [one["label"] for one in devices]}
        await self.api.do("arrive", f"/lots/{lot_id}/arrive", labels, marks)

    async def _erase(self, path: str, medium: dict[str, Any]) -> None:
        """By one, and read by a colleague as herself."""
        op = new_id()
        report = equipment.erasure(medium, op)
        await self.api.do("erase", f"{path}/erasures", report, [Mark("erasure", op)], id_=op)
        [erasure] = [one["id"] for one in await self.api.get(f"{path}/erasures") if one["tool_version"] == op]
        said = {"confirmed": True}
        await self.colleague.do("verify", f"/verifications/{erasure}", said, [Mark("verification", erasure)])

    async def _recall(self, device: Device) -> None:
        """Once it is promised: its order lets it go and it is worked on again, or it has left by then."""
        path = f"/devices/{device['id']}"
        promised: dict[str, Any] = {}

        async def is_promised() -> bool:
            promised.update((await self.api.get(path))["destination"] or {})
            return bool(promised)

        async def is_answered() -> bool:
            return (await self.api.get(path))["recall_asked_at"] is None

        if not await self.hand.until(is_promised, looks=6):
            return
        # Promised to somebody else by now, it is refused: what is free is brought back at once, and may have left.
        body = {"reason": "fault", "promised_to": promised["order_id"]}
        await self.api.do("recall", f"{path}/recall", body, [event("device-recall-asked", device["id"])])
        if await self.hand.until(is_answered):
            found = await self.api.get(path)
            if found["stage"] == "to_repair":
                await self.again(found)

    async def _recall_free(self, device: Device) -> None:
        """Nobody orders such devices: what could be promised by now, only people could settle."""
        path, marks = f"/devices/{device['id']}", [event("device-recalled", device["id"])]
        await self.api.do("recall free", f"{path}/recall", {"reason": "grade"}, marks)
        await self.again(device)

    async def _give_up(self, device: Device) -> None:
        """Before it is ready: what is ready may be promised by now, and then only people can settle it."""
        hand, path = self.hand, f"/devices/{device['id']}"
        withdrawn = [event("device-withdrawn", device["id"])]
        await self.api.do("withdraw", f"{path}/withdraw", {"reason": "board"}, withdrawn)
        if hand.happens(hand.load.reopened):
            await self.api.do("reopen", f"{path}/reopen", None, [event("device-reopened", device["id"])])
            await self.again(device)
        elif hand.happens(hand.load.wasted) and all(one["is_wiped"] for one in await self.api.get(f"{path}/media")):
            await bench_slips.throw_away(self, [device])

    @property
    def today(self) -> str:
        return datetime.now(UTC).date().isoformat()
