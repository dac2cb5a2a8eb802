"""Orders, parcels, handovers, returns and swaps in any order, while what can fail fails: the promises hold all along.

A request dies before its transaction ends, or its answer is lost after it; somebody asks again with the same key; two
windows ask at once; what a workshop tells comes twice, and all of it once more, late. After each step every device is
in one place and each till adds up (`test_conservation.holds`); at the end each journal is whole.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from filiere.calendar import today
from filiere.database import AsyncSession, Database
from filiere.testing.answers import Json
from filiere.testing.events import Published
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from .conftest import World
from .test_after_sale_whatever_happens import AfterSale
from .test_conservation import holds

RELAIS = (
    "order",
    "rewrite",
    "fewer",
    "give_up",
    "close",
    "cancel",
    "reorder",
    "deliver",
    "missing",
    "damaged",
    "bring_recalled",
)
TILL = (
    "hand_over",
    "undo_handover",
    "lend",
    "settle_loan",
    "bring_back",
    "bring_back",
    "settle_case",
    "close_the_till",
)
COORDINATION = (
    *("approve", "allocate", "undo", "pack", "ship", "settle", "deliver_what_is_there", "recall", "end_recall"),
    *("invoice", "pay", "unpay", "publish_prices", "withdraw_prices"),
)
WORKSHOP = ("ready", "ready_twice", "withdraw", "back_at_its_workshop", "repaired")
FAULTS = ("nothing", "dies", "answer_lost", "two_windows")
ANSWERS = (200, 201, 404, 409, 422)


class Died(Exception):
    """What the injected fault raises: the process is gone as far as whoever asked can tell."""


class Ending:
    """The end of each request's transaction, which fails when it is told to: before the commit or right after it."""

    def __init__(self, database: Database) -> None:
        self.next_one = ""
        self._finish = database.finish
        self._database = database
        database.finish = self  # type: ignore[method-assign]

    def over(self) -> None:
        self._database.finish = self._finish  # type: ignore[method-assign]

    async def __call__(self, session: AsyncSession) -> None:
        when, self.next_one = self.next_one, ""
        if when == "dies":
            raise Died
        await self._finish(session)
        if when == "answer_lost":
            raise Died


class UnderFaults(AfterSale):
    """The same network; each request may fail in a way, and is asked again as people do."""

    def __init__(self, world: World, relais: Json, ending: Ending) -> None:
        super().__init__(world, relais)
        self.ending = ending
        self.fault = "nothing"

    async def post(self, who: httpx.AsyncClient, path: str, body: Json = None) -> Json:
        fault, self.fault = self.fault, "nothing"  # the first request of an act
        asked: Json = {"url": f"/api/v1{path}", "json": body}
        key = {"Idempotency-Key": uuid4().hex}
        both: Sequence[httpx.Response]
        if fault == "two_windows":
            other = {"Idempotency-Key": uuid4().hex}
            both = await asyncio.gather(who.post(**asked, headers=key), who.post(**asked, headers=other))
        else:
            self.ending.next_one = fault if fault != "nothing" else ""
            both = [await who.post(**asked, headers=key)]
            self.ending.next_one = ""  # what is refused does not come to its end
            if fault != "nothing" and both[0].is_server_error:
                both = [await who.post(**asked, headers=key)]
                # It was done, and is said once more rather than done again.
                assert fault != "answer_lost" or both[0].headers["Idempotency-Replayed"]
        assert all(one.status_code in ANSWERS for one in both), [one.text for one in both]
        return next((one.json() for one in both if one.is_success), None)

    async def close_the_till(self, n: int) -> None:
        till = await self.world.read(self.relais["client"], "/till/open")
        counted = max(0, till["cash_expected_cents"] + (0, 0, 50)[n % 3])
        await self.post(self.relais["client"], "/till/closings/days", {"counted_cents": counted, "reason": "change"})

    async def invoice(self, n: int) -> None:
        last = (today() - timedelta(days=n % 9 + 1)).isoformat()
        await self.post(self.world.coordinator, f"/relais/{self.relais['id']}/invoices", {"last": last})

    async def pay(self, n: int) -> None:
        said = {"id": str(uuid4()), "received_on": today().isoformat(), "means": "cheque", "amount_cents": 53 * (n + 1)}
        await self.post(self.world.coordinator, f"/relais/{self.relais['id']}/payments", said)

    async def unpay(self, n: int) -> None:
        paid = await self.of_ours("SELECT id::text FROM payment WHERE undoes IS NULL AND relais_id = '{}' ORDER BY id")
        if one := self.pick(paid, n):
            await self.post(self.world.coordinator, f"/payments/{one['id']}/undo", {"reason": "Chèque refusé"})

    async def publish_prices(self, n: int) -> None:
        if made := await self.post(self.world.coordinator, "/price-lists"):
            body = {name: made[name] for name in ("label", "source", "prices")}
            body |= {"valid_from": (today() + timedelta(days=n + 1)).isoformat()}
            await self.world.coordinator.put(f"/api/v1/price-lists/{made['id']}", json=body)
            await self.post(self.world.coordinator, f"/price-lists/{made['id']}/publish", {"reason": "Décidé"})

    async def withdraw_prices(self, n: int) -> None:
        lists = await self.world.rows(
            "SELECT id::text FROM price_list WHERE status = 'published' AND name IS NULL ORDER BY id"
        )
        if one := self.pick(lists, n):
            await self.post(self.world.coordinator, f"/price-lists/{one['id']}/withdraw", {"reason": "Une erreur"})

    async def owes_from_before(self) -> None:
        """Half of each sale from today on; and for days before, what came and what went again."""
        terms = {"from_day": today().isoformat(), "basis": "per_sale", "percent": 50}
        await self.world.coordinator.put(f"/api/v1/relais/{self.relais['id']}/dues-terms", json=terms)
        await self.world.rows(_BEFORE.replace("RELAIS", self.relais["id"]))


_BEFORE = """
WITH came AS (
    INSERT INTO due (relais_id, day, kind, device_id, label, category, grade, base_cents, percent, amount_cents)
    SELECT 'RELAIS', (now() AT TIME ZONE 'Europe/Paris')::date - 2 * n, 'received', gen_random_uuid(), 'FIL-' || n,
        'laptop', 'B', 2001, 50, 1001 FROM generate_series(1, 5) n RETURNING *
)
INSERT INTO due (relais_id, day, kind, device_id, label, category, grade, base_cents, percent, amount_cents, reverses)
SELECT relais_id, day + 1, 'gone', device_id, label, category, grade, -base_cents, percent, -amount_cents, id FROM came
"""


class Told:
    """What workshops have told so far; each of it comes twice."""

    def __init__(self, world: World) -> None:
        self.events: list[Published] = []
        self._deliver = world.deliver
        world.deliver = self  # type: ignore[method-assign]

    async def __call__(self, *events: Published) -> None:
        self.events += events
        await self._deliver(*events)
        await self._deliver(*events)

    async def again(self) -> None:
        await self._deliver(*self.events)


Run = Callable[[Awaitable[Any]], Any]


def machine(run: Run, world: World, ending: Ending) -> type[RuleBasedStateMachine]:
    """The lives, of this network."""
    told = Told(world)
    n, fault = st.integers(0, 60), st.sampled_from(FAULTS)

    class Lives(RuleBasedStateMachine):
        @initialize()
        def a_relais_has_received_something(self) -> None:
            self.network = UnderFaults(world, run(world.relais()), ending)
            run(self.network.owes_from_before())
            run(world.delivered(self.network.relais, 4))
            for number in (1, 2):
                run(self.network.hand_over(number))

        def act(self, action: str, number: int, fault: str) -> None:
            self.network.fault = fault
            run(self.network.act(action, number))

        @rule(action=st.sampled_from(RELAIS), number=n, fault=fault)
        def the_relais_orders_and_receives(self, action: str, number: int, fault: str) -> None:
            self.act(action, number, fault)

        @rule(action=st.sampled_from(TILL), number=n, fault=fault)
        def the_till(self, action: str, number: int, fault: str) -> None:
            self.act(action, number, fault)

        @rule(action=st.sampled_from(COORDINATION), number=n, fault=fault)
        def the_coordination(self, action: str, number: int, fault: str) -> None:
            self.act(action, number, fault)

        @rule(action=st.sampled_from(WORKSHOP), number=n)
        def a_workshop(self, action: str, number: int) -> None:
            run(self.network.act(action, number))

        @rule()
        def all_that_was_told_comes_again(self) -> None:
            before = run(world.rows("SELECT * FROM stock_item ORDER BY device_id"))
            run(told.again())
            assert run(world.rows("SELECT * FROM stock_item ORDER BY device_id")) == before

        @invariant()
        def every_device_is_in_one_place(self) -> None:
            if hasattr(self, "network"):
                run(holds(world))

        def teardown(self) -> None:
            if hasattr(self, "network"):
                for proof in run(world.read(self.network.relais["client"], "/till/verification")):
                    assert (proof["holds"], proof["breaks"]) == (True, [])
                dues = run(world.read(world.coordinator, "/dues/verification"))
                assert (dues["holds"], dues["breaks"]) == (True, [])
                serials = run(world.rows("SELECT serial FROM invoice ORDER BY year, serial"))
                assert [row["serial"] for row in serials] == [*range(1, len(serials) + 1)]

    return Lives


async def live(world: World, *, lives: int, steps: int) -> None:
    loop = asyncio.get_running_loop()

    def run(coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(120)

    bounds = settings(
        max_examples=lives, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    ending = Ending(world.database)
    try:
        await asyncio.to_thread(run_state_machine_as_test, machine(run, world, ending), settings=bounds)
    finally:
        ending.over()


async def test_a_few_lives_keep_the_promises_while_requests_die(world: World) -> None:
    await live(world, lives=3, steps=8)


@pytest.mark.slow
@pytest.mark.timeout(3600)
async def test_many_lives_keep_the_promises_while_requests_die(world: World) -> None:
    await live(world, lives=int(os.environ.get("FILIERE_LIVES", "15")), steps=40)
