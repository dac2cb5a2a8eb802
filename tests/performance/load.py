"""A lean HTTP load: so many connections, each sending its next request when the last one is answered."""

import asyncio
import time
from collections.abc import Callable


async def load(
    port: int, request: Callable[[int], bytes], *, connections: int, total: int, status: int = 201
) -> tuple[float, list[float]]:
    """(requests per second, milliseconds of each). Every answer must have the status."""
    numbers = iter(range(total))
    times: list[float] = []

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            start = time.perf_counter()
            writer.write(request(number))
            head = await reader.readuntil(b"\r\n\r\n")
            _, named, rest = head.lower().partition(b"content-length:")
            body = await reader.readexactly(int(rest.split(b"\r\n")[0])) if named else b""
            times.append((time.perf_counter() - start) * 1000)
            if not head.startswith(b"HTTP/1.1 %d" % status):
                raise AssertionError((head + body).decode())
        writer.close()

    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(one_connection())
    return total / (time.perf_counter() - start), times
