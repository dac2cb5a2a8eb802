"""The worker process: relay, consumer and probes in one task group; any unexpected end ends the process."""

import asyncio
import contextlib
import os
import signal
import time
from functools import partial
from typing import Generic, get_args
from uuid import UUID

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from filiere import housekeeping
from filiere.database import Database
from filiere.dead_letter.repository import Reason
from filiere.garbage_collection import give_back_at_rest, spare_the_collector
from filiere.health import Check, Failed, probe
from filiere.housekeeping import now_and_then
from filiere.http_server import close_the_slow, server_config
from filiere.kafka.client import KafkaConsumer, KafkaProducer, ensure_topics, missing_topics
from filiere.kafka.ports import BrokerUnavailable
from filiere.kafka.processing import Processor
from filiere.kafka.runtime import ConsumerRuntime
from filiere.links.tokens import LinkSigner
from filiere.mail.composing import Composer
from filiere.mail.sending import send_mails
from filiere.mail.transports import transport_of
from filiere.outbox.relay import Relay
from filiere.service import Background, Service
from filiere.settings import KafkaProfile, SettingsT
from filiere.telemetry import metrics
from filiere.telemetry.logs import get_logger
from filiere.telemetry.loop_lag import watched
from filiere.telemetry.metrics import CONTENT_TYPE_LATEST, Part, exposition
from filiere.web.i18n import catalogue_of

log = get_logger(__name__)

_PRUNE_EVERY_S = 3600.0
_MEASURE_EVERY_S = 15.0
_LOOK_AGAIN_S = 1.0
_SAY_EVERY = 30  # looks
_MAKE_TOPICS = "make them with `python -m filiere.kafka topics apply`"
_TURN_EVERY_S = 0.5
_TURNED_WITHIN_S = 10.0  # a loop that has not turned for so long is stuck in blocking work


class Worker(Generic[SettingsT]):
    """Runs one service's relay and consumer until SIGTERM or `stop()`."""

    def __init__(self, service: Service[SettingsT], settings: SettingsT) -> None:
        self.service = service
        self.settings = settings
        self.database = Database(
            settings.database_url.get_secret_value(),
            pool_size=settings.database_pool_size,
            application_name=f"{service.name}-worker",
        )
        self.processor = Processor(self.database, service.name, service.subscriptions, settings)
        self.relay = Relay(self.database, lambda: KafkaProducer(settings), service.name, settings)
        self.consumer = (
            ConsumerRuntime(KafkaConsumer(settings, service.name), self.processor, settings)
            if service.subscriptions
            else None
        )
        metrics.watch_pool(self.database.connections.size, lambda: self.database.connections.in_use)
        metrics.known_topics([topic.name for topic in service.topics], self.processor.topics, get_args(Reason))
        self._missing_topics: str | None = None
        self._turned = time.monotonic()
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Ask for a clean end."""
        log.info("worker_stopping")
        self._stopped.set()
        self.relay.stop()
        if self.consumer is not None:
            self.consumer.stop()

    async def run(self) -> None:
        """Run until stopped; raises what any part raised unexpectedly."""
        spare_the_collector()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop)
        probes = _ProbeServer(
            server_config(self._probe_app(), host=self.settings.host, port=self.settings.worker_port, lifespan="off")
        )
        probes.config.load()  # imports, which the loop should not wait for
        try:
            with watched(self.settings.loop_lag_report):
                await self._work(probes)
        finally:
            await self.database.dispose()
        log.info("worker_stopped", service=self.service.name)

    async def _work(self, probes: uvicorn.Server) -> None:
        async with asyncio.TaskGroup() as group:
            helpers = [
                group.create_task(probes.serve(), name="probes"),
                group.create_task(close_the_slow(probes.server_state), name="slow"),
                group.create_task(self._turn(), name="turn"),
                group.create_task(give_back_at_rest(self._done, self.database.connections.let_idle_go), name="memory"),
                group.create_task(now_and_then("prune", self._prune, _PRUNE_EVERY_S), name="prune"),
                group.create_task(now_and_then("measure", self._measure, _MEASURE_EVERY_S), name="measure"),
            ]
            await self._topics()
            log.info("worker_started", service=self.service.name, pid=os.getpid())
            async with asyncio.TaskGroup() as work:
                if self.consumer is not None:
                    work.create_task(self.consumer.run(), name="consumer")
                work.create_task(self.relay.run(), name="relay")
                if self.service.mails:
                    work.create_task(self._mail(), name="mail")
                for background in self.service.background():
                    work.create_task(self._beside(background), name="background")
            probes.should_exit = True
            for helper in helpers[1:]:
                helper.cancel()

    async def _beside(self, background: Background[SettingsT]) -> None:
        await background(self.database, self.settings, self._stopped)

    async def _mail(self) -> None:
        # In a thread: the English texts are read, and every template is compiled.
        composer = await asyncio.to_thread(composer_of, self.service, self.settings)
        await send_mails(self.database, self.settings, self._stopped, composer, transport_of(self.settings))

    async def _topics(self) -> None:
        """On the embedded broker every owner makes its topics; on Apache Kafka an operator does, and we wait.

        A worker that made them there would choose copies and retention in the operator's place, for good.
        """
        attempt = 0
        while not self._stopped.is_set():
            try:
                if self.settings.kafka_profile is KafkaProfile.EMBEDDED:
                    await ensure_topics(self.settings, self.service.topics)
                elif missing := await missing_topics(self.settings, self._topics_needed):
                    self._missing_topics = f"topics missing: {', '.join(missing)}; {_MAKE_TOPICS}"
                    attempt += 1
                    if attempt % _SAY_EVERY == 1:
                        log.error("topics_missing", topics=missing, remedy=_MAKE_TOPICS)
                    await asyncio.sleep(_LOOK_AGAIN_S)
                    continue
            except (BrokerUnavailable, TimeoutError) as error:
                attempt += 1
                log.warning("topics_wait_for_broker", error=str(error), attempt=attempt)
                await asyncio.sleep(min(0.1 * attempt, 2))
            else:
                self._missing_topics = None
                return

    @property
    def _topics_needed(self) -> list[str]:
        return [topic.name for topic in self.service.topics] + [each.topic for each in self.service.subscriptions]

    async def _prune(self) -> None:
        await housekeeping.prune(self.database, self.settings)

    async def _measure(self) -> None:
        await housekeeping.measure(self.database, self.service.name)

    async def _turn(self) -> None:
        while True:
            self._turned = time.monotonic()
            await asyncio.sleep(_TURN_EVERY_S)

    def _done(self) -> int:
        # Nearly all work leaves an event, the jobs' too.
        return self.relay.sent + (self.consumer.applied if self.consumer is not None else 0)

    def _probe_app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/health/live", self._live),
                Route("/health/ready", self._ready),
                Route("/metrics", lambda _: Response(exposition(Part.WORKER), media_type=CONTENT_TYPE_LATEST)),
            ]
        )

    async def _live(self, _: Request) -> JSONResponse:
        """Never about a dependency: a restart would not mend it."""
        checks: dict[str, Check] = {"loop": self._loop_turns}
        if self.consumer is not None:
            checks["poll"] = partial(self._polls, self.consumer)
        return await probe(checks)

    async def _ready(self, _: Request) -> JSONResponse:
        checks: dict[str, Check] = {
            "database": self._database_answers,
            "outbox": self._outbox_flows,
            "broker": self._broker_takes,
        }
        if self.consumer is not None:
            checks["consumer"] = partial(self._consumes, self.consumer)
        return await probe(checks)

    async def _loop_turns(self) -> str:
        if time.monotonic() - self._turned >= _TURNED_WITHIN_S:
            raise Failed("the event loop is stuck")
        return "turns"

    async def _polls(self, consumer: ConsumerRuntime) -> str:
        age = consumer.last_poll_age_s
        if age >= self.settings.consumer_poll_timeout.total_seconds():
            raise Failed(f"the consumer has not polled for {age:.0f} s")
        return f"polled {age:.0f} s ago"

    async def _database_answers(self) -> str:
        await self.database.ping()
        return "answers"

    async def _outbox_flows(self) -> str:
        age = self.relay.oldest_age_s  # 0 of a relay that is not the one at work
        if age >= self.settings.outbox_stale_after.total_seconds():
            raise Failed(f"the oldest event has waited {age:.0f} s")
        return f"the oldest event has waited {age:.0f} s" if age else "nothing waits"

    async def _broker_takes(self) -> str:
        if wrong := self._missing_topics or self.relay.broker_error:
            raise Failed(wrong)
        return "takes events"

    async def _consumes(self, consumer: ConsumerRuntime) -> str:
        if wrong := consumer.halted or self.processor.waiting_for:
            raise Failed(wrong)
        if not consumer.assigned and not self.settings.consumer_groups:
            raise Failed("no partition assigned")
        return f"{consumer.assigned} partitions"


def composer_of(service: Service[SettingsT], settings: SettingsT) -> Composer:
    """Who writes the letters of this service."""

    def sign(purpose: str, link_id: UUID) -> str:
        return LinkSigner(settings, service.name, purpose).token(link_id)

    english = catalogue_of(service.root).told
    return Composer(service.root, service.mails, settings.public_url, settings.mail_from, sign, english)


class _ProbeServer(uvicorn.Server):
    """uvicorn that leaves the signals to the worker."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        yield
