"""Proposals on the real database: one still snapshot, a fair answer, kept whole, proved again whenever asked."""

from datetime import date
from uuid import UUID

import pytest
from distribute.allocation.proposals import service
from distribute.allocation.proposals.computing import compute
from distribute.allocation.proposals.errors import NotProvedAnyMore, ProofInProgress, ProposalNotFound
from distribute.engine import Allocation, Binding, policy_on
from distribute.engine.archive import Archive, answer_of, snapshot_of
from distribute.engine.sentences import facts_of, sentence
from filiere.identifiers import uuid7

from .conftest import World

TABLET = {"category": "tablet", "quantity": 4, "min_grade": "C"}
TODAY = date(2026, 11, 23)


async def propose(world: World) -> UUID:
    async with world.database.read() as session:
        problem, policy = await service.take_snapshot(session, TODAY)
    proposal = compute(problem, policy)
    async with world.database.unit_of_work() as session:
        return await service.keep(session, proposal, "camille")


async def kept(world: World, proposal_id: UUID) -> Archive:
    async with world.database.read() as session:
        return await service.kept(session, proposal_id)


def by_relais(allocation: Allocation) -> dict[str, int]:
    return {one.relais_id: one.given for one in allocation.relais}


async def test_a_proposal_shares_what_is_free_among_approved_orders(world: World) -> None:
    mende, lyon = await world.relais("Mende"), await world.relais("Lyon", postcode="69001")
    await world.order(mende, {**TABLET, "quantity": 6})
    await world.order(lyon, {**TABLET, "quantity": 6})
    await world.order(lyon, TABLET, approved=False)
    await world.ready(6)
    allocation = answer_of(await kept(world, await propose(world)))
    assert by_relais(allocation) == {mende["id"]: 3, lyon["id"]: 3}
    weights = {one.relais_id: dict(one.weight.factors)["locality"] for one in allocation.relais}
    assert weights == {mende["id"]: 1100, lyon["id"]: 1000}
    assert {one.reason.binding for one in allocation.lines} == {Binding.SHARED}
    assert sentence(facts_of(allocation.lines[0].reason)).startswith(
        "6 équipements prêts conviennent à cette ligne, pour 12 demandés"
    )


async def test_what_was_promised_within_the_year_counts(world: World) -> None:
    lucky, other = await world.relais("Servi"), await world.relais("Pas encore")
    await world.order(lucky, TABLET)
    await world.ready(4)
    await world.allocate()
    await world.order(lucky, TABLET)
    await world.order(other, TABLET)
    await world.ready(2)
    allocation = answer_of(await kept(world, await propose(world)))
    assert by_relais(allocation) == {lucky["id"]: 0, other["id"]: 2}
    assert [(one.asked, one.before) for one in allocation.relais if one.relais_id == lucky["id"]] == [(8, 4)]


async def test_promises_of_years_ago_do_not(world: World) -> None:
    relais = await world.relais()
    await world.order(relais, TABLET)
    await world.ready(4)
    await world.allocate()
    await world.order(relais, TABLET)
    later = date(2028, 11, 23)
    async with world.database.read() as session:
        problem, _ = await service.take_snapshot(session, later, policy_on(TODAY))
    assert [(one.asked, one.served) for one in problem.relais] == [(0, 0)]


async def test_substitutes_and_grades_are_as_ordered(world: World) -> None:
    relais = await world.relais()
    await world.order(relais, {**TABLET, "quantity": 3, "min_grade": "B", "substitutes": ["smartphone"]})
    await world.ready(1, grade="C")
    await world.ready(1, grade="A")
    await world.ready(2, category="smartphone", grade="B")
    allocation = answer_of(await kept(world, await propose(world)))
    assert [(take.class_id.split("/")[:2], take.tier) for take in allocation.lines[0].takes] == [
        (["tablet", "A"], 1),
        (["smartphone", "B"], 3),
    ]
    assert allocation.lines[0].reason.substitutes == 2


async def test_the_weakest_device_that_satisfies_goes_first(world: World) -> None:
    relais = await world.relais()
    await world.order(relais, {**TABLET, "quantity": 2})
    for grade in ("A", "C", "D", "B"):
        await world.ready(1, grade=grade)
    allocation = answer_of(await kept(world, await propose(world)))
    assert [take.class_id.split("/")[1] for take in allocation.lines[0].takes] == ["C", "B"]
    assert allocation.lines[0].reason.substitutes == 0


async def test_a_proposal_promises_nothing_and_stays_as_it_was(world: World) -> None:
    relais = await world.relais()
    await world.order(relais, TABLET)
    await world.ready(4)
    proposal_id = await propose(world)
    before = await kept(world, proposal_id)
    assert await world.statuses() == {"available": 4}
    assert await world.rows("SELECT 1 FROM reservation") == []
    # The world moves on; the proposal is of its day.
    await world.allocate()
    await world.ready(3)
    assert await kept(world, proposal_id) == before
    async with world.database.read() as session:
        told = await service.prove_again(session, proposal_id)
    assert (told.same_answer, told.same_engine, told.same_solver) == (True, True, True)
    assert len(snapshot_of(before)[0].classes[0].devices) == 4


async def test_a_proposal_that_somebody_altered_is_no_longer_proved(world: World) -> None:
    relais = await world.relais()
    await world.order(relais, TABLET)
    await world.ready(2)
    altered, genuine = await propose(world), await propose(world)
    await world.ready(1)
    another = await propose(world)
    async with world.database.unit_of_work() as session:
        driver = await session.driver()
        await driver.execute(
            "UPDATE allocation_proposal a SET answer = b.answer FROM allocation_proposal b"
            " WHERE a.id = $1 AND b.id = $2",
            altered,
            another,
        )
    async with world.database.read() as session:
        assert (await service.prove_again(session, genuine)).same_answer
        with pytest.raises(NotProvedAnyMore):
            await service.prove_again(session, altered)


async def test_an_unknown_proposal_is_not_found(world: World) -> None:
    async with world.database.read() as session:
        with pytest.raises(ProposalNotFound):
            await service.kept(session, uuid7())


async def test_an_empty_house_has_an_empty_proposal(world: World) -> None:
    allocation = answer_of(await kept(world, await propose(world)))
    assert (allocation.lines, allocation.relais) == ((), ())


async def test_one_proof_at_a_time(world: World) -> None:
    await world.order(await world.relais(), TABLET)
    await world.ready(1)
    proposal_id = await propose(world)
    async with world.database.read() as session, world.database.read() as other:
        assert (await service.prove_again(session, proposal_id)).same_answer
        with pytest.raises(ProofInProgress):
            await service.prove_again(other, proposal_id)
    async with world.database.read() as session:
        assert (await service.prove_again(session, proposal_id)).same_answer
