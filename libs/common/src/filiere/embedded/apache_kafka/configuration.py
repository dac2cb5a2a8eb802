"""The properties of a node: small, quick, loopback only; nothing here changes what Kafka promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filiere.embedded.ports import LOOPBACK

CONTROLLER_ID = 100  # of the controller that stands alone beside two brokers


@dataclass(frozen=True, slots=True)
class NodePlan:
    """Who a node is: `port` 0 means no broker, `controller_port` 0 means no controller.

    `advertised_port` is the one clients are told, when something stands between them and the broker.
    """

    id: int
    port: int
    controller_port: int
    folder: Path
    advertised_port: int = 0

    @property
    def roles(self) -> str:
        return ",".join(name for name, port in (("broker", self.port), ("controller", self.controller_port)) if port)


def has_controller(number: int, nodes: int) -> bool:
    """Whether broker `number` (from 1) also is a controller.

    One node is both. Of two, neither: a vote of two stops with either, so a controller of its own stands beside them.
    Of three or more, the first three are, so that any one may be lost.
    """
    return nodes == 1 or (nodes > 2 and number <= 3)


def properties(plan: NodePlan, voters: Sequence[NodePlan], brokers: int) -> str:
    """The text of the node's server.properties."""
    listeners = [f"BROKER://{LOOPBACK}:{plan.port}"] if plan.port else []
    listeners += [f"CONTROLLER://{LOOPBACK}:{plan.controller_port}"] if plan.controller_port else []
    replication = min(brokers, 3)
    settings: dict[str, object] = {
        "process.roles": plan.roles,
        "node.id": plan.id,
        "controller.quorum.voters": ",".join(f"{voter.id}@{LOOPBACK}:{voter.controller_port}" for voter in voters),
        "listeners": ",".join(listeners),
        "listener.security.protocol.map": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "log.dirs": plan.folder / "data",
        # A topic comes from somebody who said its settings, never from a first message.
        "auto.create.topics.enable": "false",
        "default.replication.factor": replication,
        "min.insync.replicas": 2 if replication > 2 else 1,
        "offsets.topic.replication.factor": replication,
        "transaction.state.log.replication.factor": replication,
        "transaction.state.log.min.isr": 1,
        "share.coordinator.state.topic.replication.factor": replication,
        "share.coordinator.state.topic.min.isr": 1,
        # Small: dozens of topics of six partitions live here for a minute each.
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.num.partitions": 2,
        "share.coordinator.state.topic.num.partitions": 2,
        "log.segment.bytes": 64 * 1024 * 1024,
        "log.index.size.max.bytes": 256 * 1024,
        "log.cleaner.dedupe.buffer.size": 8 * 1024 * 1024,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
        # Quick: a group of one begins at once, a dead member or broker is noticed within seconds.
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1000,
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 500,
    }
    if plan.port:
        settings["inter.broker.listener.name"] = "BROKER"
        settings["advertised.listeners"] = f"BROKER://{LOOPBACK}:{plan.advertised_port or plan.port}"
    return "".join(f"{name}={value}\n" for name, value in settings.items())
