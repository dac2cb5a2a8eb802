"""The service dies as by `kill -9` over an act on many devices: none of them is half done, and asked again all are."""

import pytest
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.settings import Settings
from filiere.testing.events import published
from filiere.testing.sql import value

from ..conftest import World
from ..erasure.test_a_service_that_dies import KILLED, send, served
from .test_bulks import prepared

COUNT = 40


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize(("where", "kept"), [("bulk.written", 0), ("api.committed", COUNT)])
async def test_all_of_it_or_nothing(
    world: World, settings: Settings, database: Database, where: str, kept: int
) -> None:
    devices = [world.device(category="monitor") for _ in range(COUNT)]
    lot = await world.expects(*devices)
    await world.post(f"/lots/{lot}/arrive", {"labels": [one["label"] for one in devices]})
    bulk = await prepared(world, "withdraw", [one["device_id"] for one in devices], reason="old")
    path, key = f"/bulks/{bulk['id']}/do", str(uuid7())
    gone = "SELECT count(*) FROM device WHERE stage = 'withdrawn'"
    async with served(settings, dies_at=1, where=where) as (address, process):
        assert await send(address, world, path, None, key) is None
        assert await process.wait() == KILLED
    # Killed before the commit: nothing; after it: all, though nobody was told.
    assert await value(database, gone) == kept
    assert len(await published(database, "device-withdrawn")) == kept
    assert await value(database, "SELECT count(*) FROM bulk WHERE done_at IS NOT NULL") == (1 if kept else 0)
    async with served(settings) as (address, _):
        again = await send(address, world, path, None, key)
        assert again is not None
        assert again.json()["counts"]["changes"] == COUNT, again.text
    assert await value(database, gone) == COUNT
    told = await published(database, "device-withdrawn")
    assert sorted(one.key for one in told) == sorted(str(one["device_id"]) for one in devices)
    assert await value(database, "SELECT DISTINCT withdrawn_reason FROM device") == "Trop ancien pour resservir."
