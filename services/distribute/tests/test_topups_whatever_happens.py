"""A service that dies as by `kill -9` between any two steps of a top-up: the code leaves once, or has not left."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from filiere.embedded.ports import free_ports
from filiere.testing.events import published
from filiere.testing.sql import rows, value

from .conftest import World
from .topping_up import CODES, sale, stocked

KILLED = 137
KEYS = "a-key-for-tests-only-" * 2
SHOW = """
import asyncio, sys
from uuid import UUID
from filiere.database import Database
from filiere.roles import Role
from filiere.web import Membership, Principal
from distribute.topups import service
from distribute.topups.schemas import ShowIn
from distribute.topups.vault import Vault

async def main(url, subject, relais, sale, again):
    database = Database(url)
    principal = Principal(subject, memberships=(Membership(Role.RELAIS, UUID(relais)),))
    async with database.unit_of_work() as session:
        code = await service.show(session, principal, Vault([sys.argv[6]]), UUID(sale), ShowIn(again=again or None))
    print(code)

asyncio.run(main(*sys.argv[1:6]))
"""


@asynccontextmanager
async def served(world: World, *, dies_at: str | None = None) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """Distribute as a process of its own on the test's database, which dies the first time it passes a point."""
    (port,) = free_ports(1)
    settings = world.client.settings
    said = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "OIDC_ISSUER": settings.oidc_issuer,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SESSION_SECRET": "of-this-test-alone-" * 3,
        "TOPUP_KEYS": KEYS,
        "PORT": str(port),
        "FILES": settings.files,
    }
    if dies_at is not None:
        said["FILIERE_CRASH_AT"] = dies_at
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "distribute", "api"),
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


async def send(address: str, relais: Any, body: Any) -> httpx.Response | None:
    """What comes back; None when the service died over it."""
    headers = {"authorization": relais["client"].headers["authorization"]}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as client:
        try:
            return await client.post("/api/v1/topups/sales", json=body)
        except httpx.TransportError:
            return None


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("where", "left"),
    [("topup.taken", 0), ("topup.entered", 0), ("topup.left", 0), ("topup.told", 0), ("api.committed", 1)],
)
async def test_the_code_leaves_once_or_has_not_left(world: World, where: str, left: int) -> None:
    relais, offer_id = await stocked(world, 3)
    body = sale(offer_id)
    async with served(world, dies_at=where) as (address, process):
        assert await send(address, relais, body) is None
        assert await process.wait() == KILLED
    gone = "SELECT count(*) FROM topup_code WHERE status = 'left'"
    assert await value(world.database, gone) == left
    assert len(await published(world.database, "topup-handed-over")) == left
    assert await value(world.database, "SELECT count(*) FROM till_entry") == left
    for _ in range(3):  # asked again, by whoever saw no answer
        await world.call(relais["client"], "/topups/sales", body, status=201)
    assert await value(world.database, gone) == 1
    assert len(await published(world.database, "topup-handed-over")) == 1
    (proof,) = await world.read(relais["client"], "/till/verification")
    assert proof["holds"], proof["breaks"]
    assert await value(world.database, "SELECT last FROM receipt_counter") == 1


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(("where", "seen"), [("topup.opened", 0), ("topup.shown", 0), (None, 1)])
async def test_what_was_not_noted_as_shown_was_on_no_screen(world: World, where: str | None, seen: int) -> None:
    relais, offer_id = await stocked(world, 1)
    made = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    said = (world.client.settings.database_url.get_secret_value(), relais["subject"], relais["id"], made["id"])

    async def show(again: str = "", dies_at: str | None = None) -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SHOW, *said, again, KEYS),
            env={**os.environ, **({"FILIERE_CRASH_AT": dies_at} if dies_at else {})},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
        return process.returncode, out.decode().strip()

    if where is not None:
        assert await show(dies_at=where) == (KILLED, "")
        assert await value(world.database, "SELECT times_shown FROM topup_sale") == seen
    assert await show() == (0, CODES[0])
    assert (await show())[0] == 1  # and no second time without a reason
    assert await show("page_lost") == (0, CODES[0])
    noted = await rows(world.database, "SELECT verb FROM journal WHERE object = 'topup_sale' ORDER BY id")
    assert [row[0] for row in noted] == ["shown", "shown_again"]
