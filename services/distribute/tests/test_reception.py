"""Receiving at a Relais: one field for all parcels and identifiers; missing, damaged, wrong; lost and found."""

from pathlib import Path

import distribute
import pytest
from distribute.orders.errors import OrderInTheWay
from distribute.shipments.errors import ShipmentInTheWay
from distribute.statuses import OrderStatus, ShipmentStatus
from filiere.testing.answers import Json
from filiere.testing.pictures import PHOTO
from filiere.web import Conflict
from filiere.web.i18n import catalogue_of

from .conftest import World
from .test_pages import hidden, submit, words

LYON = "0193a1b2-0000-7000-8000-0000000000a2"
TABLETS = {"category": "tablet", "quantity": 2, "min_grade": "D"}


async def two_parcels(world: World) -> tuple[Json, Json, list[Json]]:
    """One order, a device from each of two workshops, both on their way."""
    relais = await world.relais()
    await world.ready(1, serial="C02XK1AAJGH5", identifiers=["490154203237518"])
    await world.ready(1, workshop_id=LYON, workshop_name="Atelier de Lyon")
    order = await world.order(relais, TABLETS)
    await world.allocate()
    return relais, order, await world.send(order)


async def one_parcel(world: World, count: int = 2) -> tuple[Json, Json, Json]:
    relais = await world.relais()
    await world.ready(count)
    order = await world.order(relais, {**TABLETS, "quantity": count})
    await world.allocate()
    (shipment,) = await world.send(order)
    return relais, order, shipment


async def test_any_parcel_and_any_identifier_goes_into_one_field(world: World) -> None:
    relais, order, shipments = await two_parcels(world)
    (lyon,) = (one["items"][0]["label"] for one in shipments if one["workshop_id"] == LYON)
    expected = await world.read(relais["client"], "/shipments/expected")
    assert len({one["reference"] for one in expected}) == 2
    body = {"scanned": ["c02xk1aajgh5", lyon]}
    answer = await world.call(relais["client"], "/shipments/receive", body)
    assert (answer["sentence"], answer["left"]) == ("2 équipements reçus.", 0)
    assert (await world.read(relais["client"], f"/orders/{order['id']}"))["status"] == "delivered"
    again = await world.call(relais["client"], "/shipments/receive", {"scanned": ["490154203237518"]})
    assert again["sentence"] == "0 équipement reçu, 1 déjà reçu."


async def test_an_imei_identifies_a_device(world: World) -> None:
    relais, _, _ = await two_parcels(world)
    answer = await world.call(relais["client"], "/shipments/receive", {"scanned": ["49 015420 323751 8"]})
    assert answer["sentence"].startswith("1 équipement reçu, 1 encore en route")


async def test_a_device_of_my_other_parcel_is_received_where_i_scan_it(world: World) -> None:
    relais, _, shipments = await two_parcels(world)
    here, other = shipments
    path = f"/shipments/{here['id']}/deliver"
    answer = await world.call(relais["client"], path, {"labels": [other["items"][0]["label"]]})
    assert (answer["surplus"], answer["found"]) == ([], [other["items"][0]["label"]])
    assert (await world.read(relais["client"], f"/shipments/{other['id']}"))["status"] == "delivered"


async def test_a_serial_that_two_devices_share_identifies_neither(world: World) -> None:
    relais = await world.relais()
    await world.ready(2, serial="SHARED77")
    order = await world.order(relais, TABLETS)
    await world.allocate()
    await world.send(order)
    answer = await world.call(relais["client"], "/shipments/receive", {"scanned": ["SHARED77"]})
    assert answer["found"] == []
    assert await world.statuses() == {"shipped": 2}


async def test_what_is_lost_for_good_frees_its_line_and_the_order_can_end(world: World) -> None:
    relais, order, shipment = await one_parcel(world)
    here, gone = (item["label"] for item in shipment["items"])
    await world.call(relais["client"], "/shipments/receive", {"scanned": [here]})
    (incident,) = await world.call(relais["client"], f"/shipments/{shipment['id']}/missing", {})
    assert (incident["label"], incident["kind"], incident["side"]) == (gone, "missing", "relais")
    # Said twice, and by the other side too: one incident.
    assert len(await world.call(world.coordinator, f"/shipments/{shipment['id']}/missing", {"labels": [gone]})) == 1
    assert await world.statuses() == {"delivered": 1, "shipped": 1}
    await world.call(relais["client"], f"/incidents/{incident['id']}/settle", {"outcome": "lost"}, status=403)
    settled = await world.call(world.coordinator, f"/incidents/{incident['id']}/settle", {"outcome": "lost"})
    assert (settled["outcome"], settled["status"], settled["replacement_id"]) == ("lost", "lost", None)
    assert (await world.read(relais["client"], f"/shipments/{shipment['id']}"))["status"] == "delivered"
    told = [event.name for event in await world.published() if event.key == incident["device_id"]]
    assert told[-2:] == ["device-released", "device-lost"]
    after = await world.read(relais["client"], f"/orders/{order['id']}")
    assert (after["status"], after["lines"][0]["allocated"]) == ("delivered", 1)
    assert "perdu pendant le transport" in after["lines"][0]["reason"]
    assert (await world.call(relais["client"], f"/orders/{order['id']}/close"))["status"] == "closed"


async def test_a_lost_device_is_served_again_at_once_when_another_is_free(world: World) -> None:
    relais, order, shipment = await one_parcel(world, 1)
    (spare,) = await world.ready(1)
    (incident,) = await world.call(relais["client"], f"/shipments/{shipment['id']}/missing", {})
    settled = await world.call(world.coordinator, f"/incidents/{incident['id']}/settle", {"outcome": "lost"})
    assert settled["replacement_label"] == spare["label"]
    assert await world.statuses() == {"lost": 1, "reserved": 1}
    assert (await world.read(relais["client"], f"/orders/{order['id']}"))["status"] == "allocated"


async def test_what_was_missing_and_is_scanned_is_received(world: World) -> None:
    relais, _, shipment = await one_parcel(world, 1)
    (incident,) = await world.call(relais["client"], f"/shipments/{shipment['id']}/missing", {})
    await world.call(relais["client"], "/shipments/receive", {"scanned": [incident["label"]]})
    (after,) = (await world.read(relais["client"], "/incidents"))["items"]
    assert after["outcome"] == "received"
    await world.call(world.coordinator, f"/incidents/{incident['id']}/settle", {"outcome": "lost"}, status=409)


async def test_what_was_given_up_and_turns_up_goes_back_to_its_workshop(world: World) -> None:
    relais, _, shipment = await one_parcel(world, 1)
    (incident,) = await world.call(relais["client"], f"/shipments/{shipment['id']}/missing", {})
    path = f"/incidents/{incident['id']}/settle"
    await world.call(world.coordinator, path, {"outcome": "lost"})
    await world.call(world.coordinator, path, {"outcome": "on_its_way"}, status=422)
    assert (await world.call(world.coordinator, path, {"outcome": "found"}))["status"] == "returning"
    await world.deliver(world.asked_back_event(incident, never_left=True))
    assert await world.statuses() == {"withdrawn": 1}
    told = [event.name for event in await world.published() if event.key == incident["device_id"]]
    assert told[-3:] == ["device-found", "device-returned", "device-recall-answered"]
    await world.deliver(world.ready_event(device_id=incident["device_id"]))
    assert await world.statuses() == {"available": 1}


async def test_a_damaged_device_goes_back_and_another_is_promised_at_once(world: World) -> None:
    relais, order, shipment = await one_parcel(world)
    (spare,) = await world.ready(1)
    device = shipment["items"][0]
    path = f"/shipments/{shipment['id']}/devices/{device['device_id']}/report"
    made = await world.call(relais["client"], path, {"kind": "damaged", "note": "Écran fendu"}, status=201)
    assert (made["outcome"], made["replacement_label"]) == ("replaced", spare["label"])
    assert await world.statuses() == {"returning": 1, "reserved": 1, "shipped": 1}
    told = [event.name for event in await world.published() if event.key == device["device_id"]]
    assert told[-3:] == ["device-delivered", "device-released", "device-reported"]
    (event,) = await world.published("device-reported")
    assert "Écran fendu" not in str(event.data)
    assert (event.data["problem"], event.data["comes_back"]) == ("damaged", True)
    await world.call(relais["client"], path, {"kind": "damaged"}, status=409)
    assert (await world.read(relais["client"], f"/orders/{order['id']}"))["lines"][0]["allocated"] == 2


async def test_a_device_that_is_kept_all_the_same_stays(world: World) -> None:
    relais, _, shipment = await one_parcel(world, 1)
    device = shipment["items"][0]
    path = f"/shipments/{shipment['id']}/devices/{device['device_id']}/report"
    made = await world.call(relais["client"], path, {"kind": "wrong", "keep": True}, status=201)
    assert made["outcome"] == "kept"
    assert await world.statuses() == {"delivered": 1}


async def test_its_workshop_takes_a_damaged_device_back_to_the_bench(world: World) -> None:
    relais, _, shipment = await one_parcel(world, 1)
    device = shipment["items"][0]
    path = f"/shipments/{shipment['id']}/devices/{device['device_id']}/report"
    await world.call(relais["client"], path, {"kind": "damaged"}, status=201)
    await world.deliver(world.recalled_event(device))
    assert await world.statuses() == {"withdrawn": 1}
    assert await world.rows("SELECT 1 FROM dead_letter") == []


async def test_a_photo_stands_beside_what_was_said_and_is_nobody_elses(world: World) -> None:
    relais, _, shipment = await one_parcel(world, 1)
    other = await world.relais("L'autre", postcode="69001")
    device = shipment["items"][0]
    browser = await world.client.login(relais["subject"])
    form = f"/envois/{shipment['id']}/equipements/{device['device_id']}/signaler"
    csrf = {"csrf_token": hidden((await browser.get(form)).text)}
    picture = {"photo": PHOTO}
    words_alone = {"photo": ("a.txt", b"words", "text/plain")}
    refused = await browser.post(form, data={**csrf, "kind": "damaged"}, files=words_alone)
    assert (refused.status_code, "Ajoutez une photo" in refused.text) == (422, True)
    assert (await browser.post(form, data=csrf, files=picture)).status_code == 422
    answer = await browser.post(form, data={**csrf, "kind": "damaged"}, files=picture)
    assert "il repart à l" in answer.text
    (incident,) = (await world.read(relais["client"], "/incidents"))["items"]
    photo = f"/api/v1/incidents/{incident['id']}/photo"
    assert (await relais["client"].get(photo)).headers["content-type"] == "image/png"
    assert (await other["client"].get(photo)).status_code == 404
    assert "Voir la photo" in (await browser.get("/signalements")).text


async def test_the_page_of_reception_receives_and_reports_in_one_tap(world: World) -> None:
    relais, _, shipment = await one_parcel(world)
    here, gone = (item["label"] for item in shipment["items"])
    browser = await world.client.login(relais["subject"])
    page = await browser.get("/reception")
    assert page.text.count("Pas dans le colis") == 2
    assert "1 équipement reçu" in (await submit(browser, "/reception", label=here)).text
    said = await submit(browser, "/reception", f"/envois/{shipment['id']}/manquants", label=gone, retour="reception")
    assert "Signalé manquant" in said.text
    coordination = await world.client.login("camille")
    listed = await coordination.get("/signalements")
    assert "À régler" in listed.text
    (incident,) = (await world.read(world.coordinator, "/incidents"))["items"]
    settled = await submit(
        coordination, "/signalements", f"/signalements/{incident['id']}/regler", outcome="on_its_way"
    )
    assert "Retrouvé, il arrive" in settled.text
    assert await world.statuses() == {"delivered": 1, "shipped": 1}


async def test_a_parcel_of_which_nothing_arrives_is_lost_and_not_cancelled(world: World) -> None:
    relais, _, shipment = await one_parcel(world, 1)
    (incident,) = await world.call(relais["client"], f"/shipments/{shipment['id']}/missing", {})
    await world.call(world.coordinator, f"/incidents/{incident['id']}/settle", {"outcome": "lost"})
    seen = await world.read(relais["client"], f"/shipments/{shipment['id']}")
    assert (seen["status"], seen["is_lost"]) == ("cancelled", True)
    browser = await world.client.login(relais["subject"])
    page = words(await browser.get(f"/envois/{shipment['id']}"))
    assert "Perdu" in page
    assert "Annulé" not in page
    listed = words(await browser.get("/envois", params={"statut": "cancelled"}))
    assert shipment["reference"] in listed
    assert "Perdu" in listed


@pytest.mark.parametrize(
    ("language", "received", "again", "stranger", "unknown", "summary"),
    [
        (
            "fr",
            "{here}\u00a0: reçu.",
            "{here}\u00a0: déjà reçu.",
            "{stranger} n'était pas attendu ici\u00a0: mettez-le de côté et prévenez la coordination.",
            "NEVER1 n'est pas connu ici\u00a0: essayez son étiquette",
            "1 équipement reçu, 1 déjà reçu, 1 à mettre de côté.",
        ),
        (
            "en",
            "{here}: received.",
            "{here}: received already.",
            "{stranger} was not expected here: put it aside and tell the coordination.",
            "NEVER1 is not known here: try its label",
            "1 device received, 1 received already, 1 to put aside.",
        ),
    ],
)
async def test_a_scan_is_answered_in_the_language_of_whoever_scans(
    world: World, language: str, received: str, again: str, stranger: str, unknown: str, summary: str
) -> None:
    relais, _, shipment = await one_parcel(world)
    here, other = (item["label"] for item in shipment["items"])
    (elsewhere,) = (one["label"] for one in await world.ready(1))
    browser = await world.client.login(relais["subject"])
    page = await browser.get(f"/reception?lang={language}")
    token = {"X-CSRF-Token": hidden(page.text)}

    async def say(scanned: str) -> str:
        answer = await browser.post("/reception/envoi", json={"scanned": scanned}, headers=token)
        return str(answer.json()["sentence"])

    assert await say(here) == received.format(here=here)
    assert await say(here) == again.format(here=here)
    assert await say(elsewhere) == stranger.format(stranger=elsewhere)
    assert (await say("NEVER1")).startswith(unknown)
    # By the form, without a script: what happened in one sentence, and each stranger by itself.
    form = {"csrf_token": hidden(page.text), "label": [here, other, elsewhere]}
    shown = words(await browser.post("/reception", data=form))
    assert summary in shown
    assert " ".join(stranger.format(stranger=elsewhere).split()) in " ".join(shown.split())


async def test_the_api_answers_in_french_whatever_the_language_asked(world: World) -> None:
    relais, _, shipment = await one_parcel(world, 1)
    (item,) = shipment["items"]
    answer = await world.call(relais["client"], "/shipments/receive", {"scanned": [item["label"], "NEVER1"]})
    assert answer["sentence"] == "1 équipement reçu, 1 à mettre de côté."


@pytest.mark.parametrize(
    ("said", "english"),
    [
        (
            ShipmentInTheWay("E-3", ShipmentStatus.PREPARING, "il n'est pas encore en route"),
            "Parcel E-3 is “being prepared”: it is not on its way yet.",
        ),
        (
            OrderInTheWay("C-3", OrderStatus.PLACED, "elle n'attend rien"),
            "Order C-3 is “to approve”: it waits for nothing.",
        ),
    ],
)
def test_what_is_in_the_way_is_said_in_english_too(said: Conflict, english: str) -> None:
    assert catalogue_of(Path(distribute.__file__).parent).told(said.detail or "") == english
