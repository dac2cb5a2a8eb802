"""What an arrival got wrong is undone: the queue opens again, counts heal, and the chain is told."""

from filiere.database import Database
from filiere.identifiers import label_code
from filiere.testing.events import published

from ..conftest import World


async def test_a_serial_that_nobody_announced_is_queued_and_arrives_with_its_manifest(world: World) -> None:
    first = world.device()
    lot = await world.expects(first)
    answer = await world.post(f"/lots/{lot}/arrive", {"labels": ["s/n: 5cg8411xyz"]})
    assert answer["counts"]["unknown"] == 1
    assert [entry["label"] for entry in await world.get("/mismatches")] == ["5CG8411XYZ"]
    late = world.device(serial="5CG8411XYZ")
    await world.expects(late)
    assert await world.get("/mismatches") == []
    assert await world.stage(late["device_id"]) == "arrived"


async def test_two_late_devices_of_one_serial_leave_the_thing_in_the_queue(world: World) -> None:
    lot = await world.expects(world.device())
    await world.post(f"/lots/{lot}/arrive", {"labels": ["5CG8411XYZ"]})
    twins = world.device(serial="5CG8411XYZ"), world.device(serial="5CG8411XYZ")
    await world.expects(*twins)
    assert len(await world.get("/mismatches")) == 1
    assert {await world.stage(one["device_id"]) for one in twins} == {"expected"}


async def test_a_thing_is_attached_by_the_serial_and_found_by_what_was_read_on_it(world: World) -> None:
    device = world.device(serial="5CG8411XYZ")
    lot = await world.expects(device)
    await world.post(f"/lots/{lot}/arrive", {"labels": ["PF0ABC99"]})
    [entry] = await world.get("/mismatches")
    attached = await world.post(f"/mismatches/{entry['id']}/attach", {"label": "5CG8411XYZ"})
    assert (attached["id"], attached["stage"]) == (device["device_id"], "arrived")
    assert (await world.post("/scan", {"label": "PF0ABC99"}))["device_id"] == device["device_id"]


async def test_a_thing_attached_by_mistake_waits_again_and_its_lot_s_count_heals(
    world: World, database: Database
) -> None:
    here, meant = world.device(), world.device()
    lot = await world.expects(here, meant)
    stranger = label_code(500_100)
    await world.post(f"/lots/{lot}/arrive", {"labels": [here["label"], stranger]})
    await world.post(f"/lots/{lot}/reconcile")
    [entry] = await world.get("/mismatches")
    await world.post(f"/mismatches/{entry['id']}/attach", {"label": meant["label"]})
    await world.post(f"/mismatches/{entry['id']}/reopen")
    await world.post(f"/mismatches/{entry['id']}/reopen")  # said twice it changes nothing
    assert await world.stage(meant["device_id"]) == "missing"
    assert [one["label"] for one in await world.get("/mismatches")] == [stranger]
    counts = [
        (e.data["present"], e.data["missing"], e.data["surplus"]) for e in await published(database, "lot-reconciled")
    ]
    assert counts == [(1, [meant["device_id"]], [stranger]), (2, [], []), (1, [meant["device_id"]], [stranger])]
    events = [e.name for e in await published(database) if e.key == meant["device_id"]]
    assert events == ["device-arrived", "device-arrival-undone"]
    assert (await world.post("/scan", {"label": stranger}))["outcome"] == "unknown"  # no number of the device any more
    assert (await world.post("/scan", {"label": meant["label"]}))["outcome"] == "arrived"


async def test_a_dismissal_is_undone_unless_the_same_thing_waits_again(world: World) -> None:
    lot = await world.expects(world.device())
    await world.post(f"/lots/{lot}/arrive", {"labels": ["PF0ABC99"]})
    [entry] = await world.get("/mismatches")
    await world.post(f"/mismatches/{entry['id']}/dismiss", {"reason": "Un chargeur."})
    await world.post(f"/mismatches/{entry['id']}/reopen")
    assert [one["id"] for one in await world.get("/mismatches")] == [entry["id"]]
    await world.post(f"/mismatches/{entry['id']}/dismiss", {"reason": "Un chargeur."})
    await world.post(f"/lots/{lot}/arrive", {"labels": ["PF0ABC99"]})
    refusal = await world.post(f"/mismatches/{entry['id']}/reopen", status=409)
    assert refusal["title"] == "La même chose attend déjà dans la file."


async def test_an_arrival_said_by_mistake_is_undone_until_somebody_worked_on_the_device(
    world: World, database: Database
) -> None:
    device = await world.arrived()
    for _ in range(2):
        assert (await world.post(f"/devices/{device}/not-arrived"))["stage"] == "expected"
    assert len(await published(database, "device-arrival-undone")) == 1
    label = (await world.get(f"/devices/{device}"))["label"]
    await world.post("/scan", {"label": label})
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}])
    refusal = await world.post(f"/devices/{device}/not-arrived", status=409)
    assert refusal["title"] == "Cet équipement a déjà été travaillé : il est bien là."


async def test_the_likest_of_what_is_expected_is_offered_first(world: World) -> None:
    devices = [world.device(serial=f"PC{n}XK77{n}") for n in range(1, 6)]
    lot = await world.expects(*devices, world.device(serial="5CG8411XYZ"))
    await world.post(f"/lots/{lot}/arrive", {"labels": ["5CG8411XY2"]})
    await world.post("/scan", {"label": "5CG8411XY7"})  # found outside of any lot
    page = (await (await world.browser()).get("/ecarts")).text
    for offered in page.split("<h2><code>")[1:]:
        assert offered.index("5CG8411XYZ") < offered.index("PC1XK771")
