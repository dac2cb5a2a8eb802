"""Grading in the workshop: the catalogue's rules, with their reasons kept."""

from datetime import datetime

from filiere.calendar import PARIS, clock_at
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
