"""A scan at the bench, beside the same SQL behind a bare route, in turns, on a table of a hundred thousand devices.

The bare route resolves the text, locks the lot and the device, moves the device and writes the event, in one
transaction; no access, no validation, no sentence for a person. A scan is answered within three times that.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from fastapi import FastAPI, Response
from filiere.database import Database, migrations
from filiere.embedded.identity import EmbeddedIdentity
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.testing.client import service_client
from pydantic import BaseModel, SecretStr
from pydantic_core import to_json
from refurbish.definition import service as refurbish

from tests.performance.growth import fill
from tests.performance.say import say

DEVICES = 100_000
SCANS = 300
MOST = 3.0
"""So many times the bare route, at most."""

_KNOWN = """
SELECT label, lot_id FROM device WHERE label = $1
UNION ALL SELECT label, lot_id FROM device WHERE serial = $1
UNION ALL SELECT d.label, d.lot_id FROM alias a JOIN device d ON d.id = a.device_id WHERE a.value = $1"""
_OUTBOX = """
INSERT INTO outbox (id, topic, aggregatetype, aggregateid, type, payload)
VALUES ($1, 'refurbish.devices', 'devices', $2, 'org.filiere.refurbish.device-arrived.v1', $3)"""


class Scan(BaseModel):
    label: str


async def measure() -> dict[str, float]:
    """`scan_ratio`: median of a scan by label over that of the bare route; `scan_serial_ratio`, `scan_again_ratio`."""
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        identity = EmbeddedIdentity(people=[], data_dir=Path(folder) / "identity")
        await asyncio.gather(postgres.start(), identity.start())
        try:
            url = await postgres.create_database("scan")
            await asyncio.to_thread(migrations.upgrade, refurbish.migrations, url, refurbish.tables())
            await fill(url, "refurbish", DEVICES)
            return await compared(url, identity.issuer)
        finally:
            await asyncio.gather(postgres.stop(), identity.stop())


async def compared(url: str, issuer: str) -> dict[str, float]:
    settings = refurbish.settings(database_url=SecretStr(url), oidc_issuer=issuer, log_level="WARNING")
    database = Database(url)
    pool = await asyncpg.create_pool(url, min_size=1, max_size=1, server_settings={"jit": "off"})
    async with pool, service_client(refurbish, settings, database) as client, bare_client(pool) as bare:
        await client.grant("bench", "coordinator")
        api = await client.as_("bench")
        expected = await pool.fetch(
            "UPDATE device SET stage = 'expected', custody = 'transit', arrived_at = NULL WHERE stage = 'arrived' "
            "RETURNING label, serial"
        )
        await pool.execute("ANALYZE device")
        labels = [row["label"] for row in expected[: 2 * SCANS]]
        serials = [row["serial"] for row in expected[2 * SCANS : 4 * SCANS]]
        figures: dict[str, float] = {}
        for name, texts in (("scan", labels), ("scan_serial", serials), ("scan_again", labels)):
            ours, theirs = await in_turns(api, bare, texts, "already" if name == "scan_again" else "arrived")
            ratio = figures[f"{name}_ratio"] = ours / theirs
            say(f"  {name:12} {ours:6.2f} ms, bare route {theirs:6.2f} ms: {ratio:.1f} times, at most {MOST:g} wanted")
    await database.dispose()
    return figures


async def in_turns(
    api: httpx.AsyncClient, bare: httpx.AsyncClient, texts: list[str], outcome: str
) -> tuple[float, float]:
    """Median milliseconds of ours and of the bare route; every other text is the one's, so that both have as many."""
    ours, theirs = [], []
    for mine, other in zip(texts[::2], texts[1::2], strict=True):
        start = time.perf_counter()
        answer = await api.post("/api/v1/scan", json={"label": mine})
        ours.append(time.perf_counter() - start)
        assert answer.json()["outcome"] == outcome, answer.text
        start = time.perf_counter()
        same = await bare.post("/scan", json={"label": other})
        theirs.append(time.perf_counter() - start)
        assert same.json()["stage"] == "arrived", same.text
    return statistics.median(ours) * 1000, statistics.median(theirs) * 1000


def bare_client(pool: "asyncpg.Pool[Any]") -> httpx.AsyncClient:
    app = FastAPI()

    @app.post("/scan")
    async def scan(body: Scan) -> Response:
        async with pool.acquire() as connection, connection.transaction():
            device = await moved(connection, body.label)
        return Response(to_json(device), media_type="application/json")

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bare")


async def moved(connection: "asyncpg.pool.PoolConnectionProxy[Any]", text: str) -> dict[str, Any]:
    """What a scan does to the database, and nothing else."""
    known = await connection.fetchrow(_KNOWN, text)
    assert known is not None
    label, lot = known
    await connection.fetchrow("SELECT * FROM lot WHERE id = $1 FOR NO KEY UPDATE", lot)
    device = await connection.fetchrow("SELECT * FROM device WHERE label = $1 FOR NO KEY UPDATE", label)
    assert device is not None
    if device["stage"] == "expected":
        await connection.execute(
            "UPDATE device SET stage = 'arrived', custody = 'workshop', arrived_at = now() WHERE id = $1", device["id"]
        )
        await connection.execute("UPDATE lot SET arrived_at = now() WHERE id = $1 AND arrived_at IS NULL", lot)
        told = {"device_id": device["id"], "label": label, "lot_id": lot, "category": device["category"]}
        await connection.execute(_OUTBOX, uuid4(), str(device["id"]), to_json(told).decode())
        await connection.execute("SELECT pg_notify('filiere_outbox', '')")
    return {**device, "stage": "arrived"}
