"""A board with a soldered memory takes its data away; what a repair declared is undone by two."""

from typing import Any

import pytest

from ..conftest import World, journal_verbs, token_of

BOARD = {"kind": "replaced", "outcome": "fixed", "minutes": 40, "board": True}
DISK = {"kind": "upgraded", "outcome": "fixed", "minutes": 15, "disk_serial": "S4NSSD0777"}


@pytest.fixture
async def bruno(world: World) -> World:
    return await world.colleague("bruno")


async def media(world: World, device: str) -> dict[str, bool]:
    return {one["serial"]: one["is_wiped"] for one in await world.get(f"/devices/{device}/media")}


async def open_exits(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await world.get("/media-exits"))["items"]
    return found


async def confirmed(by: World, exit_id: str) -> None:
    await by.post(f"/media-exits/{exit_id}", {"confirmed": True})


async def works(world: World, device: str) -> None:
    await world.tested(device)
    await world.graded(device)


async def a_device(world: World, category: str, *disks: str) -> tuple[str, str]:
    device = await world.arrived(category=category, manufacturer="Samsung", model="Galaxy Tab A7")
    for kind in disks:
        await world.post(
            f"/devices/{device}/media",
            [{"kind": kind, "serial": None if kind == "emmc" else "WDHDD0001", "size_gb": 64}],
        )
    return device, (await world.get(f"/devices/{device}"))["label"]


async def test_the_board_of_a_tablet_goes_with_the_memory_that_nobody_wiped(world: World, bruno: World) -> None:
    device, label = await a_device(world, "tablet", "emmc")
    unsaid = await world.post(f"/devices/{device}/repairs", BOARD, status=422)
    assert [one["field"] for one in unsaid["errors"]] == ["old_board"]
    await world.post(f"/devices/{device}/repairs", {**BOARD, "old_board": "to_destroy"}, status=201)
    assert await media(world, device) == {label: False, f"{label}-2": False}
    [gone] = await open_exits(world)
    assert (gone["medium_serial"], gone["reason"]) == (label, "to_destroy")
    # The new one wiped, the old one still holds the gate: nobody but ada has seen where it went.
    await world.post(f"/devices/{device}/media", [{"kind": "emmc", "serial": f"{label}-2", "size_gb": 64}])
    await world.wipe(device, f"{label}-2")
    await world.post(f"/devices/{device}/ready", status=409)
    assert (await world.api.post(f"/api/v1/media-exits/{gone['id']}", json={"confirmed": True})).status_code == 422
    await confirmed(bruno, gone["id"])
    assert await world.stage(device) == "erased"
    assert f"/effacer/{label}" in (await (await world.browser()).get("/a-verifier")).text, "it waits to be destroyed"
    await works(world, device)
    assert (await world.ready(device))["stage"] == "ready"


async def test_a_memory_that_was_wiped_says_nothing_of_the_new_one(world: World, bruno: World) -> None:
    """A Chromebook: its memory wiped and verified, then its board replaced by one with somebody's data on it."""
    device, label = await a_device(world, "laptop", "emmc")
    await world.wipe(device, label)
    await works(world, device)
    body = {**BOARD, "old_board": "kept", "soldered": True, "memory_serial": label}
    same = await world.post(f"/devices/{device}/repairs", body, status=409)
    assert same["type"].endswith("disk-there-already")
    assert (await open_exits(world), await media(world, device)) == ([], {label: True}), "nothing of it is kept"
    await world.post(f"/devices/{device}/repairs", {**body, "memory_serial": "0xdeadbeef"}, status=201)
    assert await world.stage(device) == "erasing"
    await world.post(f"/devices/{device}/ready", status=409)
    [gone] = await open_exits(world)
    await confirmed(bruno, gone["id"])
    assert await media(world, device) == {"0XDEADBEEF": False}
    await world.post(f"/devices/{device}/ready", status=409)


async def test_a_memory_that_nobody_had_declared_goes_with_its_board_too(world: World) -> None:
    device, label = await a_device(world, "smartphone")
    await world.post(f"/devices/{device}/repairs", {**BOARD, "old_board": "kept"}, status=201)
    assert [one["medium_serial"] for one in await open_exits(world)] == [label]
    laptop, _ = await a_device(world, "laptop")
    unknown = await world.post(f"/devices/{laptop}/repairs", BOARD, status=422)
    assert unknown["type"].endswith("memory-unknown")


async def test_the_board_of_a_computer_with_a_disk_takes_nothing_away(world: World) -> None:
    device, _ = await a_device(world, "desktop", "hdd")
    unsaid = await world.post(f"/devices/{device}/repairs", BOARD, status=422)
    assert [one["field"] for one in unsaid["errors"]] == ["soldered"]
    await world.post(f"/devices/{device}/repairs", {**BOARD, "soldered": False}, status=201)
    assert (await media(world, device), await open_exits(world)) == ({"WDHDD0001": False}, [])


async def test_the_new_board_of_a_computer_may_bring_a_memory_that_is_to_wipe(world: World) -> None:
    """Its disk was wiped, and the board of another machine came with somebody's data soldered on it."""
    device, label = await a_device(world, "desktop", "hdd")
    await world.wipe(device, "WDHDD0001", level="clear")
    await works(world, device)
    named = {**BOARD, "soldered": False, "memory_serial": "0xfeed"}
    whose = await world.post(f"/devices/{device}/repairs", named, status=422)
    assert whose["type"].endswith("whose-memory")
    page, ada = f"/equipements/{device}/reparer", await world.browser()
    said = {"kind": "replaced", "outcome": "fixed", "minutes": "30", "pieces": "1", "board": "true"}
    token = token_of(await ada.get(page))
    asked = await ada.post(page, data={**said, "csrf_token": token})
    assert (asked.status_code, "dis si elle a une mémoire soudée" in asked.text) == (422, True)
    done = await ada.post(page, data={**said, "csrf_token": token, "soldered": "true"}, follow_redirects=True)
    assert "La mémoire de la nouvelle carte est à effacer" in done.text
    assert await media(world, device) == {"WDHDD0001": True, f"{label}-2": False}
    assert await world.stage(device) == "erasing"
    await world.post(f"/devices/{device}/ready", status=409)


async def test_that_there_is_no_storage_is_said_again_of_a_new_board(world: World) -> None:
    device, label = await a_device(world, "desktop")
    await world.post(f"/devices/{device}/media", [{"kind": "none"}])
    await world.tested(device)
    await world.post(f"/devices/{device}/repairs", {**BOARD, "soldered": False}, status=201)
    assert await world.stage(device) == "erasing"
    assert (await world.get(f"/devices/{device}"))["no_storage"] is False
    await world.post(f"/devices/{device}/ready", status=409)
    await world.post(f"/devices/{device}/media", [{"kind": "none"}])
    await world.post(f"/devices/{device}/repairs", {**BOARD, "soldered": True}, status=201)
    assert await media(world, device) == {f"{label}-2": False}


async def test_a_memory_is_named_with_a_new_board_alone(world: World) -> None:
    device, _ = await a_device(world, "tablet", "emmc")
    loose = {**BOARD, "board": False, "memory_serial": "0xfeed"}
    await world.post(f"/devices/{device}/repairs", loose, status=422)


async def test_a_disk_that_was_only_named_is_not_said_to_be_gone_with_its_repair(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0777", "kind": "ssd"}])
    made = await world.post(f"/devices/{device}/repairs", {**DISK, "disk_known": True})
    ada = await world.browser()
    undo = f"/equipements/{device}/reparations/{made['id']}/annuler"
    token = token_of(await ada.get(f"/equipements/{device}"))
    said = await ada.post(undo, data={"csrf_token": token}, follow_redirects=True)
    assert "était avant cette réparation" in said.text
    assert (await media(world, device), await open_exits(world)) == ({"S4NSSD0777": False}, [])


async def test_the_page_asks_for_a_disk_whatever_parts_there_are(world: World) -> None:
    await world.post("/parts", {"kind": "keyboard", "fits": "Galaxy Tab A7", "quantity": 1, "unit_cents": 900})
    device, _ = await a_device(world, "laptop")
    page, ada = f"/equipements/{device}/reparer", await world.browser()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0777", "kind": "ssd"}])
    shown = await ada.get(page)
    assert 'name="disk_serial"' in shown.text
    assert 'name="disk_known"' not in shown.text
    said = {"kind": "upgraded", "outcome": "fixed", "minutes": "30", "pieces": "1", "disk_serial": "S4NSSD0777"}
    there = await ada.post(page, data={**said, "csrf_token": token_of(shown)})
    assert (there.status_code, 'name="disk_known"' in there.text) == (422, True)


async def test_a_board_of_the_stock_says_by_itself_that_it_is_one(world: World) -> None:
    device, label = await a_device(world, "tablet", "emmc")
    part = await world.post("/parts", {"kind": "board", "fits": "Galaxy Tab A7", "quantity": 1, "unit_cents": 2000})
    body = {**BOARD, "board": False, "part_id": part["id"]}
    await world.post(f"/devices/{device}/repairs", body, status=422)
    await world.post(f"/devices/{device}/repairs", {**body, "old_board": "kept"}, status=201)
    assert set(await media(world, device)) == {label, f"{label}-2"}


async def test_a_disk_that_is_put_in_with_a_board_is_a_repair_of_its_own(world: World) -> None:
    """One number would stand for two: the memory of the new board would be nobody's."""
    device, label = await a_device(world, "laptop", "emmc")
    disk = await world.post("/parts", {"kind": "ssd", "fits": "SSD 256", "quantity": 1, "unit_cents": 2000})
    body = {**BOARD, "old_board": "kept", "part_id": disk["id"], "disk_serial": "S4NSSD0777"}
    refused = await world.post(f"/devices/{device}/repairs", body, status=422)
    assert refused["type"].endswith("one-disk-at-atime")
    # A disk from somewhere else is no other: it would have become the memory of the board, and the memory nobody's.
    for free in ({**BOARD, "old_board": "kept", "soldered": True, "disk_serial": "S4NSSD0777"},
                 {**BOARD, "old_board": "kept", "soldered": False, "disk_serial": "S4NSSD0777"}):  # fmt: skip
        refused = await world.post(f"/devices/{device}/repairs", free, status=422)
        assert [one["field"] for one in refused["errors"]] == ["disk_serial"]
    assert (await media(world, device), await open_exits(world)) == ({label: False}, [])


async def test_no_board_of_a_computer_of_which_nobody_knows_the_memory_becomes_a_part(world: World) -> None:
    body = {"kind": "board", "fits": "EliteBook 840", "quantity": 1}
    silent, _ = await a_device(world, "laptop")
    unsorted, _ = await a_device(world, "laptop", "unknown")
    sorted_, _ = await a_device(world, "laptop", "ssd")
    for device in (silent, unsorted, sorted_):
        await world.post(f"/devices/{device}/withdraw", {"reason": "screen"})
    for device in (silent, unsorted):
        refused = await world.post(f"/devices/{device}/parts", body, status=422)
        assert (refused["type"][-14:], refused["errors"][0]["field"]) == ("memory-unknown", "kind")
    await world.post(f"/devices/{sorted_}/parts", body, status=201)


async def test_no_board_with_a_memory_that_nobody_wiped_becomes_a_part(world: World) -> None:
    device, label = await a_device(world, "tablet", "emmc")
    await world.post(f"/devices/{device}/withdraw", {"reason": "screen"})
    body = {"kind": "board", "fits": "Galaxy Tab A7", "quantity": 1}
    refused = await world.post(f"/devices/{device}/parts", body, status=409)
    assert refused["type"].endswith("disk-keeps-data")
    await world.wipe(device, label)
    await world.post(f"/devices/{device}/parts", body)


async def test_a_board_noted_by_mistake_is_back_as_it_was(world: World, bruno: World) -> None:
    device, label = await a_device(world, "tablet", "emmc")
    made = await world.post(f"/devices/{device}/repairs", {**BOARD, "old_board": "kept"})
    ada = await world.browser()
    page = await ada.get(f"/equipements/{device}")
    undo = f"/equipements/{device}/reparations/{made['id']}/annuler"
    said = await ada.post(undo, data={"csrf_token": token_of(page)}, follow_redirects=True)
    assert f"{label} est toujours dans l" in said.text
    assert f"{label}-2 reste à effacer tant qu" in said.text
    [left] = await open_exits(world)
    assert (left["medium_serial"], left["reason"]) == (f"{label}-2", "not_there")
    await confirmed(bruno, left["id"])
    assert await media(world, device) == {label: False}


async def test_one_person_alone_takes_no_disk_off_the_gate_by_undoing_her_repair(world: World, bruno: World) -> None:
    device = await world.arrived()
    await world.wiped(device, "S4NSSD0001")
    await works(world, device)
    made = await world.post(f"/devices/{device}/repairs", DISK)
    address = f"/api/v1/devices/{device}/repairs/{made['id']}"
    for _ in range(2):
        assert (await world.api.delete(address)).status_code == 204
    assert (await world.get(f"/devices/{device}/repairs"), await world.stage(device)) == ([], "erasing")
    await world.post(f"/devices/{device}/ready", status=409)
    [waiting] = await open_exits(world)
    assert (waiting["medium_serial"], waiting["reason"]) == ("S4NSSD0777", "not_there")
    assert {"repair-undone", "exit-asked"} <= set(await journal_verbs(world.database, "device", device))  # type: ignore[arg-type]
    assert "qui avait mis le disque S4NSSD0777" in (await (await world.browser()).get(f"/equipements/{device}")).text
    await confirmed(bruno, waiting["id"])
    assert (await media(world, device), await world.stage(device)) == ({"S4NSSD0001": True}, "erased")
    await works(world, device)
    assert (await world.ready(device))["stage"] == "ready"


async def test_a_disk_that_was_wiped_since_stays_and_the_page_says_why(world: World) -> None:
    device = await world.arrived()
    made = await world.post(f"/devices/{device}/repairs", DISK)
    await world.reported(device, "S4NSSD0777")
    ada = await world.browser()
    page = await ada.get(f"/equipements/{device}")
    undo = f"/equipements/{device}/reparations/{made['id']}/annuler"
    said = await ada.post(undo, data={"csrf_token": token_of(page)}, follow_redirects=True)
    assert "S4NSSD0777 reste déclaré : il a été effacé ici depuis" in said.text.replace("\xa0", " ").replace(
        "\u202f", " "
    )
    assert (await media(world, device), await open_exits(world)) == ({"S4NSSD0777": False}, [])


async def test_a_disk_that_had_been_taken_out_goes_back_to_where_it_was(world: World, bruno: World) -> None:
    """Its old reason stands: with its data it is on the list of what is to destroy."""
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0777", "kind": "ssd"}])
    gone = await world.post(f"/devices/{device}/media-exits", {"medium_serial": "S4NSSD0777", "reason": "to_destroy"})
    await confirmed(bruno, gone["id"])
    made = await world.post(f"/devices/{device}/repairs", DISK)
    assert await media(world, device) == {"S4NSSD0777": False}
    await world.api.delete(f"/api/v1/devices/{device}/repairs/{made['id']}")
    [again] = await open_exits(world)
    assert again["reason"] == "to_destroy"
