"""The same gate a second time: PostgreSQL refuses, whatever code asks and whoever comes at the same moment."""

import asyncio
import functools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from filiere.identifiers import uuid7
from filiere.testing.answers import Json

from ..conftest import World

READY = "UPDATE device SET stage = 'ready', tests_passed = true, grade = 'A' WHERE id = $1"
MEDIUM = (
    "INSERT INTO storage_medium (workshop_id, id, device_id, serial, kind, origin, declared_by, declared_at) "
    "VALUES ($1, $2, $3, $4, $5, 'person', 'ada', now())"
)
ERASURE = (
    "INSERT INTO erasure (workshop_id, id, device_id, medium_id, medium_serial, level, method, tool, tool_version, "
    "result, operator, operator_name, verified, verified_by, erased_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, 'm', 't', '1', $7, 'ada', 'Ada', $8, $9, now())"
)
Connect = Callable[[], Awaitable["asyncpg.Connection[Any]"]]
refused = pytest.raises(asyncpg.CheckViolationError)


@pytest.fixture
async def connect(database_url: str) -> AsyncIterator[Connect]:
    open_: list[asyncpg.Connection[Any]] = []

    async def one() -> "asyncpg.Connection[Any]":
        open_.append(await asyncpg.connect(database_url))
        return open_[-1]

    yield one
    for connection in open_:
        await connection.close()


async def medium(
    connection: "asyncpg.Connection[Any]", world: World, device: str, *, serial: str = "S4NSSD0001", kind: str = "ssd"
) -> UUID:
    made = uuid7()
    await connection.execute(MEDIUM, world.id, made, device, serial, kind)
    return made


async def erasure(
    connection: "asyncpg.Connection[Any]", world: World, device: str, medium_id: UUID, **said: Any
) -> UUID:
    said = {"serial": "S4NSSD0001", "level": "purge", "result": "success", "verified": True, "by": "Bruno", **said}
    made = uuid7()
    await connection.execute(
        ERASURE, world.id, made, device, medium_id, said["serial"], said["level"], said["result"], said["verified"],
        said["by"],
    )  # fmt: skip
    return made


async def test_no_statement_makes_an_unwiped_device_ready(world: World, connect: Connect) -> None:
    device = await world.arrived()
    sql = await connect()
    with refused:
        await sql.execute(READY, device)  # nobody said what it holds
    disk = await medium(sql, world, device)
    with refused:
        await sql.execute(READY, device)
    proof = await erasure(sql, world, device, disk)
    await sql.execute("UPDATE storage_medium SET wiped_by = $2 WHERE id = $1", disk, proof)
    await sql.execute(READY, device)


async def test_a_device_is_not_ready_without_tests_and_a_grade(world: World, connect: Connect) -> None:
    device = await world.arrived(category="monitor")
    sql = await connect()
    for missing in ("tests_passed = false, grade = 'A'", "tests_passed = NULL, grade = 'A'", "tests_passed = true"):
        with refused:
            await sql.execute(f"UPDATE device SET stage = 'ready', {missing} WHERE id = $1", device)


@pytest.mark.parametrize(
    "said",
    [
        {"level": "clear"},
        {"result": "failure"},
        {"verified": False},
        {"serial": "ANOTHER9"},
    ],
    ids=lambda said: next(iter(said)),
)
async def test_an_erasure_that_proves_nothing_wipes_nothing(
    world: World, connect: Connect, said: dict[str, Any]
) -> None:
    device = await world.arrived()
    sql = await connect()
    disk = await medium(sql, world, device)
    proof = await erasure(sql, world, device, disk, **said)
    with refused:
        await sql.execute("UPDATE storage_medium SET wiped_by = $2 WHERE id = $1", disk, proof)


async def test_the_erasure_of_one_disk_does_not_wipe_another(world: World, connect: Connect) -> None:
    device = await world.arrived()
    sql = await connect()
    one, other = await medium(sql, world, device), await medium(sql, world, device, serial="S4NSSD0002")
    proof = await erasure(sql, world, device, one)
    with refused:
        await sql.execute("UPDATE storage_medium SET wiped_by = $2 WHERE id = $1", other, proof)


async def test_the_same_person_cannot_sign_twice(world: World, connect: Connect) -> None:
    device = await world.arrived()
    sql = await connect()
    disk = await medium(sql, world, device)
    with refused:
        await erasure(sql, world, device, disk, by="ADA")


async def test_a_wiped_hard_disk_said_to_be_flash_needs_another_erasure(world: World, connect: Connect) -> None:
    device = await world.arrived()
    sql = await connect()
    disk = await medium(sql, world, device, kind="hdd")
    proof = await erasure(sql, world, device, disk, level="clear")
    await sql.execute("UPDATE storage_medium SET wiped_by = $2 WHERE id = $1", disk, proof)
    with refused:
        await sql.execute("UPDATE storage_medium SET kind = 'ssd' WHERE id = $1", disk)


async def test_evidence_is_neither_changed_nor_deleted(world: World, connect: Connect) -> None:
    device = await world.arrived()
    sql = await connect()
    disk = await medium(sql, world, device)
    await erasure(sql, world, device, disk, result="failure", verified=False, by=None)
    for statement in ("UPDATE erasure SET result = 'success'", "DELETE FROM erasure", "DELETE FROM storage_medium"):
        with refused:
            await sql.execute(statement)
    with refused:
        await sql.execute("UPDATE storage_medium SET serial = 'OTHER1' WHERE id = $1", disk)


async def test_a_ready_device_takes_no_unwiped_disk_and_does_not_leave_before_it_is_ready(
    world: World, connect: Connect
) -> None:
    device = await world.arrived(category="monitor")
    sql = await connect()
    with refused:
        await sql.execute("UPDATE device SET stage = 'left', tests_passed = true, grade = 'A' WHERE id = $1", device)
    await sql.execute(READY, device)
    with refused:
        await medium(sql, world, device)


async def test_a_disk_declared_at_the_moment_of_ready_never_slips_through(world: World, connect: Connect) -> None:
    """Two transactions, both ways round: whoever is second is refused, and no ready device has an unwiped disk."""
    readier, declarer, look = await connect(), await connect(), await connect()
    for first in ("ready", "disk"):
        device = await world.arrived(category="monitor")
        one, other = (readier, declarer) if first == "ready" else (declarer, readier)
        act: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {
            "ready": functools.partial(readier.execute, READY, device),
            "disk": functools.partial(medium, declarer, world, device),
        }
        held = one.transaction()
        await held.start()
        await act[first]()
        second = asyncio.create_task(act["disk" if first == "ready" else "ready"]())
        await asyncio.sleep(0.05)
        assert not second.done(), "the second must wait for the first"
        await held.commit()
        with refused:
            await second
        assert other is not one
    assert (
        await look.fetchval(
            "SELECT count(*) FROM device d JOIN storage_medium m ON m.device_id = d.id "
            "WHERE d.stage = 'ready' AND m.wiped_by IS NULL"
        )
        == 0
    )


@pytest.mark.parametrize("seed", range(4))
async def test_many_hands_on_one_device_never_make_it_ready_unwiped(world: World, connect: Connect, seed: int) -> None:
    """The real API, commands at once in random order; the database is asked after each round."""
    chance = random.Random(seed)
    device = await world.arrived()
    look = await connect()
    serials = [f"S4NSSD000{n}" for n in range(3)]
    sheet = [
        {"test": point["test"], "passed": True} for point in (await world.get(f"/devices/{device}/tests"))["points"]
    ]

    def command(waiting: list[str]) -> tuple[httpx.AsyncClient, str, Json]:
        # What one reports, another confirms: nearly always while somebody reports anew, or sees another disk.
        if waiting and chance.random() < 0.4:
            return world.coordination, f"/verifications/{chance.choice(waiting)}", {"confirmed": True}
        serial = chance.choice(serials)
        erasure_ = {
            "medium_serial": serial, "level": chance.choice(["clear", "purge", "destroy"]), "method": "m", "tool": "t",
            "tool_version": "1", "result": chance.choice(["success", "success", "failure"]),
        }  # fmt: skip
        path, body = chance.choice(
            [
                ("media", [{"serial": serial, "kind": chance.choice(["hdd", "ssd"]), "size_gb": 256}]),
                ("erasures", erasure_),
                ("erasures", erasure_),
                ("tests", {"results": sheet}),
                ("grade", {"ram_gb": 8, "cpu_mark": 6000, "cosmetic": "B"}),
                ("ready", None),
            ]
        )
        return world.api, f"/devices/{device}/{path}", body

    reached = set()
    for _ in range(12):
        waiting = [one["erasure_id"] for one in (await world.get("/verifications"))["items"]]
        answers = await asyncio.gather(
            *(by.post(f"/api/v1{path}", json=body) for by, path, body in [command(waiting) for _ in range(4)])
        )
        assert all(answer.status_code < 500 for answer in answers), [answer.text for answer in answers]
        row = await look.fetchrow(
            "SELECT stage, "
            "(SELECT count(*) FROM storage_medium m WHERE m.device_id = d.id AND m.wiped_by IS NULL) AS unwiped,"
            " (SELECT count(*) FROM storage_medium m WHERE m.device_id = d.id) AS media FROM device d WHERE id = $1",
            device,
        )
        assert row is not None
        reached.add(row["stage"])
        if row["stage"] in ("erased", "tested", "graded", "ready"):
            assert (row["unwiped"], row["media"] > 0) == (0, True)
    assert reached - {"arrived"}
