"""A device that comes back begins a second cycle; what it was in the first stays to be read."""

from ..conftest import World


async def test_a_recalled_device_keeps_its_first_cycle_and_begins_a_second(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device, "keyboard")
    await world.post(f"/devices/{device}/repairs", {"kind": "cleaned", "outcome": "fixed", "minutes": 15})
    await world.post(f"/devices/{device}/tests", {"results": [{"test": "keyboard", "passed": True}]})
    await world.graded(device)
    await world.ready(device)
    first = await world.get(f"/devices/{device}")
    assert first["cycle"] == 1
    for _ in range(2):  # said twice, it comes back once
        back = await world.post(f"/devices/{device}/recall", {"reason": "battery"})
        assert (back["cycle"], back["stage"], back["grade"]) == (2, "to_repair", None)
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "repair"  # the old repair does not count
    assert not any(point["answered"] for point in (await world.get(f"/devices/{device}/tests"))["points"])
    ada = await world.browser()
    shown = (await ada.get(f"/equipements/{device}")).text.replace("\xa0", " ")
    assert f"catégorie {first['grade'].capitalize()}" in shown
    assert "14 points réussis sur 14, par ada" in shown
    assert "La batterie ne tient plus." in shown
    repairs = await world.get(f"/devices/{device}/repairs")
    assert [(one["cycle"], one["minutes"]) for one in repairs] == [(1, 15)]
    # A repair of a cycle that has ended is history: nobody takes it back.
    assert (await world.api.delete(f"/api/v1/devices/{device}/repairs/{repairs[0]['id']}")).status_code == 409
    await world.post(f"/devices/{device}/repairs", {"kind": "replaced", "outcome": "fixed", "minutes": 40})
    await world.tested(device)
    await world.graded(device)
    assert (await world.ready(device))["cycle"] == 2
    await world.post(f"/devices/{device}/recall", {"reason": "fault"})
    shown = (await ada.get(f"/equipements/{device}")).text.replace("\xa0", " ")
    assert "Passage 2" in shown
    assert "Passage 1" in shown
