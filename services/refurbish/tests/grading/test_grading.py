"""Grading in the workshop: the catalogue's rules, with their reasons kept."""

import re
from datetime import datetime

from filiere.calendar import PARIS, clock_at, today
from filiere.database import Database
from filiere.testing.events import published

from ..conftest import World


async def test_a_grade_keeps_its_reasons_and_may_be_given_again(world: World, database: Database) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    first = await world.graded(device)
    better = await world.graded(device, ram_gb=16, storage=[{"kind": "nvme", "size_gb": 512}])
    assert (first["grade"], better["grade"]) == ("A", "PREMIUM")
    assert [event.data["grade"] for event in await published(database, "device-graded")] == ["A", "PREMIUM"]


async def test_what_is_missing_is_said(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    refusal = await world.post(f"/devices/{device}/grade", {"cosmetic": "B"}, status=422)
    assert "mémoire vive" in refusal["detail"]


async def test_a_device_the_rules_refuse_is_not_graded(world: World, database: Database) -> None:
    device = await world.arrived(category="smartphone", manufacturer="Samsung", model="Galaxy A12")
    found = await world.post(f"/devices/{device}/media", [{"kind": "emmc", "size_gb": 64}])
    await world.wipe(device, found["label"])
    await world.tested(device)
    body = {"ram_gb": 4, "phone_state": "DEEE", "cosmetic": "D"}
    refusal = await world.post(f"/devices/{device}/grade", body, status=409)
    assert "retire-le" in refusal["detail"]
    assert refusal["reasons"]
    assert await world.stage(device) == "tested"


async def test_a_phone_s_memory_typed_in_megabytes_is_asked_again_beside_its_field(world: World) -> None:
    device = await world.arrived(category="smartphone", manufacturer="Samsung", model="Galaxy A12")
    found = await world.post(f"/devices/{device}/media", [{"kind": "emmc", "size_gb": 64}])
    await world.wipe(device, found["label"])
    await world.tested(device)
    refusal = await world.post(f"/devices/{device}/grade", {"ram_gb": 4096, "cosmetic": "B"}, status=422)
    assert [error["field"] for error in refusal["errors"]] == ["ram_gb"]
    assert "en Go" in refusal["detail"]


async def test_a_destroyed_disk_does_not_count_for_the_grade(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 512}])
    await world.wipe(device, "S4NSSD0001", level="destroy")
    await world.tested(device)
    refusal = await world.post(f"/devices/{device}/grade", {"ram_gb": 8, "cpu_mark": 6000}, status=422)
    assert "installez-en un" in refusal["detail"]


async def test_new_rules_are_in_force_from_midnight_in_paris(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    with clock_at(datetime(2024, 12, 31, 23, 30, tzinfo=PARIS)):
        assert (await world.graded(device))["ruleset"] == "pc_2023"
    with clock_at(datetime(2025, 1, 1, 0, 30, tzinfo=PARIS)):
        assert (await world.graded(device))["ruleset"] == "pc_2025"


async def test_a_grade_given_by_mistake_is_taken_back_until_the_device_is_ready(
    world: World, database: Database
) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    assert (await world.post(f"/devices/{device}/ungrade"))["stage"] == "tested", "nothing to take back"
    await world.graded(device)
    back = await world.post(f"/devices/{device}/ungrade")
    assert (back["stage"], back["grade"], back["battery"], back["tests_passed"]) == ("tested", None, None, True)
    await world.post(f"/devices/{device}/ungrade")
    assert len(await published(database, "device-ungraded")) == 1
    await world.graded(device)
    await world.ready(device)
    refusal = await world.post(f"/devices/{device}/ungrade", status=409)
    assert "Reprends-le" in refusal["detail"]


async def test_a_grade_is_taken_back_only_after_it_was_said_what_goes_with_it(world: World) -> None:
    device = await to_grade(world)
    ada, address = await world.browser(), f"/equipements/{device}/classer"
    assert "/declasser" not in (await ada.get(address)).text, "there is nothing to take back"
    await world.graded(device)
    page = (await ada.get(address)).text.replace("&#39;", "'")
    asked = page.partition('<details class="confirm" data-confirm>')[2].partition("</details>")[0]
    assert f'action="{address.replace("classer", "declasser")}"' in asked
    assert "l'état de sa batterie s'effacent" in asked
    assert "l'effacement de ses disques restent" in asked
    assert page.count("/declasser") == 1, "nowhere without the question"


async def to_grade(world: World) -> str:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    return device


async def typed(world: World, device: str, **values: str) -> tuple[str, dict[str, str]]:
    """What the page answers to a filled form, and what the form is filled with when it is opened again."""
    ada, address = await world.browser(), f"/equipements/{device}/classer"
    token = (await ada.get(address)).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = await ada.post(address, data={"csrf_token": token, "cosmetic": "B", **values}, follow_redirects=True)
    again = (await ada.get(address)).text
    filled = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]*? value="([^"]*)"', again))
    chosen = re.search(r'name="cosmetic" value="(\w)" checked', again)
    return answer.text.replace("&#39;", "'"), {**filled, "cosmetic": chosen[1] if chosen else ""}


async def test_figures_are_taken_as_people_write_them(world: World) -> None:
    device = await to_grade(world)
    figures = {"ram_gb": "7,5 Go", "cpu_mark": "6 200", "battery_percent": "82,5 %"}
    _, filled = await typed(world, device, **figures)
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["battery"]) == ("graded", "good")
    assert (filled["ram_gb"], filled["cpu_mark"]) == ("7.5", "6200")


async def test_a_bound_is_said_as_people_write_it(world: World) -> None:
    said, _ = await typed(world, await to_grade(world), ram_gb="9999")
    assert "au plus 4096." in said
    assert "4096.0" not in said


async def test_nothing_was_made_in_a_year_to_come(world: World) -> None:
    device = await to_grade(world)
    said, _ = await typed(world, device, ram_gb="8", cpu_mark="6200", year=str(today().year + 1))
    assert f"une année jusqu'à {today().year}" in said
    body = {"ram_gb": 8, "cpu_mark": 6200, "cosmetic": "B", "year": today().year + 1}
    refusal = await world.post(f"/devices/{device}/grade", body, status=422)
    assert [error["field"] for error in refusal["errors"]] == ["year"]
    assert await world.stage(device) == "tested"


async def test_who_grades_again_begins_with_what_was_written(world: World) -> None:
    """Opened again and sent as it is, the form changes nothing: neither the grade nor the battery."""
    device = await to_grade(world)
    written = {"ram_gb": "16", "cpu": "Intel Core i5-8365U", "cpu_mark": "6200", "year": "2019", "os": "Linux Mint 22"}
    await typed(world, device, **written, battery_percent="71", cosmetic="A")
    before = await world.get(f"/devices/{device}")
    _, filled = await typed(world, device, **written, cosmetic="A")
    assert {name: filled[name] for name in written} == written
    assert filled["cosmetic"] == "A"
    after = await world.get(f"/devices/{device}")
    assert [after[name] for name in ("grade", "cosmetic", "battery")] == [
        before[name] for name in ("grade", "cosmetic", "battery")
    ]
    # A grade that was taken back is given anew from the same figures; how it looks is looked at again.
    await world.post(f"/devices/{device}/ungrade")
    page = (await (await world.browser()).get(f"/equipements/{device}/classer")).text
    assert 'value="Intel Core i5-8365U"' in page
    assert not re.search(r'name="cosmetic" value="\w" checked', page)
