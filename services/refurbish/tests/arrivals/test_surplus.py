"""More came than the manifest lists: received at once with a label, known as surplus, and healed when it was none."""

from typing import Any

from filiere.database import Database
from filiere.identifiers import LABEL_CAPACITY, label_code, label_number
from filiere.testing.events import published
from filiere.testing.sql import value

from ..conftest import World, token_of


async def pallet(world: World, lot: str, status: int | None = None, **counts: int) -> Any:
    return await world.post(f"/lots/{lot}/pallets", {"counts": counts, "surplus": "label"}, status=status)


async def counts(database: Database) -> list[tuple[int, list[str], list[str]]]:
    return [
        (one.data["present"], one.data["missing"], one.data["surplus"])
        for one in await published(database, "lot-reconciled")
    ]


async def test_a_pallet_with_more_than_its_lot_is_received_whole_and_labelled(world: World, database: Database) -> None:
    lot = await world.expects(*(world.device(manufacturer=None, model=None, public_body=True) for _ in range(2)))
    received = await pallet(world, lot, laptop=3, monitor=1)
    assert received["surplus"] == {"laptop": 1, "monitor": 1}
    assert (len(received["labels"]), len(received["surplus_labels"])) == (4, 2)
    # Labels from the other end of the range: collect numbers from the first on.
    assert [LABEL_CAPACITY - label_number(one) for one in received["surplus_labels"]] == [0, 1]
    told = await published(database, "device-surplus")
    assert [(one.data["label"], one.data["category"], one.data["public_body"]) for one in told] == [
        (label, category, True)
        for label, category in zip(received["surplus_labels"], ("laptop", "monitor"), strict=True)
    ]
    # Said before its arrival, by the same key: whoever hears of it has it when it arrives.
    keys = [(one.key, one.name) for one in await published(database) if one.key == told[0].key]
    assert [name for _, name in keys] == ["device-surplus", "device-arrived"]

    counted = await world.post(f"/lots/{lot}/reconcile")
    assert (counted["present"], counted["missing"], counted["surplus"]) == (2, [], received["surplus_labels"])
    seen = await world.get(f"/lots/{lot}")
    assert (seen["expected"], seen["announced"], seen["arrived"]) == (2, 2, 2)
    assert (await world.get("/mismatches")) == []

    # It is worked on like any other.
    [device, _] = [one.key for one in told]
    assert (await world.get(f"/devices/{device}"))["stage"] == "arrived"
    await world.wiped(device)
    await world.tested(device)
    await world.graded(device)
    assert (await world.ready(device))["stage"] == "ready"


async def test_without_asking_for_it_surplus_waits_to_be_settled_as_before(world: World, database: Database) -> None:
    lot = await world.expects(world.device())
    received = await world.post(f"/lots/{lot}/pallets", {"counts": {"laptop": 2}})
    assert (received["surplus"], received["surplus_labels"]) == ({"laptop": 1}, [])
    assert len(await world.get("/mismatches")) == 1
    assert await published(database, "device-surplus") == []


async def test_an_unknown_thing_is_received_and_found_by_what_was_read_on_it(world: World, database: Database) -> None:
    lot = await world.expects(world.device())
    await world.post(f"/lots/{lot}/arrive", {"labels": ["5CG9999XYZ"]})
    [entry] = await world.get("/mismatches")
    await world.post(f"/lots/{lot}/arrive", {"labels": ["PF0ABCDE"]})
    device = await world.post(f"/mismatches/{entry['id']}/receive", {"category": "laptop"})
    assert (device["stage"], device["lot_id"]) == ("arrived", lot)
    assert (await world.get("/devices/by-label/5CG9999XYZ"))["id"] == device["id"]
    assert (await world.post("/scan", {"label": "5CG9999XYZ", "lot_id": lot}))["outcome"] == "already"
    await world.post(f"/mismatches/{entry['id']}/receive", {"category": "laptop"}, status=409)

    # Settled by mistake: it waits again, and the device that it was made counts as nothing.
    await world.post(f"/mismatches/{entry['id']}/reopen")
    assert await world.stage(device["id"]) == "withdrawn"
    assert (await published(database, "device-withdrawn"))[0].data["code"] == "miscounted"
    assert len(await world.get("/mismatches")) == 2


async def test_a_label_of_the_network_is_another_workshops_and_no_new_device(world: World) -> None:
    lot, theirs = await world.expects(world.device()), world.device()
    there = await world.register("Atelier de Thiers", "63300", "bo")
    await world.expects(theirs, workshop=there)
    await world.post(f"/lots/{lot}/arrive", {"labels": [theirs["label"]]})
    [entry] = await world.get("/mismatches")
    for body in ({"category": "laptop"}, {"category": "laptop", "relabel": True}):
        refused = await world.post(f"/mismatches/{entry['id']}/receive", body, status=409)
        assert refused["type"].endswith("labelled-elsewhere")


async def test_a_label_that_no_workshop_knows_is_received_with_a_new_one_and_found_by_both(world: World) -> None:
    lot, foreign = await world.expects(world.device()), label_code(500_000)
    await world.post(f"/lots/{lot}/arrive", {"labels": [foreign]})
    [entry] = await world.get("/mismatches")
    refused = await world.post(f"/mismatches/{entry['id']}/receive", {"category": "laptop"}, status=409)
    assert refused["type"].endswith("label-of-nobody")
    assert "coche la case" in refused["detail"]

    browser = await world.browser()
    token = token_of(await browser.get("/ecarts"))
    said = {"category": "laptop", "relabel": "true", "csrf_token": token}
    received = await browser.post(f"/ecarts/{entry['id']}/recevoir", data=said)
    assert "colle son étiquette" in received.text
    [device] = [one for one in (await world.get("/devices"))["items"] if one["stage"] == "arrived"]
    assert device["label"] != foreign
    for label in (foreign, device["label"]):
        assert (await world.get(f"/devices/by-label/{label}"))["id"] == device["id"]
        assert (await world.post("/scan", {"label": label, "lot_id": lot}))["outcome"] == "already"


async def test_a_manifest_that_names_the_foreign_label_after_all_makes_one_device_of_two(world: World) -> None:
    lot, late = await world.expects(world.device()), world.device()
    await world.post(f"/lots/{lot}/arrive", {"labels": [late["label"]]})
    [entry] = await world.get("/mismatches")
    extra = await world.post(f"/mismatches/{entry['id']}/receive", {"category": "laptop", "relabel": True})
    await world.expects(late)
    assert (await world.get(f"/devices/by-label/{late['label']}"))["id"] == late["device_id"]
    kept = await world.post(f"/devices/{extra['id']}/merge", {"other": late["label"]})
    assert (kept["id"], kept["stage"]) == (late["device_id"], "arrived")
    assert (await world.get(f"/devices/by-label/{extra['label']}"))["id"] == late["device_id"]


async def test_what_was_found_without_a_lot_is_put_into_one_first(world: World) -> None:
    await world.post("/scan", {"label": "5CG9999XYZ"})
    [entry] = await world.get("/mismatches")
    refused = await world.post(f"/mismatches/{entry['id']}/receive", {"category": "laptop"}, status=409)
    assert refused["type"].endswith("of-no-lot")


async def test_a_surplus_that_is_the_missing_one_heals_both_counts(world: World, database: Database) -> None:
    here, gone = world.device(), world.device(serial="5CG8411ABC")
    lot = await world.expects(here, gone)
    await world.post(f"/lots/{lot}/arrive", {"labels": [here["label"]]})
    await world.post(f"/lots/{lot}/arrive", {"labels": ["5CG8411AB0"]})
    [entry] = await world.get("/mismatches")
    extra = await world.post(f"/mismatches/{entry['id']}/receive", {"category": "laptop"})
    await world.post(f"/lots/{lot}/reconcile")
    label = extra["label"]
    # Nothing was done to it yet: the row that its donor declared is the one that stays, and has come.
    said = {"other": gone["label"], "despite": "misread"}
    kept = await world.post(f"/devices/{extra['id']}/merge", said)
    assert (kept["id"], kept["stage"]) == (gone["device_id"], "arrived")
    assert await world.stage(extra["id"]) == "withdrawn"
    assert (await world.get(f"/devices/by-label/{label}"))["id"] == gone["device_id"]
    assert await counts(database) == [(1, [gone["device_id"]], [label]), (2, [], [])]


async def test_one_that_was_worked_on_stays_and_the_count_heals_all_the_same(world: World, database: Database) -> None:
    here, gone = world.device(), world.device()
    lot = await world.expects(here, gone)
    await world.post(f"/lots/{lot}/arrive", {"labels": [here["label"]]})
    [label] = (await pallet(world, lot, laptop=2))["surplus_labels"]  # one of the two is the one that is awaited
    await world.post(f"/lots/{lot}/reconcile")
    assert await counts(database) == [(2, [], [label])]
    extra = (await world.get(f"/devices/by-label/{label}"))["id"]
    await world.wiped(extra)
    await world.post(f"/devices/{extra}/merge", {"other": gone["label"]})
    assert await counts(database) == [(2, [], [label]), (2, [], [])]


async def test_a_surplus_that_was_counted_by_mistake_is_taken_back(world: World, database: Database) -> None:
    lot = await world.expects(world.device())
    [label] = (await pallet(world, lot, laptop=2))["surplus_labels"]
    await world.post(f"/lots/{lot}/reconcile")
    extra = (await world.get(f"/devices/by-label/{label}"))["id"]
    for _ in range(2):
        await world.post(f"/devices/{extra}/not-arrived")
    assert await counts(database) == [(1, [], [label]), (1, [], [])]
    assert len(await published(database, "device-withdrawn")) == 1
    ada = await world.browser()
    assert label not in (await ada.get("/dechets/nouvelle")).text  # there is no such thing to be thrown away


async def test_the_page_asks_before_it_makes_more_than_is_listed(world: World, database: Database) -> None:
    lot = await world.expects(world.device(), world.device())
    ada = await world.browser()
    page = f"/lots/{lot}/palette"
    token = token_of(await ada.get(page))
    asked = await ada.post(page, data={"csrf_token": token, "laptop": "3"})
    assert asked.status_code == 422
    assert "1 de plus que ce que le lot attend" in asked.text.replace("\u202f", " ").replace("\xa0", " ")
    assert await value(database, "SELECT count(*) FROM device WHERE stage = 'arrived'") == 0
    done = await ada.post(page, data={"csrf_token": token, "laptop": "3", "surplus": "label"}, follow_redirects=True)
    assert "Dont 1 en trop" in done.text.replace("\xa0", " ")
    assert await value(database, "SELECT count(*) FROM device WHERE stage = 'arrived'") == 3
    assert "Et 1 reçu en trop." in (await ada.get(f"/lots/{lot}")).text.replace("\xa0", " ")


async def test_a_lot_as_it_was_announced_says_nothing_of_excess(world: World) -> None:
    lot = await world.expects(world.device())
    await world.post(f"/lots/{lot}/pallets", {"counts": {"laptop": 1}})
    assert "en trop" not in (await (await world.browser()).get(f"/lots/{lot}")).text


async def test_the_queue_offers_it_on_its_page(world: World) -> None:
    lot = await world.expects(world.device())
    await world.post(f"/lots/{lot}/arrive", {"labels": ["5CG9999XYZ"]})
    [entry] = await world.get("/mismatches")
    ada = await world.browser()
    queue = await ada.get("/ecarts")
    assert "le recevoir en trop" in queue.text
    address = f"/ecarts/{entry['id']}/recevoir"
    token = token_of(queue)
    wrong = await ada.post(address, data={"csrf_token": token})
    assert wrong.status_code == 422
    assert "Ce champ est obligatoire" in wrong.text
    done = await ada.post(address, data={"csrf_token": token, "category": "tablet"}, follow_redirects=True)
    assert "est reçu en trop" in done.text
