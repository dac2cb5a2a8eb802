"""The one-machine stack at rest: CPU in percent of one core and memory, of all its processes, after the demonstration.

Memory is PSS: what a process has for itself and its share of what it shares, so that the sum is what the machine holds.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stack.settings import PORTS

from tests.performance.processes import descendants, own_cpu_s, pss_mb
from tests.performance.say import say

START_S = 300
SETTLE_S = 75  # connections that nobody uses are let go after a minute
SECONDS = 60


async def measure() -> dict[str, float]:
    """`rest_cpu_percent` of one core, `rest_pss_mb`; by part on the way."""
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with demonstration(folder) as top:
            await asyncio.sleep(SETTLE_S)
            part_of = named(folder / "status.json", top)
            before, began = cpu_s(part_of), time.perf_counter()
            await asyncio.sleep(SECONDS)
            part_of = named(folder / "status.json", top) | part_of
            after, took = cpu_s(part_of), time.perf_counter() - began
            cpu = {part: (after[part] - before.get(part, 0.0)) / took * 100 for part in after}
            memory: dict[str, float] = {}
            for pid, part in part_of.items():
                memory[part] = memory.get(part, 0.0) + pss_mb(pid)
    for part in memory:
        say(f"  {part:20} {cpu[part]:5.2f} % of a core, {memory[part]:6.1f} MB")
    say(f"at rest: {sum(cpu.values()):.1f} % of one core, {sum(memory.values()):.0f} MB in {len(part_of)} processes")
    return {"rest_cpu_percent": sum(cpu.values()), "rest_pss_mb": sum(memory.values())}


@contextmanager
def demonstration(folder: Path) -> Iterator[int]:
    """The pid of `python -m stack demo`, once it has played."""
    folder.chmod(0o755)  # the databases run under an account of their own when we are root
    ports = {f"FILIERE_{port.upper()}": "0" for port in PORTS}
    environment = {**os.environ, **ports, "FILIERE_DATA": str(folder)}
    with (folder / "demo.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "stack", "demo"], env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_S
        while not (folder / "audit.json").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / "demo.log").read_text()[-2000:])
            time.sleep(0.5)
        yield process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def named(status: Path, top: int) -> dict[int, str]:
    """The part that each process under the supervisor belongs to."""
    known = {part["pid"]: part["name"] for part in json.loads(status.read_text())} | {top: "supervisor"}
    parts: dict[int, str] = {}
    for pid, parent in descendants(top):
        parts[pid] = known.get(pid) or ("nursery" if parts[parent] == "supervisor" else parts[parent])
    return parts


def cpu_s(part_of: Mapping[int, str]) -> dict[str, float]:
    """Seconds of CPU by part. What a process that has ended since had used is in its parent's sum, twice in none."""
    used: dict[str, float] = {}
    for pid, part in part_of.items():
        used[part] = used.get(part, 0.0) + own_cpu_s(pid)
    return used
