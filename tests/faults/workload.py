"""Whole lives of devices by the public HTTP APIs, many at once, at a set rate, with a history of every operation.

Five kinds of hands, each a sequential process of its own: some fetch and refurbish donations (`giving`, `bench`), some
order, receive and hand over (`ordering`, `selling`), one allocates (and now and then takes an allocation back), one
sells top-ups (`recharging`), one keeps the coordination's desk (`office`: recalls, price lists, invoices, old debts).
They meet only in the system under test. A hand whose request stays without an answer leaves that life where it is and
begins another: nobody knows what was done.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from stack.demo.organisations import Organisations
from stack.people import COORDINATOR

from tests.faults.bench import Bench
from tests.faults.giving import give
from tests.faults.hand import Counts, Hand, Load
from tests.faults.history import History, Mark
from tests.faults.office import Office
from tests.faults.ordering import Ordering
from tests.faults.pages import Pages
from tests.faults.people import NoAnswer, Person, Refused
from tests.faults.recharging import at_the_counter

__all__ = ["Load", "Workload"]


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
                group.create_task(self._again_and_again(f"donor-{number}", _donation))
            for number in range(self.load.orders):
                group.create_task(self._again_and_again(f"relais-{number}", _order))
            group.create_task(self._again_and_again("allocator", _allocate))
            if self.load.desks:
                group.create_task(self._again_and_again("counter", at_the_counter))
                group.create_task(self._again_and_again("office", Office(self._there).act))
            try:
                yield
            finally:
                self._going_on = False

    async def _again_and_again(self, name: str, life: Callable[[Hand], Awaitable[None]]) -> None:
        hand = self._hand(name)
        while self._going_on:
            try:
                await life(hand)
            except NoAnswer:
                self.counts.abandoned += 1
            except Refused as refused:
                self.counts.refused[refused.slug] = self.counts.refused.get(refused.slug, 0) + 1
                await asyncio.sleep(0.1)

    def _hand(self, name: str) -> Hand:
        def person(service: str, subject: str) -> Person:
            return Person(
                name,
                service,
                self._client,
                lambda: self._addresses(service),
                lambda: self._token(subject),
                self._history,
                self._turn,
                self.load.patience_s,
            )

        def pages(service: str, subject: str) -> Pages:
            return Pages(name, service, subject, lambda: self._addresses(service), self._history, self._turn)

        chance = random.Random(f"{self._seed} {name}")
        return Hand(name, chance, self.load, self.counts, self._there, person, pages, lambda: self._going_on)

    async def _turn(self) -> None:
        """So many operations per second, all hands together."""
        now = asyncio.get_running_loop().time()
        self._next_turn = max(self._next_turn, now) + 1 / self.load.rate
        await asyncio.sleep(self._next_turn - now)


async def _donation(hand: Hand) -> None:
    for lot in await give(hand):
        await Bench(hand, lot["workshop_id"]).receive(lot)


async def _order(hand: Hand) -> None:
    await Ordering(hand).order()


async def _allocate(hand: Hand) -> None:
    api = hand.person("distribute", COORDINATOR.subject)
    run = await api.do("allocate", "/allocations", None, [Mark("allocation runs", "all")], seen=_run)
    if run["allocated"] and hand.happens(hand.load.undone):
        await api.do("undo", f"/allocations/{run['id']}/undo", None, [Mark("undone run", run["id"])])
    await asyncio.sleep(1.0)


def _run(run: dict[str, Any]) -> list[Mark]:
    return [Mark("allocation run", run["id"])]
