"""The test sheets as data."""

from filiere.catalogue.categories import Category
from filiere.database import Database
from filiere.testing.answers import found
from filiere.testing.sql import value
from refurbish.test_sheets.checklists import checklist

from ..conftest import World


def test_every_category_has_a_sheet_of_a_human_length_in_french() -> None:
    for category in Category:
        points = checklist(category)
        assert 8 <= len(points) <= 14, category
        assert all(point.name[0].isupper() and len(point.name) < 70 for point in points)


def test_what_a_basic_phone_or_a_printer_remembers_is_a_point_of_its_sheet() -> None:
    for category in (Category.BASIC_PHONE, Category.PRINTER):
        assert any(point.test == "reset" and not point.optional for point in checklist(category))


async def test_points_are_answered_one_by_one_and_kept(world: World, database: Database) -> None:
    device = await world.arrived()
    await world.wiped(device)
    sheet = await world.post(f"/devices/{device}/tests", {"results": [{"test": "power", "passed": True}]})
    assert (sheet["passed"], sheet["stage"], len(sheet["missing"])) == (None, "erased", 13)
    sheet = await world.get(f"/devices/{device}/tests")
    assert [point["test"] for point in sheet["points"] if point["answered"]] == ["power"]


async def test_a_part_that_is_not_there_may_be_left_out_only_where_the_sheet_allows_it(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.post(f"/devices/{device}/tests", {"results": [{"test": "webcam", "passed": None}]})
    refusal = await world.post(f"/devices/{device}/tests", {"results": [{"test": "power", "passed": None}]}, status=422)
    assert "oui ou par non" in refusal["detail"]


async def test_an_unknown_point_is_refused_with_the_known_ones(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    refusal = await world.post(
        f"/devices/{device}/tests", {"results": [{"test": "levitation", "passed": True}]}, status=422
    )
    assert "power" in refusal["known"]


async def test_a_sheet_filled_before_a_disk_was_found_is_not_taken_over(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0002", "kind": "ssd"}])
    await world.wipe(device, "S4NSSD0002")
    sheet = await world.post(f"/devices/{device}/tests", {"results": [{"test": "power", "passed": True}]})
    assert (sheet["stage"], len(sheet["missing"])) == ("erased", 13)


async def test_all_but_what_is_marked_is_good_in_one_go(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    ada = await world.browser()
    page = f"/equipements/{device}/tester"
    token = found(r'name="csrf_token" value="([^"]+)"', (await ada.get(page)).text)[1]
    await ada.post(page, data={"csrf_token": token, "rest": "good", "keyboard": "no", "webcam": "na"})
    points = {point["test"]: point for point in (await world.get(f"/devices/{device}/tests"))["points"]}
    assert points["keyboard"]["passed"] is False
    assert points["webcam"]["passed"] is None
    assert all(point["answered"] for point in points.values())
    assert sum(point["passed"] is True for point in points.values()) == len(points) - 2
    assert await world.stage(device) == "to_repair"


async def test_a_page_that_is_behind_takes_back_nothing_that_a_colleague_said(world: World) -> None:
    """Ada opened the sheet when the screen was good; Bruno has seen a fault since. She answers another point."""
    device = await world.arrived()
    await world.wiped(device)
    await world.post(f"/devices/{device}/tests", {"results": [{"test": "screen", "passed": True}]})
    ada = await world.browser()
    page = f"/equipements/{device}/tester"
    shown = (await ada.get(page)).text
    token = found(r'name="csrf_token" value="([^"]+)"', shown)[1]
    was = found(r'name="was-screen" value="([^"]+)"', shown)[1]
    bruno = await world.colleague("bruno")
    await bruno.post(f"/devices/{device}/tests", {"results": [{"test": "screen", "passed": False}]})
    await ada.post(page, data={"csrf_token": token, "rest": "good", "screen": "yes", "was-screen": was})
    sheet = await world.get(f"/devices/{device}/tests")
    assert (sheet["passed"], sheet["stage"]) == (False, "to_repair")


async def test_a_sheet_is_corrected_with_its_trace(world: World, database: Database) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    await world.graded(device)
    ada = await world.browser()
    assert f"/equipements/{device}/tester" in (await ada.get(f"/equipements/{device}")).text
    assert "perd sa catégorie" in (await ada.get(f"/equipements/{device}/tester")).text
    for passed, stage in ((False, "to_repair"), (True, "tested")):
        answer = await world.post(
            f"/devices/{device}/tests", {"results": [{"test": "keyboard", "passed": passed, "note": "relu"}]}
        )
        assert answer["stage"] == stage
    # A note alone corrects nothing.
    await world.post(f"/devices/{device}/tests", {"results": [{"test": "keyboard", "passed": True, "note": "bon"}]})
    shown = (await ada.get(f"/equipements/{device}")).text.replace("\xa0", " ")
    assert shown.count("Fiche de test corrigée : Clavier : toutes les touches") == 2
    assert await value(database, f"SELECT count(*) FROM test_sheet WHERE device_id = '{device}'") == 4


async def test_a_grade_given_again_says_which_it_was_before(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    before = await world.graded(device)
    after = await world.graded(device, cpu_mark=1500, ram_gb=4)
    assert before["grade"] != after["grade"]
    await world.graded(device, cpu_mark=1500, ram_gb=4)
    shown = (await (await world.browser()).get(f"/equipements/{device}")).text.replace("\xa0", " ")
    words = f"Classé à nouveau : {after['grade'].capitalize()} (avant : {before['grade'].capitalize()})"
    assert shown.count(words) == 1
