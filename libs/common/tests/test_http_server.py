"""What a client may do below HTTP: a real server on a real socket."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn
from filiere.http_server import HEAD_BYTES, BoundedHttp, close_the_slow, server_config

GET = b"GET / HTTP/1.1\r\nhost: x\r\n"


async def hello(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while (message := await receive()).get("more_body"):
        body += message["body"]
    body += message.get("body", b"")
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"%05d" % len(body)})


@pytest.fixture
async def served() -> AsyncIterator[tuple[uvicorn.Server, int]]:
    server = uvicorn.Server(server_config(hello, host="127.0.0.1", port=0, lifespan="off"))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    running = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    slow = asyncio.create_task(close_the_slow(server.server_state, within=0.5, every=0.1))
    yield server, server.servers[0].sockets[0].getsockname()[1]
    slow.cancel()
    server.should_exit = True
    await running


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(30):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def test_headers_without_an_end_are_not_kept(served: tuple[uvicorn.Server, int]) -> None:
    _, port = served
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(GET + b"a: ")
    sent = 0
    try:
        while sent < 100 * 2**20 and not reader.at_eof():
            writer.write(bytes([97]) * HEAD_BYTES)
            await writer.drain()
            sent += HEAD_BYTES
    except ConnectionError:
        pass
    assert sent < 20 * 2**20, "what the sockets' buffers hold may be sent, no more is taken"
    assert (await until_closed(reader))[:12] in (b"HTTP/1.1 431", b"")
    writer.close()
    assert await answered(port, GET + b"\r\n") == b"00000"


async def test_many_small_headers_are_not_either_nor_are_trailers(served: tuple[uvicorn.Server, int]) -> None:
    _, port = served
    many = b"".join(b"x-%d: 1\r\n" % number for number in range(60_000))
    trailers = b"transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
    for head in (GET, b"POST / HTTP/1.1\r\nhost: x\r\n" + trailers):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        try:
            for _ in range(20):
                writer.write(many)
                await writer.drain()
        except ConnectionError:
            pass
        await until_closed(reader)
        writer.close()


@pytest.mark.parametrize("begun", [b"", b"G", GET, GET + b"x: y"])
async def test_a_head_that_does_not_come_is_not_waited_for(served: tuple[uvicorn.Server, int], begun: bytes) -> None:
    _, port = served
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(begun)
    assert (await until_closed(reader)).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_a_second_head_is_not_waited_for_either_and_a_slow_body_is(served: tuple[uvicorn.Server, int]) -> None:
    _, port = served
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n")
    for _ in range(10):
        await asyncio.sleep(0.15)  # three times what a head may take in all
        writer.write(b"a")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    assert await reader.readexactly(5) == b"00010"
    writer.write(b"GET / HT")
    assert (await until_closed(reader)).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_large_bodies_in_small_chunks_pass(served: tuple[uvicorn.Server, int]) -> None:
    _, port = served
    chunk = b"1\r\na\r\n"
    head = b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    assert await answered(port, head + chunk * 50_000 + b"0\r\n\r\n") == b"50000"


async def test_a_websocket_is_a_request_like_any_other_and_no_log_names_it(
    served: tuple[uvicorn.Server, int], caplog: pytest.LogCaptureFixture
) -> None:
    _, port = served
    handshake = b"GET /?email=zoe@example.org HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
    handshake += b"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    caplog.set_level(logging.INFO, "uvicorn.error")
    assert await answered(port, handshake) == b"00000"
    said = [record.getMessage() for record in caplog.records if record.name == "uvicorn.error"]
    assert [line for line in said if "zoe" in line or "127.0.0.1" in line or "pgrade" in line] == []


async def answered(port: int, request: bytes) -> bytes:
    """The body of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    async with asyncio.timeout(30):
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        body = await reader.readexactly(5)
    writer.close()
    return body


def test_a_protocol_of_ours_is_what_serves() -> None:
    assert server_config(hello).http is BoundedHttp


async def who(scope: Any, receive: Any, send: Any) -> None:
    body = f"{scope['client'][0]} {scope['scheme']}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


@pytest.mark.parametrize(
    ("comes_from", "says", "is_taken_for"),
    [
        ("10.1.2.3", "8.8.8.8", "8.8.8.8 https"),
        # What a client made up stands before what the proxy wrote.
        ("10.1.2.3", "1.1.1.1, 8.8.8.8", "8.8.8.8 https"),
        ("9.9.9.9", "8.8.8.8", "9.9.9.9 http"),
    ],
)
async def test_only_a_proxy_that_is_named_says_who_asks(comes_from: str, says: str, is_taken_for: str) -> None:
    config = server_config(who, lifespan="off", forwarded_allow_ips="127.0.0.1,10.0.0.0/8")
    config.load()
    transport = httpx.ASGITransport(config.loaded_app, client=(comes_from, 5))
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        answer = await client.get("/", headers={"x-forwarded-for": says, "x-forwarded-proto": "https"})
    assert answer.text == is_taken_for
