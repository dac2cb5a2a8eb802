"""What all embedded engines are: a child of ours that serves a port of loopback, the same one over all its lives."""

import asyncio
import signal
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Generic, Self, TypeVar

from filiere.embedded.ports import free_port
from filiere.embedded.process import EngineError, Process, last_lines

_ANOTHER_TRY_SECONDS = 0.05
P = TypeVar("P", bound=Process)


class Engine(ABC, Generic[P]):
    """Started until it really answers, stopped, killed, started again; each says how it is launched and asked."""

    title: str
    """As a sentence begins with it."""
    start_seconds: ClassVar[float] = 60.0  # of a machine that starts everything at once
    probe_pause_seconds: ClassVar[float] = 0.05
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    stop_seconds: ClassVar[float] = 5.0
    says_port_taken: ClassVar[tuple[str, ...]] = ()
    """Words of its own, in small letters, for a port that somebody else has: worth another try, on a port of ours."""
    says_not_yet: ClassVar[tuple[str, ...]] = ()
    """Words for what goes away by itself: worth another try."""

    def __init__(self, log_file: Path, port: int | None) -> None:
        """`port`: the one that it must have; by default one that is free when it is first asked for."""
        self.log_file = log_file.absolute()
        self._port = port
        self._may_move = port is None
        self._child: P | None = None
        self._said_from = 0  # where in the log the words of this life begin
        self._starts = asyncio.Lock()  # who asks while somebody else starts it waits for the same answer

    @property
    def port(self) -> int:
        if self._port is None:
            self._port = free_port()
        return self._port

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    @property
    def starting(self) -> bool:
        """Whether somebody is about to start it."""
        return self._starts.locked()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.running else None

    @property
    def child(self) -> P:
        """Its process; raises EngineError before the first start."""
        if self._child is None:
            raise EngineError(f"{self.title} has not been started.")
        return self._child

    async def start(self) -> None:
        """Start it; returns once it answers. Raises EngineError with one sentence when it cannot run."""
        async with self._starts:
            if not self.running:
                await self._start()

    async def stop(self, timeout: float | None = None) -> None:
        """Ask it to end; SIGKILL after `timeout` seconds."""
        if self._child is not None:
            await self._child.stop(self.stop_signal, self.stop_seconds if timeout is None else timeout)

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self._child is not None:
            self._child.kill()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _prepare(self) -> None:
        """What must be there before it is launched. Raises EngineError."""
        return

    async def _start(self) -> None:
        await self._prepare()
        deadline = asyncio.get_running_loop().time() + self.start_seconds
        said = ""
        while refusal := await self._live(deadline):
            taken = any(words in refusal.lower() for words in self.says_port_taken)
            retry = taken or any(words in refusal.lower() for words in self.says_not_yet)
            is_over = asyncio.get_running_loop().time() > deadline
            if not retry or is_over:
                # The last try may have been cut short: the one before has said what is the matter.
                why = said if said and is_over else refusal
                raise EngineError(f"{self.title} does not start: {why} (see {self.log_file})")
            said = refusal
            if taken and self._may_move:
                self._port = free_port()  # somebody took it between choosing and binding
            await asyncio.sleep(_ANOTHER_TRY_SECONDS)

    @abstractmethod
    async def _launch(self) -> P:
        """Start the process."""

    @abstractmethod
    async def _answers(self) -> bool:
        """Whether it serves: one real request; False while it starts."""

    async def _live(self, deadline: float) -> str:
        """Start it once. Returns "" when it answers, else what it said before it gave up."""
        self._said_from = self.log_file.stat().st_size if self.log_file.exists() else 0
        self._child = child = await self._launch()
        while child.running:
            if await self._answers():
                return ""
            if asyncio.get_running_loop().time() > deadline:
                child.kill_group()
                return f"no answer after {self.start_seconds:.0f} s"
            await asyncio.sleep(self.probe_pause_seconds)
        return last_lines(self.log_file, offset=self._said_from) or f"it ended with code {child.returncode}"
