"""A ready device comes back to the bench: what is undone, what stays, who did it, and what the chain is told."""

import asyncio
import json
from pathlib import Path

import pytest
import refurbish
from filiere.database import Database
from filiere.testing.events import published
from filiere.testing.sql import value
from filiere.web.i18n import read_catalogue
from refurbish.devices.recall_reasons import RecallReason

from ..conftest import World


async def made_ready(world: World) -> str:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    return device


async def test_a_recalled_device_is_tested_and_graded_anew_and_stays_wiped(world: World, database: Database) -> None:
    device = await made_ready(world)
    back = await world.post(f"/devices/{device}/recall", {"reason": "battery"})
    assert (back["stage"], back["grade"], back["tests_passed"], back["ready_at"]) == ("to_repair", None, None, None)
    assert all(medium["is_wiped"] for medium in await world.get(f"/devices/{device}/media"))
    [event] = await published(database, "device-recalled")
    assert (event.key, event.data["code"], event.data["reason"]) == (device, "battery", "La batterie ne tient plus.")
    # The sheet begins anew; the one that made it ready is kept.
    sheet = await world.get(f"/devices/{device}/tests")
    assert len(sheet["missing"]) == len(sheet["points"])
    assert await value(database, f"SELECT count(*) FROM test_sheet WHERE device_id = '{device}' AND passed") == 1
    await world.post(f"/devices/{device}/ready", status=409)
    await world.tested(device)
    await world.graded(device)
    assert (await world.ready(device))["stage"] == "ready"
    assert len(await published(database, "device-ready")) == 2
    assert len(await published(database, "device-erased")) == 1


async def test_recalled_twice_or_by_two_at_once_it_comes_back_once(world: World, database: Database) -> None:
    device = await made_ready(world)
    bruno = await world.colleague("bruno")
    body = {"reason": "fault"}
    await asyncio.gather(*(one.post(f"/devices/{device}/recall", body) for one in (world, bruno, world)))
    assert len(await published(database, "device-recalled")) == 1
    assert await value(database, f"SELECT count(*) FROM journal WHERE object_id = '{device}'") == 1


async def test_only_a_ready_device_comes_back_with_a_reason_of_the_list(world: World, database: Database) -> None:
    device = await world.arrived()
    refused = await world.post(f"/devices/{device}/recall", {"reason": "fault"}, status=409)
    assert refused["type"].endswith("not-ready")
    device = await made_ready(world)
    await world.post(f"/devices/{device}/recall", {"reason": "Cassé par Marie"}, status=422)
    assert await world.stage(device) == "ready"
    assert await published(database, "device-recalled") == []


async def test_a_disk_that_an_inventory_saw_meanwhile_must_be_wiped_before_it_is_ready_again(world: World) -> None:
    device = await made_ready(world)
    disk = {
        "id": "disk", "class": "disk", "description": "ATA Disk", "product": "TOSHIBA MQ01ABD1", "serial": "76DXT1234",
        "size": 1000204886016, "logicalname": "/dev/sdb", "capabilities": {"5400rpm": "5400 rotations per minute"},
    }  # fmt: skip
    inventory = {"id": "machine", "class": "system", "children": [disk]}
    sent = await world.api.post(f"/api/v1/devices/{device}/audits", content=json.dumps(inventory))
    assert sent.is_success, sent.text
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "stop"
    assert (await world.post(f"/devices/{device}/recall", {"reason": "mistake"}))["stage"] == "erasing"
    await world.post(f"/devices/{device}/ready", status=409)
    await world.wipe(device, "76DXT1234", level="clear")
    await world.tested(device)
    await world.graded(device)
    assert (await world.ready(device))["stage"] == "ready"


async def test_the_page_says_what_is_undone_and_the_device_who_did_it(world: World) -> None:
    device = await made_ready(world)
    ada = await world.browser()
    page = f"/equipements/{device}/reprendre"
    assert page in (await ada.get(f"/equipements/{device}")).text
    asked = await ada.get(page)
    assert "ses disques restent effacés" in asked.text
    token = asked.text.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert (await ada.post(page, data={"csrf_token": token})).status_code == 422
    shown = await ada.post(page, data={"csrf_token": token, "reason": "screen"}, follow_redirects=True)
    text = shown.text.replace("\xa0", " ")
    assert "Il était prêt, et il revient." in text
    assert "Repris à l'établi : L'écran ou la coque sont abîmés." in text.replace("&#39;", "'")


@pytest.mark.parametrize("reason", RecallReason)
def test_every_reason_has_a_button_in_both_languages(reason: RecallReason) -> None:
    assert {reason.label_fr, reason.sentence} <= read_catalogue(
        Path(refurbish.__file__).parent / "locales" / "en.po"
    ).keys()
