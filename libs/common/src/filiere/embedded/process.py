"""A child process that cannot outlive us, cannot be mistaken for another, and can be awaited from any event loop.

Why not `asyncio.create_subprocess_exec`: its transport belongs to one event loop and kills the child when that loop
closes, while an engine started in a session-wide test fixture serves many loops. A plain `Popen` plus a pidfd gives
the same awaiting without the tie.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_POLL_SECONDS = 0.01
_FREEZE_SECONDS = 5.0


class EngineError(RuntimeError):
    """An engine or a process of the stack cannot run; the message is one sentence for the person at the terminal."""


def die_with_parent(sig: signal.Signals) -> Callable[[], None] | None:
    """What a child runs between fork and exec so that the kernel signals it when its parent dies (Linux only).

    The kernel ties this to the *thread* that forked: start children from a thread that lives as long as the process
    (in practice the main one).
    """
    libc = _LIBC  # loaded before the fork: importing between fork and exec may dead-lock
    if libc is None:
        return None
    parent = os.getpid()

    def between_fork_and_exec() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before prctl: no signal would ever come
            os._exit(1)

    return between_fork_and_exec


class Child:
    """One started process: its own session (a Ctrl-C in the terminal reaches only the supervisor), output in a file."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        log_file: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        death_signal: signal.Signals | None = signal.SIGKILL,
        user: int | None = None,
        group: int | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        """Start `command` now. `env` replaces the whole environment; `user` and `group` are numeric ids (root only).

        `death_signal` is what it gets when we die; None lets it outlive us.
        Raises EngineError when the program cannot be started at all.
        """
        self.command = tuple(command)
        log_file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with log_file.open("ab") as log:
                self._process = subprocess.Popen(
                    self.command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=None if env is None else dict(env),
                    cwd=cwd,
                    start_new_session=True,
                    user=user,
                    group=group,
                    pass_fds=pass_fds,
                    extra_groups=None if user is None else [],
                    # A parent-death signal is the only tie that also survives a `kill -9` of the supervisor.
                    preexec_fn=None if death_signal is None else die_with_parent(death_signal),
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise EngineError(f"{self.command[0]} cannot be started: {error}") from error

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; minus the signal number when a signal ended it."""
        return self._process.poll()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def send(self, sig: signal.Signals) -> None:
        """Signal the process alone (not its group); nothing happens when it has already ended."""
        self._process.send_signal(sig)

    def freeze(self) -> None:
        """SIGSTOP the process and return once all its threads stand: on a busy machine that takes a moment."""
        self.send(signal.SIGSTOP)
        deadline = time.monotonic() + _FREEZE_SECONDS
        while self.running and time.monotonic() < deadline:
            if os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOHANG) is not None:
                return
            time.sleep(0.001)

    def kill(self) -> None:
        """SIGKILL the process and reap it, so that no zombie keeps its pid."""
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):  # only a process stuck in the kernel is this slow
            self._process.wait(timeout=5)

    def kill_group(self) -> None:
        """SIGKILL the process and everything it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self.kill()

    async def wait(self) -> int:
        """The exit code, as soon as the process ends."""
        while (code := self._process.poll()) is None:
            await self._readable_or_pause()
        return code

    async def stop(self, sig: signal.Signals = signal.SIGTERM, timeout: float = 10.0) -> int:
        """Ask with `sig`; after `timeout` seconds force the whole group. Returns the exit code."""
        if self.running:
            self.send(sig)
        try:
            async with asyncio.timeout(timeout):
                return await self.wait()
        except TimeoutError:
            self.kill_group()
            return await self.wait()

    async def _readable_or_pause(self) -> None:
        """Sleep until the process ends (pidfd) or, where the system has no pidfd, for a moment."""
        try:
            descriptor = os.pidfd_open(self._process.pid)
        except (AttributeError, OSError):
            await asyncio.sleep(_POLL_SECONDS)
            return
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        try:
            loop.add_reader(descriptor, ended.set)
            await ended.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)


class Process(Protocol):
    """A started process, however it was started; see `Child`."""

    @property
    def pid(self) -> int: ...
    @property
    def running(self) -> bool: ...
    @property
    def returncode(self) -> int | None: ...
    def kill(self) -> None: ...
    def kill_group(self) -> None: ...
    async def wait(self) -> int: ...
    async def stop(self, sig: signal.Signals = ..., timeout: float = ...) -> int: ...


def last_lines(log_file: Path, count: int = 3, offset: int = 0) -> str:
    """The last lines a child wrote after `offset` bytes, joined for an error message."""
    with contextlib.suppress(OSError):
        written = log_file.read_bytes()[offset:].decode(errors="replace").strip()
        return " | ".join(written.splitlines()[-count:])
    return ""
