"""Whole lives of devices by the public HTTP APIs, many at once, at a set rate, with a history of every operation.

Three kinds of hands, each a sequential process of its own: some fetch and refurbish donations, some order and hand
over, one allocates (and now and then takes an allocation back). They meet only in the system under test. A hand whose
request stays without an answer leaves that life where it is and begins another: nobody knows what was done.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from stack.demo import workshop
from stack.demo.organisations import Organisations
from stack.people import COORDINATOR, DONORS, RELAIS, colleague

from tests.faults import equipment
from tests.faults.history import History, Mark
from tests.faults.pages import Pages
from tests.faults.people import NoAnswer, Person, Refused, new_id


@dataclass(frozen=True, slots=True)
class Load:
    """How much, and how varied. Shares are of one."""

    donors: int = 4  # hands
    orders: int = 3
    rate: float = 25.0  # operations begun per second, at most
    patience_s: float = 12.0  # how long a person asks again
    devices: tuple[int, int] = (1, 4)  # per donation
    left_behind: float = 0.06  # not found at the donor's
    lost: float = 0.06  # collected, never scanned at the workshop
    found_again: float = 0.5  # of the lost: scanned after all
    withdrawn: float = 0.12
    recalled: float = 0.15  # of the ready ones that are promised within a moment
    attached: float = 0.25  # donations with a file
    taken_back: float = 0.06  # before the answer
    called_off: float = 0.06  # accepted, and given up before the pickup
    drawn: float = 0.25  # donations with a document
    split: float = 0.2  # lots of several devices, for two workshops
    cancelled: float = 0.2
    undone: float = 0.15  # of allocation runs


@dataclass(slots=True)
class Counts:
    """What the hands have finished."""

    ready: int = 0
    verified: int = 0
    withdrawn: int = 0
    recalled: int = 0
    handed_over: int = 0
    cancelled: int = 0
    attached: int = 0
    taken_back: int = 0
    called_off: int = 0
    drawn: int = 0
    split: int = 0
    undone: int = 0
    abandoned: int = 0
    refused: dict[str, int] = field(default_factory=dict)


class Workload:
    """`async with workload.running(): …` – lives go on inside; at the end each hand finishes what it is at."""

    def __init__(
        self,
        addresses: Callable[[str], str],
        token: Callable[[str], Awaitable[str]],
        organisations: Organisations,
        history: History,
        load: Load,
        seed: int,
    ) -> None:
        """`addresses`: base URL by service; `token`: access token by subject."""
        self.counts = Counts()
        self.load = load
        self._addresses = addresses
        self._token = token
        self._there = organisations
        self._history = history
        self._seed = seed
        self._going_on = True
        self._next_turn = 0.0
        self._client = httpx.AsyncClient(limits=httpx.Limits(max_connections=50), trust_env=False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self._client, asyncio.TaskGroup() as group:
            for number in range(self.load.donors):
                group.create_task(self._again_and_again(f"donor-{number}", self._donation))
            for number in range(self.load.orders):
                group.create_task(self._again_and_again(f"relais-{number}", self._order))
            group.create_task(self._again_and_again("allocator", self._allocate))
            try:
                yield
            finally:
                self._going_on = False

    async def _again_and_again(self, hand: str, life: Callable[[str, random.Random], Awaitable[None]]) -> None:
        chance = random.Random(f"{self._seed} {hand}")
        while self._going_on:
            try:
                await life(hand, chance)
            except NoAnswer:
                self.counts.abandoned += 1
            except Refused as refused:
                self.counts.refused[refused.slug] = self.counts.refused.get(refused.slug, 0) + 1
                await asyncio.sleep(0.1)

    # Donors, drivers and workshops

    async def _donation(self, hand: str, chance: random.Random) -> None:
        category = chance.choice(equipment.CATEGORIES)
        quantity = chance.randint(*self.load.devices)
        donor = chance.choice(DONORS)
        for lot in await self._fetch(hand, chance, donor, equipment.line(category, quantity)):
            await self._receive(hand, chance, lot)

    async def _receive(self, hand: str, chance: random.Random, lot: dict[str, Any]) -> None:
        subject = workshop.technician(lot["workshop_id"], self._there.workshops)
        api = self._person(hand, "refurbish", subject)
        devices = await self._announced(api, lot["id"], lot["devices"])
        if devices is None:
            return
        lost = [one for one in devices if len(devices) > 1 and chance.random() < self.load.lost][: len(devices) - 1]
        here = [one for one in devices if one not in lost]
        await self._scan(api, lot["id"], here)
        await api.do("reconcile", f"/lots/{lot['id']}/reconcile", None, [_event("lot-reconciled", lot["id"])])
        found = [one for one in lost if chance.random() < self.load.found_again]
        if found:
            # What comes after the count heals it: the lot tells its count once more.
            await self._scan(api, lot["id"], found, _event("lot-reconciled", lot["id"]))
        for device in [*here, *found]:
            await self._refurbish(api, chance, subject, device)

    async def _fetch(self, hand: str, chance: random.Random, donor: Any, line: dict[str, Any]) -> list[dict[str, Any]]:
        """Declared, accepted, collected, sent to a workshop or two; returns the lots. None when it was given up."""
        id_ = new_id()
        body = {"donor_id": self._there.donors[donor.key], "lines": [line], "note": f"op {id_}"}
        given = self._person(hand, "collect", donor.person.subject)
        donation = (await given.do("declare", "/donations", body, [Mark("donation", id_)], id_=id_))["id"]
        path, api = f"/donations/{donation}", self._person(hand, "collect", COORDINATOR.subject)
        if chance.random() < self.load.attached:
            content = b"%PDF-1.7\n" + chance.randbytes(chance.randint(1_000, 400_000))
            pages = Pages(hand, donor.person.subject, lambda: self._addresses("collect"), self._history, self._turn)
            self.counts.attached += await pages.attach(donation, content)
        if chance.random() < self.load.taken_back:
            await given.do("take back", f"{path}/withdraw", None, [_event("donation-withdrawn", donation)])
            self.counts.taken_back += 1
            return []
        await api.do("accept", f"{path}/accept", None, [_event("donation-accepted", donation)])
        if chance.random() < self.load.called_off:
            body = {"reason": "Déménagement repoussé."}
            await given.do("call off", f"{path}/cancel", body, [_event("donation-cancelled", donation)])
            self.counts.called_off += 1
            return []
        day = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
        await api.do(
            "schedule",
            f"{path}/pickup",
            {"on": day, "word": "Convenu."},
            [_event("pickup-scheduled", donation)],
        )
        labels = [one["label"] for one in (await given.get(f"{path}/devices", limit=100))["items"]]
        missing = [one for one in labels[1:] if chance.random() < self.load.left_behind]
        mark = Mark("lot of donation", donation)
        collected = await api.do("collect", f"{path}/collect", {"not_found": missing}, [mark])
        (lot,) = collected["lots"]
        if chance.random() < self.load.drawn:
            await given.do("draw", f"{path}/documents", {"kind": "slip"})
            self.counts.drawn += 1
        sent = await self._send_off(api, chance, lot, line["category"], collected["devices"])
        return [dict(await api.get(f"/lots/{one}")) for one in sent]

    async def _send_off(self, api: Person, chance: random.Random, lot: str, category: str, devices: int) -> list[str]:
        """To the workshop that is suggested, or a part of it to another one as well; returns the lots."""
        able = [one["workshop_id"] for one in await api.get(f"/lots/{lot}/suggestions") if not one["untreated"]]
        if devices > 1 and len(able) > 1 and chance.random() < self.load.split:
            shares = zip(able, (devices - 1, 1), strict=False)
            parts = [{"workshop_id": workshop_id, "devices": {category: count}} for workshop_id, count in shares]
            body = {"parts": parts, "override_reason": "Un camion pour deux."}
            sent = await api.do("split", f"/lots/{lot}/split", body, seen=_dispatched)
            self.counts.split += 1
            return [one["id"] for one in sent]
        body = {"workshop_id": able[0]}
        await api.do("dispatch", f"/lots/{lot}/dispatch", body, [_event("lot-dispatched", lot)])
        return [lot]

    async def _announced(self, api: Person, lot_id: str, expected: int) -> list[dict[str, Any]] | None:
        """The manifest, once it has crossed; None when the run ends first."""
        while True:
            found = (await api.get("/devices", lot=lot_id, limit=100))["items"]
            if len(found) == expected:
                return list(found)
            if not self._going_on:
                return None  # after the storm the checker waits for it, nobody works on it
            await asyncio.sleep(0.3)

    async def _scan(self, api: Person, lot_id: str, devices: list[dict[str, Any]], *more: Mark) -> None:
        marks = [*(_event("device-arrived", device["id"]) for device in devices), *more]
        await api.do("arrive", f"/lots/{lot_id}/arrive", {"labels": [one["label"] for one in devices]}, marks)

    async def _refurbish(self, api: Person, chance: random.Random, subject: str, device: dict[str, Any]) -> None:
        id_, category, path = device["id"], device["category"], f"/devices/{device['id']}"
        given_up_after = chance.randint(0, 2) if chance.random() < self.load.withdrawn else None
        if given_up_after == 0:
            return await self._withdraw(api, id_)
        if category in equipment.MEDIA:
            marks = [Mark("medium", id_)]
            known = await api.do("media", f"{path}/media", [equipment.medium(category, device["label"])], marks)
            for medium in known["media"]:
                await self._wipe(api, chance, subject, path, medium)
        if given_up_after == 1:
            return await self._withdraw(api, id_)
        points = (await api.get(f"{path}/tests"))["points"]
        op = new_id()
        results = [{"test": point["test"], "passed": True, "note": f"op {op}"} for point in points]
        await api.do("test", f"{path}/tests", {"results": results}, [Mark("test sheet", op)], id_=op)
        facts = equipment.facts(category, chance.randrange(100))
        await api.do("grade", f"{path}/grade", facts, [_event("device-graded", id_)])
        if given_up_after == 2:
            return await self._withdraw(api, id_)
        await api.do("ready", f"{path}/ready", None, [_event("device-ready", id_)])
        self.counts.ready += 1
        if chance.random() < self.load.recalled:
            await self._recall(api, id_)
        return None

    async def _recall(self, api: Person, device_id: str) -> None:
        """Once it is promised: its order lets it go, or it has left by then; it is not worked on again."""
        for _ in range(6):
            destination = (await api.get(f"/devices/{device_id}"))["destination"]
            if destination is not None:
                break
            await asyncio.sleep(0.5)
        else:
            return
        # Promised to somebody else by now, it is refused: what is free is brought back at once, and may have left.
        body = {"reason": "fault", "promised_to": destination["order_id"]}
        await api.do("recall", f"/devices/{device_id}/recall", body, [_event("device-recall-asked", device_id)])
        self.counts.recalled += 1

    async def _wipe(self, api: Person, chance: random.Random, subject: str, path: str, medium: dict[str, Any]) -> None:
        """Signed by two at once, or read by a colleague as herself."""
        op, is_signed = new_id(), chance.random() < 0.5
        report = equipment.erasure(medium, subject, op, is_signed=is_signed)
        await api.do("erase", f"{path}/erasures", report, [Mark("erasure", op)], id_=op)
        if is_signed:
            return
        [erasure] = [one["id"] for one in await api.get(f"{path}/erasures") if one["tool_version"] == op]
        reader = self._person(api.hand, "refurbish", colleague(subject).subject)
        said = {"confirmed": True}
        await reader.do("verify", f"/verifications/{erasure}", said, [Mark("verification", erasure)])
        self.counts.verified += 1

    async def _withdraw(self, api: Person, device_id: str) -> None:
        """Before it is ready: what is ready may be promised by now, and then only people can settle it."""
        body = {"reason": "board"}
        await api.do("withdraw", f"/devices/{device_id}/withdraw", body, [_event("device-withdrawn", device_id)])
        self.counts.withdrawn += 1

    # Relais and the coordinator

    async def _order(self, hand: str, chance: random.Random) -> None:
        relais = chance.choice(RELAIS)
        api = self._person(hand, "distribute", relais.person.subject)
        coordinator = self._person(hand, "distribute", COORDINATOR.subject)
        id_, category = new_id(), chance.choice(equipment.CATEGORIES)
        line = {"category": category, "quantity": chance.randint(1, 3), "min_grade": "D"}
        body = {"relais_id": self._there.relais[relais.key], "lines": [line], "note": f"op {id_}"}
        order = (await api.do("order", "/orders", body, [Mark("order", id_)], id_=id_))["id"]
        if chance.random() < self.load.cancelled / 2:
            return await self._cancel(api, order)
        await coordinator.do("approve", f"/orders/{order}/approve", None, [_event("order-approved", order)])
        if not await self._served(api, order):
            return await self._cancel(api, order)
        if chance.random() < self.load.cancelled / 2:
            return await self._cancel(api, order)
        shipments = await coordinator.do(
            "pack", "/shipments", {"order_id": order}, seen=lambda packed: [Mark("shipment", s["id"]) for s in packed]
        )
        for shipment in shipments:
            await self._send(api, coordinator, shipment["id"], may_sell=relais.may_sell)
        return None

    async def _served(self, api: Person, order: str) -> bool:
        """Whether something was promised within some seconds."""
        for _ in range(20):
            if (await api.get(f"/orders/{order}"))["allocated"]:
                return True
            await asyncio.sleep(0.5)
        return False

    async def _cancel(self, api: Person, order: str) -> None:
        await api.do("cancel", f"/orders/{order}/cancel", None, [_event("order-cancelled", order)])
        self.counts.cancelled += 1

    async def _send(self, api: Person, coordinator: Person, shipment: str, *, may_sell: bool) -> None:
        path = f"/shipments/{shipment}"
        items = (await coordinator.get(path))["items"]
        # An allocation that is taken back meanwhile empties the box: the answer says what really left.
        gone = await coordinator.do("ship", f"{path}/ship", None, [Mark("left", shipment)], seen=_shipped)
        items = gone["items"]
        for part in (items[:1], items[1:]):  # two scans: the first says that some are still on their way
            if part:
                labels = [one["label"] for one in part] + [equipment.STRANGER]
                marks = [_event("device-delivered", one["device_id"]) for one in part]
                await api.do("deliver", f"{path}/deliver", {"labels": labels}, marks)
        for one in items:
            how = {"kind": "sold", "tier": "solidary"} if may_sell else {"kind": "given"}
            marks = [_event("device-handed-over", one["device_id"]), Mark("handover", one["device_id"])]
            await api.do("hand over", "/handovers", {"device_id": one["device_id"], **how}, marks)
            self.counts.handed_over += 1

    async def _allocate(self, hand: str, chance: random.Random) -> None:
        api = self._person(hand, "distribute", COORDINATOR.subject)
        run = await api.do("allocate", "/allocations", None, [Mark("allocation runs", "all")], seen=_run)
        if run["allocated"] and chance.random() < self.load.undone:
            await api.do("undo", f"/allocations/{run['id']}/undo", None, [Mark("undone run", run["id"])])
            self.counts.undone += 1
        await asyncio.sleep(1.0)

    # Everybody

    def _person(self, hand: str, service: str, subject: str) -> Person:
        return Person(
            hand,
            service,
            self._client,
            lambda: self._addresses(service),
            lambda: self._token(subject),
            self._history,
            self._turn,
            self.load.patience_s,
        )

    async def _turn(self) -> None:
        """So many operations per second, all hands together."""
        now = asyncio.get_running_loop().time()
        self._next_turn = max(self._next_turn, now) + 1 / self.load.rate
        await asyncio.sleep(self._next_turn - now)


def _event(name: str, key: str) -> Mark:
    return Mark("event", f"{name} {key}")


def _shipped(shipment: dict[str, Any]) -> list[Mark]:
    return [_event("device-shipped", item["device_id"]) for item in shipment["items"]]


def _dispatched(lots: list[dict[str, Any]]) -> list[Mark]:
    return [_event("lot-dispatched", lot["id"]) for lot in lots]


def _run(run: dict[str, Any]) -> list[Mark]:
    return [Mark("allocation run", run["id"])]
