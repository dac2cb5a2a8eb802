"""Run the api process of a service."""

import uvicorn
import uvloop

from filiere.collector import spare_the_collector
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
    config = uvicorn.Config(
        create_app(service, settings, database),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,  # the kit logs each request once, with its correlation id
        server_header=False,
        timeout_graceful_shutdown=int(settings.drain_timeout.total_seconds()),
    )
    config.load()
    spare_the_collector()
    try:
        await uvicorn.Server(config).serve()
    finally:
        await database.dispose()
