"""`python -m tests.performance.sampled FILE module arguments…`: run a module and write where its CPU time went.

A timer of the process's own CPU time stops it each millisecond; what it was doing then counts for the innermost of
`LAYERS` on its stack. Sampling costs every layer alike, a tracing profiler would cost most where calls are small.
"""

import atexit
import json
import runpy
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

EVERY_S = 0.001

# (part of a file's path, function or "" for all, layer): the first that fits names a frame.
LAYERS = [
    ("filiere/telemetry/logs.py", "", "log line"),
    ("filiere/telemetry/", "", "metrics and traces"),
    ("prometheus_client/", "", "metrics and traces"),
    ("opentelemetry/", "", "metrics and traces"),
    ("filiere/web/middleware.py", "observe", "metrics and traces"),
    ("filiere/web/middleware.py", "", "edge: ids, headers"),
    ("filiere/web/page_middleware.py", "", "edge: ids, headers"),
    ("filiere/web/bearer.py", "", "access: token, membership"),
    ("filiere/web/memberships.py", "", "access: token, membership"),
    ("filiere/web/access.py", "", "access: token, membership"),
    ("filiere/web/idempotency.py", "", "idempotency"),
    ("filiere/idempotency/", "", "idempotency"),
    ("filiere/web/sessions.py", "", "unit of work"),
    ("filiere/database/", "", "unit of work"),
    ("sqlalchemy/", "", "unit of work"),
    ("filiere/outbox/", "", "event"),
    ("filiere/events/", "", "event"),
    ("bank_api.py", "", "the command"),
    ("bare_app.py", "", "the command"),
    ("asyncpg/", "", "driver and PostgreSQL's answers"),
    ("fastapi/routing.py", "serialize_response", "answer"),
    ("starlette/responses.py", "", "answer"),
    ("fastapi/dependencies/", "", "dependencies and validation"),
    ("fastapi/", "", "routing"),
    ("starlette/", "", "routing"),
    ("uvicorn/", "", "HTTP server and loop"),
]
OTHER = "HTTP server and loop"

_found: Counter[str] = Counter()
_known: dict[tuple[str, str], str | None] = {}


def layer(frame: FrameType | None) -> str:
    while frame is not None:
        key = (frame.f_code.co_filename, frame.f_code.co_name)
        if key not in _known:
            path = key[0].replace("\\", "/")
            _known[key] = next((name for part, what, name in LAYERS if part in path and what in ("", key[1])), None)
        if (found := _known[key]) is not None:
            return found
        frame = frame.f_back
    return OTHER


def main() -> None:
    file, module, *arguments = sys.argv[1:]
    signal.signal(signal.SIGPROF, lambda _, frame: _found.update((layer(frame),)))
    # A second signal begins anew: what was done before the measured load does not count.
    signal.signal(signal.SIGUSR1, lambda *_: _found.clear())
    atexit.register(lambda: Path(file).write_text(json.dumps({name: n * EVERY_S for name, n in _found.items()})))
    # uvicorn ends by the signal that stopped it, raised again: by default that kills without a word.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
