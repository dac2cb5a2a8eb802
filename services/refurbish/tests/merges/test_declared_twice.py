"""Collect made two rows of one machine: the workshop says so, both labels find it, every row is still counted once."""

import asyncio
from uuid import UUID

from filiere.database import Database
from filiere.testing.events import published
from filiere.testing.sql import value

from ..conftest import World, journal_verbs, token_of


async def twins(world: World, *, scanned: int = 1) -> tuple[str, tuple[str, str], tuple[str, str]]:
    """(lot, kept, other), each as (id, label): of a lot of which so many were scanned."""
    one, other = world.device(serial="5CG8411ABC"), world.device(serial="5CG8411ABC")
    lot = await world.expects(one, other)
    await world.post(f"/lots/{lot}/arrive", {"labels": [one["label"], other["label"]][:scanned]})
    return lot, (one["device_id"], one["label"]), (other["device_id"], other["label"])


async def test_the_other_row_goes_with_its_reason_and_its_label_finds_the_machine(
    world: World, database: Database
) -> None:
    lot, (kept, _), (other, label) = await twins(world)
    for _ in range(2):  # pressed twice it is one
        assert (await world.post(f"/devices/{kept}/merge", {"other": label}))["id"] == kept
    gone = await world.get(f"/devices/{other}")
    assert (gone["stage"], gone["merged_into"], gone["next_step"]["code"]) == ("withdrawn", kept, "merged")
    # The chain hears that it came and was one too many; collect counts it as withdrawn, with why.
    assert [one.key for one in await published(database, "device-arrived")] == [kept, other]
    [told] = await published(database, "device-withdrawn")
    assert (told.key, told.data["code"]) == (other, "duplicate")
    assert told.data["reason"] == "Déclaré deux fois : la même machine est comptée ailleurs."
    for text in (label, "5CG8411ABC"):  # the serial that both had names one machine now
        assert (await world.get(f"/devices/by-label/{text}"))["id"] == kept
    assert (await world.post("/scan", {"label": label}))["outcome"] == "already"
    # Its lot has nobody missing, and every row of the manifest is in one place.
    counted = await world.post(f"/lots/{lot}/reconcile")
    assert counted["missing"] == []
    assert await value(database, "SELECT count(*) FROM device") == 2
    for device, verb in ((kept, "merged"), (other, "merged-into")):
        assert (await journal_verbs(database, "device", UUID(device)))[0] == verb


async def test_a_lot_that_was_counted_heals(world: World, database: Database) -> None:
    lot, (kept, _), (other, label) = await twins(world)
    assert (await world.post(f"/lots/{lot}/reconcile"))["missing"] == [other]
    await world.post(f"/devices/{kept}/merge", {"other": label})
    counts = await published(database, "lot-reconciled")
    assert [one.data["missing"] for one in counts] == [[other], []]


async def test_reopened_they_are_two_again(world: World, database: Database) -> None:
    _, (kept, _), (other, label) = await twins(world, scanned=2)
    await world.post(f"/devices/{kept}/merge", {"other": label})
    back = await world.post(f"/devices/{other}/reopen")
    assert (back["stage"], back["merged_into"]) == ("arrived", None)
    assert (await world.get(f"/devices/by-label/{label}"))["id"] == other
    assert len(await published(database, "device-reopened")) == 1


async def test_a_whole_list_that_is_reopened_makes_no_two_of_one(world: World) -> None:
    _, (kept, _), (other, label) = await twins(world, scanned=2)
    await world.post(f"/devices/{kept}/merge", {"other": label})
    bulk = await world.post("/bulks", {"act": "reopen", "devices": [other]}, status=201)
    assert (bulk["counts"]["refused"], bulk["counts"]["changes"]) == (1, 0)


async def test_no_disk_is_lost_on_the_way(world: World) -> None:
    """Declared on the row that would go, it keeps the gate closed: it is declared on the one that stays first."""
    _, (kept, own), (other, label) = await twins(world, scanned=2)
    disk = [{"serial": "S4NSSD0001", "kind": "ssd", "size_gb": 256}]
    await world.post(f"/devices/{other}/media", disk)
    refused = await world.post(f"/devices/{kept}/merge", {"other": label}, status=409)
    assert refused["type"].endswith("disks-on-the-other")
    await world.post(f"/devices/{kept}/media", disk)
    await world.post(f"/devices/{kept}/merge", {"other": label})
    assert (await world.get(f"/devices/{kept}"))["next_step"]["code"] == "erase"
    assert {own, label} == {(await world.get(f"/devices/{one}"))["label"] for one in (kept, other)}


async def test_what_cannot_be_one_machine_is_refused(world: World) -> None:
    _, (kept, own), (other, _) = await twins(world)
    assert (await world.post(f"/devices/{kept}/merge", {"other": own}, status=409))["type"].endswith("not-the-same")
    # What is kept is here: the row that was never scanned goes, not the one in hand.
    await world.post(f"/devices/{other}/merge", {"other": own}, status=409)
    gone = await world.arrived(category="monitor")
    await world.post(f"/devices/{gone}/withdraw", {"reason": "screen"})
    await world.post(f"/devices/{kept}/merge", {"other": (await world.get(f"/devices/{gone}"))["label"]}, status=409)
    await world.post(f"/devices/{kept}/merge", {"other": "FIL-00000-0"}, status=404)
    # And nobody says « déclaré deux fois » without saying of what.
    await world.post(f"/devices/{kept}/withdraw", {"reason": "duplicate"}, status=422)
    assert await world.stage(kept) == "arrived"


async def test_two_who_merge_crosswise_keep_one(world: World, database: Database) -> None:
    bruno = await world.colleague("bruno")
    _, (one, own), (other, label) = await twins(world, scanned=2)
    await asyncio.gather(
        world.api.post(f"/api/v1/devices/{one}/merge", json={"other": label}),
        bruno.api.post(f"/api/v1/devices/{other}/merge", json={"other": own}),
    )
    assert sorted([await world.stage(one), await world.stage(other)]) == ["arrived", "withdrawn"]
    assert len(await published(database, "device-withdrawn")) == 1


async def test_it_is_no_waste_and_the_page_says_what_it_does(world: World) -> None:
    _, (kept, own), (other, label) = await twins(world, scanned=2)
    ada = await world.browser()
    assert "meme-machine" in (await ada.get(f"/equipements/{kept}/identifiants")).text
    page = f"/equipements/{kept}/meme-machine"
    asked = await ada.get(page)
    assert "L&#39;autre ligne est retirée" in asked.text or "L'autre ligne est retirée" in asked.text
    token = token_of(asked)
    assert (await ada.post(page, data={"csrf_token": token, "other": own})).status_code == 422
    after = await ada.post(page, data={"csrf_token": token, "other": label}, follow_redirects=True)
    assert "une seule machine" in after.text
    assert "était la même machine" in after.text
    assert f"/equipements/{kept}" in (await ada.get(f"/equipements/{other}")).text
    assert label not in (await ada.get("/dechets/nouvelle")).text
