"""What `filiere.jobs.process` starts is forked, in the daily run, from a process that has imported it already.

A fresh Python imports for a quarter of a second before it reads a line, and the daily tests start hundreds. There is a
parent for each module, which has imported what the module imports and nothing else: its children are what a fresh
process is after its first lines, with its bounds of memory and CPU. `make test-slow` starts them as the product does.

Protocol: one JSON object and four descriptors per packet; in answer the fourth says the child's pid and its end.
"""

import asyncio
import contextlib
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import traceback
from typing import Any, NoReturn

_LARGEST_REQUEST = 2**20
_LONGEST_LINE = 2**20

_nurseries: dict[str, "_Nursery"] = {}


class _Nursery:
    """The parent of one module's processes, as seen from the tests."""

    def __init__(self, module: str) -> None:
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LARGEST_REQUEST)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno()), module],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def fork(self, arguments: tuple[str, ...], descriptors: list[int]) -> None:
        request = {"arguments": arguments, "env": dict(os.environ), "cwd": str(os.getcwd())}  # noqa: PTH109
        socket.send_fds(self._socket, [json.dumps(request).encode()], descriptors)

    def end(self) -> None:
        self._socket.close()
        self._process.wait()


class Forked:
    """What the tests use of `asyncio.subprocess.Process`."""

    def __init__(self, stdin: asyncio.WriteTransport, *readers: asyncio.StreamReader) -> None:
        self.stdin = stdin
        self.stdout, self.stderr, self._status = readers
        self.returncode: int | None = None
        self.pid = 0
        self._ended = asyncio.Event()

    @classmethod
    async def start(cls, module: str, arguments: tuple[str, ...]) -> "Forked":
        if module not in _nurseries:
            _nurseries[module] = _Nursery(module)
        into, out, errors, status = (os.pipe() for _ in range(4))
        theirs = [into[0], out[1], errors[1], status[1]]
        try:
            _nurseries[module].fork(arguments, theirs)
        finally:
            for one in theirs:
                os.close(one)
        loop = asyncio.get_running_loop()
        stdin, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(into[1], "wb", 0))
        made = cls(stdin, *[await _reader(one[0]) for one in (out, errors, status)])
        made.pid = int(await made._status.readline())
        made._watching = asyncio.create_task(made._watch())
        return made

    async def _watch(self) -> None:
        self.returncode = int(await self._status.readline() or -signal.SIGKILL)
        self._ended.set()

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    def kill(self) -> None:
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
                os.kill(self.pid, signal.SIGKILL)

    _watching: "asyncio.Task[None]"


async def _reader(descriptor: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=_LONGEST_LINE)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(descriptor, "rb", 0))
    return reader


def begin() -> None:
    """From now on this process forks what it would start."""
    from filiere.jobs.process import Process

    async def start(cls: type[Process], module: str, content: bytes, *arguments: str) -> Process:
        process: Any = await Forked.start(module, arguments)
        process.stdin.write(content)
        process.stdin.close()
        return cls(process)

    Process.start = classmethod(start)  # type: ignore[assignment, method-assign]


def end() -> None:
    """Nothing is started any more."""
    while _nurseries:
        _nurseries.popitem()[1].end()


class _Parent:
    """The nursery's own side: it runs no event loop and no thread, and may be forked."""

    def __init__(self, connection: socket.socket, module: str) -> None:
        self._connection, self._module = connection, module
        self._children: dict[int, int] = {}  # pid → descriptor of its status

    def run(self) -> None:
        wake_reader, wake_writer = socket.socketpair()
        wake_writer.setblocking(False)
        signal.set_wakeup_fd(wake_writer.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        selector = selectors.DefaultSelector()
        selector.register(self._connection, selectors.EVENT_READ)
        selector.register(wake_reader, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is wake_reader:
                    wake_reader.recv(4096)
                    self._reap()
                    continue
                request, descriptors, _, _ = socket.recv_fds(self._connection, _LARGEST_REQUEST, 4)
                if not request:
                    return
                self._fork(json.loads(request), descriptors)

    def _fork(self, request: dict[str, Any], descriptors: list[int]) -> None:
        pid = os.fork()
        if pid == 0:
            self._be(request, descriptors)
        *given, status = descriptors
        for one in given:
            os.close(one)
        os.write(status, b"%d\n" % pid)
        self._children[pid] = status

    def _reap(self) -> None:
        while self._children:
            pid, ended = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            status = self._children.pop(pid)
            os.write(status, b"%d\n" % os.waitstatus_to_exitcode(ended))
            os.close(status)

    def _be(self, request: dict[str, Any], descriptors: list[int]) -> NoReturn:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number, one in enumerate(descriptors[:3]):
            os.dup2(one, number)
        os.closerange(3, max([*descriptors, *self._children.values(), self._connection.fileno()]) + 1)
        os.environ.clear()
        os.environ.update(request["env"])
        os.chdir(request["cwd"])
        sys.argv[1:] = request["arguments"]
        status = 1
        try:
            runpy.run_module(self._module, run_name="__main__", alter_sys=True)
            status = 0
        except SystemExit as ending:
            if isinstance(ending.code, str):
                print(ending.code, file=sys.stderr)  # noqa: T201 - as Python does
            else:
                status = ending.code or 0
        except BaseException:  # noqa: BLE001 - said as Python says it
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)


def main() -> None:
    """`python -m filiere.testing.forks <descriptor of the connection> <module>`."""
    connection, module = socket.socket(fileno=int(sys.argv[1])), sys.argv[2]
    importlib.import_module(module)
    del sys.modules[module]  # it is run, as a fresh process runs it: as `__main__`
    gc.freeze()
    _Parent(connection, module).run()


if __name__ == "__main__":
    main()
