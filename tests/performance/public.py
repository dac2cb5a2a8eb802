"""The page that anybody opens, `/trouver`, beside the same SQL and the same template behind a bare route, in turns.

One process of each, so one core at most. Ours is asked as a browser asks first, and as one asks that has the page
already (304). Wanted: 0.6 of the bare route's pace at least, and 500 requests a second.
"""

import asyncio
import statistics
import tempfile
from pathlib import Path

import asyncpg
import httpx
from distribute.definition import service as distribute
from filiere.database import migrations
from filiere.embedded.identity import EmbeddedIdentity
from filiere.embedded.ports import free_port
from filiere.embedded.postgres import EmbeddedPostgres

from tests.performance.command import served, until_answers
from tests.performance.load import load
from tests.performance.processes import own_cpu_s
from tests.performance.say import say

ROUNDS = 3
REQUESTS = 2000
CONNECTIONS = 16
RELAIS = 1000
LEAST = 0.6
LEAST_PER_SECOND = 500
TOWNS = ("Mende", "Lyon", "Brest", "Lille", "Toulouse", "Nantes", "Strasbourg", "Bordeaux", "Rennes", "Grenoble")
# Relais all over the mainland, each with an agreement in force, and shown to everybody.
_FILL = """
WITH made AS (
    INSERT INTO relais (id, name, legal_form, address, postcode, city, territory, publics, people_supported,
        may_sell, latitude, longitude, opening_hours, requested_on)
    SELECT gen_random_uuid(), 'Relais ' || n, 'association', n || ' rue du Pont', '48000', 'Mende', '48',
        '{seniors,femmes}', 100, true, 42.5 + 8 * random(), -3 + 9 * random(), 'Mo-Fr 09:00-17:00', '2026-01-01'
    FROM generate_series(1, $1::int) n RETURNING id
), signed AS (
    INSERT INTO agreement (id, relais_id, signed_on, signed_by)
    SELECT gen_random_uuid(), id, '2026-02-01', 'La directrice' FROM made
)
INSERT INTO public_listing (relais_id, welcome) SELECT id, 'everybody' FROM made
"""


async def measure() -> dict[str, float]:
    """`public_ratio`: requests a second over the bare route's; `public_per_second`; `public_again_per_second` (304)."""
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        postgres = EmbeddedPostgres(folder / "postgres", fast=True)
        identity = EmbeddedIdentity(people=[], data_dir=folder / "identity")
        await postgres.start()
        await identity.start()
        try:
            url = await postgres.create_database("public")
            await asyncio.to_thread(migrations.upgrade, distribute.migrations, url, distribute.tables())
            connection = await asyncpg.connect(url)
            await connection.execute(_FILL.replace("$1::int", str(RELAIS)))
            await connection.execute("ANALYZE")
            await connection.close()
            rounds = [await one_round(url, identity.issuer, folder) for _ in range(ROUNDS)]
        finally:
            await identity.stop()
            await postgres.stop()
    ratio = statistics.median(ours / bare for ours, bare, _ in rounds)
    found = statistics.median(ours for ours, _, _ in rounds)
    say(f"  ratio {ratio:.2f}, at least {LEAST:g} wanted; {found:,.0f} a second, at least {LEAST_PER_SECOND} wanted")
    return {
        "public_ratio": ratio,
        "public_per_second": found,
        "public_again_per_second": statistics.median(again for _, _, again in rounds),
    }


async def one_round(url: str, issuer: str, folder: Path) -> tuple[float, float, float]:
    """(ours, the bare route's, ours to who has the page), in requests a second."""
    port = free_port()
    environment = {"DATABASE_URL": url, "OIDC_ISSUER": issuer, "PORT": str(port), "LOG_LEVEL": "WARNING"}
    with served(["distribute", "api"], environment, folder / "ours.log") as pid:
        await until_answers(port)
        ours = await rate("ours", port, pid)
        again = await rate("ours, 304", port, pid, await tag(port))
    port = free_port()
    bare = ["uvicorn", "tests.performance.bare_public:app", "--port", str(port), "--no-access-log"]
    with served(bare, {"DATABASE_URL": url}, folder / "bare.log") as pid:
        await until_answers(port)
        theirs = await rate("bare", port, pid)
    return ours, theirs, again


async def rate(name: str, port: int, pid: int, tag_of_one: str = "") -> float:
    head = f"If-None-Match: {tag_of_one}\r\n" if tag_of_one else ""
    towns = TOWNS[:1] if tag_of_one else TOWNS

    def request(number: int) -> bytes:
        town = towns[number % len(towns)]
        return f"GET /trouver?ou={town} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{head}\r\n".encode()

    status = 304 if tag_of_one else 200
    await load(port, request, connections=CONNECTIONS, total=200, status=status)
    before = own_cpu_s(pid)
    per_second, times = await load(port, request, connections=CONNECTIONS, total=REQUESTS, status=status)
    times.sort()
    cpu_us = (own_cpu_s(pid) - before) / REQUESTS * 1e6
    say(f"  {name:10} {per_second:6,.0f} requests/s, p50 {statistics.median(times):.1f} ms, CPU {cpu_us:.0f} µs")
    return per_second


async def tag(port: int) -> str:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        found: str = (await client.get("/trouver", params={"ou": TOWNS[0]})).headers["etag"]
        return found
