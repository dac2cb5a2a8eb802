"""What large things do to whoever is beside them: uploads, a donation of 50,000 devices, 8,000 labels.

A whole Filière in processes of its own; a neighbour asks for simple things all the time.
"""

import asyncio
import json
import os
import re
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from filiere.calendar import today
from filiere.documents.labels import MOST, PER_SHEET
from stack.demo.api import Caller, Chain
from stack.demo.organisations import Organisations, register
from stack.people import COORDINATOR, DONORS
from stack.settings import StackSettings
from stack.stack import Stack

from tests.flows.running import chain_of
from tests.performance.memory import Memory, watched
from tests.performance.neighbour import Ask, Neighbour, Waits, neighbour
from tests.performance.say import say

VOLTA, OTHER = DONORS
HEADER = "Type;Marque;Modèle;N° de série;Année;RAM;Stockage;Utilisateur\n"
PARTS = ("collect-api", "collect-worker", "refurbish-worker", "refurbish-api")
LIMIT_MS = 20


@dataclass
class Ground:
    """A running Filière with its organisations, and a neighbour: another donor, who looks at pages."""

    stack: Stack
    chain: Chain
    there: Organisations
    http: httpx.AsyncClient
    neighbour: Neighbour

    @property
    def donor(self) -> Caller:
        return self.chain.collect(VOLTA.person.subject)

    @property
    def coordinator(self) -> Caller:
        return self.chain.collect(COORDINATOR.subject)

    @property
    def pids(self) -> dict[str, int]:
        return {part: self.stack.pids[part] for part in PARTS}


@dataclass
class Seen:
    """What was seen while something large was done: memory by part, the neighbour's waits beside those alone.

    `locked_ms`: the longest that anybody waited for a lock of collect's database.
    """

    memory: dict[str, Memory]
    alone: dict[str, Waits]
    meanwhile: dict[str, Waits]
    took: float = 0.0
    locked_ms: float = 0.0

    def ratio(self, ask: str) -> float:
        """How much longer the neighbour's usual ask took."""
        return self.meanwhile[ask].median / self.alone[ask].median

    def tell(self, what: str) -> "Seen":
        say(f"{what}, {self.took:.1f} s, longest wait for a lock {self.locked_ms:.0f} ms:")
        for part, memory in self.memory.items():
            say(f"  {part}: {memory}")
        for name, waits in self.meanwhile.items():
            alone = self.alone[name]
            say(f"  {name}: {waits}; alone {alone}; p50 x {self.ratio(name):.1f}, p99 x {waits.p99 / alone.p99:.1f}")
        return self


@asynccontextmanager
async def ground() -> AsyncIterator[Ground]:
    os.environ["LOOP_LAG_REPORT"] = f"PT{LIMIT_MS / 1000}S"
    with tempfile.TemporaryDirectory(prefix="filiere-large-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # noqa: ASYNC240 - at once; the databases run under an account of their own when we are root
        settings = StackSettings.in_folder(folder / "data", fast=True)
        async with Stack(settings, home=False) as stack, chain_of(stack) as chain:
            there = await register(chain)
            async with (
                httpx.AsyncClient(timeout=300, trust_env=False) as http,
                neighbour(await asks(stack, there)) as n,
            ):
                yield Ground(stack, chain, there, http, n)


async def asks(stack: Stack, there: Organisations) -> dict[str, Ask]:
    """Is it alive; the other donor's page; a donation written by the same donor, and one by another."""
    base = stack.settings.public_url("collect")
    made = {
        "live": Ask(f"{base}/health/live"),
        "page": Ask(f"{base}/dons", headers=await cookie(stack, base, OTHER.person.subject)),
    }
    for name, donor in (("same donor", VOLTA), ("other donor", OTHER)):
        line = {"category": "laptop", "year": 2021, "ram_gb": 8, "serial": f"{donor.key[0].upper()}N{{n}}"}
        made[name] = Ask(
            f"{base}/api/v1/donations",
            "POST",
            {"Authorization": f"Bearer {await stack.token(donor.person.subject)}", "Content-Type": "application/json"},
            json.dumps({"donor_id": there.donors[donor.key], "lines": [line]}),
        )
    return made


async def cookie(stack: Stack, base: str, subject: str) -> dict[str, str]:
    """A session of a person, by the login that people go through."""
    async with httpx.AsyncClient(base_url=base, trust_env=False) as browser:
        leave = await browser.get("/login")
        back = await browser.post(leave.headers["location"], data={"sub": subject})
        opened = await browser.get(back.headers["location"])
        assert opened.is_redirect, opened.text
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}


@asynccontextmanager
async def seen(there: Ground) -> AsyncIterator[Seen]:
    """Watches until the block ends."""
    made = Seen({}, await there.neighbour.alone(), {})
    async with watched(there.pids) as memory:
        await there.neighbour.since()
        began = time.perf_counter()
        async with locks(there.stack.databases["collect"], made):
            yield made
        made.took = time.perf_counter() - began
        made.meanwhile = await there.neighbour.since()
        await asyncio.sleep(2)
    made.memory = memory


@asynccontextmanager
async def locks(database: str, made: Seen) -> AsyncIterator[None]:
    """Looks for who waits for a lock until the block ends."""
    connection = await asyncpg.connect(database)

    async def look() -> None:
        while True:
            found = await connection.fetchval(
                "SELECT extract(epoch FROM max(clock_timestamp() - waitstart)) FROM pg_locks WHERE NOT granted"
            )
            made.locked_ms = max(made.locked_ms, float(found or 0) * 1000)
            await asyncio.sleep(0.02)

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await connection.close()


# -- files ------------------------------------------------------------------------------------------------------------
def fleet(number: int, rows: int, *, wide: int = 0) -> bytes:
    """A file of so many rows, different from every other; `wide`: characters of a column that nobody reads."""
    tail = "x" * wide
    lines = (f"Portable;HP;EliteBook 840 G5;S{number:03d}{n:07d}X;2021;8;256;{tail}\n" for n in range(rows))
    return (HEADER + "".join(lines)).encode()


async def send(there: Ground, content: bytes) -> dict[str, Any]:
    answer = await there.http.post(
        f"{there.stack.collect_url}/api/v1/donations/imports",
        files={"file": ("parc.csv", content, "text/csv")},
        data={"donor_id": there.there.donors[VOLTA.key]},
        headers={"Authorization": f"Bearer {await there.stack.token(VOLTA.person.subject)}"},
    )
    assert answer.is_success, answer.text[:500]
    return dict(answer.json())


async def read_to_the_end(there: Ground, import_id: str) -> dict[str, Any]:
    """The import once the worker is done with it."""
    while True:
        found = await there.donor.get(f"/donations/imports/{import_id}")
        if found["status"] not in ("waiting", "reading"):
            return dict(found)
        await asyncio.sleep(0.2)


async def upload(there: Ground, files: list[bytes]) -> tuple[Seen, list[dict[str, Any]]]:
    """Files sent at once and read to the end."""
    async with seen(there) as watching:
        sent = await asyncio.gather(*(send(there, file) for file in files))
        told = await asyncio.gather(*(read_to_the_end(there, one["import_id"]) for one in sent))
    return watching, list(told)


# -- a donation -------------------------------------------------------------------------------------------------------
async def donate(there: Ground, devices: int) -> tuple[dict[str, Seen], str]:
    """The whole way of a large donation to the workshop, by step; and its lot."""
    steps: dict[str, Seen] = {}
    api = there.coordinator
    _, [seen_file] = await upload(there, [fleet(900, devices)])
    assert seen_file["accepted"] == devices, seen_file
    async with seen(there) as steps["confirm"]:
        donation = await there.donor.post(f"/donations/imports/{seen_file['import_id']}/confirm")
    path = f"/donations/{donation['donation_id']}"
    async with seen(there) as steps["accept"]:
        await api.post(f"{path}/accept")
        while (await api.get(path))["status"] == "submitted":
            await asyncio.sleep(0.2)
    await api.post(f"{path}/pickup", {"on": (today() + timedelta(days=1)).isoformat(), "word": "Convenu."})
    async with seen(there) as steps["collect"]:
        collected = await api.post(f"{path}/collect", {})
    lot = collected["lots"][0]
    suggested = (await api.get(f"/lots/{lot}/suggestions"))[0]
    async with seen(there) as steps["dispatch"]:
        await api.post(f"/lots/{lot}/dispatch", {"workshop_id": suggested["workshop_id"]})
        async with asyncio.timeout(300):
            while await announced(there, lot) < devices:
                await asyncio.sleep(0.2)
    return steps, lot


async def print_labels(there: Ground, lot: str, labels: int) -> dict[str, Seen]:
    """All labels of a lot: sheet after sheet on the page, as PDF by the worker."""
    base, page = there.stack.settings.public_url("collect"), f"/lots/{lot}/etiquettes"
    said = await cookie(there.stack, base, COORDINATOR.subject)
    made: dict[str, Seen] = {}
    async with httpx.AsyncClient(base_url=base, headers=said, timeout=60, trust_env=False) as browser:
        async with seen(there) as made["sheets on the page"]:
            for sheet in range(1, -(-labels // PER_SHEET) + 1):
                shown = (await browser.get(f"{page}?page={sheet}")).raise_for_status().text
        token = re.findall(r'name="csrf_token" value="([^"]+)"', shown)[0]
        async with seen(there) as made["PDF"]:
            parts = range(1, -(-labels // MOST) + 1)
            for part in parts:
                await browser.post(page, data={"csrf_token": token, "part": str(part)})
            async with asyncio.timeout(300):
                while (await browser.get(f"{page}.pdf?part={parts[-1]}")).is_redirect:
                    await asyncio.sleep(0.5)
    return made


async def receive(there: Ground, lot: str, devices: int) -> Seen:
    """So many labels of a lot scanned in one request."""
    api, page = there.coordinator, f"/lots/{lot}/devices"
    labels: list[str] = []
    while len(labels) < devices:
        labels += [one["label"] for one in (await api.get(page, limit=500, offset=len(labels)))["items"]]
    async with seen(there) as watching:
        await there.chain.refurbish(COORDINATOR.subject).post(f"/lots/{lot}/arrive", {"labels": labels[:devices]})
    return watching


async def announced(there: Ground, lot: str) -> int:
    """Devices of the lot that the workshop knows of."""
    for one in await there.chain.refurbish(COORDINATOR.subject).everything("/lots"):
        if one["id"] == lot:
            return int(one["announced"])
    return 0


async def heaviest_event(there: Ground) -> int:
    """Bytes of the largest event that collect has written."""
    connection = await asyncpg.connect(there.stack.databases["collect"])
    try:
        return int(await connection.fetchval("SELECT max(octet_length(payload::text)) FROM outbox"))
    finally:
        await connection.close()


def blocked(there: Ground) -> list[str]:
    """Each turn of a loop over LIMIT_MS, with its innermost frames."""
    found = []
    for part in PARTS:
        for line in (there.stack.settings.data / "logs" / f"{part}.log").read_text().splitlines():
            if '"loop_blocked"' in line:
                told = json.loads(line)
                frames = [frame.strip() for frame in told["stack"].splitlines() if "File" in frame][-4:]
                found.append(f"{part}: {told['milliseconds']} ms\n      " + "\n      ".join(frames))
    return found


async def measure() -> dict[str, float]:
    """Figures by name; what they are stands in docs/capacity.md."""
    async with ground() as there:
        (await upload(there, [fleet(n, 3000) for n in range(8)]))[0].tell("eight files of 3,000 rows at once")
        (await upload(there, [fleet(10 + n, 45_000) for n in range(8)]))[0].tell("eight files of 45,000 rows at once")
        watching, [told] = await upload(there, [fleet(20, 100_001)])
        watching.tell(f"one of 100,001 rows, {told['status']}: {told.get('failure')}")
        (await upload(there, [fleet(30 + n, 45_000, wide=390) for n in range(8)]))[0].tell("eight files of 19 MB")
        steps, lot = await donate(there, 50_000)
        for step, watching in steps.items():
            watching.tell(f"50,000 devices: {step}")
        say(f"largest event: {await heaviest_event(there)} bytes")
        (await receive(there, lot, 5_000)).tell("5,000 labels scanned in one request")
        for step, watching in (await print_labels(there, lot, 8_000)).items():
            watching.tell(f"8,000 labels: {step}")
        for one in blocked(there):
            say(one)
    return {}
