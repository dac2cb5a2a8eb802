"""A command over HTTP beside the same SQL behind a bare FastAPI route: what the house around a command costs."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
from filiere.database import Database
from filiere.embedded.identity import EmbeddedIdentity, token_for
from filiere.embedded.ports import free_port
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.testing.bank import BANK
from filiere.web.memberships import grant
from filiere.web.principal import Role

from tests.performance.load import load
from tests.performance.say import say

ROUNDS = 3
REQUESTS = 4000
CONNECTIONS = 16
ACCOUNTS = 1000


@contextmanager
def served(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env={**os.environ, **environment}, stdout=output, stderr=output
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)


async def until_answers(port: int) -> None:
    async with httpx.AsyncClient() as client, asyncio.timeout(30):
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


async def rate(port: int, token: str) -> float:
    await until_answers(port)
    await load(port, lambda n: request(token, n), connections=CONNECTIONS, total=500)
    per_second, times = await load(port, lambda n: request(token, n), connections=CONNECTIONS, total=REQUESTS)
    times.sort()
    p50, p99 = statistics.median(times), times[len(times) * 99 // 100]
    say(f"  {per_second:7,.0f} requests/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    return per_second


async def measure() -> dict[str, float]:
    """`command_ratio`: requests per second through the house, over those of the bare route; 16 connections."""
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
            ratios = []
            for _ in range(ROUNDS):
                port = free_port()
                environment = {"DATABASE_URL": url, "OIDC_ISSUER": provider.issuer, "PORT": str(port)}
                with served(["filiere.testing.bank", "api"], environment, folder / "ours.log"):
                    ours = await rate(port, token)
                port = free_port()
                bare = ["uvicorn", "tests.performance.bare_app:app", "--port", str(port), "--no-access-log"]
                with served(bare, {"DATABASE_URL": url}, folder / "bare.log"):
                    theirs = await rate(port, token)
                say(f"command: {ours:,.0f} requests/s ours, {theirs:,.0f} bare, ratio {ours / theirs:.2f}")
                ratios.append(ours / theirs)
        finally:
            await provider.stop()
            await postgres.stop()
    return {"command_ratio": statistics.median(ratios)}


async def prepare(url: str) -> None:
    database = Database(url, pool_size=1)
    async with database.engine.begin() as connection:
        await connection.run_sync(BANK.metadata.create_all)
    async with database.unit_of_work() as session:
        await grant(session, "bench", Role.SERVICE)
    await database.dispose()
    connection = await asyncpg.connect(url)
    names = [f"account-{n:04d}" for n in range(ACCOUNTS)]
    await connection.execute("INSERT INTO account SELECT u, 0 FROM unnest($1::text[]) AS u", names)
    await connection.close()
