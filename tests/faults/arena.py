"""A whole Filière whose every part can be killed, paused and cut off: where the workload and the nemesis meet.

Between any two processes that talk stands a proxy: people and api, services and PostgreSQL, everybody and the broker.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psutil
from filiere.embedded.apache_kafka import ApacheKafka, KafkaNode
from filiere.embedded.ports import LOOPBACK, free_ports
from filiere.embedded.process import EngineError
from filiere.kafka.client import ensure_topics
from filiere.service import installed_services
from filiere.settings import KafkaProfile, Settings
from filiere.testing import infra as infra_of_tests
from stack.demo.api import Chain
from stack.scenario import ScenarioContext
from stack.services import Engines
from stack.settings import StackSettings
from stack.stack import Stack
from stack.states import State

from tests.faults.disk import SmallDisk
from tests.faults.proxy import FaultProxy

SERVICES = ("collect", "refurbish", "distribute")
_DISK_MB = 600
_START_AGAIN_S = 0.5


class ProxiedStack(Stack):
    """A stack whose services reach their databases through proxies; the audit and the checker go straight."""

    def __init__(self, settings: StackSettings, database_links: dict[str, FaultProxy]) -> None:
        super().__init__(settings, home=False)
        self._links = database_links

    def _engines_for(self, name: str, database: str) -> Engines:
        straight = urlsplit(database)
        self._links[name].target = straight.port or 5432
        netloc = f"{straight.netloc.rsplit(':', 1)[0]}:{self._links[name].port}"
        proxied = urlunsplit(straight._replace(netloc=netloc))
        return replace(super()._engines_for(name, database), databases={name: proxied})


class Arena:
    """Use `arena()`. Parts: `<service>-api`, `<service>-worker`, `<service>-worker-2`, `postgres`, `broker-1` …"""

    def __init__(
        self, stack: Stack, links: dict[str, FaultProxy], kafka: ApacheKafka | None, disk: SmallDisk | None
    ) -> None:
        self.stack = stack
        self.links = links
        """Proxies by name: `http <service>`, `database <service>`, `broker <n>` (only with Apache Kafka)."""
        self.kafka = kafka
        self.disk = disk
        self._client = httpx.AsyncClient(timeout=2, trust_env=False)

    @property
    def kind(self) -> str:
        return f"Apache Kafka, {len(self.kafka.nodes)} node(s)" if self.kafka is not None else "the embedded broker"

    @property
    def bootstrap_servers(self) -> str:
        return self.stack.kafka_bootstrap_servers

    @property
    def brokers(self) -> list[str]:
        return [f"broker-{node.id}" for node in self.kafka.nodes] if self.kafka is not None else ["broker"]

    def address(self, service: str) -> str:
        """Base URL of a service's api, through its proxy."""
        return f"http://{LOOPBACK}:{self.links[f'http {service}'].port}"

    def pid(self, part: str) -> int | None:
        if (node := self._node(part)) is not None:
            return node.pid
        return self.stack.pids.get(part)

    def is_ready(self, part: str) -> bool:
        if (node := self._node(part)) is not None:
            return node.running and not node.paused
        return self.stack.board[part].state is State.READY and part in self.stack.pids

    def kill(self, part: str) -> None:
        """SIGKILL to the part and everything it has started."""
        if (node := self._node(part)) is not None:
            node.kill()
            return
        helpers = list(self._tree(part))[1:]
        self.stack.kill(part)
        _signal(helpers, signal.SIGKILL)

    def pause(self, part: str) -> list[int]:
        """SIGSTOP to the part and its helpers; give the result to `resume`."""
        paused = list(self._tree(part))
        _signal(paused, signal.SIGSTOP)
        return paused

    def resume(self, pids: list[int]) -> None:
        _signal(pids, signal.SIGCONT)

    async def relay_of(self, service: str) -> str | None:
        """The worker that holds the service's relay lock now, by its own word."""
        for part in self.workers(service):
            with contextlib.suppress(httpx.HTTPError):
                said = await self._client.get(f"{self.stack.board[part].address}/metrics")
                if "filiere_relay_active 1.0" in said.text:
                    return part
        return None

    def workers(self, service: str) -> list[str]:
        return [one.name for one in self.stack.board.parts() if one.name.startswith(f"{service}-worker")]

    def heal(self) -> None:
        """Every link whole, the disk free."""
        for link in self.links.values():
            link.heal()
        if self.disk is not None:
            self.disk.free()

    async def wait_ready(self, timeout: float = 120) -> None:
        await self.stack.wait_ready(timeout=timeout)
        async with asyncio.timeout(timeout):
            while not (all(self.is_ready(broker) for broker in self.brokers) and self._controlled()):
                await asyncio.sleep(0.1)

    def _controlled(self) -> bool:
        return self.kafka is None or all(node.running for node in self.kafka.controllers)

    async def close(self) -> None:
        await self._client.aclose()

    def _node(self, part: str) -> KafkaNode | None:
        if self.kafka is None or not part.startswith("broker-"):
            return None
        return next(node for node in self.kafka.nodes if part == f"broker-{node.id}")

    def _tree(self, part: str) -> Iterator[int]:
        pid = self.pid(part)
        if pid is None:
            return
        yield pid
        with contextlib.suppress(psutil.NoSuchProcess):
            yield from (child.pid for child in psutil.Process(pid).children(recursive=True))


@asynccontextmanager
async def arena(folder: Path, infra: str, *, workers: int = 1, nodes: int = 1) -> AsyncIterator[tuple[Arena, Chain]]:
    """Everything runs; `infra` is `kafka` or `embedded`. Also gives the public APIs, not through the proxies."""
    folder.chmod(0o755)  # noqa: ASYNC240 - at once; the databases run under another account when we are root
    settings = StackSettings.in_folder(folder / "data").model_copy(update={"workers": workers, "broker": "embedded"})
    async with AsyncExitStack() as exits:
        disk = _small_disk(exits) if infra == "kafka" else None
        links = {f"database {name}": await exits.enter_async_context(FaultProxy(0)) for name in SERVICES}
        kafka = (
            await _kafka(exits, (disk.folder if disk else folder) / "kafka", nodes, links) if infra == "kafka" else None
        )
        if kafka is not None:
            advertised = ",".join(f"{LOOPBACK}:{links[f'broker {node.id}'].port}" for node in kafka.nodes)
            settings = settings.model_copy(update={"kafka_bootstrap_servers": advertised})
            await make_topics(advertised, min(nodes, 3))
        by_service = {name: links[f"database {name}"] for name in SERVICES}
        stack = await exits.enter_async_context(ProxiedStack(settings, by_service))
        for name in SERVICES:
            link = FaultProxy(getattr(stack.settings, f"{name}_port"))
            links[f"http {name}"] = await exits.enter_async_context(link)
        client = await exits.enter_async_context(httpx.AsyncClient(timeout=30, trust_env=False))
        made = Arena(stack, links, kafka, disk)
        exits.push_async_callback(made.close)
        addresses = (stack.home_url, stack.collect_url, stack.refurbish_url, stack.distribute_url)
        context = ScenarioContext(*addresses, settings.data, stack.token, lambda *_: None)
        yield made, Chain(context, client)


def chosen_engines() -> str:
    """What `arena` is to run on in a test, by the test run's own choice."""
    return "kafka" if infra_of_tests.is_apache_kafka() else "embedded"


async def make_topics(bootstrap_servers: str, replication: int = 1) -> None:
    """Every topic of every service."""
    settings = Settings(
        kafka_bootstrap_servers=bootstrap_servers,
        kafka_profile=KafkaProfile.KAFKA,
        kafka_replication_factor=replication,
        kafka_min_insync_replicas=2 if replication > 2 else 1,
    )
    for service in installed_services():
        await ensure_topics(settings, service.topics)


def _small_disk(exits: AsyncExitStack) -> SmallDisk | None:
    if reason := SmallDisk.why_not():
        print(f"!!! {reason} The broker's disk will not be filled.")
        return None
    return exits.enter_context(SmallDisk(_DISK_MB))


async def _kafka(exits: AsyncExitStack, folder: Path, nodes: int, links: dict[str, FaultProxy]) -> ApacheKafka:
    """The nodes behind their proxies; each is started again whenever it dies."""
    kafka = ApacheKafka(folder, nodes, advertised=free_ports(nodes))
    for node in kafka.nodes:
        link = FaultProxy(node.port, port=node.plan.advertised_port)
        links[f"broker {node.id}"] = await exits.enter_async_context(link)
    await exits.enter_async_context(kafka)
    for node in (*kafka.controllers, *kafka.nodes):
        keeper = asyncio.create_task(_keep_running(kafka, node), name=f"keep broker {node.id}")
        exits.push_async_callback(_cancelled, keeper)
    return kafka


async def _keep_running(kafka: ApacheKafka, node: KafkaNode) -> None:
    while True:
        await node.child.wait()
        await asyncio.sleep(_START_AGAIN_S)
        with contextlib.suppress(EngineError):  # its disk is full, or it was killed while starting: again
            await kafka.start(node)


async def _cancelled(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
