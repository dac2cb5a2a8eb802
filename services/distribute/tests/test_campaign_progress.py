"""Whom a campaign served, whatever becomes of a device afterwards; read without walking all stock."""

from typing import Any

from distribute.campaign_office.progress_repository import HANDED, ProgressRepository
from filiere.database import Scope

from .campaigning import line, opened
from .conftest import World
from .test_after_sale import back, sold


async def counted(world: World, campaign: Any) -> tuple[int, int, int]:
    """(people, devices, devices of the Relais as it reads them)."""
    async with world.database.read() as session:
        repository = ProgressRepository.from_session(session)
        found = await repository.counts(campaign["name"])
        own = await repository.own(Scope(None), campaign["name"])
    return found.people, found.devices, sum(handed for _, handed in own.values())


async def again(world: World, relais: Any, label: str, sale: Any, replacement: str) -> None:
    """Brought back and swapped, mended by its workshop, ready again."""
    case = await back(world, relais, sale, way="swap", replacement=replacement)
    device = {"device_id": case["device_id"], "label": label}
    await world.deliver(world.asked_back_event(device, never_left=True), world.ready_event(**device))


async def test_a_device_that_comes_back_takes_no_one_along_and_brings_no_one(world: World) -> None:
    relais = await world.relais()
    campaign = await opened(world, relais, share_percent=100)
    _, (label,) = await world.delivered(relais)
    first = await sold(world, relais, label, person_alias="A-1")
    _, (spare,) = await world.delivered(relais)
    await again(world, relais, label, first, spare)
    order = await world.order(relais, line(campaign, quantity=1))
    await world.allocate()
    (parcel,) = await world.send(order)
    assert [item["label"] for item in parcel["items"]] == [label]
    assert await counted(world, campaign) == (0, 0, 0), "who had it before was served by no campaign"
    await world.call(relais["client"], f"/shipments/{parcel['id']}/deliver", {"labels": [label]})
    sale = await sold(world, relais, label, person_alias="B-2")
    assert await counted(world, campaign) == (1, 1, 1)
    _, (other,) = await world.delivered(relais)
    await again(world, relais, label, sale, other)
    assert await counted(world, campaign) == (1, 1, 1), "the sale stands: that person was served"
    await world.order(relais, line(campaign, quantity=1))
    await world.allocate()
    assert await counted(world, campaign) == (1, 1, 1)


async def test_one_person_typed_in_two_ways_is_one(world: World) -> None:
    relais = await world.relais()
    campaign = await opened(world, relais, share_percent=100)
    _, labels = await world.delivered(relais, 2, line(campaign, quantity=2))
    for label, alias in zip(labels, ("A-17", "a-17"), strict=True):
        await sold(world, relais, label, person_alias=alias)
    assert await counted(world, campaign) == (1, 2, 2)


async def test_what_was_taken_back_is_not_served(world: World) -> None:
    relais = await world.relais()
    campaign = await opened(world, relais, share_percent=100)
    _, (label,) = await world.delivered(relais, 1, line(campaign, quantity=1))
    sale = await sold(world, relais, label)
    assert await counted(world, campaign) == (1, 1, 1)
    await world.call(relais["client"], f"/handovers/{sale['id']}/undo", {"reason": "wrong_device"})
    assert await counted(world, campaign) == (0, 0, 0)


async def test_its_handovers_are_found_by_index(world: World) -> None:
    async with world.database.read() as session:
        driver = await session.driver()
        await driver.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off")
        await driver.execute("SET LOCAL enable_mergejoin = off")
        handed = HANDED.replace("$1", "'Hiver'")
        plan = await driver.fetch(f"EXPLAIN SELECT count(*) FROM {handed}")
        ordered = await driver.fetch("EXPLAIN SELECT id FROM relais_order WHERE placed_at >= now()")
    said = " ".join(row[0] for row in plan)
    assert {"ix_order_line_campaign", "ix_handover_line_id"} <= set(said.split())
    assert "ix_relais_order_placed_at" in " ".join(row[0] for row in ordered)
