"""Repairs: what, how long, with which part; back to the tests; what a period took."""

from typing import Any

import httpx
import pytest
from filiere.testing.answers import found

from ..conftest import World

FIXED = {"kind": "replaced", "outcome": "fixed", "minutes": 25}


async def broken(world: World, **said: Any) -> str:
    """A laptop whose keyboard failed."""
    device = await world.arrived(**said)
    await world.wiped(device, f"S4N{device[-8:]}")
    await world.tested(device, "keyboard")
    return device


async def part(world: World, **said: Any) -> dict[str, Any]:
    body = {"kind": "keyboard", "fits": "EliteBook 840 G5", "quantity": 2, "unit_cents": 1990, **said}
    made: dict[str, Any] = await world.post("/parts", body, status=201)
    return made


async def left(world: World, part_id: str) -> int:
    return next(int(one["left"]) for one in (await world.get("/parts"))["items"] if one["id"] == part_id)


async def test_a_broken_device_is_repaired_with_a_part_and_goes_back_to_its_tests(world: World) -> None:
    device = await broken(world)
    keyboard = await part(world)
    step = (await world.get(f"/devices/{device}"))["next_step"]
    assert step["action"]["path"].endswith("/reparer")
    made = await world.post(f"/devices/{device}/repairs", {**FIXED, "part_id": keyboard["id"]}, status=201)
    assert (made["cents"], made["pieces"], made["part_kind"], made["by_name"]) == (1990, 1, "keyboard", "ada")
    assert await left(world, keyboard["id"]) == 1
    step = (await world.get(f"/devices/{device}"))["next_step"]
    assert (step["code"], step["action"]["path"][-7:]) == ("retest", "/tester")
    assert await world.stage(device) == "to_repair"  # a repair passes no test
    ada = await world.browser()
    for page in ("/equipements", "/aujourd-hui"):  # lists say the next step too, not the one that is done
        listed = (await ada.get(page)).text
        assert "Refais les tests" in listed, page
        assert "Répare, puis refais le test" not in listed, page
    await world.post(f"/devices/{device}/tests", {"results": [{"test": "keyboard", "passed": True}]})
    assert await world.stage(device) == "tested"


async def test_a_repair_that_is_undone_gives_its_part_back(world: World) -> None:
    device, keyboard = await broken(world), await part(world)
    made = await world.post(f"/devices/{device}/repairs", {**FIXED, "part_id": keyboard["id"], "pieces": 2})
    assert await left(world, keyboard["id"]) == 0
    refusal = await world.post(f"/devices/{device}/repairs", {**FIXED, "part_id": keyboard["id"]}, status=409)
    assert refusal["left"] == 0
    address = f"/api/v1/devices/{device}/repairs/{made['id']}"
    for _ in range(2):
        assert (await world.api.delete(address)).status_code == 204
    assert await left(world, keyboard["id"]) == 2
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "repair"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"outcome": "repairable"}, 422),
        ({"barrier": "no_repair_info"}, 422),
        ({"minutes": 0}, 422),
        ({"minutes": 1441}, 422),
        ({"kind": "prayed"}, 422),
        ({"outcome": "repairable", "barrier": "parts_unavailable"}, 201),
    ],
)
async def test_what_is_not_fixed_says_why(world: World, said: dict[str, Any], status: int) -> None:
    device = await broken(world)
    await world.post(f"/devices/{device}/repairs", {**FIXED, **said}, status=status)
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "repair"


async def test_nobody_repairs_what_is_not_on_the_bench_nor_with_another_workshops_part(world: World) -> None:
    device, keyboard = await broken(world), await part(world)
    other = await world.register("Atelier de Brest", "29200", "yann")
    yann = await world.client.as_("yann")
    assert (await yann.post(f"/api/v1/devices/{device}/repairs", json=FIXED)).status_code == 404
    theirs = await yann.post("/api/v1/parts", json={"kind": "fan", "fits": "tous", "workshop_id": other})
    await world.post(f"/devices/{device}/repairs", {**FIXED, "part_id": theirs.json()["id"]}, status=404)
    assert keyboard["id"] not in (await yann.get("/api/v1/parts")).text
    await world.post(f"/devices/{device}/withdraw", {"reason": "board"})
    await world.post(f"/devices/{device}/repairs", FIXED, status=409)


async def _send(browser: httpx.AsyncClient, page: str, **fields: str) -> httpx.Response:
    token = found(r'name="csrf_token" value="([^"]+)"', (await browser.get(page)).text)[1]
    return await browser.post(page, data={"csrf_token": token, **fields})


async def test_on_the_page_it_is_noted_by_taps_and_leads_to_the_tests(world: World) -> None:
    device, keyboard = await broken(world), await part(world)
    ada = await world.browser()
    page = f"/equipements/{device}/reparer"
    assert "Clavier : toutes les touches" in (await ada.get(page)).text.replace("\xa0", " ")
    refused = await _send(ada, page, kind="replaced", outcome="fixed")
    assert refused.status_code == 422
    assert "Dis combien de temps" in refused.text
    number = found(r'name="repair_id" value="([^"]+)"', (await ada.get(page)).text)[1]
    said = {"kind": "replaced", "outcome": "fixed", "minutes": "30", "part_id": keyboard["id"], "pieces": "1"}
    for _ in range(2):  # pressed twice, it is one repair, and one part
        done = await _send(ada, page, **said, repair_id=number)
    assert len(await world.get(f"/devices/{device}/repairs")) == 1
    other = await broken(world)
    elsewhere = await _send(ada, f"/equipements/{other}/reparer", **said, repair_id=number)
    assert elsewhere.status_code == 422
    assert "rouvre-la" in elsewhere.text
    assert await left(world, keyboard["id"]) == 1
    assert done.url.path == f"/equipements/{device}/tester"
    shown = (await ada.get(f"/equipements/{device}")).text.replace("\xa0", " ")
    assert "En tout : 0 h 30 de travail, 19,90 € de pièces." in shown
    assert "Réparation : Changer une pièce (Réparé)" in shown


async def test_a_disk_that_was_put_in_is_wiped_like_the_others_before_the_device_is_ready(world: World) -> None:
    device = await broken(world)
    disk = await part(world, kind="storage", fits="SSD 256")
    page, ada = f"/equipements/{device}/reparer", await world.browser()
    said = {"kind": "upgraded", "outcome": "fixed", "minutes": "15", "part_id": disk["id"]}
    unnamed = await _send(ada, page, **said, pieces="1")
    assert unnamed.status_code == 422
    assert "Écris le numéro du disque que tu as mis dedans" in unnamed.text
    two = await _send(ada, page, **said, pieces="2", disk_serial="S4NSSD0777")
    assert "Un disque à la fois" in two.text
    assert (await world.get(f"/devices/{device}/repairs"), await world.stage(device)) == ([], "to_repair")
    done = await _send(ada, page, **said, pieces="1", disk_serial="S4NSSD0777")
    assert done.url.path == f"/equipements/{device}"
    assert "est à effacer, comme les autres" in done.text
    [new] = [one for one in await world.get(f"/devices/{device}/media") if one["serial"] == "S4NSSD0777"]
    assert (new["kind"], new["is_wiped"], await world.stage(device)) == ("unknown", False, "erasing")
    await world.post(f"/devices/{device}/ready", status=409)
    await world.wipe(device, "S4NSSD0777")
    assert await world.stage(device) == "erased", "and all is tested again"


async def test_a_disk_that_is_named_is_put_in_whatever_part_was_chosen(world: World) -> None:
    device, keyboard = await broken(world), await part(world, kind="keyboard", fits="EliteBook 840")
    await world.post(f"/devices/{device}/repairs", {**FIXED, "disk_serial": "S4NSSD0781"}, status=201)
    await world.post(
        f"/devices/{device}/repairs", {**FIXED, "part_id": keyboard["id"], "disk_serial": "S4NSSD0782"}, status=201
    )
    there = {one["serial"]: one["is_wiped"] for one in await world.get(f"/devices/{device}/media")}
    assert (there["S4NSSD0781"], there["S4NSSD0782"]) == (False, False)


async def test_the_api_puts_in_no_disk_that_nobody_names(world: World) -> None:
    device, disk = await broken(world), await part(world, kind="ssd", fits="SSD 256")
    body = {**FIXED, "part_id": disk["id"]}
    await world.post(f"/devices/{device}/repairs", body, status=422)
    await world.post(f"/devices/{device}/repairs", {**body, "disk_serial": "0000"}, status=422)
    assert await left(world, disk["id"]) == disk["left"], "what is refused takes nothing off the stock"
    await world.post(f"/devices/{device}/repairs", {**body, "disk_serial": "s4nssd0778"}, status=201)
    assert ("S4NSSD0778", "ssd") in {
        (one["serial"], one["kind"]) for one in await world.get(f"/devices/{device}/media")
    }


async def test_the_number_of_a_disk_that_is_there_stands_for_no_other(world: World) -> None:
    """What was proved of one would be believed of the other, which nobody wiped."""
    device = await world.arrived()
    await world.wiped(device, "WX11A1234567")
    disk = await part(world, kind="ssd", fits="SSD 256")
    page, ada = f"/equipements/{device}/reparer", await world.browser()
    said = {"kind": "upgraded", "outcome": "fixed", "minutes": "15", "part_id": disk["id"], "pieces": "1"}
    before = await world.get(f"/devices/{device}/media")
    for spelled in ("WX11A1234567", " wx11a 1234567 ", "S/N: wx11-a1234567", "WD-WX11A1234567"):
        refused = await _send(ada, page, **said, disk_serial=spelled, disk_known="true")
        assert refused.status_code == 422, spelled
        shown = refused.text.replace("\xa0", " ").replace("&#39;", "'").replace("’", "'")
        assert "WX11A1234567 est déjà dans" in shown
        assert "relis-le, ou colle sur le disque une étiquette" in shown
        assert 'id="f-disk_serial"' in shown
        assert spelled.strip() in shown, "nothing typed is lost"
    body = {**FIXED, "part_id": disk["id"], "disk_serial": "wx11a1234567"}
    told = await world.post(f"/devices/{device}/repairs", body, status=409)
    assert told["type"] == "urn:filiere:problem:disk-there-already"
    assert [one["field"] for one in told["errors"]] == ["disk_serial"]
    junk = await world.post(f"/devices/{device}/repairs", {**body, "disk_serial": "00000000"}, status=422)
    assert [one["field"] for one in junk["errors"]] == ["disk_serial"]
    assert await world.get(f"/devices/{device}/media") == before, "no proof is taken away, nor given"
    assert (await world.get(f"/devices/{device}/repairs"), await left(world, disk["id"])) == ([], disk["left"])
    assert await world.stage(device) == "erased"


async def test_a_disk_that_an_inventory_saw_first_is_noted_once_somebody_says_that_it_is_that_one(world: World) -> None:
    device = await broken(world)
    disk = await part(world, kind="ssd", fits="SSD 256")
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0790", "kind": "ssd", "size_gb": 256}])
    body = {**FIXED, "part_id": disk["id"], "disk_serial": "S4NSSD0790"}
    asked = await world.post(f"/devices/{device}/repairs", body, status=409)
    assert "reste à effacer" in asked["detail"]
    await world.post(f"/devices/{device}/repairs", {**body, "disk_known": True}, status=201)
    # Of one that somebody tried to wipe before, the proof would be of before.
    await world.reported(device, "S4NSSD0790")
    await world.post(f"/devices/{device}/repairs", {**body, "disk_known": True}, status=409)


async def test_time_and_cost_are_summed_by_lot_and_of_a_person_only_the_sum(world: World) -> None:
    keyboard = await part(world)
    one = await broken(world)
    await world.post(f"/devices/{one}/repairs", {**FIXED, "part_id": keyboard["id"], "remark": "touche É cassée"})
    await world.post(f"/devices/{one}/repairs", {"kind": "cleaned", "outcome": "fixed", "minutes": 50})
    other = await broken(world)
    await world.post(
        f"/devices/{other}/repairs",
        {"kind": "soldered", "outcome": "end_of_life", "barrier": "lack_of_equipment", "minutes": 10},
    )
    sums = await world.get("/repairs/lots")
    assert [(s["devices"], s["repairs"], s["fixed"], s["minutes"], s["cents"]) for s in sums] == [
        (1, 2, 2, 75, 1990),
        (1, 1, 0, 10, 0),
    ]
    ada = await world.browser()
    shown = (await ada.get("/reparations")).text.replace("\xa0", " ").replace("\u202f", " ")
    assert "En tout : 1 h 25 de travail, 19,90 € de pièces." in shown
    sheet = (await ada.get("/reparations.csv")).text
    assert sheet.count("EliteBook") == 4  # three devices' models, and what the part fits
    assert "ada" not in sheet
    assert "touche" not in sheet
    assert ";75;19,90" in (await ada.get("/reparations/lots.csv")).text
    assert "Aucune réparation" in (await ada.get("/reparations?du=2001-01-01&au=2001-02-01")).text
    assert (await ada.get("/reparations?du=9999-99-99&au=x")).status_code == 200
    yann = await world.register("Atelier de Brest", "29200", "yann")
    assert yann
    assert (await (await world.client.as_("yann")).get("/api/v1/repairs/lots")).json() == []
