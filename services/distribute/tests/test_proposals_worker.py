"""Proposals at work: computed by whoever is there, once, whatever dies; given up within a moment."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from distribute.allocation.proposals import worker
from distribute.allocation.proposals.computing import Computation
from distribute.allocation.proposals.repository import Claim, ProposalsRepository
from distribute.engine import Policy, Problem
from filiere.identifiers import uuid7
from filiere.jobs import waking
from filiere.settings import Settings
from filiere.testing.answers import Json

from .conftest import World
from .test_approval import propose

TABLET = {"category": "tablet", "quantity": 4, "min_grade": "C"}


@asynccontextmanager
async def workers(world: World, count: int = 1) -> AsyncIterator[None]:
    """So many workers' loops; they are asked to stop in the end."""
    stopping = asyncio.Event()
    settings = Settings.model_construct()
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(worker.compute_proposals(world.database, settings, stopping))
        try:
            yield
        finally:
            stopping.set()


async def ask(world: World, **body: Any) -> Json:
    return await world.call(world.coordinator, "/proposals", body or None, status=202)


async def until(world: World, proposal: Json, *statuses: str, within: float = 20.0) -> Json:
    """The proposal once it has one of the statuses."""
    async with asyncio.timeout(within):
        while True:
            shown = await world.read(world.coordinator, f"/proposals/{proposal['id']}")
            if shown["status"] in statuses:
                return shown
            await asyncio.sleep(0.05)


async def some_demand(world: World) -> Json:
    relais = await world.relais()
    await world.order(relais, TABLET)
    await world.ready(3)
    return relais


@pytest.fixture
def slow_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Computations that wait until the folder holds a file `go`; each leaves its pid."""
    start = Computation.start

    async def slowly(problem: Problem, policy: Policy) -> Computation:
        computation = await start(problem, policy)
        os.kill(computation._process._process.pid, signal.SIGSTOP)
        (tmp_path / f"{computation._process._process.pid}.pid").touch()
        if (tmp_path / "go").exists():
            os.kill(computation._process._process.pid, signal.SIGCONT)
        return computation

    monkeypatch.setattr(Computation, "start", slowly)
    return tmp_path


def pids(folder: Path) -> list[int]:
    return [int(file.stem) for file in folder.glob("*.pid")]


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


async def test_a_proposal_is_asked_for_computed_read_and_approved(world: World) -> None:
    await some_demand(world)
    asked = await ask(world)
    assert (asked["status"], asked["given"], asked["run_id"]) == ("waiting", None, None)
    async with workers(world):
        shown = await until(world, asked, "proposed")
    assert (shown["lines"], shown["wanted"], shown["given"], shown["attempts"]) == (1, 4, 3, 1)
    (line,) = (await world.read(world.coordinator, f"/proposals/{asked['id']}/lines"))["items"]
    assert (line["wanted"], line["proposed"], line["given"], line["changed"]) == (4, 3, 3, False)
    assert line["reason"].startswith("3 équipements prêts conviennent à cette ligne, pour 4 demandés")
    assert await world.statuses() == {"available": 3}
    replayed = await world.call(world.coordinator, f"/proposals/{asked['id']}/replay", status=200)
    assert replayed == {"same_answer": True, "same_engine": True, "same_solver": True}
    run = await world.call(world.coordinator, "/allocations", {"proposal_id": asked["id"]}, status=201)
    shown = await world.read(world.coordinator, f"/proposals/{asked['id']}")
    assert (shown["status"], shown["run_id"]) == ("approved", run["id"])
    assert (await world.read(world.coordinator, "/proposals"))["total"] == 1


async def test_lines_are_searched_and_filtered(world: World) -> None:
    mende, lyon = await world.relais("Mende"), await world.relais("Lyon", postcode="69001")
    orders = [await world.order(one, {**TABLET, "quantity": 1}) for one in (mende, lyon)]
    await world.ready(1)
    proposal = await propose(world)

    async def lines(**params: Any) -> list[str]:
        found = await world.read(world.coordinator, f"/proposals/{proposal}/lines", **params)
        return [one["relais_name"] for one in found["items"]]

    assert await lines() == ["Mende", "Lyon"]
    assert await lines(q="lyo") == ["Lyon"]
    assert await lines(q=orders[0]["reference"].lower()) == ["Mende"]
    assert sorted(await lines(only="short") + await lines(only="complete")) == ["Lyon", "Mende"]
    assert await lines(only="changed") == []


async def test_a_change_is_checked_and_taken_back(world: World) -> None:
    await some_demand(world)
    proposal = await propose(world)
    path = f"/api/v1/proposals/{proposal}"
    (line,) = (await world.read(world.coordinator, f"/proposals/{proposal}/lines"))["items"]
    there = f"{path}/overrides/{line['line_id']}"
    too_many = await world.coordinator.put(there, json={"given": 5, "reason": "Besoin urgent."})
    assert too_many.status_code == 422
    assert "La ligne attend 4 équipements au plus." in too_many.text
    assert (await world.coordinator.put(there, json={"given": 1, "reason": ""})).status_code == 422
    nowhere = await world.coordinator.put(f"{path}/overrides/{uuid7()}", json={"given": 1, "reason": "Besoin."})
    assert nowhere.status_code == 404
    assert (await world.coordinator.put(there, json={"given": 1, "reason": "Deux restent ici."})).status_code == 204
    (changed,) = (await world.read(world.coordinator, f"/proposals/{proposal}/lines", only="changed"))["items"]
    assert (changed["proposed"], changed["given"]) == (3, 1)
    assert changed["reason"] == "Décision de la coordination : Deux restent ici."
    assert (await world.coordinator.delete(there)).status_code == 204
    (line,) = (await world.read(world.coordinator, f"/proposals/{proposal}/lines"))["items"]
    assert (line["given"], line["changed"]) == (3, False)


async def test_an_unknown_policy_is_refused_beside_the_field(world: World) -> None:
    answer = await world.call(world.coordinator, "/proposals", {"policy": "de_mon_choix"}, status=422)
    assert "allocation_2026" in str(answer)


async def test_a_proposal_given_up_stops_its_process(world: World, slow_process: Path) -> None:
    await some_demand(world)
    async with workers(world):
        asked = await ask(world)
        await until(world, asked, "computing")
        while not pids(slow_process):
            await asyncio.sleep(0.02)
        cancelled = await world.call(world.coordinator, f"/proposals/{asked['id']}/cancel", status=200)
        assert cancelled["status"] == "cancelled"
        async with asyncio.timeout(20):
            while is_alive(pids(slow_process)[0]):
                await asyncio.sleep(0.05)
    assert (await world.read(world.coordinator, f"/proposals/{asked['id']}"))["status"] == "cancelled"
    await world.call(world.coordinator, f"/proposals/{asked['id']}/cancel", status=409)


async def test_a_worker_that_is_asked_to_stop_gives_its_proposal_back(world: World, slow_process: Path) -> None:
    await some_demand(world)
    asked = await ask(world)
    async with workers(world):
        await until(world, asked, "computing")
        while not pids(slow_process):
            await asyncio.sleep(0.02)
    shown = await world.read(world.coordinator, f"/proposals/{asked['id']}")
    assert (shown["status"], shown["attempts"]) == ("waiting", 0)
    (slow_process / "go").touch()
    async with workers(world):
        assert (await until(world, asked, "proposed"))["given"] == 3


async def test_another_worker_takes_up_what_a_dead_one_left(world: World) -> None:
    await some_demand(world)
    asked = await ask(world)
    async with world.database.unit_of_work() as session:
        lost = await ProposalsRepository.from_session(session).claim(worker.SILENT_S)
    assert lost is not None
    async with world.database.unit_of_work() as session:
        repository = ProposalsRepository.from_session(session)
        assert await repository.claim(worker.SILENT_S) is None
        await (await repository.driver()).execute(
            "UPDATE allocation_proposal SET alive_at = alive_at - interval '16 s'"
        )
    async with workers(world):
        shown = await until(world, asked, "proposed")
    assert (shown["attempts"], shown["given"]) == (2, 3)
    async with world.database.unit_of_work() as session:
        assert not await ProposalsRepository.from_session(session).alive(lost, None)


async def test_three_deaths_are_said_in_a_sentence(world: World) -> None:
    asked = await ask(world)
    for _ in range(worker.MOST_ATTEMPTS):
        async with world.database.unit_of_work() as session:
            repository = ProposalsRepository.from_session(session)
            assert await repository.claim(worker.SILENT_S) is not None
            await (await repository.driver()).execute(
                "UPDATE allocation_proposal SET alive_at = alive_at - interval '16 s'"
            )
    async with workers(world):
        shown = await until(world, asked, "failed")
    assert shown["failure"] == worker.GAVE_UP


async def test_a_process_that_dies_is_said_in_a_sentence(world: World, slow_process: Path) -> None:
    await some_demand(world)
    asked = await ask(world)
    async with workers(world):
        while not pids(slow_process):
            await asyncio.sleep(0.02)
        os.kill(pids(slow_process)[0], signal.SIGKILL)
        shown = await until(world, asked, "failed")
    assert shown["failure"] == worker.BROKE


@pytest.mark.slow
async def test_two_workers_compute_each_proposal_once(world: World) -> None:
    await some_demand(world)
    asked = [await ask(world) for _ in range(3)]
    async with workers(world, 2):
        shown = [await until(world, one, "proposed") for one in asked]
    assert {one["attempts"] for one in shown} == {1}
    answers = await world.rows("SELECT DISTINCT output_sha256 FROM allocation_proposal")
    assert len(answers) == 1


async def test_what_goes_wrong_beside_the_events_is_tried_again_and_ends_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waking, "_LONG_PAUSE_S", 0.05)
    claim, failures = ProposalsRepository.claim, iter([ValueError("first"), KeyError("second")])

    async def failing(self: ProposalsRepository, silent_s: float) -> Claim | None:
        for error in failures:
            raise error
        return await claim(self, silent_s)

    monkeypatch.setattr(ProposalsRepository, "claim", failing)
    await some_demand(world)
    async with workers(world):
        assert (await until(world, await ask(world), "proposed"))["given"] == 3
