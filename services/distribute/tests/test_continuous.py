"""Continuous mode: what becomes ready is promised at once, to the line that the policy would serve next."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from distribute.allocation.continuous import promise_what_becomes_ready
from distribute.settings import DistributeSettings
from filiere.testing.answers import Json

from .conftest import World
from .test_allocation import assert_promises_agree

TABLET = {"category": "tablet", "quantity": 4, "min_grade": "C"}


@asynccontextmanager
async def promising(world: World, every: timedelta | None = timedelta(milliseconds=50)) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    settings = DistributeSettings.model_construct(continuous_allocation=every)
    async with asyncio.TaskGroup() as group:
        group.create_task(promise_what_becomes_ready(world.database, settings, stopping))
        try:
            yield
        finally:
            stopping.set()


async def until_reserved(world: World, count: int) -> None:
    async with asyncio.timeout(30):
        while (await world.statuses()).get("reserved", 0) < count:
            await asyncio.sleep(0.02)


async def received(world: World, relais: Json, order: Json) -> int:
    allocated: int = (await world.read(relais["client"], f"/orders/{order['id']}"))["allocated"]
    return allocated


async def test_each_ready_device_goes_to_whoever_is_served_least(world: World) -> None:
    first, second = await world.relais("Premier"), await world.relais("Second")
    orders = [await world.order(first, TABLET), await world.order(second, TABLET)]
    async with promising(world):
        for count in range(1, 5):
            await world.ready(1)
            await until_reserved(world, count)
            given = [await received(world, first, orders[0]), await received(world, second, orders[1])]
            assert abs(given[0] - given[1]) <= 1
    await assert_promises_agree(world)


async def one_by_one(world: World, count: int) -> None:
    async with promising(world):
        for ready in range(1, count + 1):
            await world.ready(1)
            await until_reserved(world, ready)


async def shared(world: World, **line: Any) -> list[int]:
    """What a Relais with such a line has of ten devices that become ready one by one, and one with an ordinary line."""
    first, second = await world.relais("Premier"), await world.relais("Second")
    orders = [
        await world.order(first, {**TABLET, "quantity": 10, **line}),
        await world.order(second, {**TABLET, "quantity": 10}),
    ]
    await one_by_one(world, 10)
    await assert_promises_agree(world)
    return [await received(world, first, orders[0]), await received(world, second, orders[1])]


async def test_urgent_lines_have_their_part_of_what_becomes_ready_one_by_one_and_no_more(world: World) -> None:
    # Of ten at once: two first, then both alike.
    assert await shared(world, urgent=True) == [5, 5]


async def test_a_campaign_has_its_part_of_what_becomes_ready_one_by_one(
    world: World, campaigns: Callable[[], None]
) -> None:
    assert await shared(world, campaign="hiver") == [5, 5]


async def test_a_campaign_takes_no_more_than_its_part_of_what_becomes_ready_one_by_one(
    world: World, with_rules: Callable[..., None]
) -> None:
    with_rules("allocation_hiver", valid_from="2026-01-02", campaigns="{hiver: 20}")
    assert await shared(world, campaign="hiver") == [2, 8]


async def test_the_next_run_keeps_the_promises(world: World) -> None:
    relais, late = await world.relais("Premier"), await world.relais("Plus tard")
    order = await world.order(relais, TABLET)
    async with promising(world):
        await world.ready(2)
        await until_reserved(world, 2)
    second = await world.order(late, TABLET)
    await world.ready(2)
    await world.allocate()
    assert (await received(world, relais, order), await received(world, late, second)) == (2, 2)
    await assert_promises_agree(world)


async def test_nothing_to_promise_leaves_no_run(world: World) -> None:
    async with promising(world):
        await world.ready(1)
        await asyncio.sleep(0.3)
    assert (await world.read(world.coordinator, "/allocations"))["total"] == 0
    assert await world.statuses() == {"available": 1}


async def test_off_means_off(world: World) -> None:
    await world.order(await world.relais(), TABLET)
    async with promising(world, None):
        await world.ready(1)
        await asyncio.sleep(0.3)
    assert await world.statuses() == {"available": 1}


async def test_what_became_ready_while_nobody_listened_is_promised_at_the_start(world: World) -> None:
    await world.order(await world.relais(), TABLET)
    await world.ready(2)
    async with promising(world):
        await until_reserved(world, 2)
