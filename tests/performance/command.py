"""A command over HTTP beside the same SQL behind a bare FastAPI route: what the house around a command costs."""

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx
from filiere.database import Database
from filiere.database.migrations import create_all
from filiere.embedded.identity import EmbeddedIdentity, token_for
from filiere.embedded.ports import free_port
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.roles import Role
from filiere.testing.bank import BANK
from filiere.web.memberships import grant

from tests.performance.load import load
from tests.performance.processes import own_cpu_s
from tests.performance.say import say

ROUNDS = 7  # one round says 0.6 or 1.0 of the same code
REQUESTS = 4000
CONNECTIONS = 16
ACCOUNTS = 1000
OURS = ["filiere.testing.bank", "api"]


@contextmanager
def served(command: list[str], environment: dict[str, str], log: Path) -> Iterator[int]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(15)


async def until_answers(port: int) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(120):
        while True:
            try:
                await client.get(f"http://127.0.0.1:{port}/health/live")
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return


def request(token: str, number: int) -> bytes:
    body = b'{"number": %d, "amount": 1}' % number
    return (
        f"POST /api/v1/accounts/account-{number % ACCOUNTS:04d}/amounts HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


@dataclass(frozen=True, slots=True)
class Rate:
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float  # of the api process, per request


async def rate(port: int, token: str, pid: int) -> Rate:
    await until_answers(port)
    await load(port, lambda n: request(token, n), connections=CONNECTIONS, total=500)
    before = own_cpu_s(pid)
    per_second, times = await load(port, lambda n: request(token, n), connections=CONNECTIONS, total=REQUESTS)
    times.sort()
    cpu_us = (own_cpu_s(pid) - before) / REQUESTS * 1e6
    found = Rate(per_second, statistics.median(times), times[len(times) * 99 // 100], cpu_us)
    say(f"  {per_second:7,.0f} requests/s, p50 {found.p50_ms:.1f} ms, p99 {found.p99_ms:.1f} ms, CPU {cpu_us:.0f} µs")
    return found


async def where(
    command: list[str], environment: dict[str, str], folder: Path, port: int, token: str
) -> dict[str, float]:
    """CPU µs per request by layer, sampled."""
    file = folder / "sampled.json"
    sampled = ["tests.performance.sampled", str(file), *command]
    with served(sampled, environment, folder / "sampled.log") as pid:
        await until_answers(port)
        await load(port, lambda n: request(token, n), connections=CONNECTIONS, total=500)
        os.kill(pid, signal.SIGUSR1)
        await load(port, lambda n: request(token, n), connections=CONNECTIONS, total=REQUESTS)
    return {name: seconds / REQUESTS * 1e6 for name, seconds in json.loads(file.read_text()).items()}


async def measure() -> dict[str, float]:
    """`command_ratio`: requests per second through the house, over those of the bare route; 16 connections.

    `command_cpu_ratio`: the same of the api process's CPU alone, which a busy machine does not blur;
    `command_p99_ratio`: ours over the bare route's.
    """

    def ours_environment(port: int) -> dict[str, str]:
        return {"DATABASE_URL": url, "OIDC_ISSUER": provider.issuer, "PORT": str(port)}

    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        postgres = EmbeddedPostgres(folder / "postgres")
        provider = EmbeddedIdentity(people=[], data_dir=folder / "identity")
        await postgres.start()
        await provider.start()
        try:
            url = await postgres.create_database("bank")
            await prepare(url)
            token = await token_for(provider.issuer, "filiere", "filiere", "bench")
            rounds = []
            for _ in range(ROUNDS):
                port = free_port()
                with served(OURS, ours_environment(port), folder / "ours.log") as pid:
                    ours = await rate(port, token, pid)
                port = free_port()
                with served(bare(port), {"DATABASE_URL": url}, folder / "bare.log") as pid:
                    theirs = await rate(port, token, pid)
                speed, work = ours.per_second / theirs.per_second, theirs.cpu_us / ours.cpu_us
                say(f"command: ratio {speed:.2f}, of CPU {work:.2f}, of p99 {ours.p99_ms / theirs.p99_ms:.2f}")
                rounds.append((ours, theirs))
            port = free_port()
            layers = await where(OURS, ours_environment(port), folder, port, token)
            port = free_port()
            tell(layers, await where(bare(port), {"DATABASE_URL": url}, folder, port, token))
        finally:
            await provider.stop()
            await postgres.stop()
    return {
        "command_ratio": statistics.median(ours.per_second / theirs.per_second for ours, theirs in rounds),
        "command_cpu_ratio": statistics.median(theirs.cpu_us / ours.cpu_us for ours, theirs in rounds),
        "command_p99_ratio": statistics.median(ours.p99_ms / theirs.p99_ms for ours, theirs in rounds),
    }


def bare(port: int) -> list[str]:
    return ["uvicorn", "tests.performance.bare_app:app", "--port", str(port), "--no-access-log"]


def tell(ours: dict[str, float], theirs: dict[str, float]) -> None:
    """Where the time beside the bare route goes, the dearest first."""
    say("where a command's CPU goes, µs per request    ours   bare   more")
    for name in sorted(ours | theirs, key=lambda one: theirs.get(one, 0) - ours.get(one, 0)):
        mine, other = ours.get(name, 0.0), theirs.get(name, 0.0)
        say(f"  {name:40} {mine:7.0f} {other:6.0f} {mine - other:6.0f}")
    mine, other = sum(ours.values()), sum(theirs.values())
    say(f"  {'all':40} {mine:7.0f} {other:6.0f} {mine - other:6.0f}")


async def prepare(url: str) -> None:
    database = Database(url, pool_size=1)
    await create_all(url, BANK.tables())
    async with database.unit_of_work() as session:
        await grant(session, "bench", Role.SERVICE)
    await database.dispose()
    connection = await asyncpg.connect(url)
    names = [f"account-{n:04d}" for n in range(ACCOUNTS)]
    await connection.execute("INSERT INTO account SELECT u, 0 FROM unnest($1::text[]) AS u", names)
    await connection.close()
