"""The coordination takes back a lot or a model: what is free is held, who has one is told, each is counted back."""

import asyncio
from typing import Any
from uuid import UUID

from distribute.recalls.repository import RecallsRepository
from distribute.recalls.status import PLACE_OF
from distribute.statuses import StockStatus
from filiere.database import EVERYBODY, Scope
from filiere.identifiers import label_code
from filiere.testing.answers import Json

from .conftest import CLERMONT, World
from .test_after_sale import sold, status_of
from .test_departure import packed
from .test_pages import submit, words


async def recalled(world: World, label: str, what: str = "model", *, status: int = 201) -> Json:
    body = {"label": label, "what": what, "reason": "safety"}
    return await world.call(world.coordinator, "/recalls", body, status=status)


async def bring(world: World, relais: Any, recall: Json, device_id: str, *, status: int = 200) -> Json:
    path = f"/recalls/{recall['id']}/devices/{device_id}/bring-back"
    return await world.call(relais["client"], path, status=status)


async def device_id(world: World, label: str) -> str:
    return str((await world.rows(f"SELECT device_id::text FROM stock_item WHERE label = '{label}'"))[0]["device_id"])


async def is_said_to_be_recalled(world: World, relais: Any, recall: Json, label: str) -> None:
    """Where its Relais reads of it, it leads to the recall and not to the till."""
    browser = await world.client.login(relais["subject"])
    for path in ("/mon-stock", f"/stock/equipements/{await device_id(world, label)}"):
        seen = await browser.get(path)
        assert "rappelle cet équipement : ne le remettez à personne" in words(seen)
        assert f"/rappels/{recall['id']}" in seen.text
        assert f"/caisse/equipements/{label}" not in seen.text


async def test_a_model_is_held_replaced_written_about_and_counted_back(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    helene = await world.client.known("helene")
    await world.call(world.coordinator, f"/workshops/{CLERMONT}/members", {"subject": helene, "role": "workshop"})
    for one in (relais["subject"], other["subject"], helene):
        await world.client.login(one)
    await world.rows("UPDATE person SET address = subject || '@example.org'")
    _, (with_person, in_stock) = await world.delivered(relais, 2, model="Galaxy Tab S1")
    sale = await sold(world, relais, with_person, person_alias="A-17")
    await world.ready(2, model="GALAXY TAB S1")
    order = await world.order(other, {"category": "tablet", "quantity": 1, "min_grade": "D"})
    await world.allocate()
    (spare,) = await world.ready(model="Galaxy Tab A8", manufacturer="Samsung")
    seen = await world.call(world.coordinator, "/recalls/preview", {"label": in_stock, "what": "model"})
    assert seen["devices"] == 4
    assert {(one["place"], one["devices"]) for one in seen["places"]} == {("stock", 2), ("relais", 1), ("person", 1)}
    recall = await recalled(world, in_stock)
    assert (recall["devices"], recall["outside"], recall["held"], recall["back"]) == (4, 2, 2, 0)
    # The promise is replaced at once, by one that is not recalled; nobody is promised what is held.
    assert await status_of(world, spare["label"]) == "reserved"
    assert (await world.statuses())["held"] == 2
    await world.order(other, {"category": "tablet", "quantity": 2, "min_grade": "D"})
    await world.allocate()
    assert (await world.statuses())["held"] == 2
    letters = await world.rows(
        "SELECT m.kind, r.address FROM mail m JOIN mail_reader r ON r.id = m.reader_id WHERE m.kind LIKE 'recalled%'"
    )
    assert sorted((one["kind"], one["address"]) for one in letters) == [
        ("recalled", f"{relais['subject']}@example.org".lower()),
        ("recalled-at-workshop", f"{helene}@example.org".lower()),
    ]
    # The till refuses it, and the Relais brings both back in one tap each.
    refused = await world.call(relais["client"], "/handovers", {"label": in_stock, "kind": "given"}, status=409)
    assert "rappelle" in refused["title"]
    lent = {"kind": "street", "place": "Tournée", "labels": [in_stock]}
    await world.call(relais["client"], "/loans", lent, status=422)
    await is_said_to_be_recalled(world, relais, recall, in_stock)
    back = await bring(world, relais, recall, await device_id(world, in_stock))
    assert (back["case_id"], await status_of(world, in_stock)) == (None, "returning")
    case_id = (await bring(world, relais, recall, sale["device_id"]))["case_id"]
    case = await world.read(relais["client"], f"/after-sale/{case_id}")
    assert (case["fault"], case["is_guaranteed"], case["payer"]) == ("recalled", True, "network")
    await bring(world, relais, recall, sale["device_id"], status=409)
    now = await world.read(world.coordinator, f"/recalls/{recall['id']}")
    assert (now["outside"], now["back"]) == (0, 2)
    events = await world.published("device-brought-back")
    assert [(event.data["fault"], event.data["is_recall"]) for event in events] == [("other", True)] * 2
    assert not [event for event in await world.published() if "A-17" in str(event.data)]
    assert order["status"] == "approved"


async def test_what_its_workshop_has_checked_is_free_again_and_what_comes_new_is_held(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    (free,) = await world.ready()
    recall = await recalled(world, label)
    # On the bench and ready anew: checked.
    await world.deliver(world.recalled_event(free), world.ready_event(device_id=free["device_id"], label=free["label"]))
    assert await status_of(world, free["label"]) == "available"
    (new,) = await world.ready()
    assert await status_of(world, new["label"]) == "held"
    # Graded anew while it is held, it stays so.
    await world.deliver(world.ready_event(device_id=new["device_id"], label=new["label"], grade="C"))
    assert await status_of(world, new["label"]) == "held"
    ended = await world.call(world.coordinator, f"/recalls/{recall['id']}/end")
    assert (ended["ended_at"] is not None, await status_of(world, new["label"])) == (True, "available")
    await world.call(world.coordinator, f"/recalls/{recall['id']}/end", status=409)
    await bring(world, relais, recall, await device_id(world, label), status=409)


async def test_what_waits_for_a_look_is_recalled_too_and_waits_again_when_the_recall_ends(world: World) -> None:
    _, _, shipment = await packed(world)
    device = shipment["items"][0]
    await world.call(
        world.coordinator, f"/shipments/{shipment['id']}/devices/{device['device_id']}/swap", {"reason": "damaged"}
    )
    assert await status_of(world, device["label"]) == "to_check"
    said = {"label": device["label"], "what": "lot"}
    seen = await world.call(world.coordinator, "/recalls/preview", said)
    assert {(one["place"], one["devices"]) for one in seen["places"]} == {("stock", 1)}
    recall = await recalled(world, device["label"], "lot")
    assert await status_of(world, device["label"]) == "held"
    await world.call(world.coordinator, f"/recalls/{recall['id']}/end")
    now = await world.read(world.coordinator, f"/devices/{device['device_id']}")
    assert (now["status"], now["check_reason"]) == ("to_check", "damaged"), "nobody has looked at it yet"
    camille = await world.client.login("camille")
    assert device["label"] in words(await camille.get(f"/rappels/{recall['id']}"))


def test_every_status_of_the_stock_has_its_place_in_a_recall() -> None:
    assert PLACE_OF.keys() == {*StockStatus}


async def test_each_relais_is_counted_whole_however_many_devices_are_shown(world: World) -> None:
    first, second = await world.relais(), await world.relais("L'autre", postcode="69001")
    _, (label, _, back) = await world.delivered(first, 3, model="Galaxy Tab S1")
    await world.delivered(second, 2, model="Galaxy Tab S1")
    await world.ready(model="Galaxy Tab S1")
    recall = await recalled(world, label)
    await bring(world, first, recall, await device_id(world, back))
    async with world.client.database.read() as session:
        recalls = RecallsRepository.from_session(session)
        found = await recalls.by_relais(EVERYBODY, EVERYBODY, UUID(recall["id"]))
        assert [(one.outside, one.back) for one in found] == [(2, 0), (2, 1)]
        assert [one.name for one in found] == sorted(one.name for one in found)
        assert len(await recalls.items(EVERYBODY, EVERYBODY, UUID(recall["id"]), most=4)) == 4
        theirs = await recalls.by_relais(Scope([UUID(first["id"])]), Scope([]), UUID(recall["id"]))
        assert [(one.outside, one.back) for one in theirs] == [(2, 1)]


async def test_a_lot_is_recalled_once_and_only_it(world: World) -> None:
    relais = await world.relais()
    lot = "0193a1b2-0000-7000-8000-00000000cafe"
    mine = [await world.ready(lot_id=lot) for _ in range(2)]
    (other,) = await world.ready()
    label = mine[0][0]["label"]
    answers = await asyncio.gather(
        *(
            world.coordinator.post("/api/v1/recalls", json={"label": label, "what": "lot", "reason": "data"})
            for _ in range(20)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert await world.statuses() == {"held": 2, "available": 1}
    assert await status_of(world, other["label"]) == "available"
    # A Relais that has none of them does not see it.
    (recall,) = await world.read(world.coordinator, "/recalls")
    assert await world.read(relais["client"], "/recalls") == []
    await world.read(relais["client"], f"/recalls/{recall['id']}", status=404)
    await recalled(world, "FIL-NOT-1", status=422)


async def test_the_pages_lead_from_a_scan_to_the_end_of_the_recall(world: World) -> None:
    relais = await world.relais()
    _, (with_person, here) = await world.delivered(relais, 2)
    await sold(world, relais, with_person, person_alias="A-17")
    camille, browser = await world.client.login("camille"), await world.client.login(relais["subject"])
    assert "Aucun équipement du stock" in words(
        await submit(camille, "/rappels", "/rappels/apercu", label=label_code(9999), what="model")
    )
    shown = words(await submit(camille, "/rappels", "/rappels/apercu", label=here, what="model"))
    assert "Chez une personne" in shown
    made = words(await submit(camille, "/rappels", "/rappels", label=here, what="model", reason="fault"))
    assert "Le rappel est lancé" in made
    assert "A-17" not in made
    (recall,) = await world.read(world.coordinator, "/recalls")
    page = f"/rappels/{recall['id']}"
    assert "Le renvoyer à l'atelier" in words(await browser.get(page))
    ids = {label: await device_id(world, label) for label in (with_person, here)}
    assert "C'est noté" in words(await submit(browser, page, f"{page}/equipements/{ids[here]}/rapporter"))
    opened = words(await submit(browser, page, f"{page}/equipements/{ids[with_person]}/rapporter"))
    assert "Le dossier est ouvert" in opened
    assert "n'est plus à rapporter" in words(await submit(browser, page, f"{page}/equipements/{ids[here]}/rapporter"))
    assert "Rapportés : 2 sur 2. Encore dehors : 0. Retenus à l'atelier : 0." in words(await camille.get(page))
    assert "Terminé" in words(await submit(camille, page, f"{page}/terminer"))
    assert "Ce rappel est terminé" in words(await submit(camille, "/rappels", f"{page}/terminer"))
