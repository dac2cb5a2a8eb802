"""One process that must always run: started, waited for, started again when it dies, stopped when asked."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from filiere.embedded.process import EngineError, Process, last_lines

from stack.errors import NeverReady, StepFailed
from stack.launch import Launcher, Program
from stack.states import Board, State

_PROBE_PAUSE_SECONDS = 0.05
_LISTEN_PAUSE_SECONDS = 0.1
_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 30.0
_SPAWN_AGAIN_SECONDS = 0.5
# A life that ends sooner than this after becoming ready (or never became ready) is a short one; so many short lives
# in a row are a crash loop: said once, then retried at the longest pause. A process killed now and then from outside
# lives longer than that and is always started again at once.
_SHORT_LIFE_SECONDS = 3.0
_LOOP_LIVES = 5


async def run_to_end(
    launcher: Launcher, program: Program, timeout: float | None, hear: Callable[[str], None] | None = None
) -> None:
    """Run a command that must succeed; `hear` gets each line it writes. Raises StepFailed with the last of them."""
    offset = program.log_file.stat().st_size if program.log_file.exists() else 0
    child = await launcher.launch(program)
    try:
        async with asyncio.timeout(timeout):
            if hear is not None:
                await _listen(child, program.log_file, offset, hear)
            code = await child.wait()
    except TimeoutError:
        raise StepFailed(program.title, -1, f"pas fini après {timeout:.0f} s", program.log_file) from None
    finally:
        child.kill_group()
    if code != 0:
        raise StepFailed(program.title, code, last_lines(program.log_file, offset=offset), program.log_file)


async def _listen(child: Process, log_file: Path, offset: int, hear: Callable[[str], None]) -> None:
    """Tell each whole line that is written after `offset`, until the child has ended."""
    with log_file.open(encoding="utf-8", errors="replace") as log:
        log.seek(offset)
        line, running = "", True
        while running:
            running = child.running
            while read := log.readline():
                line += read
                if line.endswith("\n"):
                    hear(line)
                    line = ""
            await asyncio.sleep(_LISTEN_PAUSE_SECONDS)


class Supervised:
    """Keeps one Program running between `start` and `stop`."""

    def __init__(self, launcher: Launcher, program: Program, board: Board, start_timeout: float) -> None:
        self._launcher = launcher
        self.program = program
        self._board = board
        self._start_timeout = start_timeout
        self._child: Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._short_lives = 0
        self._ready_since: float | None = None
        board.add(program.name, program.title, program.address)

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.running else None

    async def start(self) -> None:
        """Start it and wait until it is ready. Raises NeverReady: a process that never worked is not retried."""
        if self._watch is not None:
            return
        await self._spawn(State.STARTING)
        why = await self._until_ready()
        if why:
            await self.stop(0)
            raise NeverReady(self.program.title, why, self.program.log_file)
        self._watch = asyncio.create_task(self._keep_running(), name=f"supervise {self.program.name}")

    async def stop(self, timeout: float) -> None:
        """SIGTERM and wait up to `timeout` seconds, then SIGKILL for all it started."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            self._watch = None
        if self._child is not None:
            if timeout > 0:
                await self._child.stop(signal.SIGTERM, timeout)
            self._child.kill_group()
        self._board.change(self.program.name, State.STOPPED)

    def kill(self) -> None:
        """SIGKILL the process as a crash would; the watch starts it again."""
        if self._child is not None:
            self._child.kill()

    def force(self) -> None:
        """SIGKILL everything at once, when the person asked twice."""
        if self._child is not None:
            self._child.kill_group()

    async def _spawn(self, state: State) -> None:
        program = self.program
        self._ready_since = None
        self._child = await self._launcher.launch(program)
        self._board.change(program.name, state, pid=self._child.pid)

    async def _until_ready(self) -> str:
        """Wait for `ready_url`; returns "" or the reason why it did not come."""
        child = self._child
        assert child is not None
        deadline = time.monotonic() + self._start_timeout
        offset = self.program.log_file.stat().st_size
        answer = "aucune réponse"
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            while child.running:
                if self.program.ready_url is None:
                    break
                try:
                    response = await client.get(self.program.ready_url)
                    if response.status_code == httpx.codes.OK:
                        break
                    answer = f"{response.status_code} {response.text[:200]}"
                except httpx.HTTPError:
                    pass
                if time.monotonic() > deadline:
                    return f"{answer} après {self._start_timeout:.0f} s"
                await asyncio.sleep(_PROBE_PAUSE_SECONDS)
        if not child.running:
            return last_lines(self.program.log_file, offset=offset) or f"fini avec le code {child.returncode}"
        self._ready_since = time.monotonic()
        self._board.change(self.program.name, State.READY, pid=child.pid)
        return ""

    async def _keep_running(self) -> None:
        """Until cancelled: wait for the end, pause longer after each short life, start again."""
        while True:
            assert self._child is not None
            code = await self._child.wait()
            self._child.kill_group()  # whatever it started must not hold its port
            ended = f"signal {-code}" if code < 0 else f"code {code}"
            pause = self._count_life(code)
            if self._short_lives >= _LOOP_LIVES:
                last = last_lines(self.program.log_file, count=1)
                detail = f"meurt en boucle ({ended}) : {last} – voir {self.program.log_file}, essai dans {pause:.0f} s"
                self._board.change(self.program.name, State.FAILING, detail=detail, restarted=True)
            else:
                self._board.change(self.program.name, State.RESTARTING, detail=ended, restarted=True)
            await asyncio.sleep(pause)
            await self._spawn_at_last(State.FAILING if self._short_lives >= _LOOP_LIVES else State.RESTARTING)
            await self._until_ready_or_gone()

    async def _spawn_at_last(self, state: State) -> None:
        """Start it, however often that fails: the process that it is forked from may be dying at this moment."""
        while True:
            try:
                await self._spawn(state)
            except EngineError as error:
                self._board.change(self.program.name, state, detail=str(error))
                await asyncio.sleep(_SPAWN_AGAIN_SECONDS)
            else:
                return

    async def _until_ready_or_gone(self) -> None:
        """A restarted process that lives but is not ready (its database is away, say) is left to find its way."""
        assert self._child is not None
        while self._child.running and (why := await self._until_ready()):
            self._board.change(self.program.name, State.RESTARTING, pid=self._child.pid, detail=why)

    def _count_life(self, code: int) -> float:
        """Seconds to wait before the next life."""
        if code == -signal.SIGKILL:
            return _FIRST_PAUSE_SECONDS  # somebody else ended it: that says nothing about its health
        lived = time.monotonic() - self._ready_since if self._ready_since is not None else 0.0
        self._short_lives = self._short_lives + 1 if lived < _SHORT_LIFE_SECONDS else 0
        if self._short_lives >= _LOOP_LIVES:
            return _LONGEST_PAUSE_SECONDS
        return min(_FIRST_PAUSE_SECONDS * 3.0**self._short_lives, _LONGEST_PAUSE_SECONDS)
