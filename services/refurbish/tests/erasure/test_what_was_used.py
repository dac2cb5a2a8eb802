"""What somebody had comes back: the promise of the gate holds for their data as it did for the donor's."""

from dataclasses import replace

import asyncpg
import pytest
from filiere.catalogue.categories import Category
from filiere.database import Database
from filiere.testing.events import published
from filiere.testing.sql import rows, value
from refurbish.devices.recall_reasons import RecallReason
from refurbish.devices.rules import brought_back
from refurbish.devices.stages import Stage

from ..conftest import World
from ..recalls.test_asked_back import answer, promised, said
from ..steering.test_steering import plain
from .test_wipe_gate_rules import AT, a_device

SERIAL = "S4NSSD0001"
HAD = [
    pytest.param(["device-handed-over"], id="handed over, and back without a case"),
    pytest.param(["device-lent", "device-loan-ended"], id="lent"),
    pytest.param(["device-brought-back"], id="broken at somebody's"),
    pytest.param(["device-handed-over", "device-handover-undone"], id="a handover that was undone"),
]


async def gone(world: World, *had: str) -> str:
    device, _ = await promised(world)
    await world.hears(said("device-shipped", device), said("device-released", device))
    for name in had:
        await world.hears(said(name, device, **({"fault": "screen"} if name == "device-brought-back" else {})))
    return device


async def back(world: World, *had: str) -> str:
    device = await gone(world, *had)
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    return device


@pytest.mark.parametrize("had", HAD)
async def test_what_somebody_had_is_wiped_again_by_two_before_it_is_ready(
    world: World, database: Database, had: list[str]
) -> None:
    device = await back(world, *had)
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["cycle"], found["next_step"]["code"]) == ("erasing", 2, "erase")
    assert [one["is_wiped"] for one in await world.get(f"/devices/{device}/media")] == [False]
    sheet = await world.get(f"/devices/{device}/tests")
    results = [{"test": one["test"], "passed": True} for one in sheet["points"]]
    await world.post(f"/devices/{device}/tests", {"results": results}, status=409)
    await world.post(f"/devices/{device}/ready", status=409)
    await world.reported(device, SERIAL)
    assert await world.stage(device) == "erasing", "one person alone does not prove it"
    await world.confirm(device)
    assert await world.stage(device) == "erased"
    [first, second] = await published(database, "device-erased")
    assert (first.data["after_use"], second.data["after_use"]) == (False, True)
    assert first.data["media"][0]["erasure_id"] != second.data["media"][0]["erasure_id"]
    await world.tested(device)
    await world.graded(device)
    assert (await world.ready(device))["stage"] == "ready"


async def test_what_comes_back_to_be_wiped_is_not_broken(world: World, database: Database) -> None:
    device, _ = await promised(world)
    await world.hears(said("device-shipped", device), said("device-released", device))
    await world.hears(said("device-lent", device), said("device-loan-ended", device))
    await world.hears(said("device-brought-back", device, fault="other", to_wipe=True))
    assert await value(database, "SELECT count(*) FROM complaint") == 0
    ada = await world.browser()
    assert "il revient ici, à effacer" in plain(await ada.get(f"/equipements/{device}"))
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    assert await world.stage(device) == "erasing"
    # It has left, and is no defect of the work.
    assert "0 pour 1 équipement parti" in plain(await ada.get("/pilotage"))


async def test_what_is_recalled_from_a_shelf_keeps_what_was_wiped(world: World) -> None:
    device = await gone(world)
    recalled = {"fault": "other", "is_recall": True}
    await world.hears(
        said("device-delivered", device), said("device-brought-back", device, **recalled, from_stock=True)
    )
    ada = await world.browser()
    assert "Il est rappelé : son Relais le renvoie ici" in plain(await ada.get(f"/equipements/{device}"))
    assert "ses disques restent effacés" in plain(await ada.get(f"/equipements/{device}/encore-la"))
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    assert await world.stage(device) == "to_repair"
    assert [one["is_wiped"] for one in await world.get(f"/devices/{device}/media")] == [True]


async def test_what_is_recalled_from_somebody_is_wiped_again(world: World) -> None:
    device = await gone(world, "device-handed-over")
    await world.hears(said("device-brought-back", device, fault="other", is_recall=True))
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    assert await world.stage(device) == "erasing"
    assert [one["is_wiped"] for one in await world.get(f"/devices/{device}/media")] == [False]


async def test_what_comes_back_broken_is_a_defect_of_a_device_that_has_left(world: World) -> None:
    await back(world, "device-brought-back")
    assert "1 pour 1 équipement parti" in plain(await (await world.browser()).get("/pilotage"))


async def test_a_word_of_a_later_release_says_nothing_here(world: World, database: Database) -> None:
    device = await gone(world, "device-lent")
    await rows(database, "UPDATE device SET away = 'on_the_moon'")
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["next_step"]["code"]) == ("left", "left")
    ada = await world.browser()
    assert (await ada.get(f"/equipements/{device}")).status_code == 200


async def test_what_nobody_had_keeps_its_erasures(world: World) -> None:
    device = await gone(world)
    await world.hears(said("device-reported", device, problem="damaged", comes_back=True))
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    assert await world.stage(device) == "to_repair"
    await world.tested(device)
    await world.graded(device)
    assert (await world.ready(device))["stage"] == "ready"


async def test_what_was_not_confirmed_before_is_not_confirmed_after(world: World, database_url: str) -> None:
    """A second erasure of the first cycle, that nobody had confirmed, says nothing of what was written since."""
    device, _ = await promised(world)
    connection = await asyncpg.connect(database_url)
    await connection.execute(
        "INSERT INTO erasure (workshop_id, id, device_id, medium_id, medium_serial, level, method, tool, tool_version, "
        "result, operator, operator_name, verified, erased_at) SELECT workshop_id, gen_random_uuid(), device_id, id, "
        "serial, 'purge', 'm', 't', '1', 'success', 'ada', 'Ada', false, now() FROM storage_medium",
    )
    await connection.close()
    await world.hears(said("device-shipped", device), said("device-released", device))
    await world.hears(said("device-brought-back", device, fault="screen"))
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    bruno = await world.colleague("bruno")
    assert (await bruno.get("/verifications"))["items"] == []
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "erase"


@pytest.mark.parametrize(("category", "stage"), [(Category.LAPTOP, Stage.ERASING), (Category.MONITOR, Stage.TO_REPAIR)])
def test_what_was_said_to_hold_nothing_is_looked_into_again(category: Category, stage: Stage) -> None:
    had = replace(a_device(category, Stage.LEFT), no_storage=True, no_storage_by="ada", wipe_from=2)
    here, _ = brought_back(had, RecallReason.FAULT, AT)
    assert (here.stage, here.no_storage, here.cycle, here.was_used) == (stage, False, 2, False)


async def test_what_was_destroyed_stays_destroyed(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0002", "kind": "ssd"}])
    await world.wipe(device, "S4NSSD0002", level="destroy", method="broyage", tool="broyeur", tool_version="1")
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    await world.hears(said("device-shipped", device), said("device-handed-over", device))
    await world.post(f"/devices/{device}/still-here")
    await world.hears(said("device-released", device), answer(device, given_back=True))
    found = {one["serial"]: one["is_wiped"] for one in await world.get(f"/devices/{device}/media")}
    assert found == {SERIAL: False, "S4NSSD0002": True}


async def test_the_database_refuses_an_erasure_of_before(world: World, database: Database, database_url: str) -> None:
    device = await back(world, "device-handed-over")
    connection = await asyncpg.connect(database_url)
    old = await value(database, "SELECT id FROM erasure")
    with pytest.raises(asyncpg.CheckViolationError, match="before medium"):
        await connection.execute("UPDATE storage_medium SET wiped_by = $1", old)
    # As a release would leave it that knows nothing of cycles here.
    await connection.execute("ALTER TABLE storage_medium DISABLE TRIGGER storage_medium_wipe")
    await connection.execute("UPDATE storage_medium SET wiped_by = $1", old)
    await connection.execute("ALTER TABLE storage_medium ENABLE TRIGGER storage_medium_wipe")
    ready = "UPDATE device SET stage = 'ready', tests_passed = true, grade = 'A' WHERE id = $1"
    with pytest.raises(asyncpg.CheckViolationError, match="was used since"):
        await connection.execute(ready, device)
    assert await world.stage(device) == "erasing"
    await world.post(f"/devices/{device}/ready", status=409)
    await connection.close()


async def test_the_database_does_not_make_ready_what_somebody_has(world: World, database_url: str) -> None:
    device = await gone(world, "device-handed-over")
    connection = await asyncpg.connect(database_url)
    with pytest.raises(asyncpg.CheckViolationError, match="needs another cycle"):
        await connection.execute("UPDATE device SET stage = 'ready' WHERE id = $1", device)
    await connection.close()


async def test_the_bench_says_so(world: World) -> None:
    device = await gone(world, "device-brought-back")
    ada = await world.browser()
    asked = plain(await ada.get(f"/equipements/{device}/encore-la"))
    assert "ses disques sont à effacer de nouveau" in asked
    assert "restent effacés" not in asked
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    assert "ce que la personne y a laissé est à effacer" in plain(await ada.get(f"/equipements/{device}"))
