"""One node of Apache Kafka as our own child process. What it has stored survives `kill()` and `start()`."""

import asyncio
import signal
from pathlib import Path

from filiere.embedded.apache_kafka.configuration import NodePlan
from filiere.embedded.apache_kafka.jars import jars, java, log_configuration
from filiere.embedded.ports import LOOPBACK
from filiere.embedded.process import Child, EngineError, last_lines

_FORMAT_SECONDS = 60.0
_PROBE_PAUSE_SECONDS = 0.05
_STARTED = b"Kafka Server started"
# The compiler that starts quicker, one thread of collection: a node here lives for minutes, among others, on few cores.
_QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class KafkaNode:
    """Broker, controller or both on 127.0.0.1, the same ports over all its lives."""

    def __init__(self, plan: NodePlan, *, heap_mb: int, quick: bool, detached: bool) -> None:
        self.plan = plan
        self.log_file = plan.folder / "node.log"
        self._heap_mb = heap_mb
        self._quick = quick
        self._detached = detached
        self._child: Child | None = None
        self.paused = False

    @property
    def id(self) -> int:
        return self.plan.id

    @property
    def port(self) -> int:
        return self.plan.port

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def properties_file(self) -> Path:
        return self.plan.folder / "server.properties"

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.running else None

    @property
    def child(self) -> Child:
        """The node's process; raises EngineError before the first start."""
        if self._child is None:
            raise EngineError(f"Node {self.id} of Apache Kafka has not been started.")
        return self._child

    async def format(self, cluster_id: str, properties: str) -> None:
        """Write the configuration and, the first time, prepare the storage. Raises EngineError."""
        self.plan.folder.mkdir(parents=True, exist_ok=True)
        self.properties_file.write_text(properties)
        if (self.plan.folder / "data" / "meta.properties").exists():
            return
        arguments = ["format", "--cluster-id", cluster_id, "--config", str(self.properties_file)]
        command = await self._java("kafka.tools.StorageTool", *arguments)
        child = Child(command, log_file=self.log_file)
        try:
            async with asyncio.timeout(_FORMAT_SECONDS):
                code = await child.wait()
        except TimeoutError:
            code = -1
        finally:
            child.kill_group()
        if code != 0:
            raise EngineError(
                f"The storage of Apache Kafka cannot be prepared: {last_lines(self.log_file, 1)} (see {self.log_file})"
            )

    async def launch(self) -> None:
        """Start the process; `serving` waits until it serves."""
        if self.running:
            return
        self.paused = False
        self._offset = self.log_file.stat().st_size if self.log_file.exists() else 0
        command = await self._java("kafka.Kafka", str(self.properties_file))
        self._child = Child(command, log_file=self.log_file, death_signal=None if self._detached else signal.SIGKILL)

    async def serving(self, timeout: float) -> None:
        """Return once the node is part of the cluster and takes requests. Raises EngineError."""
        deadline = asyncio.get_running_loop().time() + timeout
        while self.child.running:
            with self.log_file.open("rb") as log:
                log.seek(self._offset)
                if _STARTED in log.read():
                    return
            if asyncio.get_running_loop().time() > deadline:
                self.child.kill_group()
                raise EngineError(
                    f"Node {self.id} of Apache Kafka does not serve after {timeout:.0f} s (see {self.log_file})"
                )
            await asyncio.sleep(_PROBE_PAUSE_SECONDS)
        reason = last_lines(self.log_file, offset=self._offset) or f"it ended with code {self.child.returncode}"
        raise EngineError(f"Node {self.id} of Apache Kafka does not start: {reason} (see {self.log_file})")

    async def stop(self, timeout: float = 30.0) -> None:
        """SIGTERM (it hands its partitions over), then SIGKILL after `timeout` seconds."""
        if self._child is not None:
            self.resume()
            await self._child.stop(signal.SIGTERM, timeout)

    def kill(self) -> None:
        """SIGKILL: what it acknowledged stays on disk."""
        if self._child is not None:
            self._child.kill()
            self.paused = False

    def pause(self) -> None:
        """SIGSTOP: connections stay open, nothing answers."""
        self.child.freeze()
        self.paused = True

    def resume(self) -> None:
        if self.paused:
            self.child.send(signal.SIGCONT)
            self.paused = False

    async def _java(self, main: str, *arguments: str) -> list[str]:
        return [
            java(),
            f"-Xmx{self._heap_mb}m",
            f"-Xms{min(self._heap_mb, 128)}m",
            *(_QUICK if self._quick else ()),
            f"-Dlog4j2.configurationFile={log_configuration()}",
            "-cp",
            f"{await jars()}/*",
            main,
            *arguments,
        ]
