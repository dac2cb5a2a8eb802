"""Probes and metrics of the api process.

Live: the process answers; it never depends on anything else, or a database outage would restart every process.
Ready: what it needs answers, check by check.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from filiere.telemetry.metrics import CONTENT_TYPE_LATEST, Part, exposition
from filiere.web.access import public

# A check returns a short observation, or raises.
Check = Callable[[], Awaitable[str]]
CHECK_TIMEOUT = 2.0


async def run_checks(checks: Mapping[str, Check]) -> tuple[bool, dict[str, Any]]:
    """All checks at once, each under a bound; a failing one says its error's kind, never an address or a password."""

    async def run(check: Check) -> dict[str, Any]:
        started = time.perf_counter()
        try:
            async with asyncio.timeout(CHECK_TIMEOUT):
                observed = await check()
            status = "pass"
        except Exception as error:  # noqa: BLE001 - a probe reports whatever went wrong
            status, observed = "fail", type(error).__name__
        return {"status": status, "observed": observed, "ms": round((time.perf_counter() - started) * 1000, 1)}

    results = await asyncio.gather(*(run(check) for check in checks.values()))
    found = dict(zip(checks, results, strict=True))
    return all(result["status"] == "pass" for result in results), found


def health_router(checks: Mapping[str, Check]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live", dependencies=[public()])
    async def live() -> Response:
        return JSONResponse({"status": "pass"})

    @router.get("/health/ready", dependencies=[public()])
    async def ready() -> Response:
        passed, found = await run_checks(checks)
        return JSONResponse({"status": "pass" if passed else "fail", "checks": found}, 200 if passed else 503)

    @router.get("/metrics", dependencies=[public()])
    async def metrics() -> Response:
        return Response(exposition(Part.API), media_type=CONTENT_TYPE_LATEST)

    return router
