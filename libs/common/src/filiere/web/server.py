"""Run the api process of a service."""

import asyncio

import uvicorn
import uvloop

from filiere.collector import spare_the_collector
from filiere.connections import close_the_slow, server_config
from filiere.database import Database
from filiere.settings import Settings
from filiere.telemetry.metrics import watch_pool
from filiere.web.app import create_app
from filiere.web.kit import WebService


def serve(service: WebService, settings: Settings) -> None:
    """Serve until a signal; requests in flight get `drain_timeout` to end."""
    uvloop.run(_serve(service, settings))


async def _serve(service: WebService, settings: Settings) -> None:
    database = Database(
        settings.database_url.get_secret_value(),
        pool_size=settings.database_pool_size,
        application_name=f"{service.name}-api",
    )
    watch_pool(database.engine.pool)
    config = server_config(
        create_app(service, settings, database),
        host=settings.host,
        port=settings.port,
        timeout_graceful_shutdown=int(settings.drain_timeout.total_seconds()),
    )
    config.load()
    spare_the_collector()
    server = uvicorn.Server(config)
    slow = asyncio.create_task(close_the_slow(server.server_state))
    try:
        await server.serve()
    finally:
        slow.cancel()
        await database.dispose()
