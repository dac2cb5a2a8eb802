"""What is installed: closed lists, never a key; carried to the chain once the device is ready."""

import json
from typing import Any

import pytest
from filiere.database import Database
from filiere.testing.answers import found
from filiere.testing.events import published
from filiere.testing.sql import rows

from ..conftest import World

MINT = {"system": "linux_mint", "version": "22.1", "office": "libreoffice", "battery_percent": 86.5}


async def graded(world: World) -> str:
    device = await world.arrived()
    await world.wiped(device, f"S4N{device[-8:]}")
    await world.tested(device)
    await world.graded(device)
    return device


async def test_ready_says_what_is_installed_and_the_minutes_of_every_cycle(world: World, database: Database) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device, "keyboard")
    for minutes in (25, 40):
        await world.post(f"/devices/{device}/repairs", {"kind": "cleaned", "outcome": "fixed", "minutes": minutes})
    await world.tested(device)
    await world.graded(device)
    await world.post(f"/devices/{device}/software", {**MINT, "licence_used": True})
    await world.ready(device)
    [said] = [event.data for event in await published(database, "device-ready")]
    assert said["software"] == {
        "system": "linux_mint", "version": "22.1", "office": "libreoffice", "licence_used": True,
    }  # fmt: skip
    assert (said["battery_percent"], said.get("battery_minutes"), said["work_minutes"]) == (86.5, None, 65)
    assert (said["memory_gb"], said.get("storage_gb")) == (8, await storage_of(database, device))


async def storage_of(database: Database, device: str) -> float | None:
    facts = [row["facts"] for row in await rows(database, "SELECT facts FROM device_grading")]
    [said] = [json.loads(one) if isinstance(one, str) else one for one in facts]
    return sum(one["size_gb"] for one in said.get("storage", [])) or None


async def test_a_device_of_which_nothing_was_said_is_ready_without_it(world: World, database: Database) -> None:
    await world.ready(await graded(world))
    [said] = [event.data for event in await published(database, "device-ready")]
    assert [said.get(name) for name in ("software", "battery_percent", "work_minutes")] == [None, None, None]


@pytest.mark.parametrize(
    "said",
    [{"system": "temple_os"}, {"licence_key": "XXXXX-XXXXX"}, {"version": "22.1<b>"}, {"battery_percent": 151}],
)
async def test_no_key_and_nothing_of_another_list_is_taken(world: World, said: dict[str, Any]) -> None:
    await world.post(f"/devices/{await graded(world)}/software", {**MINT, **said}, status=422)


async def test_a_monitor_has_no_system(world: World) -> None:
    await world.post(f"/devices/{await world.arrived(category='monitor')}/software", MINT, status=409)


async def test_the_form_begins_with_what_is_usual_here_for_such_a_device(world: World) -> None:
    first, second = await graded(world), await graded(world)
    await world.post(f"/devices/{first}/software", {**MINT, "licence_used": True})
    ada = await world.browser()
    page = f"/equipements/{second}/logiciels"
    shown = (await ada.get(page)).text
    assert '<option value="linux_mint" selected>' in shown
    assert 'value="22.1"' in shown
    assert 'value="86.5"' not in shown  # the battery is this device's own
    token = found(r'name="csrf_token" value="([^"]+)"', shown)[1]
    said = {"csrf_token": token, "system": "ubuntu", "version": "24.04", "office": "none"}
    done = await ada.post(page, data=said)
    assert done.url.path == f"/equipements/{second}"
    assert "Ubuntu 24.04" in done.text
    now = await world.get(f"/devices/{second}/software")
    assert (now["system"], now["licence_used"], now["by"]) == ("ubuntu", False, "ada")


async def test_a_second_cycle_says_it_anew(world: World) -> None:
    device = await graded(world)
    await world.post(f"/devices/{device}/software", MINT)
    await world.ready(device)
    await world.post(f"/devices/{device}/recall", {"reason": "system"})
    assert await world.get(f"/devices/{device}/software") is None
