"""What a device is gets corrected at the bench: what that makes void, what stays, who hears of it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from filiere.calendar import now
from filiere.catalogue.categories import Category
from filiere.catalogue.grades import StorageKind
from filiere.database import Database
from filiere.testing.events import published
from hypothesis import given
from hypothesis import strategies as st
from refurbish.corrections.rules import correct
from refurbish.corrections.schemas import Correction
from refurbish.devices.correction_reasons import CorrectionReason
from refurbish.devices.device import Device, Medium
from refurbish.devices.gate import is_wiped
from refurbish.devices.stages import Custody, Stage

from ..conftest import World


async def graded(world: World) -> str:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    await world.graded(device)
    return device


async def correct_it(world: World, device: str, **said: Any) -> Any:
    return await world.post(f"/devices/{device}/corrections", {"reason": "declared", **said})


async def test_a_model_and_a_serial_are_corrected_and_nothing_is_undone(world: World, database: Database) -> None:
    device = await graded(world)
    before = await world.get(f"/devices/{device}")
    for _ in range(2):  # said twice it changes nothing
        after = await correct_it(world, device, model="EliteBook 850 G5", serial="s/n: 5cg9999abc")
    assert (after["model"], after["serial"], after["manufacturer"]) == ("EliteBook 850 G5", "5CG9999ABC", "HP")
    assert (after["stage"], after["grade"], after["erased_at"]) == ("graded", before["grade"], before["erased_at"])
    [event] = await published(database, "device-corrected")
    assert (event.data["serial"], event.data["code"], event.data["tests_void"]) == ("5CG9999ABC", "declared", False)
    assert (await world.post("/scan", {"label": "5CG9999ABC"}))["device_id"] == device
    page = (await (await world.browser()).get(f"/equipements/{device}")).text.replace("\xa0", " ")
    assert "Corrigé (Le donateur a annoncé autre chose) : Modèle EliteBook 840 G5 → EliteBook 850 G5" in page


async def test_another_category_has_another_sheet_and_no_grade_and_what_is_wiped_stays_so(
    world: World, database: Database
) -> None:
    device = await graded(world)
    after = await correct_it(world, device, category="desktop")
    assert (after["stage"], after["grade"], after["tests_passed"]) == ("erased", None, None)
    sheet = await world.get(f"/devices/{device}/tests")
    assert all(point["passed"] is None and not point.get("note") for point in sheet["points"])
    names = [event.name for event in await published(database) if event.key == device]
    assert names[-2:] == ["device-corrected", "device-erased"]
    await world.tested(device)
    await world.graded(device)
    assert (await world.ready(device))["category"] == "desktop"


async def test_what_becomes_a_phone_has_a_memory_whatever_was_said_of_its_disks(world: World) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"kind": "none"}])
    assert await world.stage(device) == "erased"
    after = await correct_it(world, device, category="smartphone")
    assert (after["stage"], after["no_storage"]) == ("arrived", False)
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "media"


async def test_a_ready_device_is_recalled_first_and_one_that_has_not_come_is_scanned_first(world: World) -> None:
    device = await graded(world)
    await world.ready(device)
    body = {"reason": "misread", "model": "EliteBook 850 G5"}
    refusal = await world.post(f"/devices/{device}/corrections", body, status=409)
    assert "Reprends-le à l'établi" in refusal["detail"]
    expected = world.device()
    await world.expects(expected)
    await world.post(f"/devices/{expected['device_id']}/corrections", body, status=409)


@pytest.mark.parametrize("junk", ["0000", "To be filled by O.E.M."])
async def test_junk_is_no_serial(world: World, junk: str) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/corrections", {"reason": "misread", "serial": junk}, status=422)
    browser = await world.browser()
    await browser.get(f"/equipements/{device}/corriger")
    assert (await world.get(f"/devices/{device}"))["serial"] is None


def a_device(category: Category, stage: Stage, *, no_storage: bool) -> Device:
    return Device(
        workshop_id=uuid4(), id=uuid4(), lot_id=uuid4(), donation_id=uuid4(), label="FIL-7K2M9-4", category=category,
        manufacturer="HP", model=None, serial=None, public_body=False, stage=stage, custody=Custody.WORKSHOP,
        no_storage=no_storage, arrived_at=now(), erased_at=now(), tests_passed=True,
    )  # fmt: skip


WORKED_ON = st.sampled_from([stage for stage in Stage if stage.is_present])


@given(st.sampled_from(Category), st.sampled_from(Category), WORKED_ON, st.booleans(), st.lists(st.booleans()))
def test_no_correction_passes_the_wipe_gate(
    before: Category, after: Category, stage: Stage, no_storage: bool, wiped: list[bool]
) -> None:
    device = a_device(before, stage, no_storage=no_storage and not wiped)
    media = [
        Medium(uuid4(), device.id, f"S{n}", StorageKind.SSD, 256, "person", wiped_by=UUID(int=1) if one else None)
        for n, one in enumerate(wiped)
    ]
    right, events = correct(device, media, Correction(reason=CorrectionReason.DECLARED, category=after), now())
    if before is after:
        assert (right, events) == (device, [])
        return
    assert right.stage in {Stage.ARRIVED, Stage.ERASING, Stage.ERASED}
    assert (right.tests_passed, right.grade) == (None, None)
    if right.stage is Stage.ERASED:
        assert is_wiped(right, media)


async def test_damaged_or_incomplete_is_said_at_arrival_and_may_be_taken_back(world: World, database: Database) -> None:
    device = await world.arrived()
    for remarks in (["damaged", "incomplete"], ["incomplete", "damaged"], ["damaged"], []):
        answer = await world.api.put(f"/api/v1/devices/{device}/remarks", json={"remarks": remarks})
        assert answer.json() == {"remarks": sorted(remarks)}
    told = [event.data["remarks"] for event in await published(database, "device-remarked")]
    assert told == [["damaged", "incomplete"], ["damaged"], []]
    expected = world.device()
    await world.expects(expected)
    refused = await world.api.put(f"/api/v1/devices/{expected['device_id']}/remarks", json={"remarks": ["damaged"]})
    assert refused.status_code == 409


async def test_a_screen_waits_for_its_test_and_not_for_a_wipe(world: World) -> None:
    screen = world.device(category="monitor")
    laptop = world.device()
    lot = await world.expects(screen, laptop)
    await world.post(f"/lots/{lot}/arrive", {"labels": [screen["label"], laptop["label"]]})
    browser = await world.browser()
    to_erase = (await browser.get("/equipements", params={"statut": "to-erase"})).text
    to_test = (await browser.get("/equipements", params={"statut": "to-test"})).text
    assert (screen["label"] in to_erase, laptop["label"] in to_erase) == (False, True)
    assert (screen["label"] in to_test, laptop["label"] in to_test) == (True, False)
    page = (await browser.get(f"/equipements/{screen['device_id']}")).text
    assert "Teste-le" in page
    assert "Rien à effacer" in page
    everybody = await world.client.login("coordination")
    assert laptop["label"] in (await everybody.get("/equipements", params={"statut": "to-erase"})).text
