"""What each step costs when the tables hold 10 000, 100 000 and a million devices; lists beside bare indexed SQL.

`GROWTH_SIZES="1000 10000"` measures other sizes.
"""

import asyncio
import math
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from collect.definition import service as collect
from distribute.definition import service as distribute
from filiere.database import Database, migrations
from filiere.embedded.broker import EmbeddedBroker
from filiere.embedded.identity import EmbeddedIdentity
from filiere.embedded.postgres import EmbeddedPostgres
from filiere.identifiers import label_code
from filiere.kafka.client import KafkaConsumer, ensure_topics
from filiere.kafka.processing import Processor
from filiere.kafka.runtime import ConsumerRuntime
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.client import service_client
from pydantic import SecretStr
from refurbish.definition import service as refurbish

from tests.performance import stock
from tests.performance.engines import drain, fill_outbox
from tests.performance.lists import LISTS, bare_client, cost
from tests.performance.say import say

SIZES = tuple(map(int, os.environ.get("GROWTH_SIZES", "10000 100000 1000000").split()))
EVENTS = 5_000
REPEAT = 9
LOOKS = 30  # at a list: a millisecond is soon blurred

ROUTE, SQL = ", bare route", ", its SQL alone"

Steps = dict[str, float]
"""Milliseconds by name of the step; a list's bare route, and its SQL alone, are steps of their own."""


async def measure() -> dict[str, float]:
    """`growth_<step>`: exponent of the step's cost between the smallest and the largest table (1.0 is linear)."""
    with tempfile.TemporaryDirectory(prefix="filiere-bench-", ignore_cleanup_errors=True) as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres", fast=True)
        broker = EmbeddedBroker(log_file=Path(folder) / "broker.log")
        identity = EmbeddedIdentity(people=[], data_dir=Path(folder) / "identity")
        await asyncio.gather(postgres.start(), broker.start(), identity.start())
        try:
            by_size = [
                {
                    **await measured(postgres, broker, identity, distribute, distribute_steps, size),
                    **await measured(postgres, broker, identity, refurbish, refurbish_steps, size),
                    **await measured(postgres, broker, identity, collect, collect_steps, size),
                }
                for size in SIZES
            ]
        finally:
            await asyncio.gather(identity.stop(), broker.stop(), postgres.stop())
    figures = {}
    span = math.log(SIZES[-1] / SIZES[0])
    for step in (step for step in by_size[0] if not step.endswith((ROUTE, SQL))):
        costs = [steps[step] for steps in by_size]
        exponent = math.log(costs[-1] / costs[0]) / span
        shown = ", ".join(f"{size:,}: {cost:.2f} ms" for size, cost in zip(SIZES, costs, strict=True))
        say(f"{step:32} {shown}, exponent {exponent:.2f}")
        figures[f"growth_{step.replace(' ', '_')}"] = exponent
    for step, ours in by_size[-1].items():
        if (bare := by_size[-1].get(step + ROUTE)) is not None:
            sql = by_size[-1][step + SQL]
            say(f"{step:32} {ours:.2f} ms, bare route {bare:.2f} ms (its SQL {sql:.2f}), ratio {ours / bare:.2f}")
            figures[f"list_ratio_{step.replace(' ', '_')}"] = ours / bare
    return figures


async def measured(
    postgres: EmbeddedPostgres,
    broker: EmbeddedBroker,
    identity: EmbeddedIdentity,
    service: Service,
    steps: Callable[["Filled"], Awaitable[Steps]],
    size: int,
) -> Steps:
    async with filled(postgres, broker, identity, service, size) as one:
        return await steps(one)


class Filled:
    """A service whose tables hold so many devices, and a coordinator's client of its API."""

    def __init__(self, size: int, database: Database, settings: Settings, api: httpx.AsyncClient) -> None:
        self.size = size
        self.database = database
        self.settings = settings
        self.api = api

    async def request(self, method: str, path: str, **how: Any) -> float:
        """Median milliseconds of an API call; its answer must be a success."""
        times = []
        for _ in range(REPEAT):
            start = time.perf_counter()
            answer = await self.api.request(method, f"/api/v1{path}", **how)
            times.append((time.perf_counter() - start) * 1000)
            answer.raise_for_status()
        return statistics.median(times)


@asynccontextmanager
async def filled(
    postgres: EmbeddedPostgres,
    broker: EmbeddedBroker,
    identity: EmbeddedIdentity,
    service: Service,
    size: int,
    *,
    rows: str = "",
) -> AsyncIterator[Filled]:
    """`rows`: which of `FILL` (default: the service's own)."""
    name = f"growth_{service.name}_{size}"
    url = await postgres.create_database(name)
    await asyncio.to_thread(migrations.upgrade, service.migrations, url, service.tables())
    await fill(url, rows or service.name, size)
    settings = service.settings(
        database_url=SecretStr(url),
        kafka_bootstrap_servers=broker.bootstrap_servers,
        kafka_topic_prefix=f"{name}.",
        oidc_issuer=identity.issuer,
        log_level="WARNING",
    )
    database = Database(url)
    async with service_client(service, settings, database) as client:
        await client.grant("bench", "coordinator")
        yield Filled(size, database, settings, await client.as_("bench"))
    await database.dispose()
    await postgres.drop_database(name)


async def fill(url: str, rows: str, size: int) -> None:
    """Devices, and the events that they left behind, without the chain's checks: only the sizes count here."""
    connection = await asyncpg.connect(url, server_settings={"session_replication_role": "replica"})
    # A search index takes a million rows quickly when it takes them in one go.
    await connection.execute("SET gin_pending_list_limit = '1GB'; SET maintenance_work_mem = '512MB'")
    await connection.execute("CREATE TEMPORARY TABLE seed (n int, label text)")
    await connection.copy_records_to_table("seed", records=((n, label_code(n)) for n in range(1, size + 1)))
    for statement in (*FILL[rows], OUTBOX, INBOX):
        await connection.execute(statement)
    # Triggers slept while the tables were filled.
    for statement in TALLIES.get(rows, ()):
        await connection.execute(statement)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


_ID = "md5('device' || n)::uuid"
_LOT = "md5('lot' || n / 100)::uuid"
_DONATION = "md5('donation' || n / 100)::uuid"
_DONOR = "md5('donor' || n / 1000)::uuid"
_WORKSHOP = "md5('workshop' || n % 20)::uuid"

OUTBOX = f"""
INSERT INTO outbox (id, topic, aggregatetype, aggregateid, type, payload, published_at)
SELECT gen_random_uuid(), 'distribute.devices', 'devices', {_ID}, 'org.filiere.past.v1', repeat('x', 300), now()
FROM seed"""
TALLIES = {
    "distribute": (
        "INSERT INTO stock_item_tally (status, category, campaign, devices)"
        " SELECT status, category, coalesce(campaign, ''), count(*) FROM stock_item GROUP BY 1, 2, 3",
    ),
    "refurbish": (
        "INSERT INTO device_tally (stage, category, devices)"
        " SELECT stage, category, count(*) FROM device GROUP BY 1, 2",
    ),
    "collect": (
        "INSERT INTO device_waiting_tally (stage, day, devices)"
        " SELECT stage, (work_at AT TIME ZONE 'Europe/Paris')::date, count(*) FROM device GROUP BY 1, 2",
    ),
}
INBOX = "INSERT INTO inbox (consumer, event_id) SELECT 'past', gen_random_uuid() FROM seed"
# One device in twenty is free; the others were handed over by 300 Relais.
FILL = {
    "distribute": (
        """INSERT INTO relais (id, name, legal_form, address, postcode, city, territory, publics, people_supported,
            may_sell, requested_on)
        SELECT md5('relais' || r)::uuid, 'Relais ' || r, 'association', '1 rue Haute', '15100', 'Saint-Flour', '15',
            '{}', 50, true, '2026-01-01' FROM generate_series(0, 299) AS r""",
        """INSERT INTO agreement (relais_id, id, signed_on, signed_by)
        SELECT id, gen_random_uuid(), '2026-01-01', 'Le président' FROM relais""",
        f"""INSERT INTO stock_item (relais_id, device_id, donation_id, lot_id, workshop_id, workshop_name, label,
            category, manufacturer, model, serial, grade, public_body, status, order_id, line_id, ready_at)
        SELECT CASE WHEN n % 20 > 0 THEN md5('relais' || n % 300)::uuid END, {_ID}, {_DONATION}, {_LOT}, {_WORKSHOP},
            'Atelier', label, (ARRAY['laptop', 'tablet', 'smartphone', 'desktop'])[n % 4 + 1], 'HP', 'EliteBook 840 G5',
            '5CG' || n, (ARRAY['A', 'B', 'C'])[n % 3 + 1], false,
            CASE WHEN n % 20 > 0 THEN 'handed_over' ELSE 'available' END,
            CASE WHEN n % 20 > 0 THEN md5('order' || n)::uuid END, CASE WHEN n % 20 > 0 THEN md5('line' || n)::uuid END,
            now() - n * interval '1 second' FROM seed""",
    ),
    "refurbish": (
        """INSERT INTO workshop (id, name, city, postcode, capacity, created_at)
        SELECT md5('workshop' || w)::uuid, 'Atelier ' || w, 'Lens', '62300', '{}', now()
        FROM generate_series(0, 19) AS w""",
        f"""INSERT INTO lot (workshop_id, id, code, donation_id, expected, arrived_at, reconciled_at, present, missing)
        SELECT DISTINCT ON (n / 100) {_WORKSHOP}, {_LOT}, 'L-' || n / 100, {_DONATION}, 100, now(), now(), 100, 0
        FROM seed""",
        f"""INSERT INTO device (workshop_id, id, lot_id, donation_id, label, category, manufacturer, model, serial,
            public_body, stage, custody, tests_passed, grade, arrived_at)
        SELECT {_WORKSHOP}, {_ID}, {_LOT}, {_DONATION}, label, 'laptop', 'HP', 'EliteBook 840 G5', '5CG' || n, false,
            CASE WHEN n % 20 > 0 THEN 'left' ELSE 'arrived' END,
            'workshop', n % 20 > 0,
            CASE WHEN n % 20 > 0 THEN 'A' END, now() FROM seed""",
    ),
    "collect": (
        # A donor gives a thousand devices, ten donations of a hundred; each tenth donation has a draft beside it.
        f"""INSERT INTO donor (id, siren, name, public_body)
        SELECT DISTINCT ON (n / 1000) {_DONOR}, lpad((n / 1000)::text, 9, '0'), 'Volta ' || n / 1000, false
        FROM seed""",
        f"""INSERT INTO site (donor_id, id, label, address, postcode, city)
        SELECT DISTINCT ON (n / 1000) {_DONOR}, gen_random_uuid(), 'Siège', '1 rue Haute', '75010', 'Paris'
        FROM seed""",
        f"""INSERT INTO lot (donor_id, id, donation_id, code, status, public_body, devices, collected_at, workshop_id,
            dispatched_at, arrived_at, reconciled_at, missing)
        SELECT DISTINCT ON (n / 100) {_DONOR}, {_LOT}, {_DONATION}, 'L-' || n / 100, 'reconciled', false, 100,
            now(), {_WORKSHOP}, now(), now(), now(), (n % 2000 = 0)::int FROM seed""",
        f"""INSERT INTO donation (donor_id, id, reference, status, public_body, source, lines, declared, accepted)
        SELECT DISTINCT ON (n / 100) {_DONOR}, {_DONATION}, 'D-' || n / 100, 'collected', false, 'form', 1,
            100, 100 FROM seed""",
        f"""INSERT INTO donation (donor_id, id, reference, status, public_body, source, lines, declared, by_network)
        SELECT DISTINCT ON (n / 1000) {_DONOR}, md5('draft' || n / 1000)::uuid, 'B-' || n / 1000, 'draft', false,
            'form', 1, 100, true FROM seed""",
        f"""INSERT INTO document (donor_id, id, donation_id, kind, subject, year, sequence, number, code,
            content_sha256, sha256, size, issued_at)
        SELECT {_DONOR}, gen_random_uuid(), {_DONATION}, kind, kind || ':donation:' || {_DONATION}, 2026, n,
            kind || '-' || n, kind || n, repeat('0', 64), repeat('0', 64), 1, now()
        FROM seed, unnest('{{proof,erasure,slip,impact}}'::text[]) AS kind WHERE n % 50 = 0""",
        f"""INSERT INTO device (donor_id, id, donation_id, line_id, lot_id, number, label, category, manufacturer,
            model, serial, asset_tag, public_body, custody, work, work_at, workshop_id, promise, collected_at,
            erased_at, tested_at, ready_at)
        SELECT {_DONOR}, {_ID}, {_DONATION}, {_DONATION}, {_LOT}, n, label, 'laptop', 'HP',
            'EliteBook 840 G5', '5CG' || n, 'INV-' || n, false, 'in_transit', 'ready',
            now() - n % 400 * interval '1 day', {_WORKSHOP}, 'none', now(), now(), now(), now() FROM seed""",
        """INSERT INTO workshop (workshop_id, name, city, postcode, capacity, changed_at)
        SELECT md5('workshop' || w)::uuid, 'Atelier ' || w, 'Lens', '62300', '{}', now()
        FROM generate_series(0, 19) AS w""",
    ),
}


async def distribute_steps(one: Filled) -> Steps:
    await ensure_topics(one.settings, [stock.TOPIC, *distribute.topics])
    await fill_outbox(one.database, stock.ready_devices(EVENTS, start=one.size + 1))
    relay_s = await drain(one.database, one.settings, EVENTS)
    relais = str(await _one(one.database, "SELECT id FROM relais LIMIT 1"))
    device = str(await _one(one.database, "SELECT device_id FROM stock_item OFFSET 77 LIMIT 1"))
    line = {"category": "tablet", "quantity": 10, "min_grade": "C"}
    order = {"relais_id": relais, "lines": [line], "again": True}
    return {
        "relay of 1 000 events": relay_s * 1000 / EVENTS * 1000,
        "projection of 1 000 ready": await consumer_s(one) * 1000 / EVENTS * 1000,
        "stock": await one.request("GET", "/stock"),
        "device page": await one.request("GET", f"/devices/{device}"),
        "order": await one.request("POST", "/orders", json=order),
        "relais list": await one.request("GET", "/relais"),
        "handover summary": await one.request("GET", "/handovers/summary"),
        **await list_steps(one, "distribute"),
    }


async def consumer_s(one: Filled) -> float:
    """Seconds to put the events that were just sent into stock."""
    processor = Processor(one.database, distribute.name, stock.SUBSCRIPTIONS, one.settings)
    runtime = ConsumerRuntime(KafkaConsumer(one.settings, distribute.name), processor, one.settings)
    start = time.perf_counter()
    task = asyncio.create_task(runtime.run())
    while await _one(one.database, "SELECT count(*) FROM inbox WHERE consumer = 'distribute'") < EVENTS:
        await asyncio.sleep(0.02)
    took = time.perf_counter() - start
    runtime.stop()
    await task
    return took


async def refurbish_steps(one: Filled) -> Steps:
    return {
        "scan of a label": await one.request("GET", f"/devices/by-label/{label_code(777)}"),
        "demand": await one.request("GET", "/demand"),
        **await list_steps(one, "refurbish"),
    }


async def collect_steps(one: Filled) -> Steps:
    donation = str(await _one(one.database, "SELECT id FROM donation OFFSET 7 LIMIT 1"))
    return {
        "donation": await one.request("GET", f"/donations/{donation}"),
        "devices of a donation": await one.request("GET", f"/donations/{donation}/devices"),
        "inbox of the coordination": await one.request("GET", "/inbox"),
        "chain of the coordination": await one.request("GET", "/network"),
        **await list_steps(one, "collect"),
    }


async def list_steps(one: Filled, service: str) -> Steps:
    """Each list through our API, beside a bare route that answers the same."""
    steps: Steps = {}
    pool = await asyncpg.create_pool(one.database.url, min_size=1, max_size=1, server_settings={"jit": "off"})
    async with pool, bare_client(pool, LISTS[service]) as bare:
        for name, listed in LISTS[service].items():
            steps[name], steps[name + ROUTE], steps[name + SQL] = await cost(one.api, bare, pool, listed, LOOKS)
    return steps


async def _one(database: Database, query: str) -> Any:
    connection = await asyncpg.connect(database.url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()
