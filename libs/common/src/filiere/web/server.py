"""Run the api process of a service."""

import asyncio
from types import FrameType

import anyio._backends._asyncio  # noqa: F401 - else httpx loads it inside the first request
import uvicorn
import uvloop
from starlette.types import ASGIApp, Message

from filiere.database import Database
from filiere.garbage_collection import give_back_at_rest, spare_the_collector
from filiere.http_server import close_the_slow, server_config
from filiere.service import Service
from filiere.settings import Settings
from filiere.telemetry.loop_lag import watched
from filiere.telemetry.metrics import watch_pool
from filiere.web.app import create_app
from filiere.web.live import Live


def serve(service: Service, settings: Settings) -> None:
    """Serve until a signal; requests in flight get `drain_timeout` to end."""
    uvloop.run(_serve(service, settings))


async def _serve(service: Service, settings: Settings) -> None:
    database = Database(
        settings.database_url.get_secret_value(),
        pool_size=settings.database_pool_size,
        application_name=f"{service.name}-api",
    )
    watch_pool(database.connections.size, lambda: database.connections.in_use)
    app = create_app(service, settings, database)
    config = server_config(
        app,
        host=settings.host,
        port=settings.port,
        forwarded_allow_ips=settings.forwarded_allow_ips,
        timeout_graceful_shutdown=int(settings.drain_timeout.total_seconds()),
    )
    config.load()
    await warm(app)
    app.state.filiere.pages.compile_all()
    spare_the_collector()
    server = _Server(config, app.state.filiere.live)
    state = server.server_state
    beside = [
        asyncio.create_task(close_the_slow(state)),
        asyncio.create_task(give_back_at_rest(lambda: state.total_requests)),
    ]
    try:
        with watched(settings.loop_lag_report):
            await server.serve()
    finally:
        for task in beside:
            task.cancel()
        await database.dispose()


class _Server(uvicorn.Server):
    """Lets go of pages that wait for news: a clean end waits for every answer to be whole."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._loop.call_soon_threadsafe(self._live.end)
        super().handle_exit(sig, frame)


async def warm(app: ASGIApp) -> None:
    """Do once what the first caller would wait for: FastAPI solves the dependencies of each route when one is asked."""

    async def nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def nowhere(_: Message) -> None: ...

    # Probes are the last routes: all others are looked at before.
    path = "/health/live"
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    await app({**scope, "headers": [], "state": {}, "root_path": "", "scheme": "http"}, nothing, nowhere)
