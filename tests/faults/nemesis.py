"""Faults by a seeded schedule: processes killed and paused, links cut, the broker's disk filled, topics poisoned.

All is undone but the poison: it stays in the log, and every reader parks it.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from filiere.kafka.client.raw_records import Raw, RawProducer
from filiere.service import installed_services
from filiere.settings import Settings
from filiere.testing.poison import poisons

from tests.faults.arena import SERVICES, Arena
from tests.faults.history import History

# Weight of each kind, and the seconds it lasts (0: it is over at once). Longer than a group's session timeout (10 s)
# now and then, so that partitions move away from a paused worker and come back.
_KINDS: dict[str, tuple[float, tuple[float, float]]] = {
    "kill api": (3.0, (0, 0)),
    "kill worker": (3.0, (0, 0)),
    "kill relay": (3.0, (0, 0)),
    "kill database": (1.5, (0, 0)),
    "kill broker": (1.2, (0, 0)),
    "kill everything of ours": (0.4, (0, 0)),
    "pause api": (1.5, (0.3, 5)),
    "pause worker": (1.5, (0.3, 13)),
    "pause relay": (1.5, (0.3, 13)),
    "pause database": (1.0, (0.3, 5)),
    "pause broker": (1.0, (0.3, 12)),
    "cut people off": (1.5, (0.3, 5)),
    "cut database off": (2.0, (0.3, 6)),
    "cut broker off": (2.0, (0.3, 12)),
    "reset connections": (2.0, (0, 0)),
    "drop answers": (2.0, (0.3, 4)),
    "refuse connections": (1.0, (0.3, 5)),
    "slow link": (1.0, (0.5, 5)),
    "fill the broker's disk": (0.4, (2, 6)),
    "poison a topic": (4.0, (0, 0)),
}
_READY_WITHIN_S = 20.0
_POISONED_WITHIN_S = 20.0
_AT_ONCE = 4  # kills and cuts may overlap, but a machine on which nothing runs at all proves nothing


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault of the schedule: when it may begin (seconds), what, how long, and a number that chooses the target."""

    at: float
    kind: str
    seconds: float
    choice: int


def schedule(seed: int, minutes: float, per_minute: float, kinds: list[str]) -> list[Planned]:
    """The same for the same arguments; what really happens depends on the system's own timing too."""
    chance = random.Random(seed)
    at, planned = 0.0, []
    while (at := at + chance.expovariate(per_minute / 60)) < minutes * 60:
        (kind,) = chance.choices(kinds, [_KINDS[kind][0] for kind in kinds])
        planned.append(Planned(at, kind, chance.uniform(*_KINDS[kind][1]), chance.randrange(1 << 30)))
    return planned


class Nemesis:
    """`await nemesis.run(…)` returns when the schedule is over and everything is whole again."""

    def __init__(self, arena: Arena, history: History) -> None:
        self.done: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.poisoned: set[str] = set()
        """Marks of the poison that may be on a topic, or was until the broker lost it."""
        self._arena = arena
        self._history = history
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._broken_links: set[str] = set()

    def kinds(self) -> list[str]:
        """Those that are possible here."""
        impossible = set()
        if self._arena.kafka is None:
            impossible.add("cut broker off")
        if self._arena.disk is None:
            impossible.add("fill the broker's disk")
        return [kind for kind in _KINDS if kind not in impossible]

    async def run(self, planned: list[Planned]) -> None:
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.TaskGroup() as group:
                for fault in planned:
                    await asyncio.sleep(max(0.0, began + fault.at - asyncio.get_running_loop().time()))
                    await self._turn.acquire()
                    group.create_task(self._inflict(fault), name=fault.kind)
        finally:
            self._arena.heal()

    async def _inflict(self, fault: Planned) -> None:
        try:
            target = await self._do(fault)
        finally:
            self._turn.release()
        (self.done if target else self.skipped)[fault.kind] += 1

    async def _do(self, fault: Planned) -> str | None:
        """The target, once the fault is over and undone; None when there was nothing to do it to."""
        verb, _, rest = fault.kind.partition(" ")
        match verb:
            case "kill":
                return await self._kill(fault)
            case "pause":
                return await self._pause(fault)
            case "fill":
                return await self._fill(fault)
            case "poison":
                return await self._poison(fault)
            case _:
                return await self._disturb(fault, rest)

    async def _kill(self, fault: Planned) -> str | None:
        if fault.kind == "kill everything of ours":
            self._say(fault, "nursery")
            self._arena.stack.kill("nursery")
            return "nursery"
        target = await self._process(fault)
        if target is not None:
            self._say(fault, target)
            self._arena.kill(target)
        return target

    async def _pause(self, fault: Planned) -> str | None:
        target = await self._process(fault)
        if target is None:
            return None
        self._say(fault, target)
        paused = self._arena.pause(target)
        try:
            await asyncio.sleep(fault.seconds)
        finally:
            self._arena.resume(paused)
        return target

    async def _fill(self, fault: Planned) -> str | None:
        disk = self._arena.disk
        assert disk is not None
        self._say(fault, "disk of the broker")
        await asyncio.to_thread(disk.fill)
        try:
            await asyncio.sleep(fault.seconds)
        finally:
            disk.free()
        return "disk"

    async def _poison(self, fault: Planned) -> str | None:
        """Records that nobody can apply, of several kinds, among the good ones of one partition."""
        chance = random.Random(fault.choice)
        topic = chance.choice([topic for service in installed_services() for topic in service.topics])
        readers = [each for service in installed_services() for each in service.subscriptions]
        types = [type_ for each in readers if each.topic == topic.name for type_ in each.by_type]
        if not types:
            return None
        mark = f"{fault.choice}-{fault.at:.0f}"
        self.poisoned.add(mark)
        kinds = poisons(mark, chance.choice(types), compacted=topic.compacted)
        until = asyncio.get_running_loop().time() + _POISONED_WITHIN_S
        while asyncio.get_running_loop().time() < until:
            try:
                async with asyncio.timeout(_POISONED_WITHIN_S / 2):
                    where = await self._send(topic.name, chance.sample(kinds, 3), chance)
            except Exception as error:  # the broker may be away just now; what was sent is on the topic all the same
                self._history.note("poison", error=f"{type(error).__name__}: {error}")
                await asyncio.sleep(0.5)
            else:
                self._say(fault, where)
                return topic.name
        return None

    async def _send(self, topic: str, records: list[Raw], chance: random.Random) -> str:
        """Where they stand, one by one on one partition."""
        async with RawProducer(Settings(kafka_bootstrap_servers=self._arena.bootstrap_servers)) as producer:
            number = chance.choice(await producer.partitions(topic))
            offsets = [await producer.send(topic, number, [record]) for record in records]
        return f"{topic}/{number} at {offsets}"

    async def _disturb(self, fault: Planned, rest: str) -> str | None:
        names = self._links(rest)
        name = names[fault.choice % len(names)]
        if name in self._broken_links:
            return None
        link = self._arena.links[name]
        self._say(fault, name)
        if fault.kind == "reset connections":
            link.reset_all()
            return name
        self._broken_links.add(name)
        faults = link.faults
        match fault.kind:
            case "drop answers":
                faults.drop_answers = True
            case "refuse connections":
                faults.refuse = True
                link.reset_all()
            case "slow link":
                faults.latency_s, faults.jitter_s, faults.slice_bytes = 0.05, 0.2, 1000
            case _:
                faults.black_hole = True
        try:
            await asyncio.sleep(fault.seconds)
        finally:
            link.heal()
            self._broken_links.discard(name)
        return name

    def _links(self, rest: str) -> list[str]:
        """Names of the links that a kind may disturb."""
        word = {"people off": "http", "database off": "database", "broker off": "broker"}.get(rest, "")
        return sorted(name for name in self._arena.links if name.startswith(word))

    async def _process(self, fault: Planned) -> str | None:
        """The part that the fault is for, once it runs; None when it does not come up in time."""
        find = self._finder(fault)
        deadline = asyncio.get_running_loop().time() + _READY_WITHIN_S
        while asyncio.get_running_loop().time() < deadline:
            target = await find()
            if target is not None and self._arena.is_ready(target):
                return target
            await asyncio.sleep(0.1)
        return None

    def _finder(self, fault: Planned) -> Callable[[], Awaitable[str | None]]:
        service = SERVICES[fault.choice % len(SERVICES)]
        workers = [worker for each in SERVICES for worker in self._arena.workers(each)]
        fixed = {
            "api": f"{service}-api",
            "worker": workers[fault.choice % len(workers)],
            "database": "postgres",
            "broker": self._arena.brokers[fault.choice % len(self._arena.brokers)],
        }
        who = fault.kind.rsplit(" ", 1)[1]

        async def find() -> str | None:
            return await self._arena.relay_of(service) if who == "relay" else fixed[who]

        return find

    def _say(self, fault: Planned, target: str) -> None:
        self._history.note("fault", what=fault.kind, target=target, seconds=round(fault.seconds, 2))
