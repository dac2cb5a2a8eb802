"""What a probe answers, the same of the api, the worker and the front door: check by check, pass or fail.

    {"status": "fail", "checks": {"broker": {"status": "fail", "observed": "topics missing: …", "ms": 0.1}}}

Words of the IETF draft "Health Check Response Format for HTTP APIs"; its `warn` is what alerts are for.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.responses import JSONResponse

CHECK_TIMEOUT = 2.0

Check = Callable[[], Awaitable[str]]
"""Returns a short observation, or raises; only of `Failed` is the text said."""


class Failed(Exception):
    """A check found something wrong, and says what in words that everybody may read."""


async def probe(checks: Mapping[str, Check]) -> JSONResponse:
    """All checks at once, each under a bound; 503 when one fails."""
    results = await asyncio.gather(*map(_run, checks.values()))
    passed = all(result["status"] == "pass" for result in results)
    content = {"status": "pass" if passed else "fail", "checks": dict(zip(checks, results, strict=True))}
    return JSONResponse(content, 200 if passed else 503)


async def _run(check: Check) -> dict[str, Any]:
    started = time.perf_counter()
    status = "fail"
    try:
        async with asyncio.timeout(CHECK_TIMEOUT):
            observed = await check()
        status = "pass"
    except Failed as failed:
        observed = str(failed)
    except Exception as error:  # noqa: BLE001 - a probe reports whatever went wrong, never an address or a password
        observed = type(error).__name__
    return {"status": status, "observed": observed, "ms": round((time.perf_counter() - started) * 1000, 1)}
