"""`python -m tests.faults.fire` (`make fire`): load and faults at once, then the proof; keeps history and report.

Exit status 0 when every promise held and the wanted number of faults was inflicted.
"""

import argparse
import asyncio
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filiere.embedded.process import last_lines
from stack.audit.conservation import conservation
from stack.demo import organisations
from stack.states import PartStatus, State

from tests.faults.arena import Arena, arena
from tests.faults.checker import check, settled
from tests.faults.history import History
from tests.faults.nemesis import Nemesis, schedule
from tests.faults.office import owed_before
from tests.faults.recharging import codes_before
from tests.faults.report import AUDIT, Run, page
from tests.faults.workload import Load, Workload
from tests.flows.afterwards import owing

KEPT = Path(".filiere/fire")
_SETTLE_S = 180.0
_FAULTS_PER_MINUTE = 30.0


async def fire(
    infra: str,
    minutes: float,
    seed: int,
    kept: Path,
    *,
    load: Load | None = None,
    per_minute: float = _FAULTS_PER_MINUTE,
    nodes: int = 1,
    command: str = "",
) -> Run:
    """One storm and its proof; `kept` gets history.jsonl, report.md and, when a promise broke, the logs."""
    load = load or Load()
    workers = 2 if infra == "kafka" else 1  # the embedded broker takes too long to join a group
    with tempfile.TemporaryDirectory(prefix="filiere-fire-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with arena(folder, infra, workers=workers, nodes=nodes) as (place, chain):
            there = await organisations.register(chain)
            await owed_before(place.stack.databases["distribute"])
            await owing(chain, there)
            await codes_before(chain, there)
            deaths = _own_deaths(place)
            history = History(kept / "history.jsonl")
            nemesis = Nemesis(place, history)
            workload = Workload(place.address, place.stack.token, there, history, load, seed)
            began = time.monotonic()
            async with workload.running():
                await nemesis.run(schedule(seed, minutes, per_minute, nemesis.kinds()))
            seconds = time.monotonic() - began
            history.close()
            databases, bootstrap = place.stack.databases, place.bootstrap_servers
            await _runs_again(place, kept)
            settled_s = await settled(databases, history.operations, _SETTLE_S)
            found, broken = await check(
                databases, bootstrap, place.stack.settings.data, history.operations, nemesis.poisoned
            )
            # The other witness, whose code is the product's: what it finds, or does not, is compared.
            _, named = await conservation(databases)
            if named:
                broken[AUDIT] = named
            run = Run(
                command or f"MINUTES={minutes:g} INFRA={infra} SEED={seed} make fire",
                seed,
                place.kind,
                workers,
                seconds,
                settled_s,
                dict(nemesis.done),
                dict(nemesis.skipped),
                history.operations,
                f"{workload.counts}",
                found,
                broken,
                _missing(place),
                deaths,
            )
            if not run.ok:
                _keep_logs(place, kept)
        (kept / "report.md").write_text(page(run))
    return run


async def _runs_again(place: Arena, kept: Path) -> None:
    """Every part is ready although nobody but the supervisor did anything about it. Raises AssertionError."""
    try:
        await place.wait_ready()
    except TimeoutError:
        _keep_logs(place, kept)
        down = [f"{one.name}: {one.detail}" for one in place.stack.board.parts() if not place.is_ready(one.name)]
        raise AssertionError(f"after the storm these do not come back: {down} (logs in {kept})") from None


def _keep_logs(place: Arena, kept: Path) -> None:
    shutil.copytree(place.stack.settings.data / "logs", kept / "logs", dirs_exist_ok=True)


def _own_deaths(place: Arena) -> list[str]:
    """A list that grows by a sentence whenever a process ends although nobody killed it."""
    deaths: list[str] = []

    def listen(part: PartStatus) -> None:
        if part.state in (State.RESTARTING, State.FAILING) and part.detail.startswith("code"):
            said = last_lines(place.stack.settings.data / "logs" / f"{part.name}.log", count=2)
            deaths.append(f"{part.name}, {part.detail}: {said[-400:]}")

    place.stack.listen(listen)
    return deaths


def _missing(place: Arena) -> list[str]:
    if place.kafka is None:
        return ["the embedded broker has no disk, and its address cannot be a proxy's."]
    return [] if place.disk is not None else ["no small disk can be mounted here, so the broker's was never full."]


async def _ended_by_sigterm(storm: Coroutine[Any, Any, Run]) -> Run:
    """Whoever ends it finds everything undone: processes gone, disks unmounted."""
    task = asyncio.ensure_future(storm)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.fire", description=__doc__)
    parser.add_argument("--infra", choices=("embedded", "kafka"), default="embedded")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=None, help="(default: the present second)")
    parser.add_argument("--nodes", type=int, default=1, help="brokers, with kafka")
    parser.add_argument("--faults", type=int, default=0, help="fewer than so many is a failure")
    parser.add_argument("--per-minute", type=float, default=_FAULTS_PER_MINUTE)
    parser.add_argument("--kept", type=Path, default=None, help=f"(default: a new folder in {KEPT})")
    wanted = parser.parse_args()
    seed = wanted.seed if wanted.seed is not None else int(time.time())
    kept = wanted.kept or KEPT / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{wanted.infra}-{seed}"
    storm = fire(wanted.infra, wanted.minutes, seed, kept, per_minute=wanted.per_minute, nodes=wanted.nodes)
    run = asyncio.run(_ended_by_sigterm(storm))
    print((kept / "report.md").read_text())
    print(f"Kept in {kept}.")
    inflicted = sum(run.faults.values())
    if inflicted < wanted.faults:
        print(f"!!! Only {inflicted} of {wanted.faults} faults.")
    sys.exit(0 if run.ok and inflicted >= wanted.faults else 1)


if __name__ == "__main__":
    main()
