"""The stock of parts: bought, harvested, never more used than there were; both ways between two devices."""

import asyncio
from typing import Any

from filiere.catalogue import Category
from filiere.catalogue.impact import Part
from filiere.database import Database
from filiere.testing.answers import found
from filiere.testing.events import published
from refurbish.devices.rules import new_parts

from ..conftest import World
from ..steering.test_steering import plain


async def withdrawn(world: World, *, wiped: bool) -> str:
    device = await world.arrived()
    if wiped:
        await world.wiped(device, f"S4N{device[-8:]}")
    await world.post(f"/devices/{device}/withdraw", {"reason": "board"})
    return device


async def test_a_part_is_known_on_the_device_it_came_from_and_on_the_one_it_went_into(world: World) -> None:
    source = await withdrawn(world, wiped=True)
    body = {"kind": "screen", "fits": "EliteBook 840 G5"}
    made: dict[str, Any] = await world.post(f"/devices/{source}/parts", body, status=201)
    assert (made["origin"], made["left"], made["unit_cents"]) == ("harvested", 1, 0)
    target = await world.arrived()
    repair = {"kind": "replaced", "outcome": "fixed", "minutes": 20, "part_id": made["id"]}
    done = await world.post(f"/devices/{target}/repairs", repair, status=201)
    assert done["source_device_id"] == source
    ada = await world.browser()
    labels = {one: (await world.get(f"/devices/{one}"))["label"] for one in (source, target)}
    assert f"pièce de {labels[source]}" in (await ada.get(f"/equipements/{target}")).text.replace("\xa0", " ")
    shown = (await ada.get(f"/equipements/{source}")).text
    assert f'href="/equipements/{target}"' in shown
    assert "Ses pièces servent ailleurs" in shown


async def test_only_a_withdrawn_device_is_taken_apart_and_its_disk_only_when_wiped(world: World) -> None:
    at_work = await world.arrived()
    fan, disk = {"kind": "fan", "fits": "840 G5"}, {"kind": "storage", "fits": "SSD 256 Go"}
    assert "pas retiré" in (await world.post(f"/devices/{at_work}/parts", fan, status=409))["detail"]
    unwiped = await withdrawn(world, wiped=False)
    await world.post(f"/devices/{unwiped}/parts", fan, status=201)
    assert "effacés" in (await world.post(f"/devices/{unwiped}/parts", disk, status=409))["detail"]
    await world.post(f"/devices/{await withdrawn(world, wiped=True)}/parts", disk, status=201)
    destroyed = await world.arrived()
    await world.post(f"/devices/{destroyed}/media", [{"serial": "S4NSSD0009", "kind": "ssd", "size_gb": 256}])
    await world.wipe(destroyed, "S4NSSD0009", level="destroy", tool="broyeur", tool_version="1", method="broyage")
    await world.post(f"/devices/{destroyed}/withdraw", {"reason": "board"})
    await world.post(f"/devices/{destroyed}/parts", disk, status=409)


async def test_ten_hands_reach_for_three_parts_and_three_get_one(world: World) -> None:
    made = await world.post("/parts", {"kind": "memory", "fits": "DDR4 8 Go", "quantity": 3, "unit_cents": 800})
    devices = [await world.arrived() for _ in range(10)]
    repair = {"kind": "upgraded", "outcome": "fixed", "minutes": 5, "part_id": made["id"]}
    answers = await asyncio.gather(
        *(world.api.post(f"/api/v1/devices/{device}/repairs", json=repair) for device in devices)
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 3 + [409] * 7
    [part] = (await world.get("/parts"))["items"]
    assert (part["used"], part["left"]) == (3, 0)


async def test_what_is_broken_leaves_the_stock_and_lists_are_found_again(world: World) -> None:
    made = await world.post("/parts", {"kind": "charger", "fits": "65 W =CMD()", "quantity": 4, "unit_cents": 1250})
    for _ in range(2):
        answer = await world.post(f"/parts/{made['id']}/take-off")
        assert (answer["lost"], answer["left"]) == (4, 0)
    assert (await world.get("/parts", left=True))["items"] == []
    assert len((await world.get("/parts", q="65 W", kind="charger"))["items"]) == 1
    assert (await world.get("/parts", kind="fan"))["items"] == []
    ada = await world.browser()
    assert "12,50" in (await ada.get("/pieces")).text
    assert "Chargeur" in (await ada.get("/pieces.csv")).text
    assert "Rien ne correspond" in (await ada.get("/pieces?stock=reste")).text


async def test_who_works_for_no_single_workshop_says_for_which(world: World) -> None:
    body: dict[str, Any] = {"kind": "fan", "fits": "tous"}
    refused = await world.coordination.post("/api/v1/parts", json=body)
    assert refused.status_code == 422
    made = await world.coordination.post("/api/v1/parts", json={**body, "workshop_id": world.id})
    assert made.status_code == 201
    other = await world.register("Atelier de Brest", "29200", "yann")
    assert (await world.api.post("/api/v1/parts", json={**body, "workshop_id": other})).status_code == 404


async def test_the_page_takes_a_price_with_a_comma(world: World) -> None:
    ada = await world.browser()
    token = found(r'name="csrf_token" value="([^"]+)"', (await ada.get("/pieces/nouvelles")).text)[1]
    said = {"csrf_token": token, "kind": "battery", "fits": "840 G5", "quantity": "2"}
    assert (await ada.post("/pieces/nouvelles", data={**said, "euros": "douze"})).status_code == 422
    assert (await ada.post("/pieces/nouvelles", data={**said, "euros": "29,90"})).url.path == "/pieces"
    assert [one["unit_cents"] for one in (await world.get("/parts"))["items"]] == [2990]


async def test_new_parts_go_with_the_ready_device_and_harvested_ones_do_not(world: World, database: Database) -> None:
    """Collect takes what their making costs off what the donor's gift avoids."""
    device = await world.arrived()
    await world.wiped(device)
    for kind, pieces in (("ssd", 1), ("charger", 1), ("keyboard", 1)):
        part = await world.post("/parts", {"kind": kind, "fits": "840 G5", "quantity": pieces, "unit_cents": 2500})
        repair = {"kind": "replaced", "outcome": "fixed", "minutes": 10, "part_id": part["id"]}
        named = {"disk_serial": "S4NSSD0777"} if kind == "ssd" else {}
        await world.post(f"/devices/{device}/repairs", {**repair, **named}, status=201)
    source = await withdrawn(world, wiped=True)
    harvested = await world.post(f"/devices/{source}/parts", {"kind": "hdd", "fits": "2,5 pouces"}, status=201)
    repair = {"kind": "replaced", "outcome": "fixed", "minutes": 10, "part_id": harvested["id"]}
    await world.post(f"/devices/{device}/repairs", {**repair, "disk_serial": "76DXT1234"}, status=201)
    for serial in ("S4NSSD0777", "76DXT1234"):
        await world.wipe(device, serial)
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    [said] = [event.data for event in await published(database, "device-ready")]
    assert said["new_parts"] == {"ssd": 1, "laptop_charger": 1}


def test_a_disk_of_an_unsaid_sort_counts_as_the_heavier_and_a_charger_by_what_it_charges() -> None:
    assert new_parts(Category.DESKTOP, {"storage": 1, "ssd": 1, "hdd": 2}) == {Part.SSD: 2, Part.HDD: 2}
    assert new_parts(Category.SMARTPHONE, {"charger": 1, "screen": 1}) == {Part.PHONE_CHARGER: 1}


async def test_a_price_that_nobody_noted_is_none_and_not_nought(world: World) -> None:
    body = {"kind": "battery", "fits": "Latitude 5490", "quantity": 2}
    made: dict[str, Any] = await world.post("/parts", body, status=201)
    device = await world.arrived()
    ada = await world.browser()
    assert "Prix non noté" in plain(await ada.get("/pieces"))
    assert "prix non noté" in plain(await ada.get(f"/equipements/{device}/reparer"))
    repair = {"kind": "replaced", "outcome": "fixed", "minutes": 20, "part_id": made["id"]}
    await world.post(f"/devices/{device}/repairs", repair, status=201)
    shown = plain(await ada.get(f"/equipements/{device}"))
    assert "En tout : 0 h 20 de travail." in shown
    assert "0 €" not in shown
