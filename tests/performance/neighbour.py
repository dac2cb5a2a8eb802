"""`python -m tests.performance.neighbour`: somebody who asks for the same few things all the time, at a fixed pace.

A process of its own, so that whoever sends large things keeps nobody waiting but the service. The first line of stdin
says what to ask; each further line is answered with the seconds that every ask took since the one before. A pace does
not wait for answers: an ask that is due while the service stands still waits too, as it would in life.
"""

import asyncio
import json
import statistics
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx

EVERY_S = 0.05
_LONGEST_S = 60.0
NO_ANSWER = 0
"""As a status: the connection broke, or nothing came in time."""


@dataclass(frozen=True)
class Ask:
    """A request; `{n}` in its body is a number that is new each time."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass(frozen=True)
class Waits:
    """How long the same ask took, each time, in milliseconds; `refused`: the statuses that were no success."""

    took: Sequence[float]
    refused: Sequence[int] = ()

    @property
    def median(self) -> float:
        return statistics.median(self.took)

    @property
    def p99(self) -> float:
        return sorted(self.took)[int(0.99 * (len(self.took) - 1))]

    @property
    def longest(self) -> float:
        return max(self.took)

    def __str__(self) -> str:
        return f"p50 {self.median:.0f} ms, p99 {self.p99:.0f} ms, longest {self.longest:.0f} ms of {len(self.took)}"


class Neighbour:
    """The process, from outside."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def since(self) -> dict[str, Waits]:
        """What every ask took since the last call; those under way count to the next."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        told = json.loads(await self._process.stdout.readline())
        return {name: Waits(**waits) for name, waits in told.items()}

    async def alone(self, seconds: float = 4.0) -> dict[str, Waits]:
        await self.since()
        await asyncio.sleep(seconds)
        return await self.since()


@asynccontextmanager
async def neighbour(asks: Mapping[str, Ask]) -> AsyncIterator[Neighbour]:
    """Asks in turn, one every EVERY_S seconds, until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.performance.neighbour", stdin=PIPE, stdout=PIPE, limit=2**24
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps({name: asdict(ask) for name, ask in asks.items()}).encode() + b"\n")
    try:
        made = Neighbour(process)
        await made.alone(1.0)  # connections, plans, templates
        yield made
    finally:
        process.stdin.close()
        await process.wait()


async def main() -> None:
    """The process's side."""
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    asks = {name: Ask(**ask) for name, ask in json.loads(await lines.readline()).items()}
    heard: dict[str, dict[str, list[Any]]] = {}

    def forget() -> None:
        heard.update({name: {"took": [], "refused": []} for name in asks})

    async def ask(http: httpx.AsyncClient, name: str, number: int, due: float) -> None:
        one = asks[name]
        body = one.body.replace("{n}", f"{number:08d}") if one.body is not None else None
        try:
            answer = await http.request(one.method, one.url, headers=dict(one.headers), content=body)
        except httpx.HTTPError:
            status = NO_ANSWER
        else:
            status = 200 if answer.is_success else answer.status_code
        heard[name]["took"].append((time.perf_counter() - due) * 1000)
        if status != 200:
            heard[name]["refused"].append(status)

    async def pace(http: httpx.AsyncClient) -> None:
        names, due, number = list(asks), time.perf_counter(), 0
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(ask(http, names[number % len(names)], number, due))
                number, due = number + 1, due + EVERY_S
                await asyncio.sleep(max(due - time.perf_counter(), 0))

    forget()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
    async with httpx.AsyncClient(timeout=_LONGEST_S, limits=limits, trust_env=False) as http:
        asking = asyncio.create_task(pace(http))
        while await lines.readline():
            sys.stdout.write(json.dumps(heard) + "\n")
            sys.stdout.flush()
            forget()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
