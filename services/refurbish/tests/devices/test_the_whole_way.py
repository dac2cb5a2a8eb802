"""One laptop from the manifest to "ready", through the public API, with the events it leaves behind."""

from pathlib import Path

import pytest
import refurbish
from filiere.database import Database
from filiere.testing.events import published
from filiere.web.i18n import read_catalogue
from refurbish.devices.withdrawal_reasons import WithdrawalReason

from ..conftest import World


async def test_a_laptop_goes_from_the_manifest_to_ready(world: World, database: Database) -> None:
    announced = world.device(serial="5CG8411ABC", public_body=True)
    device = announced["device_id"]
    lot = await world.expects(announced)
    assert await world.stage(device) == "expected"

    arrived = await world.post(f"/lots/{lot}/arrive", {"labels": [announced["label"]]})
    assert arrived["counts"]["arrived"] == 1
    wiped = await world.wiped(device)
    assert wiped["stage"] == "erased"
    sheet = await world.tested(device)
    assert (sheet["stage"], sheet["passed"], sheet["missing"]) == ("tested", True, [])
    graded = await world.graded(device)
    assert (graded["stage"], graded["grade"], graded["ruleset"], graded["battery"]) == (
        "graded",
        "A",
        "pc_2025",
        "good",
    )
    assert graded["reasons"]
    ready = await world.ready(device)
    assert (ready["stage"], ready["status"], ready["custody"]) == ("ready", "ready_to_order", "workshop")

    events = [event for event in await published(database) if event.name != "workshop-capacity-changed"]
    assert [event.name for event in events] == [
        "lot-arrived", "device-arrived", "device-erased", "device-tested", "device-graded", "device-ready",
    ]  # fmt: skip
    last = events[-1]
    assert last.key == device
    assert last.data["workshop_name"] == "Atelier de Lens"
    assert last.data["workshop_territory"] == "62", "where it leaves from"
    assert last.data["public_body"] is True
    assert last.data["donation_id"] == announced["donation_id"]
    assert last.data["label"] == announced["label"]
    [medium] = events[2].data["media"]
    assert (medium["serial"], medium["kind"], medium["level"], medium["verified"]) == (
        "S4NSSD0001",
        "ssd",
        "purge",
        True,
    )


async def test_every_step_said_twice_changes_nothing_the_second_time(world: World, database: Database) -> None:
    device = await world.arrived()
    for _ in range(2):
        await world.wiped(device)
    for _ in range(2):
        await world.tested(device)
    for _ in range(2):
        await world.graded(device)
    for _ in range(2):
        await world.ready(device)
    names = [event.name for event in await published(database)]
    assert len(names) == len(set(names)), names


async def test_a_withdrawn_device_says_why_once(world: World, database: Database) -> None:
    device = await world.arrived()
    for _ in range(2):
        await world.post(f"/devices/{device}/withdraw", {"reason": "board"})
    [event] = await published(database, "device-withdrawn")
    assert (event.data["code"], event.data["reason"]) == ("board", "Carte mère hors service.")
    now = await world.get(f"/devices/{device}")
    assert (now["stage"], now["withdrawn_reason"]) == ("withdrawn", "Carte mère hors service.")


async def test_what_somebody_types_is_no_reason_to_withdraw(world: World, database: Database) -> None:
    """The log keeps an event for a year, and the donor reads it: « Cassé par … » must not get there."""
    device = await world.arrived()
    typed = "Cassé par Marie Dupont, 06 12 34 56 78, marie@exemple.fr"
    await world.post(f"/devices/{device}/withdraw", {"reason": typed}, status=422)
    await world.post(f"/devices/{device}/withdraw", {"reason": "board", "note": typed}, status=422)
    assert await published(database, "device-withdrawn") == []


@pytest.mark.parametrize("reason", WithdrawalReason)
def test_every_reason_has_a_button_in_both_languages(reason: WithdrawalReason) -> None:
    assert reason.label_fr in read_catalogue(Path(refurbish.__file__).parent / "locales" / "en.po")


async def test_a_device_that_has_not_arrived_cannot_be_worked_on(world: World) -> None:
    announced = world.device()
    await world.expects(announced)
    device = announced["device_id"]
    for path, body in (
        ("media", [{"serial": "S4NSSD0001", "kind": "ssd"}]),
        ("withdraw", {"reason": "board"}),
        ("ready", None),
        ("tests", {"results": [{"test": "power", "passed": True}]}),
        ("grade", {"ram_gb": 8}),
    ):
        refusal = await world.post(f"/devices/{device}/{path}", body, status=409)
        assert "Scanne-le d'abord" in refusal["detail"], path


async def test_the_order_of_the_steps_is_kept(world: World) -> None:
    device = await world.arrived()
    assert (
        "efface d'abord"
        in (await world.post(f"/devices/{device}/tests", {"results": [{"test": "power", "passed": True}]}, status=409))[
            "detail"
        ]
    )
    assert "tests" in (await world.post(f"/devices/{device}/grade", {"ram_gb": 8}, status=409))["detail"]
    obstacles = (await world.post(f"/devices/{device}/ready", status=409))["obstacles"]
    assert len(obstacles) == 3


async def test_a_failed_test_sends_the_device_to_repair_and_never_to_ready(world: World, database: Database) -> None:
    device = await world.arrived()
    await world.wiped(device)
    sheet = await world.tested(device, "keyboard")
    assert (sheet["stage"], sheet["passed"]) == ("to_repair", False)
    assert sheet["failures"] == ["Clavier : toutes les touches"]
    await world.post(f"/devices/{device}/grade", {"ram_gb": 8, "cpu_mark": 6000}, status=409)
    await world.post(f"/devices/{device}/ready", status=409)
    repaired = await world.post(f"/devices/{device}/tests", {"results": [{"test": "keyboard", "passed": True}]})
    assert (repaired["stage"], repaired["passed"]) == ("tested", True)
    assert [event.data["passed"] for event in await published(database, "device-tested")] == [False, True]


async def test_a_graded_device_that_fails_a_later_test_loses_its_grade(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    await world.graded(device)
    await world.post(f"/devices/{device}/tests", {"results": [{"test": "screen", "passed": False}]})
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["grade"]) == ("to_repair", None)


async def test_a_screen_has_nothing_to_wipe_and_the_chain_is_told_so(world: World, database: Database) -> None:
    device = await world.arrived(category="monitor", manufacturer="Dell", model="P2419H")
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "test"
    await world.tested(device)
    await world.graded(device, ram_gb=None, cpu_mark=None)
    await world.ready(device)
    [event] = await published(database, "device-erased")
    assert event.data["media"] == []
    assert "écran" in event.data["reason"]


async def test_a_screen_that_is_repaired_first_is_told_to_hold_nothing_all_the_same(
    world: World, database: Database
) -> None:
    device = await world.arrived(category="monitor", manufacturer="Dell", model="P2419H")
    points = (await world.get(f"/devices/{device}/tests"))["points"]
    failing = [{"test": one["test"], "passed": number > 0} for number, one in enumerate(points)]
    await world.post(f"/devices/{device}/tests", {"results": failing})
    assert await published(database, "device-erased") == []
    await world.tested(device)
    await world.graded(device, ram_gb=None, cpu_mark=None)
    await world.ready(device)
    [event] = await published(database, "device-erased")
    assert "écran" in event.data["reason"]
