"""Sixteen people and processes at once on one database, for a minute: never two promises, nothing lost."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import httpx
import pytest
from filiere.database import Database
from filiere.testing.answers import Json

from .conftest import World
from .test_allocation import assert_promises_agree
from .test_approval import propose

SECONDS = 60
LINES = tuple({"category": one, "quantity": 3, "min_grade": "D"} for one in ("tablet", "laptop"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A connection for everybody: those who wait for the allocation lock hold theirs."""
    made = Database(database_url, pool_size=32)
    yield made
    await made.dispose()


class Crowd:
    """What anybody may do at any moment. Refusals are part of life; a failure is not."""

    def __init__(self, world: World, relais: list[Json], seed: int) -> None:
        self.world, self.relais = world, relais
        self.random = random.Random(seed)
        self.orders: list[tuple[Json, Json]] = []  # each with its Relais
        self.runs: list[str] = []
        self.done: dict[str, int] = {}

    async def post(self, who: httpx.AsyncClient, path: str, body: Json = None) -> Json:
        answer = await who.post(f"/api/v1{path}", json=body)
        assert answer.status_code in (200, 201, 202, 404, 409, 422), answer.text
        return answer.json() if answer.is_success else None

    async def ready(self) -> None:
        await self.world.ready(self.random.randint(1, 4), category=self.random.choice(("tablet", "laptop")))

    async def order(self) -> None:
        relais = self.random.choice(self.relais)
        body = {"relais_id": relais["id"], "lines": [self.random.choice(LINES)], "again": True}
        order = await self.post(relais["client"], "/orders", body)
        if order is not None and await self.post(self.world.coordinator, f"/orders/{order['id']}/approve"):
            self.orders.append((relais, order))

    async def run(self) -> None:
        if run := await self.post(self.world.coordinator, "/allocations"):
            self.runs.append(run["id"])

    async def propose_and_approve(self) -> None:
        proposal = await propose(self.world)
        await asyncio.sleep(self.random.random() / 5)
        if run := await self.post(self.world.coordinator, "/allocations", {"proposal_id": proposal}):
            self.runs.append(run["id"])

    async def undo(self) -> None:
        if self.runs:
            await self.post(self.world.coordinator, f"/allocations/{self.random.choice(self.runs)}/undo")

    async def cancel(self) -> None:
        if self.orders:
            relais, order = self.random.choice(self.orders)
            await self.post(relais["client"], f"/orders/{order['id']}/cancel")

    async def send(self) -> None:
        if not self.orders:
            return
        _, order = self.random.choice(self.orders)
        for shipment in await self.post(self.world.coordinator, "/shipments", {"order_id": order["id"]}) or []:
            await self.post(self.world.coordinator, f"/shipments/{shipment['id']}/ship")

    async def withdraw(self) -> None:
        rows = await self.world.rows(
            "SELECT device_id::text, label FROM stock_item WHERE status = 'available' ORDER BY random() LIMIT 1"
        )
        if rows:
            await self.world.deliver(self.world.withdrawn_event(rows[0]))

    async def work(self, acts: Sequence[Callable[[], Awaitable[None]]], until: float) -> None:
        while time.monotonic() < until:
            act = self.random.choice(acts)
            await act()
            self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
            await asyncio.sleep(self.random.random() / 5)


@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_sixteen_at_once_for_a_minute_never_promise_a_device_twice(world: World) -> None:
    relais = [await world.relais(f"Relais {n}", postcode=code) for n, code in enumerate(("48000", "69001", "75011"))]
    crowd = Crowd(world, relais, seed=20261124)
    until = time.monotonic() + SECONDS
    hands = [
        [crowd.propose_and_approve], [crowd.propose_and_approve], [crowd.propose_and_approve], [crowd.run],
        [crowd.order], [crowd.order], [crowd.order], [crowd.ready], [crowd.ready], [crowd.ready],
        [crowd.undo], [crowd.undo, crowd.cancel], [crowd.cancel], [crowd.send], [crowd.send, crowd.cancel],
        [crowd.ready, crowd.order],
    ]  # fmt: skip
    async with asyncio.TaskGroup() as group:
        for acts in hands:
            group.create_task(crowd.work(acts, until))
    await assert_promises_agree(world)
    assert await world.rows("SELECT 1 FROM dead_letter") == []
    # Every promise of every device, in the order of time: the next one begins after the last one ended.
    overlapping = await world.rows(
        "SELECT device_id FROM (SELECT device_id, reserved_at, lag(coalesce(released_at, 'infinity')) OVER"
        " (PARTITION BY device_id ORDER BY reserved_at, id) AS before FROM reservation) r WHERE before > reserved_at"
    )
    assert overlapping == []
    assert set(crowd.done) >= {"propose_and_approve", "run", "order", "ready", "undo", "cancel", "send"}
    assert sum(crowd.done.values()) > 200, crowd.done
