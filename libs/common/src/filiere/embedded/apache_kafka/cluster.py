"""Apache Kafka on this machine: one node, or several for replication and the loss of a broker."""

import asyncio
import base64
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self
from uuid import uuid4

from filiere.embedded.apache_kafka.configuration import CONTROLLER_ID, NodePlan, has_controller, properties
from filiere.embedded.apache_kafka.jars import java
from filiere.embedded.apache_kafka.node import KafkaNode
from filiere.embedded.ports import LOOPBACK, free_ports, is_taken
from filiere.embedded.process import Child, EngineError


class ApacheKafka:
    """`async with ApacheKafka() as kafka:` – topics, records and positions survive `kill()`, `stop()` and `start()`.

    The verbs without a node mean the whole cluster; `kafka.nodes[1].kill()` means the second broker alone.
    """

    def __init__(
        self,
        data_dir: Path | None = None,
        nodes: int = 1,
        ports: Sequence[int] | None = None,
        *,
        advertised: Sequence[int] | None = None,
        heap_mb: int = 384,
        quick: bool = True,
        detached: bool = False,
    ) -> None:
        """Starts nothing yet.

        Without `data_dir` it lives in a temporary folder that `stop()` leaves and leaving the block removes.
        `ports` are the brokers' (default: free ones), `advertised` those that clients are told (default: the same;
        a proxy stands between); `quick` trades peak speed for a quicker start (not for
        benchmarks); `detached` nodes outlive this process.
        """
        if nodes < 1:
            raise ValueError("a cluster has at least one node")
        self._temporary = data_dir is None
        self.data_dir = (data_dir or Path(tempfile.mkdtemp(prefix="filiere-kafka-"))).absolute()
        self.incarnation = 1
        """Always 1: unlike the embedded broker it forgets nothing (see `EmbeddedBroker.incarnation`)."""
        controllers = [number for number in range(1, nodes + 1) if has_controller(number, nodes)]
        free = free_ports(nodes + max(len(controllers), 1))
        brokers = list(ports) if ports is not None else free[:nodes]
        voting = free[nodes:]
        plans = [
            NodePlan(
                number,
                brokers[number - 1],
                voting[controllers.index(number)] if number in controllers else 0,
                self.data_dir / f"node-{number}",
                advertised[number - 1] if advertised is not None else 0,
            )
            for number in range(1, nodes + 1)
        ]
        apart = [] if controllers else [NodePlan(CONTROLLER_ID, 0, voting[0], self.data_dir / "controller")]
        options = {"quick": quick, "detached": detached}
        self.nodes = tuple(KafkaNode(plan, heap_mb=heap_mb, **options) for plan in plans)
        self.controllers = tuple(KafkaNode(plan, heap_mb=128, **options) for plan in apart)
        """The controllers that are no brokers: one beside two brokers, else none."""
        self._voters = [plan for plan in (*apart, *plans) if plan.controller_port]

    @property
    def bootstrap_servers(self) -> str:
        return ",".join(node.address for node in self.nodes)

    @property
    def port(self) -> int:
        """Of the first broker."""
        return self.nodes[0].port

    @property
    def running(self) -> bool:
        """Whether every node runs."""
        return all(node.running for node in self._all)

    @property
    def pid(self) -> int | None:
        """Of the first broker."""
        return self.nodes[0].pid

    @property
    def child(self) -> Child:
        """The first broker's process; raises EngineError before the first start."""
        return self.nodes[0].child

    @property
    def log_file(self) -> Path:
        return self.nodes[0].log_file

    async def start(self, *nodes: KafkaNode) -> None:
        """Start the nodes (default: all) and wait until they serve, whoever began it. Raises EngineError."""
        wanted = nodes or self._all
        java()
        cluster_id = self._cluster_id()
        for node in wanted:
            if node.running or node.starting:
                continue
            for port in (node.plan.port, node.plan.controller_port):
                if port and is_taken(port, LOOPBACK):
                    raise EngineError(f"Port {port} of Apache Kafka is already taken by another program.")
            node.join(cluster_id, properties(node.plan, self._voters, len(self.nodes)))
        await asyncio.gather(*(node.start() for node in wanted))

    async def stop(self, timeout: float = 30.0) -> None:
        """SIGTERM to all, SIGKILL after `timeout` seconds; brokers before the controller that they report to."""
        await asyncio.gather(*(node.stop(timeout) for node in self.nodes))
        await asyncio.gather(*(node.stop(timeout) for node in self.controllers))

    def kill(self) -> None:
        """SIGKILL to every broker; nothing acknowledged is lost."""
        for node in self.nodes:
            node.kill()

    def pause(self) -> None:
        """SIGSTOP to every broker."""
        for node in self.nodes:
            node.pause()

    def resume(self) -> None:
        for node in self.nodes:
            node.resume()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        self.destroy()

    def destroy(self) -> None:
        """SIGKILL to every node; its folder goes too when it was a temporary one."""
        for node in self._all:
            if node.running:
                node.kill()
        if self._temporary:
            shutil.rmtree(self.data_dir, ignore_errors=True)

    @property
    def _all(self) -> tuple[KafkaNode, ...]:
        return (*self.controllers, *self.nodes)

    def _cluster_id(self) -> str:
        """Made once per folder: nodes of another cluster refuse to join."""
        file = self.data_dir / "cluster-id"
        if not file.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            name = base64.urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
            file.write_text(name.replace("-", "A"))  # the tool takes a leading dash for an option
        return file.read_text()
