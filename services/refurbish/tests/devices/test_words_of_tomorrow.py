"""While a release rolls out, the next one writes words that this one does not know: shown as they are, or parked."""

from typing import Any

import pytest
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.testing.events import incoming
from filiere.testing.sql import rows, value, without_checks
from refurbish.devices.stages import Stage

from ..conftest import World
from ..recalls.test_asked_back import answer, promised, said
from ..steering.test_steering import plain

WORD = "on_the_moon"


async def moved(database: Database, device: str) -> None:
    """What the next release's migration, and then its rules, would do."""
    await without_checks(database, "device")
    await rows(database, f"UPDATE device SET stage = '{WORD}' WHERE id = '{device}'")


async def letters(database: Database) -> list[Any]:
    return await rows(database, "SELECT reason, detail FROM dead_letter ORDER BY id")


async def test_a_device_that_stands_where_nobody_has_heard_of_is_shown_there_and_left_alone(
    world: World, database: Database
) -> None:
    device = await world.arrived(category="laptop", manufacturer="Dell", model="Latitude 5490")
    label = (await world.get(f"/devices/{device}"))["label"]
    await moved(database, device)
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["status"], found["next_step"]["code"]) == (WORD, None, "later")
    browser = await world.browser()
    address = f"/equipements/{device}"
    for page in ("/aujourd-hui", "/equipements", "/equipements.csv", "/lots", f"/lots/{found['lot_id']}", "/scanner",
                 "/pilotage", "/a-expedier", "/ensemble", address, f"{address}/aide", f"{address}/supports",
                 f"{address}/tester", f"{address}/etiquette"):  # fmt: skip
        answered = await browser.get(page)
        assert answered.status_code == 200, page
    assert WORD in plain(await browser.get(address))
    assert "mise à jour" in plain(await browser.get(address))
    # Nobody decides about it.
    await world.post(f"/devices/{device}/ready", status=409)
    await world.post(f"/devices/{device}/withdraw", {"reason": "screen"}, status=409)
    await world.post(f"/devices/{device}/recall", {"reason": "fault"}, status=409)
    await world.post(f"/devices/{device}/media", [{"kind": "ssd", "serial": "S4NSSD0001"}], status=409)
    [scanned] = (await world.post(f"/lots/{found['lot_id']}/arrive", {"labels": [label]}))["results"]
    assert scanned["stage"] == WORD
    assert await world.stage(device) == WORD
    # Whoever asks for such a word asks for nothing that is here.
    assert (await (await world.browser()).get(f"/equipements?statut={WORD}")).status_code == 200
    refused = await world.api.get(f"/api/v1/devices?status={WORD}")
    assert refused.status_code == 422
    assert "one of" not in refused.text, "it is said in French"


@pytest.mark.parametrize("word", ["device-shipped", "device-recall-answered"])
async def test_what_is_heard_of_it_waits_for_the_release_that_knows_where_it_stands(
    world: World, database: Database, word: str
) -> None:
    device, _ = await promised(world)
    await world.post(f"/devices/{device}/recall", {"reason": "fault"})
    await moved(database, device)
    await world.hears(answer(device, given_back=True) if word == "device-recall-answered" else said(word, device))
    [(reason, detail)] = await letters(database)
    assert (reason, "a stage of a later release" in detail) == ("invalid", True)
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["recall_asked_at"] is not None) == (WORD, True)


async def test_a_kind_of_device_that_nobody_has_heard_of_waits_too(world: World, database: Database) -> None:
    wanted = {"category": WORD, "grade": "D", "territory": "62", "wanted": 3}
    await world.hears(incoming("distribute.demand", "org.filiere.distribute.demand-updated.v1", "x", wanted))
    _, events = world.lot([world.device(category=WORD)])
    await world.hears(*events)
    parked = await letters(database)
    assert {reason for reason, _ in parked} == {"undecodable"}
    assert all("none of the words that this release knows" in detail for _, detail in parked)
    # The lot is expected, and everything else goes on.
    assert await world.arrived(category="laptop")


async def test_words_beside_the_lists_of_events_do_no_harm(world: World, database: Database) -> None:
    device, _ = await promised(world)
    await world.hears(said("device-shipped", device), said("device-delivered", device, how=WORD))
    await world.hears(said("device-reported", device, problem=WORD))
    await world.hears(said(f"device-{WORD}", device, relais_id=str(uuid7())))
    assert await value(database, "SELECT count(*) FROM dead_letter") == 0
    assert (await world.get(f"/devices/{device}"))["status"] == "after_sales"


def test_a_word_is_its_own_label_and_nobody_works_on_it() -> None:
    stage = Stage(WORD)
    assert (stage.label_fr, stage.is_present, stage.shown, stage.is_known) == (WORD, False, None, False)
    assert stage not in list(Stage)
