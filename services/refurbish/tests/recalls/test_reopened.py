"""A withdrawn device is worked on after all: what is wiped stays wiped, the rest is done anew, the chain is told."""

import json

from filiere.database import Database
from filiere.testing.events import published

from ..conftest import World


async def test_a_withdrawn_device_whose_disk_is_wiped_is_tested_next(world: World, database: Database) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    await world.post(f"/devices/{device}/withdraw", {"reason": "cost"})
    back = await world.post(f"/devices/{device}/reopen")
    assert (back["stage"], back["withdrawn_reason"], back["closed_at"]) == ("erased", None, None)
    assert len((await world.get(f"/devices/{device}/tests"))["missing"]) == 14
    names = [event.name for event in await published(database) if event.key == device]
    assert names[-3:] == ["device-withdrawn", "device-reopened", "device-erased"]
    # Said again it changes nothing.
    assert (await world.post(f"/devices/{device}/reopen"))["stage"] == "erased"
    assert len(await published(database, "device-reopened")) == 1
    await world.tested(device)
    await world.graded(device)
    assert (await world.ready(device))["stage"] == "ready"
    refused = await world.post(f"/devices/{device}/reopen", status=409)
    assert refused["type"].endswith("not-withdrawn")


async def test_one_with_data_on_its_disk_must_be_wiped_first(world: World, database: Database) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    await world.post(f"/devices/{device}/withdraw", {"reason": "no_start"})
    assert (await world.post(f"/devices/{device}/reopen"))["stage"] == "erasing"
    assert await published(database, "device-erased") == []
    await world.post(f"/devices/{device}/tests", {"results": [{"test": "power", "passed": True}]}, status=409)
    assert (await world.wipe(device, "S4NSSD0001"))["stage"] == "erased"


async def test_a_disk_that_an_inventory_saw_meanwhile_must_be_wiped_too(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.post(f"/devices/{device}/withdraw", {"reason": "cost"})
    disk = {"id": "disk", "class": "disk", "product": "TOSHIBA MQ01ABD1", "serial": "76DXT1234", "size": 1000204886016}
    sent = await world.api.post(
        f"/api/v1/devices/{device}/audits",
        content=json.dumps({"id": "machine", "class": "system", "children": [{**disk, "logicalname": "/dev/sdb"}]}),
    )
    assert sent.is_success, sent.text
    assert (await world.post(f"/devices/{device}/reopen"))["stage"] == "erasing"


async def test_a_screen_that_was_given_up_has_its_whole_sheet_before_it(world: World, database: Database) -> None:
    device = await world.arrived(category="monitor", manufacturer="Dell", model="P2419H")
    await world.tested(device)
    await world.post(f"/devices/{device}/withdraw", {"reason": "parts"})
    assert (await world.post(f"/devices/{device}/reopen"))["stage"] == "arrived"
    sheet = await world.get(f"/devices/{device}/tests")
    assert len(sheet["missing"]) == len(sheet["points"])


async def test_the_page_says_what_it_undoes_and_the_journal_who_did_it(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/withdraw", {"reason": "cost"})
    ada = await world.browser()
    page = f"/equipements/{device}/rouvrir"
    assert page in (await ada.get(f"/equipements/{device}")).text
    asked = (await ada.get(page)).text
    assert "un disque effacé reste effacé" in asked
    token = asked.partition('name="csrf_token" value="')[2].partition('"')[0]
    shown = await ada.post(page, data={"csrf_token": token}, follow_redirects=True)
    assert "Remis au travail après avoir été retiré" in shown.text
    assert await world.stage(device) == "arrived"
