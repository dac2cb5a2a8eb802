"""The supervisor: everything of Filière on one machine, started together, kept running, stopped in order."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Self

from filiere.embedded.broker import EmbeddedBroker
from filiere.embedded.ports import LOOPBACK, require_free
from filiere.exposure import is_loopback

from stack.addresses import forget_databases, remember_databases
from stack.engines import Databases, WatchedEngine, embedded_identity, embedded_postgres, make_topics, own_broker
from stack.errors import OpenToOthers, StackError
from stack.launch import Launcher, Program
from stack.lock import FolderLock
from stack.logins import Logins
from stack.services import (
    API_TITLE,
    SERVICES,
    Engines,
    ServicePlan,
    ServicePrograms,
    home_program,
    log_folder,
    worker_role,
)
from stack.settings import StackSettings
from stack.states import Board, PartStatus, State
from stack.supervised import Supervised, run_to_end

# A service drains for 8 s at most (its own bound); it gets a little more before it is forced.
_STOP_SECONDS = 10.0
# Towards a dead broker there is nothing to drain: redelivery and the inbox mend whatever a forced end cuts.
_STOP_WITHOUT_BROKER_SECONDS = 3.0


class Stack:
    """`async with Stack(settings) as stack:` – a running Filière; leaving the block stops it.

    Parts are named `postgres`, `broker`, `identity`, `home`, `<service>-api`, `<service>-worker` (and `…-worker-2` on).
    """

    def __init__(
        self, settings: StackSettings, services: Sequence[ServicePlan] = SERVICES, *, home: bool = True
    ) -> None:
        """Starts nothing yet. `home` False leaves the front door out (tests)."""
        self.settings = settings
        self.board = Board(settings.data / "status.json")
        self.databases: dict[str, str] = {}
        """URL of each service's database, once started: for the audit, never for the services' work."""
        self._services = tuple(services)
        self._lock = FolderLock(settings.data)
        self._with_home = home
        self._engines: dict[str, WatchedEngine] = {}
        self._processes: dict[str, Supervised] = {}
        self._programs: dict[str, ServicePrograms] = {}
        self._workers: list[Supervised] = []
        self._launcher = Launcher(
            log_folder(settings) / "nursery.log",
            warm=settings.warm,
            services=[plan.package for plan in services if plan.package],
        )
        self._broker_epoch = asyncio.Lock()
        self._logins: Logins | None = None

        self._postgres = embedded_postgres(settings)
        self._broker = own_broker(settings)
        self._identity = embedded_identity(settings, self._launcher, home_program(settings) if home else None)
        if self._postgres is not None:
            address = f"{LOOPBACK}:{settings.postgres_port}"
            self._engines["postgres"] = WatchedEngine("postgres", "PostgreSQL", self._postgres, self.board, address)
        if self._broker is not None:
            self._engines["broker"] = WatchedEngine(
                "broker",
                "Messagerie",
                self._broker,
                self.board,
                self.kafka_bootstrap_servers,
                # An Apache Kafka that died has forgotten nothing: it is just started again.
                self._new_incarnation if isinstance(self._broker, EmbeddedBroker) else None,
            )
        if self._identity is not None:
            # Two small servers of a demonstration: a process each would hold 25 MB more.
            self._engines["identity"] = WatchedEngine(
                "identity", "Identité", self._identity, self.board, self.issuer, also=["home"] if home else []
            )

        if home:
            self.board.add("home", "Accueil", self.home_url)
        for plan in self._services:
            self.board.add(f"{plan.name}-api", f"{plan.title}, {API_TITLE}", settings.public_url(plan.name))
            for role, title in map(worker_role, range(1, settings.workers + 1)):
                self.board.add(f"{plan.name}-{role}", f"{plan.title}, {title}")

    # Where things are

    @property
    def home_url(self) -> str:
        return self.settings.public_url("home")

    @property
    def collect_url(self) -> str:
        return self.url("collect")

    @property
    def refurbish_url(self) -> str:
        return self.url("refurbish")

    @property
    def distribute_url(self) -> str:
        return self.url("distribute")

    def url(self, service: str) -> str:
        """Base URL of a service's api, by number: what programs on this machine call."""
        return f"http://{LOOPBACK}:{getattr(self.settings, f'{service}_port')}"

    @property
    def issuer(self) -> str:
        return self._identity.issuer if self._identity is not None else str(self.settings.oidc_issuer)

    @property
    def kafka_bootstrap_servers(self) -> str:
        if self._broker is not None:
            return self._broker.bootstrap_servers
        return str(self.settings.kafka_bootstrap_servers)

    @property
    def pids(self) -> dict[str, int]:
        """Process id of every part that runs at this moment."""
        parts: dict[str, WatchedEngine | Supervised] = {**self._engines, **self._processes}
        parts |= {name: engine for engine in self._engines.values() for name in engine.also}
        running = {name: part.pid for name, part in parts.items() if part.pid is not None}
        nursery = self._launcher.nursery_pid
        return running if nursery is None else {**running, "nursery": nursery}

    @property
    def incarnation(self) -> int:
        """How many brokers there have been, of those that forget; 1 with an Apache Kafka of our own, 0 with another."""
        return self._broker.incarnation if self._broker is not None else 0

    # Life

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Everything, as parallel as its needs allow; returns when all is ready.

        Raises EngineError (StackError, PortTaken …) with one sentence; the caller stops what had started.
        """
        if self._identity is not None and not is_loopback(self.settings.public_host):
            raise OpenToOthers(self.settings.public_host)
        self._lock.acquire()
        require_free(self.settings.ports_needed())
        log_folder(self.settings).mkdir(parents=True, exist_ok=True)
        (self.settings.data / "mail").mkdir(exist_ok=True)
        await self._launcher.prepare()
        postgres = _begun(self._start_engine("postgres"))
        broker = _begun(self._start_broker())
        work: list[Awaitable[None]] = [
            self._start_engine("identity"),
            *(self._start_service(plan, postgres, broker) for plan in self._services),
        ]
        if self._with_home and self._identity is None:
            work.append(self._supervise(home_program(self.settings)).start())
        await _all(postgres, broker, *work)
        remember_databases(self.settings.data, self.databases)

    async def stop(self) -> None:
        """In order: what people and the network talk to, then the engines; every step bounded. Safe to call twice."""
        if not self._lock.held:  # never started, or already stopped: the folder may belong to another supervisor
            return
        forget_databases(self.settings.data)
        await asyncio.gather(*(engine.unwatch() for engine in self._engines.values()))
        services = [process.stop(_STOP_SECONDS) for process in self._processes.values()]
        await asyncio.gather(*services, return_exceptions=True)
        for name in ("identity", "broker", "postgres"):
            if name == "broker":
                await self._launcher.close()  # all that it has forked is gone
            if name in self._engines:
                await self._engines[name].stop()
        self._lock.release()

    def force_stop(self) -> None:
        """SIGKILL everything now. The databases recover at the next start."""
        for process in self._processes.values():
            process.force()
        for engine in self._engines.values():
            engine.kill()

    # For tests and for people who want to see it heal

    def kill(self, part: str) -> None:
        """SIGKILL a part as a crash would; the supervisor notices by itself. KeyError for an unknown part.

        `nursery` is the process our own ones are forked from: all of them die with it.
        """
        if part == "nursery":
            self._launcher.kill_nursery()
        elif engine := next((one for one in self._engines.values() if part in (one.name, *one.also)), None):
            engine.kill()
        else:
            self._processes[part].kill()

    async def restart(self, part: str) -> None:
        """End one of our processes cleanly and start it again, as a rolling update does. KeyError for others."""
        process = self._processes[part]
        await process.stop(_STOP_SECONDS)
        await process.start()

    async def stop_workers(self) -> None:
        """All services' relays and consumers end cleanly; pages and API go on."""
        await asyncio.gather(*(worker.stop(_STOP_SECONDS) for worker in self._workers))

    async def start_workers(self) -> None:
        await _all(*(worker.start() for worker in self._workers))

    async def republish(self, since: datetime | None = None) -> None:
        """Mark every service's events as unsent, all or those since a moment; the workers must not run."""
        programs = [one.republish(since) for one in self._programs.values()]
        await _all(*(run_to_end(self._launcher, program, self.settings.start_timeout) for program in programs))

    async def aside(self, role: str, *arguments: str, hear: Callable[[str], None] | None = None) -> None:
        """Run `python -m stack …` to its end in a process of its own: what it loads goes with it. Raises StepFailed.

        What has `hear` may take its time: its lines are told as they come.
        """
        command = (sys.executable, "-m", "stack", *arguments)
        program = Program(role, role, command, dict(os.environ), log_folder(self.settings) / f"{role}.log")
        await run_to_end(self._launcher, program, None if hear else self.settings.start_timeout, hear)

    async def wait_ready(self, *parts: str, timeout: float = 60) -> None:
        """Until the parts (default: all) are ready again. Raises TimeoutError."""
        wanted = parts or tuple(part.name for part in self.board.parts())

        def all_ready() -> bool:
            return all(self.board[name].state is State.READY and name in self.pids for name in wanted)

        async with asyncio.timeout(timeout):
            await self.board.until(all_ready)

    def listen(self, listener: Callable[[PartStatus], None]) -> None:
        self.board.listen(listener)

    async def token(self, subject: str) -> str:
        """An access token of a person, through the provider's login."""
        if self._logins is None:
            self._logins = Logins(self.settings, self.issuer)
        return await self._logins(subject)

    # Inside

    async def _start_engine(self, name: str) -> None:
        if name in self._engines:
            await self._engines[name].start()

    async def _start_broker(self) -> None:
        await self._start_engine("broker")
        if self._kafka_profile != "embedded":
            await make_topics(self.kafka_bootstrap_servers, self.settings.kafka_topic_prefix)

    @property
    def _kafka_profile(self) -> str:
        if self._broker is None:
            return os.environ.get("KAFKA_PROFILE", "kafka")
        return "embedded" if isinstance(self._broker, EmbeddedBroker) else "kafka"

    async def _start_service(self, plan: ServicePlan, postgres: Awaitable[None], broker: Awaitable[None]) -> None:
        await postgres
        url = await Databases(self.settings, self._postgres).ensure(
            self.settings.database_prefix + plan.database_name()
        )
        self.databases[plan.name] = url
        programs = ServicePrograms(plan, self.settings, self._engines_for(plan.name, url))
        self._programs[plan.name] = programs
        await run_to_end(self._launcher, programs.migrate(), self.settings.start_timeout)
        api, workers = self._supervise(programs.api()), list(map(self._supervise, programs.workers()))
        self._workers += workers
        await broker
        await _all(
            run_to_end(self._launcher, programs.grant_coordinator(), self.settings.start_timeout),
            api.start(),
            self._start_workers(programs, workers),
        )

    async def _start_workers(self, programs: ServicePrograms, workers: Sequence[Supervised]) -> None:
        """An embedded broker starts empty: what the one before took and nobody had applied is in the outbox alone."""
        if isinstance(self._broker, EmbeddedBroker):
            await run_to_end(self._launcher, programs.republish(), self.settings.start_timeout)
        await _all(*(worker.start() for worker in workers))

    def _engines_for(self, name: str, database: str) -> Engines:
        return Engines({name: database}, self.kafka_bootstrap_servers, self._kafka_profile, self.issuer)

    def _supervise(self, program: Program) -> Supervised:
        process = Supervised(self._launcher, program, self.board, self.settings.start_timeout)
        self._processes[program.name] = process
        return process

    async def _new_incarnation(self) -> None:
        """A broker that died has forgotten everything: begin anew with an empty one and send all outboxes again.

        The workers must be gone first: an old consumer would wait for positions the new broker never had, and an old
        relay could stamp as sent what only the dead broker got. The api processes keep serving: they only write
        outboxes. The new workers make their topics themselves, read from the beginning, and their inboxes drop what
        they have already applied. The republishing must be done before they start, or new events would overtake
        older ones of the same device.
        """
        assert isinstance(self._broker, EmbeddedBroker)
        async with self._broker_epoch:
            workers = tuple(self._workers)
            await asyncio.gather(*(worker.stop(_STOP_WITHOUT_BROKER_SECONDS) for worker in workers))
            await self._broker.start()
            refill = asyncio.create_task(self._refill(workers))
            death = asyncio.create_task(self._broker.child.wait())
            try:
                await asyncio.wait((refill, death), return_when=asyncio.FIRST_COMPLETED)
                if not refill.done():
                    raise StackError("La messagerie est morte à nouveau pendant sa remise en route.")
                await refill
            except BaseException:
                self._broker.kill()  # its content is incomplete: no worker may run against it, and we shall try again
                raise
            finally:
                for task in (refill, death):
                    task.cancel()
                await asyncio.gather(refill, death, return_exceptions=True)

    async def _refill(self, workers: Sequence[Supervised]) -> None:
        await self.republish()
        await _all(*(worker.start() for worker in workers))


def _begun(work: Awaitable[None]) -> asyncio.Task[None]:
    """Start now; several may await the result."""
    return asyncio.ensure_future(work)


async def _all(*work: Awaitable[None]) -> None:
    """Wait for all; at the first failure cancel the rest, wait for them, and raise that failure itself."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
