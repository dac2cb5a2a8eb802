"""The service dies as by `kill -9` after a commit and before its answer: what was said is there, once."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from filiere.database import Database
from filiere.embedded.ports import free_ports
from filiere.identifiers import uuid7
from filiere.settings import Settings
from filiere.testing.events import published
from filiere.testing.sql import value

from ..conftest import PURGE, World

ALONE = {**PURGE, "medium_serial": "S4NSSD0001"}
KILLED = 137


@asynccontextmanager
async def served(
    settings: Settings, *, dies_at: int | None = None, where: str = "api.committed", port: int | None = None
) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """The service as a process of its own on the test's database; it may die at its nth commit, or at another point.

    `port`: where it is found again after its death.
    """
    if port is None:
        (port,) = free_ports(1)
    said = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "OIDC_ISSUER": settings.oidc_issuer,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SESSION_SECRET": "of-this-test-alone-" * 3,
        "PORT": str(port),
        "FILES": settings.files,
    }
    if dies_at is not None:
        said["FILIERE_CRASH_AT"] = f"{where}:{dies_at}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "refurbish", "api"),
        env={**os.environ, **said},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=address) as client, asyncio.timeout(60):
            while True:
                try:
                    if (await client.get("/health/live")).is_success:
                        break
                except httpx.TransportError:
                    assert process.returncode is None
                await asyncio.sleep(0.1)
        yield address, process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def send(address: str, by: World, path: str, body: Any, key: str) -> httpx.Response | None:
    """What comes back; None when the service died over it."""
    headers = {"authorization": by.api.headers["authorization"], "idempotency-key": key}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as client:
        try:
            return await client.post(f"/api/v1{path}", json=body)
        except httpx.TransportError:
            return None


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_scans_that_are_sent_again_after_a_death_are_counted_once(
    world: World, settings: Settings, database: Database
) -> None:
    devices = [world.device() for _ in range(5)]
    await world.expects(*devices)
    scans = [(str(uuid7()), {"label": one["label"]}) for one in devices]
    async with served(settings, dies_at=3) as (address, process):
        answers = [await send(address, world, "/scan", body, key) for key, body in scans]
        assert answers.count(None) == 3  # the third died in the middle, and nobody was there for the rest
        assert await process.wait() == KILLED
    assert len(await published(database, "device-arrived")) == 3
    async with served(settings) as (address, _):
        for key, body in scans:
            again = await send(address, world, "/scan", body, key)
            assert again is not None
            assert again.is_success, again.text
    told = await published(database, "device-arrived")
    assert sorted(one.key for one in told) == sorted(str(one["device_id"]) for one in devices)
    assert await value(database, "SELECT count(*) FROM device WHERE stage = 'arrived'") == 5


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_an_erasure_and_its_verification_outlive_the_service(
    world: World, settings: Settings, database: Database
) -> None:
    bruno = await world.colleague("bruno")
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    first, second = str(uuid7()), str(uuid7())
    async with served(settings, dies_at=1) as (address, process):
        assert await send(address, world, f"/devices/{device}/erasures", ALONE, first) is None
        assert await process.wait() == KILLED
    [kept] = await world.get(f"/devices/{device}/erasures")
    said = {"confirmed": True}
    # It dies again over the second person's word, once the same report was sent again and changed nothing.
    async with served(settings, dies_at=2) as (address, process):
        again = await send(address, world, f"/devices/{device}/erasures", ALONE, first)
        if again is None:  # its answer is kept with its key: nothing was left to commit, or that was the first commit
            pytest.fail("the same report under the same key was not answered")
        assert again.status_code == 201
        await send(address, bruno, f"/verifications/{kept['id']}", said, second)
    async with served(settings) as (address, _):
        answered = await send(address, bruno, f"/verifications/{kept['id']}", said, second)
        assert answered is not None
        assert answered.json()["stage"] == "erased", answered.text
    assert [one["id"] for one in await world.get(f"/devices/{device}/erasures")] == [kept["id"]]
    assert len(await published(database, "device-erased")) == 1
