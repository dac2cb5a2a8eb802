"""Whatever changes between a snapshot and the promises made of it: nothing is promised that must not be, and what each
line is told stays true."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest
from distribute.allocation.apply import still
from distribute.allocation.proposals.lines import decided, plan_of
from distribute.relais.repository import RelaisRepository
from distribute.reservations.repository import ReservationsRepository
from filiere.testing.answers import Json

from .conftest import World
from .test_allocation import assert_promises_agree
from .test_approval import approve, change, given, propose
from .test_consent import LAPTOPS, accept
from .test_continuous import promising
from .test_pages import submit, words

TABLET = {"category": "tablet", "quantity": 2, "min_grade": "C"}


async def refused(world: World, proposal: str, order: Json, count: int, status: int) -> str:
    line = order["lines"][0]["id"]
    answer = await world.coordinator.put(
        f"/api/v1/proposals/{proposal}/overrides/{line}", json={"given": count, "reason": "Besoin de deux."}
    )
    assert answer.status_code == status, answer.text
    return str(answer.json()["detail"])


async def test_an_order_cancelled_while_a_run_computes_is_promised_nothing(world: World) -> None:
    relais = await world.relais()
    cancelled, kept = await world.order(relais, TABLET), await world.order(relais, TABLET)
    await world.ready(4)
    async with world.database.unit_of_work() as session:
        # Whoever promises waits for this one: the run computes meanwhile, and holds no order.
        await ReservationsRepository.from_session(session).lock_allocation()
        run = asyncio.create_task(world.allocate())
        while not await world.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            await asyncio.sleep(0.02)
        await world.call(relais["client"], f"/orders/{cancelled['id']}/cancel")
    assert (await run)["allocated"] == 2
    assert await world.statuses() == {"available": 2, "reserved": 2}
    assert (await given(world, relais, kept))[0] == 2
    assert await world.rows(
        "SELECT 1 FROM stock_item i JOIN relais_order o ON o.id = i.order_id"
        " WHERE i.status = 'reserved' AND o.status IN ('cancelled', 'closed')"
    ) == []  # fmt: skip
    await assert_promises_agree(world)


async def test_what_only_others_may_receive_since_is_not_promised(world: World) -> None:
    relais = await world.relais("La Boutique")
    order = await world.order(relais, TABLET)
    await world.ready(2, public_body=True)
    proposal = await propose(world)
    async with world.database.unit_of_work() as session:
        await RelaisRepository.from_session(session).set_public_origin(UUID(relais["id"]), False)
    await approve(world, proposal)
    assert await given(world, relais, order) == (
        0, "2 équipements ne pouvaient plus aller à cette ligne à l'approbation ; la prochaine attribution les"
        " remplacera.",
    )  # fmt: skip


async def test_devices_told_anew_as_given_by_a_public_body_go_to_no_company(world: World) -> None:
    relais = await world.relais("La Boutique", legal_form="company")
    order = await world.order(relais, TABLET)
    devices = await world.ready(2)
    proposal = await propose(world)
    for one in devices:
        await world.ready(1, device_id=one["device_id"], public_body=True)
    await approve(world, proposal)
    assert (await given(world, relais, order))[0] == 0


async def test_a_line_that_another_run_served_keeps_its_word(world: World) -> None:
    first, second = await world.relais("Premier"), await world.relais("Second")
    orders = [await world.order(one, {**TABLET, "quantity": 1}) for one in (first, second)]
    await world.ready(1)
    proposal = await propose(world)
    await world.ready(1)
    await world.allocate()
    run = await approve(world, proposal)
    assert run["allocated"] == 0
    for relais, order in zip((first, second), orders, strict=True):
        assert await given(world, relais, order) == (1, "Complète.")
    assert {one["why"]["changed"] for one in run["results"]} == {"no_longer"}


async def test_a_line_that_was_served_in_part_is_told_so(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, {**TABLET, "quantity": 4})
    await world.ready(2)
    proposal = await propose(world)
    await world.allocate()
    _, before = await given(world, relais, order)
    run = await approve(world, proposal)
    assert run["results"][0]["reason"] == (
        "Une autre attribution avait servi une partie de cette ligne avant l'approbation."
    )
    assert await given(world, relais, order) == (2, before), "it gained nothing by this run, and keeps the other's word"


async def test_the_page_says_what_approving_would_still_reserve(world: World) -> None:
    relais = await world.relais()
    await world.order(relais, TABLET)
    devices = await world.ready(2)
    proposal = await propose(world)
    browser = await world.client.login("camille")
    page = f"/attributions/propositions/{proposal}"
    assert "quelque chose a changé" not in words(await browser.get(page))
    await world.deliver(world.withdrawn_event(devices[0]))
    shown = words(await browser.get(page))
    assert (
        "Depuis le calcul, quelque chose a changé pour 1 ligne : approuver réserverait maintenant 1 équipement sur 2."
        in shown
    )
    assert "1 équipement sera réservé." in shown
    async with world.database.read() as session:
        assert await still(session, await plan_of(await decided(session, UUID(proposal)))) == (1, 1)
    assert (await approve(world, proposal))["allocated"] == 1


async def test_what_still_holds_is_what_approving_promises_whatever_changed(world: World) -> None:
    names = ("Fidèle", "Sans convention", "Boutique", "Renonce", "Servi", "Perd un équipement")
    relais = {name: await world.relais(name) for name in names}
    orders = {name: await world.order(one, TABLET) for name, one in relais.items()}
    devices = await world.ready(12, public_body=True)
    proposal = await propose(world)
    await world.call(relais["Renonce"]["client"], f"/orders/{orders['Renonce']['id']}/cancel")
    async with world.database.unit_of_work() as session:
        await RelaisRepository.from_session(session).set_public_origin(UUID(relais["Boutique"]["id"]), False)
        driver = await session.driver()
        await driver.execute(
            "UPDATE agreement SET ended_on = signed_on WHERE relais_id = $1", UUID(relais["Sans convention"]["id"])
        )
        await driver.execute(
            "UPDATE order_line SET allocated = 1 WHERE id = $1", UUID(orders["Servi"]["lines"][0]["id"])
        )
    async with world.database.read() as session:
        found = await decided(session, UUID(proposal))
    lost = next(
        one.devices[0].device_id
        for one in found.decisions
        if str(one.line_id) == orders["Perd un équipement"]["lines"][0]["id"]
    )
    gone = next(one for one in devices if one["device_id"] == str(lost))
    await world.deliver(world.withdrawn_event(gone))
    async with world.database.read() as session:
        holds, changed = await still(session, await plan_of(found))
    assert (holds, changed) == (2 + 1 + 1, 5), "two of the faithful, one of the served, one of who lost one"
    assert (await approve(world, proposal))["allocated"] == holds


async def test_a_decision_by_hand_is_not_cut_by_another_one(world: World) -> None:
    filler, *both = [await world.relais(name) for name in ("Autre", "A", "B")]
    spare = await world.order(filler, {**TABLET, "quantity": 4})
    orders = [await world.order(one, {**TABLET, "quantity": 4}) for one in both]
    low, high = sorted(orders, key=lambda one: one["lines"][0]["id"])
    await world.ready(3)
    proposal = await propose(world)
    for order in (spare, high, low):
        await change(world, proposal, order, 0)
    await change(world, proposal, high, 3, "Promis au maire : trois.")
    detail = await refused(world, proposal, low, 2, 409)
    assert f"La commande {high['reference']}" in detail
    assert "n'aurait plus que 1 des 3 équipements" in detail
    # Nor by going back to what was computed for another line.
    answer = await world.coordinator.delete(f"/api/v1/proposals/{proposal}/overrides/{spare['lines'][0]['id']}")
    lines = {
        one["order_id"]: one for one in (await world.read(world.coordinator, f"/proposals/{proposal}/lines"))["items"]
    }
    assert lines[high["id"]]["given"] == 3
    assert answer.status_code in (204, 409)
    run = await approve(world, proposal)
    assert {one["order_id"]: one["allocated"] for one in run["results"]}[high["id"]] == 3


async def test_the_form_says_how_many_there_are_for_a_line(world: World) -> None:
    first, second = await world.relais("Premier"), await world.relais("Second")
    orders = [await world.order(one, TABLET) for one in (first, second)]
    await world.ready(2)
    proposal = await propose(world)
    browser = await world.client.login("camille")
    page = f"/attributions/propositions/{proposal}/lignes/{orders[0]['lines'][0]['id']}"
    assert "De 0 à 1. La ligne en attend 2" in words(await browser.get(page))
    await change(world, proposal, orders[1], 0)
    assert "De 0 à 2." in words(await browser.get(page))
    taken = await submit(browser, page, f"{page}?lignes=short", given="2", reason="Une famille attend.")
    assert str(taken.url).endswith(f"/{proposal}?lignes=short"), "the lines as they were filtered"
    assert "Une famille attend." in words(await browser.get(page))


async def test_shares_in_the_sentences_count_what_was_decided_by_hand(world: World) -> None:
    relais, other = await world.relais("Premier"), await world.relais("Second")
    order = await world.order(
        relais, {**TABLET, "quantity": 4}, {"category": "laptop", "quantity": 4, "min_grade": "C"}
    )
    await world.order(other, {**TABLET, "quantity": 4})
    await world.ready(4)
    await world.ready(2, category="laptop")
    proposal = await propose(world)

    async def laptops() -> str:
        lines = (await world.read(world.coordinator, f"/proposals/{proposal}/lines"))["items"]
        return next(str(one["reason"]) for one in lines if one["line_id"] == order["lines"][1]["id"])

    before = await laptops()
    assert "Ce Relais avait reçu 0 % de ses demandes" in before
    await change(world, proposal, order, 0)
    assert "avait reçu 0 % de ses demandes ; il en a maintenant 25 %" in await laptops(), before


async def test_a_rule_that_is_not_in_force_is_compared_and_not_approved(
    world: World, with_rules: Callable[..., None]
) -> None:
    await world.order(await world.relais(), TABLET)
    await world.ready(2)
    proposal = await propose(world)
    with_rules("allocation_demain", valid_from="2026-01-02")
    answer = await approve(world, proposal, status=409)
    assert "Une simulation se compare, elle ne s'approuve pas" in answer["detail"]
    assert await world.statuses() == {"available": 2}


@pytest.mark.parametrize("decides", ["by hand", "undo"])
async def test_the_continuous_mode_does_not_undo_what_the_coordination_decided(world: World, decides: str) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLET)
    await world.ready(2)
    if decides == "by hand":
        proposal = await propose(world)
        await change(world, proposal, order, 0, "Le Relais est d'accord pour attendre.")
        await approve(world, proposal)
    else:
        run = await world.allocate()
        await world.call(world.coordinator, f"/allocations/{run['id']}/undo")
    other = await world.relais("Second")
    second = await world.order(other, {**TABLET, "quantity": 1})
    async with promising(world), asyncio.timeout(30):
        while (await given(world, other, second))[0] < 1:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.3)
    assert (await given(world, relais, order))[0] == 0
    await world.allocate()
    assert (await given(world, relais, order))[0] == 1, "until its own next run"


async def test_a_simulation_may_be_asked_for_with_an_idempotency_key(world: World) -> None:
    await world.order(await world.relais(), TABLET)
    await world.ready(2)
    answers = [
        await world.coordinator.post("/api/v1/allocations", json={"simulate": True}, headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json()["allocated"] == 2


async def test_consent_withdrawn_since_the_computation_is_respected(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, {**LAPTOPS, "min_grade": "C", "substitutes": ["desktop"]})
    await world.ready(1, category="desktop")
    await world.ready(1, category="laptop", grade="C")
    proposal = await propose(world)
    await accept(world, relais, order, "B")
    run = await approve(world, proposal)
    assert await world.statuses() == {"available": 2}
    assert run["allocated"] == 0
