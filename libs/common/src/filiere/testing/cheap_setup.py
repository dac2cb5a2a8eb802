"""What would cost each test something and prove nothing: set aside once per run."""

import gc
import importlib.util
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import certifi
import structlog

_NAME = "SSL_CERT_FILE"
_FIRST_OID_OF_A_DATABASE = 10_000
_END = "-----END CERTIFICATE-----\n"


def keep_what_is_compiled() -> None:
    """Images often forbid it; each run, and each process a run starts, would compile every module again: seconds."""
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def collect_less_often() -> None:
    """Thousands of modules are loaded and stay: the collector need not look through them at every 700 new objects."""
    gc.set_threshold(50_000, 20, 20)


def collect_nothing() -> Callable[[], None]:
    """While modules are loaded and tests are found, nothing becomes rubbish; what it returns begins the collecting.

    What has been loaded until then is never looked through again.
    """
    gc.disable()

    def begin() -> None:
        gc.freeze()
        gc.enable()

    return begin


def plain_tracebacks() -> None:
    """Without a service's own logs, structlog draws each traceback with all local variables: seconds per exception."""
    *others, _ = structlog.get_config()["processors"]
    drawn = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*others, drawn])


def search_once_for_what_is_absent() -> None:
    """The HTTP client looks for an optional library at each request: on every path, for a third of a millisecond."""
    for name in ("sniffio",):
        if name not in sys.modules and importlib.util.find_spec(name) is None:
            sys.modules[name] = None  # type: ignore[assignment]  # Python's way to say that there is none


def plain_connections() -> None:
    """PostgreSQL of this machine has no certificate: each connection would ask for one first, and make a context."""
    os.environ.setdefault("PGSSLMODE", "disable")


def ask_once_for_types() -> None:
    """asyncpg asks on each connection how PostgreSQL's own arrays are made, for 5 ms: no database has others."""
    from asyncpg.connection import Connection

    connection: Any = Connection  # its method is no public one: of the version that the lock file names
    asked = connection._introspect_types
    known: dict[frozenset[int], tuple[Any, Any]] = {}

    async def remembered(self: Any, oids: Iterable[int], timeout: float) -> tuple[Any, Any]:
        wanted = frozenset(oids)
        if max(wanted) >= _FIRST_OID_OF_A_DATABASE:
            return cast(tuple[Any, Any], await asked(self, wanted, timeout))
        if wanted not in known:
            types, _ = await asked(self, wanted, timeout)
            known[wanted] = types, SimpleNamespace(name="never sent")  # so that nothing is prepared again after it
        return known[wanted]

    connection._introspect_types = remembered


def one_authority() -> Callable[[], None]:
    """Every HTTP client reads all authorities of the world, and tests call nobody but this machine: give them one.

    What it returns puts things back.
    """
    before = os.environ.get(_NAME)
    handle, name = tempfile.mkstemp(prefix="filiere-authority-", suffix=".pem")
    with os.fdopen(handle, "w") as file:
        file.write(certifi.contents().partition(_END)[0] + _END)
    Path(name).chmod(0o644)
    os.environ[_NAME] = name

    def undo() -> None:
        Path(name).unlink(missing_ok=True)
        del os.environ[_NAME]
        if before is not None:
            os.environ[_NAME] = before

    return undo
