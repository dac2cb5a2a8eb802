"""The edge below HTTP: how long and how large the head of a request may be, and no WebSocket.

uvicorn bounds neither: a client that never ends its headers held a connection for ever, and 150 MB of headers were
kept in memory. A proxy in front has bounds of its own; these are for who comes past it. A request pays two additions.
"""

import asyncio
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

HEAD_BYTES = 65_536  # of request line and headers, or of trailers, beside what one read of the socket brings
HEAD_SECONDS = 15.0
LOOK_EVERY_SECONDS = 3.0
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class _HeadWithBody:
    """A transport for one answer: its head waits for its body, at most until the loop's next turn.

    uvicorn writes them one after the other, each a call of the system and often a packet of its own.
    """

    __slots__ = ("_head", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head: bytes | None = b""

    def write(self, data: bytes) -> None:
        if self._head is None:
            self._transport.write(data)
        elif self._head:
            self._transport.write(self._head + data)
            self._head = None
        else:
            self._head = data
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        if self._head:
            self._transport.write(self._head)
            self._head = None

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._flush()
        self._transport.close()


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's protocol, which gives up on a head that does not end, and sends an answer's head with its body."""

    unread = 0  # bytes since the last head or piece of a body was complete
    heads = 0
    seen: tuple[int, float] = (-1, 0.0)  # how many heads there were when a look began to wait for the next, and when

    def data_received(self, data: bytes) -> None:
        self.unread += len(data)
        super().data_received(data)
        if self.unread > HEAD_BYTES:
            self.give_up(_TOO_LARGE)

    def on_headers_complete(self) -> None:
        self.unread = 0
        self.heads += 1
        super().on_headers_complete()
        if self.cycle is not None:
            self.cycle.transport = cast("asyncio.Transport", _HeadWithBody(self.transport, self.loop))

    def on_body(self, body: bytes) -> None:
        self.unread = 0
        super().on_body(body)

    def _unsupported_upgrade_warning(self) -> None:
        """Nobody needs a line for each stranger who asks for a WebSocket; the request is answered as any other."""

    @property
    def waits_for_head(self) -> bool:
        """Whether the next head is due: not between requests, where the time of keep-alive runs."""
        busy = self.cycle is not None and not self.cycle.response_complete
        return not busy and self.timeout_keep_alive_task is None

    def give_up(self, answer: bytes) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(answer)
        self.transport.close()


async def close_the_slow(
    state: ServerState, *, within: float = HEAD_SECONDS, every: float = LOOK_EVERY_SECONDS
) -> None:
    """Close what has not sent the head it owes for `within` seconds. Runs until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(every)
        now = loop.time()
        for connection in list(state.connections):
            if not isinstance(connection, BoundedHttp) or not connection.waits_for_head:
                continue
            heads, since = connection.seen
            if heads != connection.heads:
                connection.seen = connection.heads, now
            elif now - since >= within:
                connection.give_up(_TOO_SLOW)


def server_config(app: Any, **options: Any) -> uvicorn.Config:
    """What every server of ours has in common."""
    return uvicorn.Config(
        app,
        http=BoundedHttp,
        ws="none",  # no page uses one, and uvicorn logs addresses with their queries for it
        log_config=None,
        access_log=False,  # the kit logs each request once, with its correlation id
        server_header=False,
        **options,
    )
