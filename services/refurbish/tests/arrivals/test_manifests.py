"""Lots announced by collect: chunks in any order, twice, with strangers and late comers."""

import random
from typing import Any

from filiere.database import Database
from filiere.testing.events import incoming, published
from filiere.testing.properties import examples
from filiere.testing.sql import rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..conftest import World


async def lots_and_devices(database: Database) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    lots = await rows(database, "SELECT id, workshop_id, code, expected FROM lot ORDER BY id")
    devices = await rows(database, "SELECT id, lot_id, workshop_id, label, stage FROM device ORDER BY id")
    return [tuple(row) for row in lots], [tuple(row) for row in devices]


async def test_chunks_in_any_order_and_twice_announce_the_same_lot(world: World, database: Database) -> None:
    """A law, over random orders: hypothesis draws the shuffles, each on a lot of its own."""

    @given(order=st.permutations(range(6)), again=st.lists(st.integers(0, 5), max_size=6))
    @settings(max_examples=examples(15), deadline=None, suppress_health_check=list(HealthCheck))
    def any_order(order: list[int], again: list[int]) -> None:
        drawn.append([*order, *again])

    drawn: list[list[int]] = []
    any_order()
    for sequence in drawn:
        devices = [world.device() for _ in range(10)]
        lot, events = world.lot(devices, chunk_size=2)
        assert len(events) == 6
        for n in sequence:
            await world.hears(events[n])
        found = await world.get(f"/lots/{lot}")
        assert (found["announced"], found["expected"], found["code"]) == (10, 10, "L-0001")
        listed = await world.get("/devices", lot=lot)
        assert {one["label"] for one in listed["items"]} == {one["label"] for one in devices}


async def test_the_same_chunk_under_another_event_id_changes_nothing(world: World, database: Database) -> None:
    device = world.device()
    lot, events = world.lot([device])
    await world.hears(*events)
    await world.post(f"/lots/{lot}/arrive", {"labels": [device["label"]]})
    before = await lots_and_devices(database)
    again = [
        type(event)(type(event.id)(int=event.id.int + 1), event.topic, event.type, event.key, event.data)
        for event in events
    ]
    await world.hears(*again)
    assert await lots_and_devices(database) == before
    assert await world.stage(device["device_id"]) == "arrived"


async def test_a_lot_for_a_workshop_nobody_knows_is_parked_not_lost(world: World, database: Database) -> None:
    from filiere.identifiers import uuid7

    _, events = world.lot([world.device()], workshop=str(uuid7()))
    await world.hears(*events)
    letters = await rows(database, "SELECT reason, detail FROM dead_letter ORDER BY id")
    assert [letter["reason"] for letter in letters] == ["invalid", "behind"]
    assert "no workshop" in letters[0]["detail"]


async def test_a_lot_sent_to_another_workshop_before_it_arrives_moves_with_its_devices(world: World) -> None:
    other = await world.register("Atelier de Lille", "59000", "bob")
    device = world.device()
    lot, events = world.lot([device])
    await world.hears(*events)
    rerouted = events[0].data | {"workshop_id": other, "occurred_at": "2099-01-01T00:00:00Z"}
    await world.hears(incoming("collect.lots", events[0].type, lot, rerouted))
    assert (await world.api.get(f"/api/v1/lots/{lot}")).status_code == 404
    bob = await world.client.as_("bob")
    assert (await bob.get(f"/api/v1/devices/{device['device_id']}")).json()["workshop_id"] == other


async def test_the_last_dispatch_in_the_log_counts_whatever_its_clock_says(world: World) -> None:
    other = await world.register("Atelier de Lille", "59000", "bob")
    device = world.device()
    lot, events = world.lot([device])
    await world.hears(*events)
    slow = events[0].data | {"workshop_id": other, "code": "L-0002", "occurred_at": "2001-01-01T00:00:00Z"}
    await world.hears(incoming("collect.lots", events[0].type, lot, slow))
    bob = await world.client.as_("bob")
    assert (await bob.get(f"/api/v1/lots/{lot}")).json()["code"] == "L-0002"
    assert (await bob.get(f"/api/v1/devices/{device['device_id']}")).json()["workshop_id"] == other


async def test_a_whole_lot_arrives_at_once_with_one_event_each(world: World, database: Database) -> None:
    devices = [world.device() for _ in range(200)]
    lot = await world.expects(*devices)
    labels = [device["label"] for device in devices]
    random.Random(7).shuffle(labels)
    answer = await world.post(f"/lots/{lot}/arrive", {"labels": labels})
    assert answer["counts"]["arrived"] == 200
    again = await world.post(f"/lots/{lot}/arrive", {"labels": labels})
    assert (again["counts"]["arrived"], again["counts"]["already"]) == (0, 200)
    names = [event.name for event in await published(database)]
    assert names.count("device-arrived") == 200
    assert names.count("lot-arrived") == 1
    assert names.index("lot-arrived") < names.index("device-arrived")


async def test_a_scan_forgives_how_the_label_was_typed(world: World) -> None:
    device = world.device()
    await world.expects(device)
    answer = await world.post("/scan", {"label": f" https://x.example/l/{device['label'].lower()} "})
    assert answer["outcome"] == "arrived"
    assert device["label"] in answer["sentence"]
    assert (await world.post("/scan", {"label": device["label"]}))["outcome"] == "already"


async def test_a_maker_s_serial_stands_for_the_label_of_the_only_device_that_has_it(world: World) -> None:
    device = world.device(serial="5cg8411xyz")
    await world.expects(device)
    answer = await world.post("/scan", {"label": "S/N: 5CG8411XYZ"})
    assert (answer["outcome"], answer["label"]) == ("arrived", device["label"])


async def test_a_misread_label_is_to_be_scanned_again_not_queued(world: World) -> None:
    device = world.device()
    lot = await world.expects(device)
    wrong = device["label"][:-1] + ("0" if device["label"][-1] != "0" else "1")
    answer = await world.post(f"/lots/{lot}/arrive", {"labels": [wrong]})
    assert answer["counts"]["unreadable"] == 1
    assert "erreur de lecture" in answer["results"][0]["sentence"]
    assert await world.get("/mismatches") == []


async def test_a_device_of_another_lot_arrives_all_the_same(world: World) -> None:
    mine, other = world.device(), world.device()
    lot = await world.expects(mine)
    await world.expects(other)
    answer = await world.post(f"/lots/{lot}/arrive", {"labels": [other["label"]]})
    assert answer["results"][0]["outcome"] == "other_lot"
    assert await world.stage(other["device_id"]) == "arrived"
