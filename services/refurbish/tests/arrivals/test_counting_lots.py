"""Reconciliation, and the queue of what matches nothing."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from filiere.database import Database, Repository
from filiere.identifiers import label_code
from filiere.testing.events import published
from hypothesis import given
from hypothesis import strategies as st
from refurbish.arrivals.events import counted
from refurbish.arrivals.service import AT_ONCE

from ..conftest import World


async def test_counting_a_lot_names_what_is_missing_and_what_is_too_much(world: World, database: Database) -> None:
    here, gone = world.device(), world.device()
    lot = await world.expects(here, gone)
    stranger = label_code(500_000)
    await world.post(f"/lots/{lot}/arrive", {"labels": [here["label"], stranger]})
    counted = await world.post(f"/lots/{lot}/reconcile")
    assert counted == {"lot_id": lot, "present": 1, "missing": [gone["device_id"]], "surplus": [stranger]}
    assert await world.stage(gone["device_id"]) == "missing"
    [event] = await published(database, "lot-reconciled")
    assert event.key == lot
    assert (event.data["present"], event.data["missing"], event.data["surplus"]) == (1, [gone["device_id"]], [stranger])


@given(st.integers(0, 9000), st.integers(0, 9000))
def test_a_count_of_any_lot_fits_into_events(missing: int, surplus: int) -> None:
    ids, labels = [UUID(int=n) for n in range(missing)], [label_code(n + 1) for n in range(surplus)]
    events = counted(UUID(int=1), UUID(int=2), 1, ids, labels, datetime.now(UTC))
    assert all(event.to_json() for event in events)
    assert [device for event in events for device in event.missing] == ids
    assert [label for event in events for label in event.surplus] == labels
    assert [(event.chunk, event.chunks) for event in events] == [(n + 1, len(events)) for n in range(len(events))]


async def test_counting_twice_publishes_once_and_a_found_device_changes_the_count(
    world: World, database: Database
) -> None:
    here, late = world.device(), world.device()
    lot = await world.expects(here, late)
    await world.post(f"/lots/{lot}/arrive", {"labels": [here["label"]]})
    for _ in range(2):
        await world.post(f"/lots/{lot}/reconcile")
    assert len(await published(database, "lot-reconciled")) == 1
    assert (await world.post("/scan", {"label": late["label"]}))["outcome"] == "arrived"
    await world.post(f"/lots/{lot}/reconcile")
    assert [event.data["missing"] for event in await published(database, "lot-reconciled")] == [[late["device_id"]], []]


async def test_a_lot_of_which_nothing_was_scanned_cannot_be_counted(world: World) -> None:
    lot = await world.expects(world.device())
    refusal = await world.post(f"/lots/{lot}/reconcile", status=409)
    assert refusal["title"] == "Rien n'a encore été scanné dans ce lot."


async def test_a_stranger_waits_in_the_queue_once_and_is_attached_to_an_expected_device(
    world: World, database: Database
) -> None:
    device = world.device()
    lot = await world.expects(device, world.device())
    stranger = label_code(500_001)
    for _ in range(2):
        await world.post(f"/lots/{lot}/arrive", {"labels": [stranger]})
    [entry] = await world.get("/mismatches")
    assert (entry["label"], entry["lot_id"]) == (stranger, lot)
    attached = await world.post(f"/mismatches/{entry['id']}/attach", {"label": device["label"]})
    assert (attached["id"], attached["stage"]) == (device["device_id"], "arrived")
    assert await world.get("/mismatches") == []
    assert [event.key for event in await published(database, "device-arrived")] == [device["device_id"]]
    await world.post(f"/mismatches/{entry['id']}/attach", {"label": device["label"]}, status=409)


async def test_a_device_that_arrived_by_itself_cannot_be_the_stranger(world: World) -> None:
    device = world.device()
    lot = await world.expects(device)
    await world.post(f"/lots/{lot}/arrive", {"labels": [device["label"], label_code(500_002)]})
    [entry] = await world.get("/mismatches")
    refusal = await world.post(f"/mismatches/{entry['id']}/attach", {"label": device["label"]}, status=409)
    assert "n'est pas celui que tu as en main" in refusal["detail"]
    await world.post(f"/mismatches/{entry['id']}/dismiss", {"reason": "Chargeur seul."}, status=204)
    assert await world.get("/mismatches") == []


async def test_a_device_scanned_before_its_manifest_leaves_the_queue_when_it_comes(
    world: World, database: Database
) -> None:
    early = world.device()
    lot, events = world.lot([world.device(), early], chunk_size=1)
    await world.hears(events[0], events[1])
    assert (await world.post(f"/lots/{lot}/arrive", {"labels": [early["label"]]}))["counts"]["unknown"] == 1
    await world.hears(events[2])
    assert await world.get("/mismatches") == []
    assert await world.stage(early["device_id"]) == "arrived"
    assert [event.name for event in await published(database)][-2:] == ["lot-arrived", "device-arrived"]


async def test_a_coordinator_with_no_lot_at_hand_is_asked_where_the_stranger_lies(world: World) -> None:
    answer = await world.coordination.post("/api/v1/scan", json={"label": label_code(500_003)})
    assert answer.status_code == 422
    assert answer.json()["title"] == "Dis dans quel lot tu scannes."


async def test_hundreds_of_serials_are_looked_up_in_as_many_queries_as_five(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    devices = [world.device(serial=f"5CG8411{n:03d}X") for n in range(5 + AT_ONCE)]
    lot = await world.expects(*devices)
    asked = []
    driver = Repository.driver

    async def counted(self: Repository) -> "asyncpg.Connection[Any]":
        asked.append(type(self).__name__)
        return await driver(self)

    monkeypatch.setattr(Repository, "driver", counted)
    queries = []
    for some in (devices[:5], devices[5:]):
        asked.clear()
        found = await world.post(f"/lots/{lot}/arrive", {"labels": [device["serial"] for device in some]})
        assert {one["outcome"] for one in found["results"]} == {"arrived"}
        queries.append(len(asked))
    assert queries[1] <= queries[0]


async def test_a_count_heals_by_itself_when_what_was_missing_or_too_much_is_settled(
    world: World, database: Database
) -> None:
    here, unlabelled, late = world.device(), world.device(), world.device()
    lot = await world.expects(here, unlabelled, late)
    await world.post(f"/lots/{lot}/arrive", {"labels": [here["label"], label_code(500_010), label_code(500_011)]})
    await world.post(f"/lots/{lot}/reconcile")
    entries = {entry["label"]: entry["id"] for entry in await world.get("/mismatches")}
    await world.post(f"/mismatches/{entries[label_code(500_010)]}/attach", {"label": unlabelled["label"]})
    await world.post(f"/mismatches/{entries[label_code(500_011)]}/dismiss", {"reason": "Chargeur."}, status=204)
    assert (await world.post("/scan", {"label": late["label"]}))["outcome"] == "arrived"
    counts = [
        (event.data["present"], event.data["missing"], len(event.data["surplus"]))
        for event in await published(database, "lot-reconciled")
    ]
    gone, other = unlabelled["device_id"], late["device_id"]
    assert counts == [(1, sorted([gone, other]), 2), (2, [other], 1), (2, [other], 0), (3, [], 0)]
    await world.post(f"/lots/{lot}/reconcile")
    assert len(await published(database, "lot-reconciled")) == 4


async def test_before_a_lot_is_counted_nothing_is_said_of_its_count(world: World, database: Database) -> None:
    lot = await world.expects(world.device(), device := world.device())
    await world.post(f"/lots/{lot}/arrive", {"labels": [label_code(500_012)]})
    [entry] = await world.get("/mismatches")
    await world.post(f"/mismatches/{entry['id']}/attach", {"label": device["label"]})
    assert await published(database, "lot-reconciled") == []


async def test_a_thing_without_a_label_is_offered_what_its_lot_still_expects(world: World) -> None:
    here, gone, other = world.device(), world.device(serial="5CG8411XYZ"), world.device()
    lot = await world.expects(here, gone)
    await world.expects(other)
    await world.post(f"/lots/{lot}/arrive", {"labels": [here["label"], label_code(500_020)]})
    await world.post(f"/lots/{lot}/reconcile")
    page = (await (await world.client.login("ada")).get("/ecarts")).text
    assert "C&#39;est celui-ci" in page or "C'est celui-ci" in page
    assert gone["label"] in page
    assert "5CG8411XYZ" in page
    assert here["label"] not in page
    assert other["label"] not in page
