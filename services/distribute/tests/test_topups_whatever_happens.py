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
from filiere.identifiers import uuid7
from filiere.testing.events import published
from filiere.testing.sql import rows, value

from tests.faults.evidence import ROWS, Evidence
from tests.faults.till import till_is_what_was_handed_over

from .conftest import World
from .test_referral_slips import slip, sold
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
        "SESSION_SECRET": settings.session_secret.get_secret_value(),  # of which codes of slips are made
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


async def send(address: str, relais: Any, body: Any, path: str = "/topups/sales") -> httpx.Response | None:
    """What comes back; None when the service died over it."""
    headers = {"authorization": relais["client"].headers["authorization"]}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as client:
        try:
            return await client.post(f"/api/v1{path}", json=body)
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


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("wanted", "where", "left"),
    [
        ("topup", "topup.entered", 0),
        ("topup", "slip.taken", 0),
        ("topup", "topup.left", 0),
        ("topup", "api.committed", 1),
        ("tablet", "slip.taken", 0),
        ("tablet", "api.committed", 1),
    ],
)
async def test_a_slip_is_taken_with_its_sale_or_is_open_still(world: World, wanted: str, where: str, left: int) -> None:
    relais, offer_id = await stocked(world, 3)
    _, (label,) = await world.delivered(relais)
    made = await slip(world, relais, wanted=wanted, tier="solidary")
    path, body = "/topups/sales", sale(offer_id, slip=made["code"])
    if wanted == "tablet":
        path, body = "/checkouts", {**sold([label], made["code"]), "id": body["id"]}
    async with served(world, dies_at=where) as (address, process):
        assert await send(address, relais, body, path) is None
        assert await process.wait() == KILLED
    used = "SELECT count(*) FROM referral_slip WHERE used_at IS NOT NULL"
    assert await value(world.database, used) == left
    assert await value(world.database, "SELECT count(*) FROM till_entry") == left
    assert list(till_is_what_was_handed_over(await till_evidence(world))) == []
    for _ in range(3):  # asked again, by whoever saw no answer
        await world.call(relais["client"], path, body, status=201)
    again = {**body, "id": str(uuid7())}
    await world.call(relais["client"], path, again, status=409)
    assert (await value(world.database, used), await value(world.database, "SELECT count(*) FROM till_entry")) == (1, 1)
    assert list(till_is_what_was_handed_over(await till_evidence(world))) == []


async def till_evidence(world: World) -> Evidence:
    """What the checker of the storm reads of distribute."""
    names = ("items", "handovers", "topups", "slips", "till")
    return Evidence(rows={"distribute": {name: await rows(world.database, ROWS["distribute"][name]) for name in names}})


async def test_the_checker_of_the_storm_knows_top_ups_and_slips(world: World) -> None:
    relais, offer_id = await stocked(world, 3)
    _, (label,) = await world.delivered(relais)
    for wanted, path, body in (
        ("topup", "/topups/sales", sale(offer_id)),
        ("tablet", "/checkouts", sold([label], "")),
        ("topup", "/topups/sales", sale(offer_id)),
    ):
        made = await slip(world, relais, wanted=wanted, tier="solidary")
        done = await world.call(relais["client"], path, {**body, "slip": made["code"]}, status=201)
    await world.call(relais["client"], f"/topups/sales/{done['id']}/undo", {"reason": "trial"})
    found = await till_evidence(world)
    assert list(till_is_what_was_handed_over(found)) == []
    topups, slips = found.rows["distribute"]["topups"], found.rows["distribute"]["slips"]
    assert (len(topups), len(slips)) == (2, 2)

    def said(**other: Any) -> str:
        return " ".join(
            till_is_what_was_handed_over(Evidence(rows={"distribute": {**found.rows["distribute"], **other}}))
        )

    assert "no sale of it is there" in said(topups=[])
    assert "is entered as" in said(topups=[{**dict(row), "amount_cents": 1} for row in topups])
    assert "is taken back 1 times" in said(topups=[{**dict(row), "undone_at": None} for row in topups])
    assert "is used for no sale" in said(slips=[{**dict(row), "used_for": uuid7()} for row in slips])
