"""What the form of a repair asks and refuses: nothing said is lost, no disk is in two devices, nobody is named."""

import pytest

from ..conftest import World, token_of
from .test_boards_and_undoing import BOARD, DISK, a_device, confirmed, media, open_exits


@pytest.fixture
async def bruno(world: World) -> World:
    return await world.colleague("bruno")


async def test_where_the_old_board_is_does_not_get_lost_when_nobody_ticked_that_it_was_replaced(world: World) -> None:
    device, label = await a_device(world, "tablet", "emmc")
    page, ada = f"/equipements/{device}/reparer", await world.browser()
    said = {"kind": "replaced", "outcome": "fixed", "minutes": "30", "pieces": "1", "old_board": "to_destroy"}
    asked = await ada.post(page, data={**said, "csrf_token": token_of(await ada.get(page))})
    assert asked.status_code == 422
    beside = asked.text.partition('id="f-board-error"')[2].replace("&#39;", "'")
    assert "coche aussi que tu l'as changée" in beside[:400]
    assert 'value="to_destroy" selected' in asked.text
    assert '<details class="more" open>' in asked.text
    told = await world.post(f"/devices/{device}/repairs", {**BOARD, "board": False, "old_board": "kept"}, status=422)
    assert told["type"].endswith("which-board")
    assert (await open_exits(world), await media(world, device)) == ([], {label: False})


async def test_a_disk_is_not_put_into_two_devices(world: World, bruno: World) -> None:
    first = await world.arrived()
    label = (await world.get(f"/devices/{first}"))["label"]
    await world.post(f"/devices/{first}/media", [{"serial": "S4NSSD0777", "kind": "ssd"}])
    second = await world.arrived()
    told = await world.post(f"/devices/{second}/repairs", DISK, status=409)
    assert (told["type"][-15:], [one["field"] for one in told["errors"]]) == ("disk-in-another", ["disk_serial"])
    assert f"Ce numéro est dans {label}" in told["detail"]
    ada = await world.browser()
    page = f"/equipements/{second}/supports"
    typed = {"csrf_token": token_of(await ada.get(page)), "kind": "ssd", "serial": "S4N SSD0777"}
    assert f"Ce numéro est dans {label}" in (await ada.post(page, data=typed)).text
    tablet, _ = await a_device(world, "tablet", "emmc")
    memory = {**BOARD, "old_board": "kept", "memory_serial": "s4n ssd0777"}
    told = await world.post(f"/devices/{tablet}/repairs", memory, status=409)
    assert [one["field"] for one in told["errors"]] == ["memory_serial"]
    gone = await world.post(f"/devices/{first}/media-exits", {"medium_serial": "S4NSSD0777", "reason": "kept"})
    waits = await world.post(f"/devices/{second}/repairs", DISK, status=409)
    assert "un collègue doit d'abord confirmer" in waits["detail"]
    await confirmed(bruno, gone["id"])
    await world.post(f"/devices/{second}/repairs", DISK, status=201)
    assert await media(world, second) == {"S4NSSD0777": False}


async def test_what_is_said_to_be_in_this_device_may_be_noted_there_at_once(world: World) -> None:
    first, second = await world.arrived(), await world.arrived()
    await world.post(f"/devices/{first}/media", [{"serial": "S4NSSD0777", "kind": "ssd"}])
    label = (await world.get(f"/devices/{second}"))["label"]
    moved = {"medium_serial": "S4NSSD0777", "reason": "reused", "went_to": label}
    await world.post(f"/devices/{first}/media-exits", moved)
    await world.post(f"/devices/{second}/repairs", DISK, status=201)


async def test_a_harvested_disk_may_be_put_in_though_its_old_device_still_names_it(world: World) -> None:
    old, new = await world.arrived(), await world.arrived()
    await world.wiped(old, "S4NSSD0777")
    await world.post(f"/devices/{old}/withdraw", {"reason": "screen"})
    part = await world.post(f"/devices/{old}/parts", {"kind": "ssd", "fits": "SSD 256", "quantity": 1}, status=201)
    await world.post(f"/devices/{new}/repairs", {**DISK, "part_id": part["id"]}, status=201)


async def test_no_disk_goes_into_a_tablet(world: World) -> None:
    laptop = await world.arrived()
    await world.post(f"/devices/{laptop}/media", [{"serial": "S4NSSD0777", "kind": "ssd"}])
    tablet, label = await a_device(world, "tablet", "emmc")
    moved = {"medium_serial": "S4NSSD0777", "reason": "reused", "went_to": label}
    refused = await world.post(f"/devices/{laptop}/media-exits", moved, status=422)
    assert (refused["type"][-12:], refused["errors"][0]["field"]) == ("no-disk-fits", "went_to")
    part = await world.post("/parts", {"kind": "ssd", "fits": "SSD 256", "quantity": 1, "unit_cents": 2000})
    body = {**DISK, "disk_serial": "S4NSSD0778", "part_id": part["id"]}
    refused = await world.post(f"/devices/{tablet}/repairs", body, status=422)
    assert (refused["type"][-12:], refused["errors"][0]["field"]) == ("no-disk-fits", "disk_serial")


async def test_a_memory_that_some_makers_solder_goes_with_its_board(world: World, bruno: World) -> None:
    """A MacBook: its NVMe is on the board, wiped or not."""
    device, label = await a_device(world, "laptop", "nvme")
    swap = {**BOARD, "old_board": "to_destroy", "soldered": True}
    await world.post(f"/devices/{device}/repairs", swap, status=201)
    [gone] = await open_exits(world)
    assert gone["medium_serial"] == "WDHDD0001"
    shown = (await (await world.browser()).get(f"/equipements/{device}")).text
    repairs = shown.partition("Ses réparations")[2].partition("</section>")[0]
    assert "WDHDD0001" in repairs
    assert "Retiré, mis dans le bac à détruire" in repairs
    assert "Un collègue doit confirmer" in repairs
    await confirmed(bruno, gone["id"])
    assert await media(world, device) == {f"{label}-2": False}
    after = (await (await world.browser()).get(f"/equipements/{device}")).text.replace("\xa0", " ")
    assert "Confirmé par bruno" in after
    sata, _ = await a_device(world, "laptop", "ssd")
    refused = await world.post(f"/devices/{sata}/repairs", swap, status=422)
    assert refused["type"].endswith("nothing-on-the-board")


async def test_no_board_with_an_nvme_that_nobody_wiped_becomes_a_part(world: World) -> None:
    device, _ = await a_device(world, "laptop", "nvme")
    await world.post(f"/devices/{device}/withdraw", {"reason": "screen"})
    await world.post(f"/devices/{device}/parts", {"kind": "board", "fits": "MacBook", "quantity": 1}, status=409)


async def test_all_that_a_form_leaves_open_is_said_at_once(world: World) -> None:
    device, _ = await a_device(world, "laptop", "ssd")
    page, ada = f"/equipements/{device}/reparer", await world.browser()
    shown = await ada.get(page)
    assert '<details class="more">' in shown.text
    board = shown.text.partition('<details class="more">')[2].partition("</details>")[0]
    assert ('name="old_board"' in board, "(facultatif)" in board) == (True, False)
    said = {"outcome": "repairable", "board": "true", "pieces": "1", "csrf_token": token_of(shown)}
    asked = await ada.post(page, data=said)
    wrong = {name for name in ("kind", "minutes", "barrier", "soldered") if f'id="f-{name}-error"' in asked.text}
    assert (asked.status_code, wrong) == (422, {"kind", "minutes", "barrier", "soldered"})


async def test_a_repair_that_took_no_part_gives_none_back(world: World) -> None:
    device = await world.arrived()
    made = await world.post(f"/devices/{device}/repairs", {"kind": "cleaned", "outcome": "fixed", "minutes": 5})
    ada = await world.browser()
    page = await ada.get(f"/equipements/{device}")
    assert "pièce revient au stock" not in page.text
    undo = f"/equipements/{device}/reparations/{made['id']}/annuler"
    said = await ada.post(undo, data={"csrf_token": token_of(page)}, follow_redirects=True)
    assert "La réparation est annulée." in said.text
    assert "de retour au stock" not in said.text


@pytest.mark.parametrize("remark", ["rendu à Mme Dupont", "appeler 06 12 34 56 78", "marie@exemple.fr"])
async def test_a_remark_is_about_nobody(world: World, remark: str) -> None:
    device = await world.arrived()
    body = {"kind": "cleaned", "outcome": "fixed", "minutes": 5, "remark": remark}
    refused = await world.post(f"/devices/{device}/repairs", body, status=422)
    assert [one["field"] for one in refused["errors"]] == ["remark"]
