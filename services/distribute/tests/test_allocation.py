"""Runs of allocation: fair, never two promises, undone until shipped, simulated without a trace, heard as demand."""

import asyncio
from uuid import UUID

import asyncpg
import pytest
from distribute.allocation.proposals import service as proposals
from distribute.allocation.repository import AllocationRepository
from distribute.reservations.repository import Promised, ReservationsRepository
from filiere.identifiers import uuid7
from filiere.testing.answers import Json

from .conftest import World

TABLET = {"category": "tablet", "quantity": 1, "min_grade": "C"}


async def test_devices_are_shared_and_not_given_to_whoever_came_first(world: World) -> None:
    first, second = await world.relais("Premier"), await world.relais("Second")
    older = await world.order(first, {**TABLET, "quantity": 4})
    younger = await world.order(second, {**TABLET, "quantity": 4})
    await world.ready(4)
    run = await world.allocate()
    assert [(one["reference"], one["requested"], one["allocated"]) for one in run["results"]] == [
        (older["reference"], 4, 2),
        (younger["reference"], 4, 2),
    ]
    assert run["results"][1]["reason"].startswith(
        "4 équipements prêts conviennent à cette ligne, pour 8 demandés. Les urgences passent d'abord"
    )
    seen = await world.read(second["client"], f"/orders/{younger['id']}")
    assert seen["lines"][0]["reason"] == run["results"][1]["reason"]


async def test_a_run_keeps_its_snapshot_its_answer_and_its_proof(world: World) -> None:
    await world.order(await world.relais(), TABLET)
    await world.ready(1)
    run = await world.allocate()
    async with world.database.read() as session:
        proved = await proposals.prove_again(session, UUID(run["proposal_id"]))
    assert (proved.same_answer, proved.same_engine, proved.same_solver) == (True, True, True)


async def test_a_short_line_is_told_what_is_there_instead(world: World) -> None:
    relais = await world.relais()
    await world.ready(2, grade="D")
    await world.ready(1, category="laptop", grade="B")
    await world.order(relais, {**TABLET, "min_grade": "B"})
    (result,) = (await world.allocate())["results"]
    assert result["reason"] == (
        "Aucun équipement qui convient à cette ligne n'est prêt."
        " 2 de catégorie inférieure et 1 ordinateur portable sont disponibles."
    )


async def test_an_order_that_nobody_approved_gets_nothing(world: World) -> None:
    relais = await world.relais()
    await world.ready(1)
    await world.order(relais, TABLET, approved=False)
    assert (await world.allocate())["lines"] == 0


async def test_concurrent_runs_cancellations_and_withdrawals_never_promise_a_device_twice(world: World) -> None:
    relais = await world.relais()
    devices = await world.ready(12)
    orders = [await world.order(relais, {**TABLET, "quantity": 3}) for _ in range(5)]

    async def run() -> None:
        answer = await world.coordinator.post("/api/v1/allocations")
        assert answer.status_code in (201, 409), answer.text

    async def cancel(order: Json) -> None:
        answer = await relais["client"].post(f"/api/v1/orders/{order['id']}/cancel")
        assert answer.status_code in (200, 409), answer.text

    async def withdraw(device: Json) -> None:
        await world.deliver(world.withdrawn_event(device))

    await asyncio.gather(
        *(run() for _ in range(4)), *(cancel(order) for order in orders[:2]), *(withdraw(one) for one in devices[:3])
    )
    await run()
    await assert_promises_agree(world)
    assert await world.statuses() == {"reserved": 9, "withdrawn": 3}
    assert await world.rows("SELECT 1 FROM dead_letter") == []


async def test_two_transactions_that_both_reserve_share_the_devices(world: World) -> None:
    """Without the run's own lock: row locks and the index alone keep the promise."""
    relais = await world.relais()
    await world.ready(3)
    orders = [await world.order(relais, {**TABLET, "quantity": 3}) for _ in range(2)]
    run = await world.allocate(simulate=True)
    assert run["id"] is None
    devices = [
        Promised(row["device_id"], "tablet", "B") for row in await world.rows("SELECT device_id FROM stock_item")
    ]
    ready = asyncio.Barrier(2)

    async def reserve(order: Json) -> int:
        promises = [(UUID(order["lines"][0]["id"]), device) for device in devices]
        async with world.database.unit_of_work() as session:
            run_id = await AllocationRepository.from_session(session).start("test", None, 1, 3, "test")
            await ready.wait()
            made = await ReservationsRepository.from_session(session).reserve(run_id, promises, ())
            await asyncio.sleep(0.05)  # hold the locks while the other one looks
            return len(made)

    assert sorted(await asyncio.gather(*(reserve(order) for order in orders))) == [0, 3]


async def test_a_run_that_began_before_a_release_dates_its_promise_after_it(world: World) -> None:
    relais = await world.relais()
    await world.ready(1)
    first, second = await world.order(relais, TABLET), await world.order(relais, TABLET)
    await world.allocate()
    (row,) = await world.rows("SELECT device_id FROM stock_item")
    async with world.database.unit_of_work() as session:
        run_id = await AllocationRepository.from_session(session).start("test", None, 1, 1, "test")
        await world.call(relais["client"], f"/orders/{first['id']}/cancel")
        promise = (UUID(second["lines"][0]["id"]), Promised(row["device_id"], "tablet", "B"))
        assert len(await ReservationsRepository.from_session(session).reserve(run_id, [promise], ())) == 1
    (released,) = await world.rows("SELECT released_at FROM reservation WHERE released_at IS NOT NULL")
    (kept,) = await world.rows("SELECT reserved_at FROM reservation WHERE released_at IS NULL")
    assert kept["reserved_at"] > released["released_at"]


async def test_the_database_itself_refuses_a_second_promise(world: World) -> None:
    relais = await world.relais()
    await world.ready(1)
    await world.order(relais, TABLET)
    await world.allocate()
    with pytest.raises(asyncpg.UniqueViolationError):
        async with world.database.unit_of_work() as session:
            driver = await AllocationRepository.from_session(session).driver()
            await driver.execute(
                "INSERT INTO reservation (id, relais_id, device_id, order_id, line_id, run_id)"
                " SELECT $1, relais_id, device_id, order_id, line_id, run_id FROM reservation",
                uuid7(),
            )


async def test_a_simulation_leaves_no_trace(world: World) -> None:
    relais = await world.relais()
    await world.ready(1)
    await world.order(relais, {**TABLET, "quantity": 2})
    before = len(await world.published())
    simulated = await world.allocate(simulate=True)
    assert (simulated["requested"], simulated["allocated"], simulated["id"]) == (2, 1, None)
    assert await world.statuses() == {"available": 1}
    assert len(await world.published()) == before
    assert (await world.read(world.coordinator, "/allocations"))["total"] == 0
    assert (await world.allocate())["results"] == simulated["results"]


async def test_a_run_is_undone_until_its_devices_have_left(world: World) -> None:
    relais = await world.relais()
    await world.ready(2)
    gone, staying = await world.order(relais, TABLET), await world.order(relais, TABLET)
    run = await world.allocate()
    await world.send(gone)
    undone = await world.call(world.coordinator, f"/allocations/{run['id']}/undo")
    assert undone["status"] == "undone"
    assert await world.statuses() == {"available": 1, "shipped": 1}
    assert (await world.read(relais["client"], f"/orders/{staying['id']}"))["status"] == "approved"
    assert (await world.read(relais["client"], f"/orders/{gone['id']}"))["status"] == "shipped"
    await world.call(world.coordinator, f"/allocations/{run['id']}/undo", status=409)
    await world.call(world.coordinator, f"/allocations/{uuid7()}/undo", status=404)
    assert (await world.allocate())["allocated"] == 1


async def test_substitutes_come_only_with_consent(world: World) -> None:
    relais = await world.relais()
    await world.ready(2, category="desktop")
    without = await world.order(relais, {"category": "laptop", "quantity": 1})
    consenting = await world.order(relais, {"category": "laptop", "quantity": 1, "substitutes": ["desktop"]})
    await world.allocate()
    assert (await world.read(relais["client"], f"/orders/{without['id']}"))["allocated"] == 0
    assert (await world.read(relais["client"], f"/orders/{consenting['id']}"))["allocated"] == 1


async def test_demand_is_told_once_per_change_and_per_departement(world: World) -> None:
    lozere, rhone = await world.relais("Lozère"), await world.relais("Rhône", postcode="69001")
    await world.order(lozere, {**TABLET, "quantity": 3})
    await world.order(rhone, TABLET)
    await world.allocate()  # nothing to give: nothing new to tell
    await world.ready(1)
    await world.allocate()
    told = [(one.key, one.data["wanted"]) for one in await world.published("demand-updated")]
    assert told == [("tablet:C:48", 3), ("tablet:C:69", 1), ("tablet:C:48", 2)]
    listed = await world.read(world.coordinator, "/demand")
    assert [(one["territory"], one["wanted"]) for one in listed] == [("48", 2), ("69", 1)]


async def assert_promises_agree(world: World) -> None:
    """Lines, reservations and stock tell the same story."""
    assert (
        await world.rows(
            "SELECT l.id FROM order_line l LEFT JOIN reservation r ON r.line_id = l.id AND r.released_at IS NULL"
            " GROUP BY l.id HAVING l.allocated <> count(r.id)"
        )
        == []
    )
    assert (
        await world.rows(
            "SELECT i.device_id FROM stock_item i LEFT JOIN reservation r"
            " ON r.device_id = i.device_id AND r.released_at IS NULL"
            " WHERE i.line_id IS DISTINCT FROM r.line_id"
        )
        == []
    )
    assert (
        await world.rows("SELECT device_id FROM reservation WHERE released_at IS NULL GROUP BY 1 HAVING count(*) > 1")
        == []
    )
