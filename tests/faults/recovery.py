"""`python -m tests.faults.recovery [devices]`: how long a network of so many devices takes to come back from a backup.

Everything is lost, databases and broker; the machine is the same. Monitors only: they have no storage, so that their
work can be written set by set; their events are the real ones, four to six per device. The last line is JSON.
"""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from filiere import outbox
from filiere.database import Database
from refurbish.devices.events import DeviceErased, DeviceGraded, DeviceReady, DeviceTested
from stack.audit import settled_audit
from stack.backup import backup, place, restore
from stack.demo import organisations, workshop
from stack.demo.api import Chain
from stack.people import COORDINATOR, DONORS
from stack.scenario import ScenarioContext
from stack.settings import StackSettings
from stack.stack import Stack

from tests.faults import equipment

_PER_DONATION = 5_000
_PER_LINE = 1_000
_AT_ONCE = 1_000  # devices per transaction
_SETTLE_S = 600.0
_LOOK_AGAIN_S = 1.0
_QUIET_S = 4.0  # nothing new for so long; part of the figure

_READY = """
UPDATE device SET stage = 'ready', erased_at = $2, tested_at = $2, graded_at = $2, ready_at = $2, tests_passed = true,
    ruleset = 'monitor', grade = 'C', cosmetic = 'B', battery = 'none'
WHERE id = ANY($1)
"""


async def measure(devices: int) -> dict[str, float]:
    figures: dict[str, float] = {"devices": devices}
    with tempfile.TemporaryDirectory(prefix="filiere-recovery-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # noqa: ASYNC240 - at once
        settings = StackSettings.in_folder(folder / "data")
        async with Stack(settings, home=False) as stack:
            async with _chain(stack, settings) as chain:
                there = await organisations.register(chain)
                for _ in range(0, devices, _PER_DONATION):
                    await _one_donation(chain, there, stack.databases["refurbish"])
                    _say(f"{_ + _PER_DONATION} devices ready")
            figures["settled_s"] = await _timed(_sound(stack))
            figures["backup_s"] = await _timed(backup(stack.databases, folder / "kept"))
        manifest = json.loads((folder / "kept" / "backup.json").read_text())
        figures["events"] = sum(service["events"] for service in manifest["services"].values())
        figures["backup_mb"] = sum(service["bytes"] for service in manifest["services"].values()) / 1e6
        figures["consumers_waited_ms"] = manifest["consumers_waited_ms"]
        shutil.rmtree(folder / "data")

        began = time.monotonic()
        async with place(settings, {}) as stopped:
            await restore(stopped.databases, folder / "kept")
        figures["restored_after_s"] = time.monotonic() - began
        async with Stack(settings, home=False) as stack:
            figures["serving_after_s"] = time.monotonic() - began  # pages and API answer, with everything there
            await _sound(stack)
            figures["sound_after_s"] = time.monotonic() - began  # all events sent again, all inboxes through
    return {name: round(value, 1) for name, value in figures.items()}


@asynccontextmanager
async def _chain(stack: Stack, settings: StackSettings) -> AsyncIterator[Chain]:
    async with httpx.AsyncClient(timeout=120, trust_env=False) as client:
        addresses = (stack.home_url, stack.collect_url, stack.refurbish_url, stack.distribute_url)
        yield Chain(ScenarioContext(*addresses, settings.data, stack.token, lambda *_: None), client)


async def _one_donation(chain: Chain, there: organisations.Organisations, refurbish: str) -> None:
    donor = DONORS[0]
    lines = [equipment.line("monitor", _PER_LINE)] * (_PER_DONATION // _PER_LINE)
    body = {"donor_id": there.donors[donor.key], "lines": lines}
    coordinator = chain.collect(COORDINATOR.subject)
    donation = await chain.collect(donor.person.subject).post("/donations", body)
    await coordinator.post(f"/donations/{donation['id']}/accept")
    day = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    await coordinator.post(f"/donations/{donation['id']}/pickup", {"on": day, "word": "Convenu."})
    (lot,) = (await coordinator.post(f"/donations/{donation['id']}/collect"))["lots"]
    suggested = (await coordinator.get(f"/lots/{lot}/suggestions"))[0]["workshop_id"]
    await coordinator.post(f"/lots/{lot}/dispatch", {"workshop_id": suggested})
    api = chain.refurbish(workshop.technician(suggested, there.workshops))

    async def announced() -> bool:
        found = [one for one in await api.everything("/lots") if one["id"] == lot]
        return bool(found) and found[0]["announced"] == _PER_DONATION

    await chain.until("the manifest", announced)
    devices = await api.everything("/devices", lot=lot)
    await api.post(f"/lots/{lot}/arrive", {"labels": [device["label"] for device in devices]})
    await api.post(f"/lots/{lot}/reconcile")
    await _make_ready(refurbish, devices)


async def _make_ready(url: str, devices: list[dict[str, Any]]) -> None:
    """What five requests per device would do, a thousand devices a transaction."""
    database = Database(url, pool_size=1)
    for start in range(0, len(devices), _AT_ONCE):
        part = devices[start : start + _AT_ONCE]
        async with database.unit_of_work() as session:
            driver = await session.driver()
            await driver.execute(_READY, [device["id"] for device in part], datetime.now(UTC))
            for about in (_erased, _tested, _graded, _ready):
                await outbox.append(session, [about(device) for device in part])
    await database.dispose()


def _where(device: dict[str, Any]) -> dict[str, Any]:
    return {"device_id": device["id"], **{name: device[name] for name in ("workshop_id", "lot_id", "label")}}


def _erased(device: dict[str, Any]) -> DeviceErased:
    return DeviceErased(**_where(device), media=[], reason="Un écran n'a pas de disque.")


def _tested(device: dict[str, Any]) -> DeviceTested:
    return DeviceTested(**_where(device), passed=True, failures=[])


def _graded(device: dict[str, Any]) -> DeviceGraded:
    facts = {"category": "monitor", "ruleset": "monitor", "grade": "C", "cosmetic": "B", "battery": "none"}
    return DeviceGraded(**_where(device), **facts, reasons=["Un écran de bureau."])


def _ready(device: dict[str, Any]) -> DeviceReady:
    said = ("category", "manufacturer", "model", "serial", "public_body", "donation_id")
    state = {"grade": "C", "cosmetic": "B", "battery": "none", "workshop_name": "Atelier Second Souffle"}
    return DeviceReady(**_where(device), **{name: device[name] for name in said}, **state)


async def _sound(stack: Stack) -> None:
    """Wait until nothing is on its way, then audit. Looking at counts costs the system nothing, auditing does."""
    before: tuple[int, ...] = ()
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < _QUIET_S:
        await asyncio.sleep(_LOOK_AGAIN_S)
        now = await _on_its_way(stack.databases)
        if now != before or now[0]:
            before, quiet_since = now, time.monotonic()
    report = await settled_audit(stack.databases, timeout=_SETTLE_S)
    if not report.ok:
        raise SystemExit(report.in_words())


async def _on_its_way(databases: Mapping[str, str]) -> tuple[int, ...]:
    """(events not sent, events applied by each service)."""
    waiting, applied = 0, []
    for url in databases.values():
        connection = await asyncpg.connect(url)
        waiting += await connection.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")
        statistics = "SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables WHERE relname = 'inbox'"
        applied.append(await connection.fetchval(statistics))
        await connection.close()
    return waiting, *applied


async def _timed(work: Awaitable[Any]) -> float:
    began = time.monotonic()
    await work
    return time.monotonic() - began


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))))
