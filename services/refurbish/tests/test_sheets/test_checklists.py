"""The test sheets as data."""

from filiere.catalogue.categories import Category
from filiere.database import Database
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
