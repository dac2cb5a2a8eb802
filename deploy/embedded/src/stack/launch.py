"""Starting the processes of the stack: forked from a warm process when they are ours, by exec when they are not."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filiere.embedded.process import Child, Process, last_lines

from stack.errors import StackError

# glibc's allocator keeps what was freed, in a heap per thread. Once read by the nursery it holds for all its children:
# one heap, and what is large is given back to the system at once.
_GIVE_BACK = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "131072", "MALLOC_TRIM_THRESHOLD_": "131072"}
# Tracebacks name lines, without the column: where each instruction stands in its line is 2.5 MB.
_FRUGAL = {**_GIVE_BACK, "PYTHONNODEBUGRANGES": "1"}


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `ready_url` answers 200 once the process does its work; None: ready as soon as it runs."""

    name: str
    title: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    log_file: Path
    ready_url: str | None = None
    address: str = ""
    fresh: bool = False  # imports its modules itself: the nursery may have read them before they changed


class Launcher:
    """Starts programs. `python -m …` and Python scripts are forked from the nursery when `warm`."""

    def __init__(self, log_file: Path, *, warm: bool, services: Sequence[str] = ()) -> None:
        """`services` are imported before the first of them is asked for, so that their processes share them."""
        self._log_file = log_file
        self._services = tuple(services)
        self._warm = warm
        self._starting = asyncio.Lock()
        self._nursery: _Nursery | None = None

    async def launch(self, program: Program) -> Process:
        """Raises EngineError when the program cannot be started."""
        program.log_file.parent.mkdir(parents=True, exist_ok=True)
        program.log_file.touch()
        request = _as_request(program)
        if not self._warm or program.fresh or request is None:
            return Child(program.command, log_file=program.log_file, env=program.env)
        return await (await self._alive()).launch(request)

    async def prepare(self) -> None:
        """Begin importing now: whoever launches first will wait less."""
        if self._warm:
            await self._alive()

    @property
    def nursery_pid(self) -> int | None:
        return self._nursery.pid if self._nursery is not None and self._nursery.running else None

    def kill_nursery(self) -> None:
        """SIGKILL it: everything it forked dies with it, and the next launch makes a new one."""
        if self._nursery is not None:
            self._nursery.kill()

    async def close(self) -> None:
        """Ends the nursery; its children must have ended before."""
        if self._nursery is not None:
            await self._nursery.close()
            self._nursery = None

    async def _alive(self) -> "_Nursery":
        async with self._starting:
            if self._nursery is None or not self._nursery.running:
                self._nursery = await _Nursery.start(self._log_file, self._services)
            return self._nursery


def _as_request(program: Program) -> dict[str, Any] | None:
    """The nursery's request for this command; None when it is no Python program of this interpreter."""
    executable, first, *rest = (*program.command, "", "")[: max(len(program.command), 2)]
    if executable != sys.executable:
        return None
    common = {"env": dict(program.env), "log": str(program.log_file)}
    if first == "-m" and rest:
        return {"module": rest[0], "arguments": rest[1:], **common}
    if first.endswith(".py"):
        return {"script": first, "arguments": rest, **common}
    return None


class _Nursery:
    """The supervisor's end of a `stack.nursery` process."""

    def __init__(self, child: Child, writer: asyncio.StreamWriter, log_file: Path) -> None:
        self._child = child
        self._writer = writer
        self._log_file = log_file
        self._numbers = itertools.count()
        self._born: dict[int, asyncio.Future[NurseryChild]] = {}
        self._children: dict[int, NurseryChild] = {}
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, log_file: Path, services: Sequence[str]) -> "_Nursery":
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "stack.nursery", str(theirs.fileno()), *services]
        child = Child(command, log_file=log_file, env={**os.environ, **_FRUGAL}, pass_fds=(theirs.fileno(),))
        theirs.close()
        reader, writer = await asyncio.open_connection(sock=ours)
        nursery = cls(child, writer, log_file)
        nursery._listening = asyncio.create_task(nursery._listen(reader), name="nursery")
        return nursery

    @property
    def running(self) -> bool:
        return self._child.running

    @property
    def pid(self) -> int:
        return self._child.pid

    def kill(self) -> None:
        self._child.kill()

    async def launch(self, request: dict[str, Any]) -> "NurseryChild":
        number = next(self._numbers)
        born: asyncio.Future[NurseryChild] = asyncio.get_running_loop().create_future()
        self._born[number] = born
        self._writer.write(json.dumps({"id": number, **request}).encode() + b"\n")
        return await born

    async def close(self) -> None:
        self._writer.close()
        await self._child.stop(signal.SIGTERM, 2)
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while line := await reader.readline():
                message = json.loads(line)
                if "id" in message:
                    child = self._children[message["pid"]] = NurseryChild(message["pid"])
                    born = self._born.pop(message["id"])
                    if born.done():  # whoever asked was cancelled meanwhile
                        child.kill_group()
                    else:
                        born.set_result(child)
                elif child_ended := self._children.pop(message["pid"], None):
                    child_ended.ended(message["code"])
        self._lost()

    def _lost(self) -> None:
        """The nursery is gone: the kernel has ended its children with it."""
        output = last_lines(self._log_file)
        for born in self._born.values():
            if not born.done():
                born.set_exception(StackError(f"La pépinière de processus ne démarre pas : {output}"))
        for child in self._children.values():
            child.ended(-signal.SIGKILL)


class NurseryChild:
    """A process forked by the nursery, which reaps it and tells us its end."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None
        self._killed = False
        self._end = asyncio.Event()

    @property
    def running(self) -> bool:
        return self._code is None and not self._killed

    @property
    def returncode(self) -> int | None:
        return self._code

    def ended(self, code: int) -> None:
        self._code = code
        self._end.set()

    def kill(self) -> None:
        """SIGKILL; it counts as dead at once, although the word of it comes a moment later."""
        self._signal(signal.SIGKILL)
        self._killed = True

    def kill_group(self) -> None:
        """SIGKILL the process and what it started (unless it ended by itself: its pid may be another's by now)."""
        if self._code is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            self.kill()

    async def wait(self) -> int:
        await self._end.wait()
        assert self._code is not None
        return self._code

    async def stop(self, sig: signal.Signals = signal.SIGTERM, timeout: float = 10.0) -> int:
        """Ask with `sig`; after `timeout` seconds force the whole group. Returns the exit code."""
        self._signal(sig)
        try:
            async with asyncio.timeout(timeout):
                return await self.wait()
        except TimeoutError:
            self.kill_group()
            return await self.wait()

    def _signal(self, sig: signal.Signals) -> None:
        if self._code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sig)
