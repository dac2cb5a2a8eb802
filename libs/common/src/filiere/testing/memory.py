"""Temporary files of a test run in memory: each test clones a database, which is hundreds of files to make and remove.

Nothing is proven less: what tests kill are processes, and what a process has written stays, in memory as on a disk.
"""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there is made for us alone, as in any temporary folder
_PREFIX = "filiere-tests-"
_ENOUGH = 4 << 30  # several times what two workers take that each run a whole stack on an Apache Kafka


def begin() -> Path | None:
    """From now on temporary files of this process and of those it starts lie in memory; None: where they lay before.

    Whoever has set TMPDIR has chosen.
    """
    if os.environ.get("TMPDIR") or not _has_room():
        return None
    _forget_the_dead()
    folder = _MEMORY / f"{_PREFIX}{os.getpid()}"
    folder.mkdir(mode=0o755)
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    return folder


def end(folder: Path, *, keep: bool) -> None:
    """`keep`: something failed and somebody will look; the next run takes it away."""
    os.environ.pop("TMPDIR", None)
    tempfile.tempdir = None
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)


def _has_room() -> bool:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/meminfo").read_text().splitlines()
        available = next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
        return _MEMORY.is_mount() and min(available, shutil.disk_usage(_MEMORY).free) >= _ENOUGH
    return False  # no Linux


def _forget_the_dead() -> None:
    """Take away what runs have left of which something failed, or which were killed."""
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        with contextlib.suppress(FileNotFoundError):  # another run that begins takes it away at the same moment
            if folder.stat().st_uid == os.geteuid() and not Path("/proc", folder.name.removeprefix(_PREFIX)).exists():
                shutil.rmtree(folder, ignore_errors=True)
