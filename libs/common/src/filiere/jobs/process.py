"""A Python module as a process of its own: bytes in, messages out. It can be stopped at any moment, holds no lock of
ours, cannot stop the event loop, and gives its memory back.

The process reads its input from stdin to the end, and says what it has to say in lines of JSON, each perhaps followed
by as many bytes as it announces.
"""

import asyncio
import contextlib
import json
import resource
import sys
from collections.abc import AsyncIterator
from typing import Any, Self

# Of a line: what is refused may name many rows.
_LONGEST_LINE = 2**20


class ProcessFailed(RuntimeError):
    """The process ended without saying all; the message is the end of what it complained of."""


class Process:
    """A process at work. Whoever starts one reads it to its end, or cancels it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, module: str, content: bytes, *arguments: str) -> Self:
        """Run `python -m module arguments…` on this input."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", module, *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
        )
        assert process.stdin is not None
        process.stdin.write(content)
        process.stdin.close()
        return cls(process)

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        """Each message as it comes. Raises ProcessFailed after the last one of a process that ended badly.

        A reader that goes away stops the process.
        """
        assert self._process.stdout is not None
        is_read = False
        try:
            while line := await self._process.stdout.readline():
                yield json.loads(line)
            is_read = True
        finally:
            if not is_read:
                await self.cancel()
        if (status := await self._process.wait()) != 0:  # below zero: the signal that ended it
            assert self._process.stderr is not None
            complaint = (await self._process.stderr.read()).decode(errors="replace").strip()[-500:]
            raise ProcessFailed(complaint or f"ended with status {status}")

    async def read(self, size: int) -> bytes:
        """The bytes that follow the message which announced them. Raises ProcessFailed."""
        assert self._process.stdout is not None
        try:
            return await self._process.stdout.readexactly(size)
        except asyncio.IncompleteReadError as error:
            raise ProcessFailed("it died while it answered") from error

    async def cancel(self) -> None:
        """Stop the process if it still runs; returns when it is gone."""
        if self.is_running:
            self._process.kill()
        # asyncio takes a process for gone when its pipes are: what it has said and nobody wants must be read away.
        # Where somebody is reading already, that one comes to the end.
        assert self._process.stdout is not None
        with contextlib.suppress(RuntimeError):
            await self._process.stdout.read()
        await self._process.wait()


def say(*contents: bytes, **what: Any) -> None:
    """The process's side: one message, and the bytes that follow it."""
    sys.stdout.buffer.write(json.dumps(what).encode() + b"\n")
    for one in contents:
        sys.stdout.buffer.write(one)
    sys.stdout.buffer.flush()


def bound(*, cpu_s: int, memory_bytes: int) -> None:
    """The process's side: die rather than take more than this of the machine."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
