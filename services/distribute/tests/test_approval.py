"""A proposal becomes promises: all that still holds, nothing that does not, and every line knows why."""

from uuid import UUID

from distribute.allocation.proposals import service as proposals
from distribute.allocation.proposals.computing import computed
from distribute.allocation.proposals.repository import ProposalsRepository
from filiere.calendar import today
from filiere.identifiers import uuid7
from filiere.testing.answers import Json

from .conftest import World
from .test_allocation import assert_promises_agree

TABLET = {"category": "tablet", "quantity": 2, "min_grade": "C"}


async def propose(world: World) -> str:
    async with world.database.read() as session:
        problem, policy = await proposals.take_snapshot(session, today())
    proposal = await computed(problem, policy)
    async with world.database.unit_of_work() as session:
        return str(await proposals.keep(session, proposal, "camille"))


async def approve(world: World, proposal: str, *, status: int = 201) -> Json:
    return await world.call(world.coordinator, "/allocations", {"proposal_id": proposal}, status=status)


async def change(
    world: World, proposal: str, order: Json, given: int, reason: str = "Une famille attend depuis mars."
) -> None:
    line = order["lines"][0]["id"]
    answer = await world.coordinator.put(
        f"/api/v1/proposals/{proposal}/overrides/{line}", json={"given": given, "reason": reason}
    )
    assert answer.is_success, answer.text


async def given(world: World, relais: Json, order: Json) -> tuple[int, str]:
    line = (await world.read(relais["client"], f"/orders/{order['id']}"))["lines"][0]
    return line["allocated"], line["reason"]


async def test_an_approved_proposal_promises_what_it_says(world: World) -> None:
    mende, lyon = await world.relais("Mende"), await world.relais("Lyon", postcode="69001")
    orders = [await world.order(one, TABLET) for one in (mende, lyon)]
    await world.ready(3)
    proposal = await propose(world)
    assert await world.statuses() == {"available": 3}
    run = await approve(world, proposal)
    assert (run["lines"], run["requested"], run["allocated"], run["proposal_id"]) == (2, 4, 3, proposal)
    got = [(await given(world, mende, orders[0]))[0], (await given(world, lyon, orders[1]))[0]]
    assert sorted(got) == [1, 2]
    await assert_promises_agree(world)
    assert len(await world.published("device-reserved")) == 3
    await approve(world, proposal, status=409)
    await approve(world, str(uuid7()), status=404)


async def test_what_changed_since_is_skipped_and_said(world: World) -> None:
    gone, ended, kept = await world.relais("Parti"), await world.relais("Fini"), await world.relais("Resté")
    cancelled, stopped, waiting = [await world.order(one, TABLET) for one in (gone, ended, kept)]
    devices = await world.ready(6)
    proposal = await propose(world)
    await world.call(gone["client"], f"/orders/{cancelled['id']}/cancel")
    async with world.database.unit_of_work() as session:
        driver = await ProposalsRepository.from_session(session).driver()
        await driver.execute("UPDATE agreement SET ended_on = signed_on WHERE relais_id = $1", UUID(ended["id"]))
        promised = await driver.fetchval("SELECT answer IS NOT NULL FROM allocation_proposal")
    assert promised
    run = await approve(world, proposal)
    reasons = {one["order_id"]: (one["allocated"], one["reason"]) for one in run["results"]}
    assert reasons[cancelled["id"]] == (0, "La commande n'attendait plus rien quand l'attribution a été approuvée.")
    assert reasons[stopped["id"]][0] == 0
    assert reasons[stopped["id"]][1].startswith("Aucune convention n'est en vigueur")
    assert reasons[waiting["id"]] == (2, "Complète.")
    assert await world.statuses() == {"available": 4, "reserved": 2}
    assert len(devices) == 6
    await assert_promises_agree(world)


async def test_a_device_that_went_elsewhere_is_not_promised_again(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLET)
    first, _ = await world.ready(2)
    proposal = await propose(world)
    await world.deliver(world.withdrawn_event(first))
    await approve(world, proposal)
    assert await given(world, relais, order) == (
        1, "Un équipement ne pouvait plus aller à cette ligne à l'approbation ;"
        " la prochaine attribution le remplacera.",
    )  # fmt: skip
    await assert_promises_agree(world)


async def test_a_device_that_came_back_in_another_grade_is_another_device(world: World) -> None:
    relais = await world.relais()
    await world.order(relais, TABLET)
    (device,) = await world.ready(1)
    proposal = await propose(world)
    await world.deliver(world.withdrawn_event(device))
    await world.ready(1, device_id=device["device_id"], grade="D")
    assert (await approve(world, proposal))["allocated"] == 0


async def test_an_order_served_in_between_is_not_served_twice(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLET)
    await world.ready(4)
    proposal = await propose(world)
    await world.allocate()
    await approve(world, proposal)
    allocated, _ = await given(world, relais, order)
    assert allocated == 2
    assert await world.statuses() == {"available": 2, "reserved": 2}
    await assert_promises_agree(world)


async def test_the_coordination_decides_otherwise_and_the_relais_reads_why(world: World) -> None:
    mende, lyon = await world.relais("Mende"), await world.relais("Lyon", postcode="69001")
    urgent, patient = await world.order(mende, TABLET), await world.order(lyon, TABLET)
    await world.ready(2)
    proposal = await propose(world)
    await change(world, proposal, patient, 0, "Lyon est d'accord pour attendre.")
    await change(world, proposal, urgent, 2)
    await approve(world, proposal)
    assert await given(world, mende, urgent) == (
        2, "Décision de la coordination : Une famille attend depuis mars.",
    )  # fmt: skip
    assert await given(world, lyon, patient) == (
        0, "Décision de la coordination : Lyon est d'accord pour attendre.",
    )  # fmt: skip
    await assert_promises_agree(world)


async def test_an_approved_proposal_is_undone_like_any_run(world: World) -> None:
    relais = await world.relais()
    await world.order(relais, TABLET)
    await world.ready(2)
    run = await approve(world, await propose(world))
    assert (await world.call(world.coordinator, f"/allocations/{run['id']}/undo"))["status"] == "undone"
    assert await world.statuses() == {"available": 2}
