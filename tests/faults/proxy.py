"""A TCP proxy that misbehaves on request, to stand between a client and PostgreSQL, the broker or a service."""

import asyncio
import contextlib
import random
from dataclasses import dataclass
from typing import Self


@dataclass
class Faults:
    """What the proxy does to bytes that pass; change it while connections are open."""

    latency_s: float = 0.0  # added to every chunk
    jitter_s: float = 0.0  # up to this much more, at random
    slice_bytes: int = 0  # pass so many bytes at a time; 0: as they come
    black_hole: bool = False  # accept and read, pass nothing on: a half-open connection
    drop_answers: bool = False  # requests pass, answers do not: the outcome stays unknown
    refuse: bool = False  # close new connections at once


class FaultProxy:
    """`async with FaultProxy(port) as proxy:` – listens on `proxy.port`, forwards to 127.0.0.1:`target`."""

    def __init__(self, target: int, *, port: int = 0, seed: int = 0) -> None:
        self.target = target
        self.faults = Faults()
        self.port = port
        self._random = random.Random(seed)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.reset_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def heal(self) -> None:
        """Behave again. Connections that lost bytes meanwhile are cut: nothing can mend them."""
        broken = self.faults.black_hole or self.faults.drop_answers
        self.faults = Faults()
        if broken:
            self.reset_all()

    def reset_all(self) -> None:
        """Cut every open connection without a goodbye."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.faults.refuse:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        for source, sink, is_answer in ((reader, back, False), (there, writer, True)):
            task = asyncio.create_task(self._pump(source, sink, is_answer=is_answer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, is_answer: bool) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while data := await source.read(65536):
                await self._pass(data, sink, is_answer=is_answer)
        self._writers.discard(sink)
        sink.close()

    async def _pass(self, data: bytes, sink: asyncio.StreamWriter, *, is_answer: bool) -> None:
        faults = self.faults
        if faults.black_hole or (is_answer and faults.drop_answers):
            return
        if faults.latency_s or faults.jitter_s:
            await asyncio.sleep(faults.latency_s + self._random.random() * faults.jitter_s)
        size = faults.slice_bytes or len(data)
        for start in range(0, len(data), size):
            sink.write(data[start : start + size])
            await sink.drain()
            if faults.slice_bytes:
                await asyncio.sleep(0)
