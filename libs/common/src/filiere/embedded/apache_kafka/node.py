"""One node of Apache Kafka as our own child process. What it has stored survives `kill()` and `start()`."""

import asyncio
import signal
from pathlib import Path

from filiere.embedded.apache_kafka.configuration import NodePlan
from filiere.embedded.apache_kafka.jars import jars, java, log_configuration
from filiere.embedded.engine import Engine
from filiere.embedded.ports import LOOPBACK
from filiere.embedded.process import Child, EngineError, last_lines

_FORMAT_SECONDS = 240.0  # a JVM for each node at once: seconds on an idle machine
_STARTED = b"Kafka Server started"
# The compiler that starts quicker, one thread of collection: a node here lives for minutes, among others, on few cores.
_QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


class KafkaNode(Engine[Child]):
    """Broker, controller or both on 127.0.0.1, the same ports over all its lives."""

    start_seconds = 90.0  # four seconds are usual on an idle machine
    stop_seconds = 30.0

    def __init__(self, plan: NodePlan, *, heap_mb: int, quick: bool, detached: bool) -> None:
        super().__init__(plan.folder / "node.log", plan.port)
        self.plan = plan
        self.title = f"Node {plan.id} of Apache Kafka"
        self._heap_mb = heap_mb
        self._quick = quick
        self._detached = detached
        self._cluster_id = ""
        self._properties = ""
        self.paused = False

    @property
    def id(self) -> int:
        return self.plan.id

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    @property
    def properties_file(self) -> Path:
        return self.plan.folder / "server.properties"

    def join(self, cluster_id: str, properties: str) -> None:
        """Say of what cluster it is, before it starts."""
        self._cluster_id, self._properties = cluster_id, properties

    async def stop(self, timeout: float | None = None) -> None:
        """SIGTERM (it hands its partitions over), then SIGKILL after `timeout` seconds."""
        self.resume()
        await super().stop(timeout)

    def kill(self) -> None:
        """SIGKILL: what it acknowledged stays on disk."""
        super().kill()
        self.paused = False

    def pause(self) -> None:
        """SIGSTOP: connections stay open, nothing answers."""
        self.child.freeze()
        self.paused = True

    def resume(self) -> None:
        if self.paused:
            self.child.send(signal.SIGCONT)
            self.paused = False

    async def _prepare(self) -> None:
        """Write the configuration and, the first time, prepare the storage. Raises EngineError."""
        self.plan.folder.mkdir(parents=True, exist_ok=True)
        self.properties_file.write_text(self._properties)
        if (self.plan.folder / "data" / "meta.properties").exists():
            return
        arguments = [
            "format",
            "--ignore-formatted",
            "--cluster-id",
            self._cluster_id,
            "--config",
            str(self.properties_file),
        ]
        command = await self._java("kafka.tools.StorageTool", *arguments)
        child = Child(command, log_file=self.log_file)
        try:
            async with asyncio.timeout(_FORMAT_SECONDS):
                code = await child.wait()
        except TimeoutError:
            raise EngineError(
                f"The storage of Apache Kafka is not prepared after {_FORMAT_SECONDS:.0f} s (see {self.log_file})"
            ) from None
        finally:
            child.kill_group()
        if code != 0:
            raise EngineError(
                f"The storage of Apache Kafka cannot be prepared: {last_lines(self.log_file, 1)} (see {self.log_file})"
            )

    async def _launch(self) -> Child:
        self.paused = False
        command = await self._java("kafka.Kafka", str(self.properties_file))
        return Child(command, log_file=self.log_file, death_signal=None if self._detached else signal.SIGKILL)

    async def _answers(self) -> bool:
        """Whether it is part of the cluster and takes requests: it says so itself."""
        with self.log_file.open("rb") as log:
            log.seek(self._said_from)
            return _STARTED in log.read()

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
