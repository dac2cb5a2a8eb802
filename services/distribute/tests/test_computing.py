"""The engine in a process of its own: the same answer, its steps told, stopped when nobody waits for it any more."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from distribute.allocation.proposals import computing
from distribute.allocation.proposals.computing import Computation, ComputingFailed, Refused, compute
from distribute.allocation.proposals.proving import proved
from distribute.engine import Allocation, Policy, Problem, Proof, Step, allocate
from distribute.engine.archive import Replay
from distribute.engine.verify import NotProved

from .allocation_engine.small import POLICY, small_problem

PROBLEM = small_problem(random.Random(26).randint, relais=12, classes=6)


async def test_a_process_of_its_own_gives_the_same_proposal_step_by_step() -> None:
    computation = await Computation.start(PROBLEM, POLICY)
    assert [step async for step in computation.steps()] == list(Step)
    proposal = await computation.result()
    assert not computation.is_running
    assert proposal.seconds > 0
    assert replace(proposal, seconds=0.0) == replace(compute(PROBLEM, POLICY), seconds=0.0)


async def test_who_only_waits_for_the_result_gets_it() -> None:
    proposal = await (await Computation.start(PROBLEM, POLICY)).result()
    assert proposal.given > 0


async def test_a_cancelled_run_leaves_no_process() -> None:
    computation = await Computation.start(PROBLEM, POLICY)
    assert computation.is_running
    await computation.cancel()
    assert not computation.is_running
    with pytest.raises(ComputingFailed):
        await computation.result()


async def test_a_reader_who_goes_away_stops_the_run() -> None:
    computation = await Computation.start(PROBLEM, POLICY)
    waiting = asyncio.create_task(computation.result())
    await asyncio.sleep(0)  # it waits now; a process that is forked is ready within milliseconds
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not computation.is_running


async def test_a_snapshot_that_the_engine_refuses_is_refused_with_its_reason() -> None:
    broken = replace(PROBLEM, lines=(replace(PROBLEM.lines[0], quantity=0),))
    with pytest.raises(Refused, match="lacks 0 devices"):
        await (await Computation.start(broken, POLICY)).result()


async def test_a_process_that_dies_is_told_with_its_last_words() -> None:
    with pytest.raises(ComputingFailed, match="unknown"):
        unknown = POLICY.model_copy(update={"name": "NOT A NAME: unknown"})
        await (await Computation.start(PROBLEM, unknown)).result()


@pytest.mark.slow
async def test_a_proof_has_a_process_of_its_own_too() -> None:
    archive = compute(PROBLEM, POLICY).archive
    assert await proved(archive) == Replay(same_answer=True, same_engine=True, same_solver=True)
    with pytest.raises(NotProved, match="another engine, solver, policy or fingerprint"):
        await proved(replace(archive, output_sha256="0" * 64))
    with pytest.raises(NotProved):
        await proved(replace(archive, certificate=b"torn"))


async def test_an_answer_that_the_verifier_refuses_is_never_proposed(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(problem: Problem, policy: Policy, tell: Callable[[Step], None]) -> tuple[Allocation, Proof]:
        allocation, proof = allocate(problem, policy, tell)
        return replace(allocation, lines=allocation.lines[1:]), proof

    monkeypatch.setattr(computing, "allocate", wrong)
    with pytest.raises(NotProved, match="lines are missing"):
        await computing.computed(PROBLEM, POLICY)
