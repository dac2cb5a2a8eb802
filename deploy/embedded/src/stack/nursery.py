"""A process that has already imported everything heavy and forks our processes from itself.

Importing FastAPI, a service and the rest costs each Python process some seconds of CPU and 100 MB. The
stack runs a dozen of them, on machines with two cores: forked from one warm process they start in a fraction of that
and share its memory. What runs is the same module with the same arguments as `python -m <module> …`.

Protocol, one JSON object per line: in {"id", "module" or "script", "arguments", "env", "log"}, out {"id", "pid"} and
later {"pid", "code"}. The end of the connection ends the nursery, and the kernel ends its children with it.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from filiere.embedded.process import die_with_parent
from filiere.garbage_collection import give_back

PRELOADED = (
    *("filiere.cli", "filiere.worker", "filiere.web.server", "filiere.web", "uvloop", "uvicorn", "httptools"),
    # What these load with their first request or file.
    *("uvicorn.lifespan.on", "uvicorn.lifespan.off", "fastapi.telemetry._runtime", "obstore.store", "encodings.idna"),
    # A module that is read after the fork copies more pages than it fills: the door and the provider of people alone
    # took 16 MB for the 3 that they are.
    *("stack.home.app", "stack.settings", "filiere.embedded.identity", "filiere.embedded.identity_server"),
    *("uvicorn.loops.uvloop", "uvicorn.protocols.http.auto", "encodings.cp1252", "encodings.cp850"),
    *("encodings.utf_8_sig", "_strptime"),
)


class Nursery:
    """The forking side. It runs no event loop and no thread: only such a process may be forked safely."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._received = b""
        self._selector = selectors.DefaultSelector()
        self._wake_reader, self._wake_writer = socket.socketpair()

    def run(self) -> None:
        """Serve until the supervisor closes the connection."""
        self._wake_writer.setblocking(False)
        signal.set_wakeup_fd(self._wake_writer.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._selector.register(self._connection, selectors.EVENT_READ)
        self._selector.register(self._wake_reader, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is self._wake_reader:
                    self._wake_reader.recv(4096)
                    self._reap()
                elif not self._read():
                    return

    def _read(self) -> bool:
        """Handle the requests that have arrived; False when the supervisor is gone."""
        received = self._connection.recv(65536)
        *lines, self._received = (self._received + received).split(b"\n")
        for line in lines:
            self._fork(json.loads(line))
        return bool(received)

    def _fork(self, request: dict[str, Any]) -> None:
        tie = die_with_parent(signal.SIGKILL)
        pid = os.fork()
        if pid == 0:
            self._become(request, tie)
        self._tell({"id": request["id"], "pid": pid})

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._tell({"pid": pid, "code": os.waitstatus_to_exitcode(status)})

    def _tell(self, message: dict[str, Any]) -> None:
        self._connection.sendall(json.dumps(message).encode() + b"\n")

    def _become(self, request: dict[str, Any], tie: Callable[[], None] | None) -> NoReturn:
        """In the child: be the process that `python -m module arguments` would have been."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for end in (self._connection, self._wake_reader, self._wake_writer, self._selector):
                end.close()
            os.setsid()
            if tie is not None:
                tie()
            _redirect(request["log"])
            os.environ.clear()
            os.environ.update(request["env"])
            code = _run(request)
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def _redirect(log: str) -> None:
    """Input from nowhere, output to the log file, line by line."""
    nowhere, file = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(nowhere, 0)
    os.dup2(file, 1)
    os.dup2(file, 2)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]


def _run(request: dict[str, Any]) -> int:
    """The exit status, by the interpreter's own rules."""
    try:
        if module := request.get("module"):
            sys.argv = [module, *request["arguments"]]
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        else:
            sys.argv = [request["script"], *request["arguments"]]
            runpy.run_path(request["script"], run_name="__main__")
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        sys.stderr.write(f"{ended.code}\n")
        return 1
    except BaseException:  # noqa: BLE001 - the interpreter prints whatever reaches the top, and so do we
        traceback.print_exc()
        return 1
    return 0


def rehearse(service: str) -> None:
    """Import a service and put its application together once, without settings, connections or an event loop.

    Python counts references in the objects and adapts code where it stands: whatever runs for the first time after the
    fork copies the pages that it touches. What has run before is shared.
    """
    definition = importlib.import_module(f"{service}.definition").service
    web, database = importlib.import_module("filiere.web.app"), importlib.import_module("filiere.database")
    settings = definition.settings.model_construct()
    app = web.create_app(definition, settings, database.Database(settings.database_url.get_secret_value()))
    with contextlib.suppress(StopIteration):  # a probe waits for nothing: it ends at its first step
        importlib.import_module("filiere.web.server").warm(app).send(None)
    # Compiling touches the whole of Jinja: 6 MB of a process, beside what it makes.
    app.state.filiere.pages.compile_all()
    importlib.import_module("filiere.worker").composer_of(definition, settings)
    importlib.import_module("typer.main").get_command(importlib.import_module("filiere.cli").commands(definition))
    definition.background()


_POOL = 16_384
"""Bytes of small objects of one size that Python (3.10 and later) takes from the system together."""


def fill_holes() -> list[object]:
    """Fill what is free between small objects; what is returned must be kept.

    A child puts its first objects where there is room, here and there among what it shares, and so copies a page for
    each. With no room left there they stand together in pages of their own.
    """
    kept: list[object] = []
    for size in range(48, 513, 16):
        in_a_row, before = 0, 0
        while in_a_row < _POOL // size - 8:  # a fresh pool is filled from its beginning to its end
            kept.append(bytes(size - 33))
            in_a_row = in_a_row + 1 if id(kept[-1]) == before + size else 0
            before = id(kept[-1])
    return kept


def main() -> None:
    """`python -m stack.nursery <descriptor of the connection> <service>…`."""
    connection = socket.socket(fileno=int(sys.argv[1]))
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy would start threads; what computes does so in its own process
    for name in PRELOADED:
        importlib.import_module(name)
    for service in sys.argv[2:]:
        rehearse(service)
    gc.collect()
    gc.freeze()  # the collector must not touch, and so copy, the pages the children share
    kept = fill_holes()  # noqa: F841 - for as long as children are forked
    give_back()
    Nursery(connection).run()


if __name__ == "__main__":
    main()
