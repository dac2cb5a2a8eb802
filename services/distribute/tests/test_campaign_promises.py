"""Whoever promises, by whatever way: what is set aside for a campaign goes to no line of another."""

import asyncio
from collections.abc import Callable

from filiere.testing.properties import examples
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .conftest import World
from .test_allocation import assert_promises_agree
from .test_approval import approve, change, propose
from .test_approval import given as received
from .test_campaign_stock import FOR_RENTREE, TABLETS, free, release, reserve
from .test_continuous import promising, until_reserved


async def test_a_proposal_of_before_takes_nothing_that_was_set_aside_since(
    world: World, campaigns: Callable[[], None]
) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLETS)
    await world.ready(3)
    proposal = await propose(world)
    await reserve(world)
    await approve(world, proposal)
    assert await received(world, relais, order) == (
        1, "2 équipements ne pouvaient plus aller à cette ligne à l'approbation ;"
        " la prochaine attribution les remplacera.",
    )  # fmt: skip
    assert await free(world) == (0, {"rentree": 2}, {})
    await assert_promises_agree(world)


async def test_a_proposal_counts_on_what_is_set_aside_for_its_line_only_while_it_is(
    world: World, campaigns: Callable[[], None]
) -> None:
    relais = await world.relais()
    order = await world.order(relais, FOR_RENTREE)
    await world.ready(3)
    await reserve(world, quantity=3)
    proposal = await propose(world)
    await release(world, quantity=1)
    await approve(world, proposal)
    assert (await received(world, relais, order))[0] == 2


async def test_a_change_by_hand_takes_no_device_that_the_line_may_not_have(
    world: World, campaigns: Callable[[], None]
) -> None:
    company = await world.relais("La Boutique", legal_form="company")
    order = await world.order(company, {**TABLETS, "quantity": 4})
    await world.ready(2)
    await reserve(world)
    await world.ready(1, public_body=True)
    await world.ready(1)
    proposal = await propose(world)
    (line,) = (await world.read(world.coordinator, f"/proposals/{proposal}/lines"))["items"]
    assert (line["wanted"], line["given"]) == (4, 1)
    refused = await world.coordinator.put(
        f"/api/v1/proposals/{proposal}/overrides/{line['line_id']}", json={"given": 2, "reason": "Un atelier ouvre."}
    )
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("1 au plus")
    await change(world, proposal, order, 1)
    await approve(world, proposal)
    assert await world.statuses() == {"available": 3, "reserved": 1}


async def test_nobody_is_offered_what_is_set_aside_for_others(world: World, campaigns: Callable[[], None]) -> None:
    relais = await world.relais()
    asked = {"category": "laptop", "quantity": 1, "min_grade": "B"}
    plain, theirs = await world.order(relais, asked), await world.order(relais, {**asked, "campaign": "rentree"})
    await world.ready(2, category="desktop")
    await reserve(world, category="desktop")
    lines = (await world.read(world.coordinator, f"/proposals/{await propose(world)}/lines"))["items"]
    said = {one["order_id"]: one["reason"] for one in lines}
    assert "ordinateurs de bureau sont disponibles" in said[theirs["id"]]
    assert "disponible" not in said[plain["id"]]


async def test_what_is_set_aside_reaches_a_waiting_line_at_once_in_continuous_mode(
    world: World, campaigns: Callable[[], None]
) -> None:
    relais = await world.relais()
    order = await world.order(relais, FOR_RENTREE)
    async with promising(world):
        await world.ready(2)
        await asyncio.sleep(0.3)
        assert await world.statuses() == {"available": 2}, "rentree may take nothing of everybody's stock"
        await reserve(world)
        await until_reserved(world, 2)
    assert (await received(world, relais, order))[0] == 2


ACTIONS = ("ready", "set_aside", "give_back", "order", "allocate", "undo", "withdraw", "approve_late")
CAMPAIGNS = ("rentree", "hiver")


# No shrinking: the database keeps what earlier examples did, and each example is some twenty requests.
@settings(max_examples=examples(6), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 60)), min_size=8, max_size=20))
async def test_no_line_receives_what_is_set_aside_for_others_whatever_people_do(
    world: World, campaigns: Callable[[], None], actions: list[tuple[str, int]]
) -> None:
    relais = await world.relais()
    runs, proposals = [], []
    made = len(await world.rows("SELECT 1 FROM stock_item"))
    for action, n in [("ready", 2), ("set_aside", 1), ("order", 0), ("order", 2), *actions, ("allocate", 0)]:
        campaign = CAMPAIGNS[n % 2]
        if action == "ready":
            made += len(await world.ready(n % 4 + 1, category=("tablet", "laptop")[n % 2], grade="ABCD"[n % 4]))
        elif action == "set_aside":
            await reserve(world, campaign, category=("tablet", "laptop")[n % 3 % 2], quantity=n % 5 + 1)
        elif action == "give_back":
            await release(world, campaign, quantity=n % 3 + 1)
        elif action == "order":
            asked = {"category": "tablet", "substitutes": ["laptop"], "quantity": n % 4 + 1}
            await world.order(relais, {**asked, "campaign": (*CAMPAIGNS, None)[n % 3]})
            proposals.append(await propose(world))
        elif action == "allocate":
            runs.append(await world.allocate())
        elif action == "approve_late" and proposals:
            runs.append(await approve(world, proposals.pop(n % len(proposals))))
        elif action == "undo" and runs:
            run = runs.pop(n % len(runs))
            answer = await world.coordinator.post(f"/api/v1/allocations/{run['id']}/undo")
            assert answer.status_code in (200, 409), answer.text
        elif action == "withdraw" and (rows := await world.rows("SELECT device_id::text, label FROM stock_item")):
            await world.deliver(world.withdrawn_event(rows[n % len(rows)]))
        wrong = await world.rows(
            "SELECT 1 FROM stock_item i JOIN order_line l ON l.id = i.line_id"
            " WHERE i.campaign IS NOT NULL AND i.campaign IS DISTINCT FROM l.campaign"
        )
        assert wrong == []
        assert sum((await world.statuses()).values()) == made
    available, aside, _ = await free(world)
    assert available + sum(aside.values()) == (await world.statuses()).get("available", 0)
    await assert_promises_agree(world)
