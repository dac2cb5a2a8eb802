"""What came back before this release knew of it: its migration makes it unwiped, where it is at work or out."""

from pathlib import Path

import asyncpg
import pytest

from ..conftest import World
from .test_what_was_used import back, gone

MIGRATIONS = Path(__file__).parents[2] / "migrations" / "versions"


async def upgraded(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """The statements of the migration that fill its columns, as they run once."""
    [file] = MIGRATIONS.glob("*_what_was_used_is_wiped_again.sql")
    for statement in file.read_text(encoding="utf-8").split("--===\n"):
        if "CREATE" not in statement:
            await connection.execute(statement)


async def as_before(connection: "asyncpg.Connection[asyncpg.Record]", stage: str) -> None:
    """As the release before left a device that came back: everything wiped in the first cycle counts on."""
    await connection.execute("ALTER TABLE storage_medium DISABLE TRIGGER storage_medium_wipe")
    await connection.execute("UPDATE device SET stage = $1, wipe_from = 1, back_at = NULL, tests_passed = true", stage)
    await connection.execute("UPDATE storage_medium SET wiped_by = (SELECT id FROM erasure)")
    await connection.execute("ALTER TABLE storage_medium ENABLE TRIGGER storage_medium_wipe")


@pytest.mark.parametrize("stage", ["to_repair", "tested"])
async def test_what_is_at_work_is_wiped_before_it_goes_on(world: World, database_url: str, stage: str) -> None:
    device = await back(world, "device-brought-back")
    connection = await asyncpg.connect(database_url)
    await as_before(connection, stage)
    await upgraded(connection)
    await connection.close()
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["next_step"]["code"]) == ("erasing", "erase")
    await world.wipe(device, "S4NSSD0001")
    assert await world.stage(device) == "erased"


async def test_what_somebody_has_is_wiped_when_it_comes_back(world: World, database_url: str) -> None:
    device = await gone(world, "device-brought-back")
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE device SET wipe_from = 1")
    await upgraded(connection)
    assert await connection.fetchval("SELECT wipe_from FROM device WHERE id = $1", device) == 2
    await connection.close()


async def test_what_nobody_had_stays_as_it_is(world: World, database_url: str) -> None:
    device = await world.arrived()
    await world.wiped(device)
    before = await world.get(f"/devices/{device}")
    connection = await asyncpg.connect(database_url)
    await upgraded(connection)
    await connection.close()
    assert await world.get(f"/devices/{device}") == before
