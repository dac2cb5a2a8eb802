"""Processes forked from a warm one behave as the same command started by itself; here as there, all from one."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from stack.launch import Launcher, NurseryChild, Program

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCRIPT = """
import atexit, os, subprocess, sys, time
atexit.register(print, "at exit")
print(sys.argv[1:], os.environ.get("ONLY"), os.environ.get("HOME"), __name__)
match sys.argv[1]:
    case "status": sys.exit(int(sys.argv[2]))
    case "sentence": sys.exit("a sentence")
    case "error": raise ValueError("on purpose")
    case "family":
        print("child", subprocess.Popen(["sleep", "60"]).pid)
        time.sleep(60)
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def launcher(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Launcher]:
    launcher = Launcher(tmp_path_factory.mktemp("nursery") / "nursery.log", warm=True)
    yield launcher
    await launcher.close()


def program(folder: Path, *arguments: str) -> Program:
    (folder / "program.py").write_text(SCRIPT)
    command = (sys.executable, str(folder / "program.py"), *arguments)
    return Program("program", "Program", command, {"ONLY": "this"}, folder / "program.log")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("status", "7"), 7, "['status', '7'] this None __main__"),
        (("status", "0"), 0, "at exit"),
        (("sentence",), 1, "a sentence"),
        (("error",), 1, "ValueError: on purpose"),
    ],
)
async def test_arguments_environment_output_and_status_are_those_of_the_command(
    launcher: Launcher, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    child = await launcher.launch(program(tmp_path, *arguments))
    assert isinstance(child, NurseryChild)
    assert await asyncio.wait_for(child.wait(), 10) == code
    assert said in (tmp_path / "program.log").read_text()


def runs(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().split()[2] != "Z"


async def test_a_group_dies_whole(launcher: Launcher, tmp_path: Path) -> None:
    child = await launcher.launch(program(tmp_path, "family"))
    async with asyncio.timeout(10):
        while "child" not in (tmp_path / "program.log").read_text():
            await asyncio.sleep(0.02)
    grandchild = int((tmp_path / "program.log").read_text().rsplit("child ", 1)[1].split()[0])
    child.kill_group()
    assert await asyncio.wait_for(child.wait(), 10) == -signal.SIGKILL
    async with asyncio.timeout(10):
        while runs(grandchild):
            await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_children_end_with_a_killed_nursery_and_the_next_launch_makes_a_new_one(
    launcher: Launcher, tmp_path: Path
) -> None:
    child = await launcher.launch(program(tmp_path, "family"))
    before = launcher.nursery_pid
    launcher.kill_nursery()
    assert await asyncio.wait_for(child.wait(), 10) == -signal.SIGKILL
    again = await launcher.launch(program(tmp_path, "status", "0"))
    assert await asyncio.wait_for(again.wait(), 10) == 0
    assert launcher.nursery_pid not in (None, before)


async def test_other_programs_are_started_as_they_are(launcher: Launcher, tmp_path: Path) -> None:
    child = await launcher.launch(Program("true", "True", ("/bin/true",), dict(os.environ), tmp_path / "true.log"))
    assert not isinstance(child, NurseryChild)
    assert await child.wait() == 0


NOT_AT_START = """
import sys
from stack.nursery import PRELOADED, rehearse
for name in PRELOADED: __import__(name)
for service in ("collect", "refurbish", "distribute"): rehearse(service)
few = {"icalendar", "hypothesis", "pytest", "websockets", "PIL", "zxingcpp", "typst", "xlsxwriter"}
few |= {"opentelemetry.sdk"}
held = few & sys.modules.keys()
sys.exit(f"loaded before anybody needs it: {sorted(held)}" if held else 0)
"""


async def test_what_few_processes_need_is_in_none_at_the_start() -> None:
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", NOT_AT_START], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


SUPERVISOR = """
import sys
import stack.cli
held = {name for name in ("rich", "pygments", "fastapi", "jinja2") if sys.modules.get(name)}  # None: kept out
sys.exit(f"loaded by who only looks after the others: {sorted(held)}" if held else 0)
"""


async def test_the_supervisor_loads_neither_the_pages_nor_what_colours_a_terminal() -> None:
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", SUPERVISOR], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


HOLES = """
from stack.nursery import fill_holes
many = [bytes(64 - 33) for _ in range(100_000)]
del many[::60]  # a hole on nearly every page
kept = fill_holes()
pages = {id(one) // 4096 for one in [bytes(64 - 33) for _ in range(1_000)]}
print(len(pages))
"""


async def test_new_objects_stand_together_instead_of_in_what_is_shared() -> None:
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", HOLES], capture_output=True, text=True, check=True
    )
    assert int(ended.stdout) < 24  # 16 hold a thousand; in the holes they would be on a page each
