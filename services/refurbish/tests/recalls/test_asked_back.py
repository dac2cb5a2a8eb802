"""A device that is promised, or that was said to have left, is asked back: distribute decides, and we follow."""

from collections.abc import Sequence

import pytest
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.testing.events import Published, incoming, published
from filiere.testing.sql import rows, value

from ..conftest import World
from ..steering.test_steering import plain
from .test_recalls import made_ready


def said(name: str, device: str, **more: object) -> Published:
    return incoming("distribute.devices", f"org.filiere.distribute.{name}.v1", device, {"device_id": device, **more})


def reserved(device: str, order: str) -> Published:
    return said("device-reserved", device, order_id=order, relais_id=str(uuid7()), territory="62")


def answer(device: str, *, given_back: bool) -> Published:
    return said("device-recall-answered", device, given_back=given_back)


async def promised(world: World) -> tuple[str, str]:
    device, order = await made_ready(world), str(uuid7())
    await world.hears(reserved(device, order))
    return device, order


async def test_a_promised_device_is_asked_back_and_comes_when_its_order_lets_it_go(
    world: World, database: Database
) -> None:
    device, order = await promised(world)
    asked = await world.post(f"/devices/{device}/recall", {"reason": "screen", "promised_to": order})
    await world.post(f"/devices/{device}/recall", {"reason": "fault"})
    assert (asked["stage"], asked["recall_asked_at"] is not None) == ("ready", True), "until then it is what it was"
    [question] = await published(database, "device-recall-asked")
    assert (question.data["code"], question.data["never_left"]) == ("screen", False)
    assert (await world.get(f"/devices/{device}"))["next_step"]["code"] == "asked"
    await world.hears(said("device-released", device), answer(device, given_back=True))
    back = await world.get(f"/devices/{device}")
    assert (back["stage"], back["grade"], back["destination"], back["cycle"]) == ("to_repair", None, None, 2)
    assert back["recall_asked_at"] is None
    [event] = await published(database, "device-recalled")
    assert event.data["code"] == "screen"
    sheet = await world.get(f"/devices/{device}/tests")
    assert len(sheet["missing"]) == len(sheet["points"])
    await world.tested(device)
    await world.graded(device)
    assert (await world.ready(device))["stage"] == "ready"


@pytest.mark.parametrize(
    ("act", "reason", "stage"), [("recall", "fault", "to_repair"), ("withdraw", "screen", "withdrawn")]
)
async def test_a_promise_and_a_shipment_that_cross_what_the_workshop_did_are_no_dead_letters(
    world: World, database: Database, act: str, reason: str, stage: str
) -> None:
    """Free here, it was taken; distribute, which had not heard of it, had promised it and said that it had left."""
    device, order = await made_ready(world), str(uuid7())
    await world.post(f"/devices/{device}/{act}", {"reason": reason})
    await world.hears(reserved(device, order), said("device-shipped", device), said("device-released", device))
    assert await value(database, "SELECT count(*) FROM dead_letter") == 0
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["destination"], found["custody"]) == (stage, None, "workshop")
    page = (await (await world.browser()).get(f"/equipements/{device}")).text
    assert "Dit parti alors qu" in page


async def test_what_never_was_ready_cannot_have_left(world: World, database: Database) -> None:
    await world.hears(said("device-shipped", await world.arrived()))
    assert await value(database, "SELECT reason FROM dead_letter") == "invalid"


async def test_one_that_left_meanwhile_has_left(world: World, database: Database) -> None:
    device, _ = await promised(world)
    await world.post(f"/devices/{device}/recall", {"reason": "fault"})
    await world.hears(answer(device, given_back=False), said("device-shipped", device))
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["custody"], found["recall_asked_at"]) == ("left", "shipped", None)
    assert await published(database, "device-recalled") == []
    assert await value(database, "SELECT count(*) FROM dead_letter") == 0


async def test_a_promise_that_moved_since_the_page_was_read_is_said(world: World, database: Database) -> None:
    device, order = await promised(world)
    await world.hears(said("device-released", device), reserved(device, str(uuid7())))
    refused = await world.post(f"/devices/{device}/recall", {"reason": "fault", "promised_to": order}, status=409)
    assert refused["type"].endswith("promise-moved")
    assert await published(database, "device-recall-asked") == []


async def test_what_was_shipped_by_mistake_is_ready_as_it_was(world: World, database: Database) -> None:
    device, _ = await promised(world)
    refused = await world.post(f"/devices/{device}/still-here", status=409)
    assert refused["type"].endswith("not-gone")
    await world.hears(said("device-shipped", device))
    before = await world.get(f"/devices/{device}")
    await world.post(f"/devices/{device}/still-here")
    await world.post(f"/devices/{device}/still-here")
    [question] = await published(database, "device-recall-asked")
    assert question.data["never_left"] is True
    await world.hears(said("device-released", device), answer(device, given_back=True))
    here = await world.get(f"/devices/{device}")
    assert (here["stage"], here["custody"], here["closed_at"], here["destination"]) == ("ready", "workshop", None, None)
    kept = ("grade", "ruleset", "reasons", "cosmetic", "battery", "ready_at", "tested_at")
    assert [here[name] for name in kept] == [before[name] for name in kept]
    assert len(await published(database, "device-ready")) == 2, "it may be ordered again"


@pytest.mark.parametrize(
    ("problem", "stage", "code"), [("damaged", "to_repair", "fault"), ("wrong", "to_repair", "mistake")]
)
async def test_what_arrived_damaged_or_wrong_comes_back_to_the_bench(
    world: World, database: Database, problem: str, stage: str, code: str
) -> None:
    device, _ = await promised(world)
    await world.hears(said("device-shipped", device), said("device-released", device))
    await world.hears(said("device-reported", device, problem=problem, comes_back=True))
    step = (await world.get(f"/devices/{device}"))["next_step"]
    assert (step["code"], step["title"]) == ("comes-back", "Attends son retour")
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    back = await world.get(f"/devices/{device}")
    assert (back["stage"], back["custody"], back["cycle"], back["closed_at"]) == (stage, "workshop", 2, None)
    [event] = await published(database, "device-recalled")
    assert event.data["code"] == code
    defects = 1 if problem == "damaged" else 0
    page = plain(await (await world.browser()).get("/pilotage"))
    assert f"{defects} pour 1 équipement parti" in page, "it has left, whatever became of it"


async def test_what_broke_after_it_was_handed_over_has_a_second_cycle_here(world: World, database: Database) -> None:
    device, _ = await promised(world)
    await world.hears(said("device-shipped", device), said("device-released", device))
    await world.hears(said("device-brought-back", device, fault="screen"))
    step = (await world.get(f"/devices/{device}"))["next_step"]
    assert (step["code"], "panne" in step["sentence"]) == ("comes-back", True)
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    back = await world.get(f"/devices/{device}")
    assert (back["stage"], back["custody"], back["cycle"]) == ("erasing", "workshop", 2)
    [event] = await published(database, "device-recalled")
    assert event.data["code"] == "fault"
    page = plain(await (await world.browser()).get(f"/equipements/{device}"))
    assert "Panne dite par le Relais" in page


@pytest.mark.parametrize(("fault", "counts"), [("screen", True), ("dropped", False), ("a-word-of-tomorrow", True)])
async def test_what_breaks_after_the_handover_counts_once_from_the_day_it_is_said(
    world: World, fault: str, counts: bool
) -> None:
    device, _ = await promised(world)
    other, _ = await promised(world)
    await world.hears(said("device-shipped", other))
    await world.hears(said("device-shipped", device), said("device-released", device))
    for _ in range(2):  # heard twice
        await world.hears(said("device-brought-back", device, fault=fault))
    browser = await world.browser()
    assert f"{int(counts)} pour 2 équipements partis" in plain(await browser.get("/pilotage"))
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    page = plain(await browser.get("/pilotage"))
    # On the bench, it is one cycle more and no second defect; it has left all the same.
    assert f"{int(counts)} pour 2 équipements partis" in page
    assert "dit par les Relais" in page


async def test_what_was_lost_and_is_found_is_ready_as_it_was(world: World, database: Database) -> None:
    device, _ = await promised(world)
    await world.hears(said("device-shipped", device), said("device-released", device), said("device-lost", device))
    assert "perdu" in (await world.get(f"/devices/{device}"))["next_step"]["sentence"]
    await world.hears(said("device-found", device))
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    assert (await world.get(f"/devices/{device}"))["stage"] == "ready"
    assert len(await published(database, "device-ready")) == 2


async def test_what_its_relais_lends_is_known_and_what_is_lost_there_too(world: World, database: Database) -> None:
    device, _ = await promised(world)

    async def sentence() -> str:
        return str((await world.get(f"/devices/{device}"))["next_step"]["sentence"])

    await world.hears(said("device-shipped", device), said("device-delivered", device))
    received = await sentence()
    assert "l'a reçu" in received
    await world.hears(said("device-lent", device))
    assert "prêté" in await sentence()
    await world.hears(said("device-loan-ended", device))
    assert await sentence() == received
    await world.hears(said("device-lent", device), said("device-released", device))
    await world.hears(said("device-lost", device, while_lent=True))
    assert "avait prêté" in await sentence()
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=True))
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["cycle"]) == ("erasing", 2), "whoever had it has written on it"
    assert len(await published(database, "device-ready")) == 1


async def test_a_ready_device_tells_the_numbers_that_are_read_on_it(world: World, database: Database) -> None:
    device = await made_ready(world)
    await world.post(f"/devices/{device}/aliases", {"kind": "imei", "value": "490154203237518", "reason": "declared"})
    await world.post(f"/devices/{device}/recall", {"reason": "fault"})
    await world.tested(device)
    await world.graded(device)
    await world.ready(device)
    told = await published(database, "device-ready")
    assert [event.data.get("identifiers") for event in told] == [[], ["490154203237518"]]


async def test_what_somebody_received_stays_gone(world: World, database: Database) -> None:
    device, _ = await promised(world)
    await world.hears(said("device-shipped", device))
    await world.post(f"/devices/{device}/still-here")
    await world.hears(answer(device, given_back=False))
    assert (await world.get(f"/devices/{device}"))["stage"] == "left"
    await world.post(f"/devices/{device}/still-here")
    assert len(await published(database, "device-recall-asked")) == 2, "it may be asked again"


@pytest.mark.parametrize(
    ("answers", "stage"),
    [
        (["device-released", True], "to_repair"),
        ([True, "device-released"], "to_repair"),
        ([True, True], "to_repair"),
        (["device-shipped", False], "left"),
        ([False, "device-shipped"], "left"),
        (["device-released", "device-reserved", False, "device-shipped"], "left"),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
async def test_in_whatever_order_its_answers_come_the_device_is_in_one_place(
    world: World, database: Database, answers: Sequence[str | bool], stage: str, at_once: bool
) -> None:
    device, _ = await promised(world)
    await world.post(f"/devices/{device}/recall", {"reason": "fault"})
    events = []
    for one in answers:
        if isinstance(one, bool):
            events.append(answer(device, given_back=one))
        else:
            events.append(reserved(device, str(uuid7())) if one == "device-reserved" else said(one, device))
    for part in [events] if at_once else [[event] for event in events]:
        await world.hears(*part)
    found = await world.get(f"/devices/{device}")
    assert (found["stage"], found["recall_asked_at"]) == (stage, None)
    assert len(await published(database, "device-recalled")) == (stage == "to_repair")
    assert await rows(database, "SELECT detail FROM dead_letter") == []


async def test_the_pages_say_what_happens(world: World) -> None:
    device, order = await promised(world)
    ada = await world.browser()
    asked = (await ada.get(f"/equipements/{device}/reprendre")).text
    assert "Il est promis à un Relais." in asked
    token = asked.partition('name="csrf_token" value="')[2].partition('"')[0]
    data = {"csrf_token": token, "reason": "screen", "promised_to": order}
    shown = await ada.post(f"/equipements/{device}/reprendre", data=data, follow_redirects=True)
    text = shown.text.replace("\xa0", " ").replace("&#39;", "'")
    assert "Il est rappelé." in text
    assert "Rappel demandé : L'écran ou la coque sont abîmés." in text
    await world.hears(said("device-shipped", device), answer(device, given_back=False))
    page = (await ada.get(f"/equipements/{device}")).text
    assert f"/equipements/{device}/encore-la" in page
    address, data = f"/equipements/{device}/encore-la", {"csrf_token": token}
    shown = await ada.post(address, data=data, follow_redirects=True)
    assert "On regarde si quelqu'un l'a reçu." in shown.text.replace("&#39;", "'")
