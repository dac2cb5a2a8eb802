"""Probes and metrics of the api process.

Live: the process answers; it never depends on anything else, or a database outage would restart every process.
Ready: what it needs answers, check by check.
"""

from fastapi import APIRouter
from starlette.responses import Response

from filiere.database import Database
from filiere.health import probe
from filiere.telemetry.metrics import CONTENT_TYPE_LATEST, Part, exposition
from filiere.web.access import public


def health_router(database: Database) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    async def database_answers() -> str:
        await database.ping()
        return "answers"

    @router.get("/health/live", name="live", dependencies=[public()])
    async def live() -> Response:
        return await probe({})

    @router.get("/health/ready", name="ready", dependencies=[public()])
    async def ready() -> Response:
        return await probe({"database": database_answers})

    @router.get("/metrics", name="metrics", dependencies=[public()])
    async def metrics() -> Response:
        return Response(exposition(Part.API), media_type=CONTENT_TYPE_LATEST)

    return router
