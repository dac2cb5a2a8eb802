"""Leaving a workshop: pick list, papers, carrier, and one device swapped without touching the rest."""

from filiere.testing.answers import Json

from .conftest import World
from .test_pages import submit, words

DAMAGED = {"reason": "damaged"}
TABLETS = {"category": "tablet", "quantity": 2, "min_grade": "D"}


async def packed(world: World, count: int = 2, **device: object) -> tuple[Json, Json, Json]:
    relais = await world.relais()
    await world.ready(count, **device)
    order = await world.order(relais, {**TABLETS, "quantity": count})
    await world.allocate()
    (shipment,) = await world.call(world.coordinator, "/shipments", {"order_id": order["id"]}, status=201)
    return relais, order, shipment


async def test_one_device_is_swapped_and_the_rest_stays(world: World) -> None:
    relais, order, shipment = await packed(world)
    broken, good = (item["label"] for item in shipment["items"])
    (spare,) = await world.ready(1)
    path = f"/shipments/{shipment['id']}/devices/{shipment['items'][0]['device_id']}/swap"
    await world.call(relais["client"], path, DAMAGED, status=403)
    done = await world.call(world.coordinator, path, DAMAGED)
    assert (done["label"], done["replacement_label"]) == (broken, spare["label"])
    after = await world.read(world.coordinator, f"/shipments/{shipment['id']}")
    assert {item["label"] for item in after["items"]} == {good, spare["label"]}
    assert (await world.read(relais["client"], f"/orders/{order['id']}"))["lines"][0]["allocated"] == 2
    assert await world.statuses() == {"to_check": 1, "reserved": 2}


async def test_what_was_taken_out_is_looked_at_before_anybody_orders_it(world: World) -> None:
    relais, _, shipment = await packed(world)
    device = shipment["items"][0]["device_id"]
    swap, checked = f"/shipments/{shipment['id']}/devices/{device}/swap", f"/devices/{device}/checked"
    await world.call(world.coordinator, swap, status=422)  # nobody said why
    await world.call(world.coordinator, checked, status=409)
    await world.call(world.coordinator, swap, {"reason": "not_there"})
    assert (await world.read(world.coordinator, f"/devices/{device}"))["check_reason"] == "not_there"
    assert (await world.read(relais["client"], "/stock"))["available"] == 0
    assert (await world.allocate())["allocated"] == 0
    # Graded anew meanwhile, it still waits.
    await world.ready(device_id=device, label=shipment["items"][0]["label"], grade="A")
    assert await world.statuses() == {"to_check": 1, "reserved": 1}
    await world.call(relais["client"], checked, status=403)
    back = await world.call(world.coordinator, checked)
    assert (back["status"], back["check_reason"], back["grade"]) == ("available", None, "A")
    assert (await world.allocate())["allocated"] == 1


async def test_what_was_taken_out_goes_to_the_bench_and_comes_back_ready(world: World) -> None:
    _, _, shipment = await packed(world, 1)
    device = shipment["items"][0]
    await world.call(world.coordinator, f"/shipments/{shipment['id']}/devices/{device['device_id']}/swap", DAMAGED)
    await world.deliver(world.recalled_event(device))
    assert await world.statuses() == {"withdrawn": 1}
    await world.ready(device_id=device["device_id"], label=device["label"])
    assert (await world.read(world.coordinator, f"/devices/{device['device_id']}"))["check_reason"] is None
    assert await world.statuses() == {"available": 1}


async def test_what_was_taken_out_of_a_parcel_is_not_put_back_into_it(world: World) -> None:
    _, _, shipment = await packed(world)
    first, second = (item["device_id"] for item in shipment["items"])
    await world.ready(1)
    done = await world.call(world.coordinator, f"/shipments/{shipment['id']}/devices/{first}/swap", DAMAGED)
    assert done["replacement_id"]
    done = await world.call(world.coordinator, f"/shipments/{shipment['id']}/devices/{second}/swap", DAMAGED)
    assert done["replacement_id"] is None  # the one that is free is the one somebody has just taken out
    assert await world.statuses() == {"to_check": 2, "reserved": 1}


async def test_without_another_the_line_waits_and_says_why(world: World) -> None:
    relais, order, shipment = await packed(world)
    path = f"/shipments/{shipment['id']}/devices/{shipment['items'][0]['device_id']}/swap"
    assert (await world.call(world.coordinator, path, DAMAGED))["replacement_id"] is None
    line = (await world.read(relais["client"], f"/orders/{order['id']}"))["lines"][0]
    assert (line["allocated"], "sorti du colis" in line["reason"]) == (1, True)
    await world.call(world.coordinator, f"/shipments/{shipment['id']}/ship")
    await world.call(world.coordinator, path, DAMAGED, status=409)


async def test_what_its_workshop_takes_back_to_the_bench_is_replaced_in_the_parcel(world: World) -> None:
    _, _, shipment = await packed(world)
    (spare,) = await world.ready(1)
    await world.deliver(world.asked_back_event(shipment["items"][0]))
    after = await world.read(world.coordinator, f"/shipments/{shipment['id']}")
    assert spare["label"] in {item["label"] for item in after["items"]}
    assert await world.statuses() == {"reserved": 2, "withdrawn": 1}


async def test_a_replacement_is_what_the_line_accepts_and_may_receive(world: World) -> None:
    _relais, _, shipment = await packed(world, 1, grade="B")
    await world.ready(1, grade="A", public_body=True)
    await world.ready(1, category="laptop")
    await world.ready(1, grade="C")
    (same,) = await world.ready(1, grade="B")
    path = f"/shipments/{shipment['id']}/devices/{shipment['items'][0]['device_id']}/swap"
    assert (await world.call(world.coordinator, path, DAMAGED))["replacement_label"] == same["label"]


async def test_the_carrier_is_told_at_departure_and_corrected_on_the_way(world: World) -> None:
    relais, _, shipment = await packed(world)
    path = f"/shipments/{shipment['id']}"
    left = await world.call(world.coordinator, f"{path}/ship", {"carrier": "Un transporteur", "tracking": "1Z-7"})
    assert (left["carrier"], left["tracking"], left["status"]) == ("Un transporteur", "1Z-7", "shipped")
    answer = await world.coordinator.put(f"/api/v1{path}/carriage", json={"carrier": "Un autre", "tracking": ""})
    assert (answer.json()["carrier"], answer.json()["tracking"]) == ("Un autre", None)
    (expected, _) = await world.read(relais["client"], "/shipments/expected")
    assert expected["carrier"] == "Un autre"
    await world.call(relais["client"], "/shipments/receive", {"scanned": [i["label"] for i in shipment["items"]]})
    refused = await world.coordinator.put(f"/api/v1{path}/carriage", json={"carrier": "Trop tard"})
    assert refused.status_code == 409


async def test_the_papers_of_a_departure_are_pdfs(world: World) -> None:
    _, _, shipment = await packed(world)
    browser = await world.client.login("camille")
    page = f"/envois/{shipment['id']}"
    for address in (
        f"{page}/bon-de-livraison.pdf",
        f"{page}/etiquettes.pdf?cartons=2",
        f"{page}/etiquettes.pdf?ruban=true",
        "/envois/a-prelever.pdf",
    ):
        answer = await browser.get(address)
        assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-"), address
    assert (await browser.get(f"{page}/etiquettes.pdf?cartons=51")).status_code == 404


async def test_the_pages_of_a_departure(world: World) -> None:
    _, _, shipment = await packed(world)
    (spare,) = await world.ready(1)
    browser = await world.client.login("camille")
    picks = await browser.get("/envois/a-prelever")
    assert [item["label"] in picks.text for item in shipment["items"]] == [True, True]
    assert "atégorie" in words(picks)
    page = f"/envois/{shipment['id']}"
    out = f"{page}/equipements/{shipment['items'][0]['device_id']}/sortir"
    assert "Dites pourquoi" in words(await submit(browser, page, out))
    swapped = words(await submit(browser, page, out, reason="damaged"))
    assert f"Prenez {spare['label']} à la place" in swapped, swapped[:600]
    out_of_it = f"/stock/equipements/{shipment['items'][0]['device_id']}"
    assert "Il a été sorti d'un colis : il est abîmé." in words(await browser.get(out_of_it))
    assert "est de nouveau à commander" in words(await submit(browser, out_of_it, f"{out_of_it}/revu"))
    left = await submit(browser, page, f"{page}/expedier", carrier="Un transporteur", tracking="7")
    assert "Un transporteur" in left.text
    moved = await submit(browser, page, f"{page}/transport", carrier="Un autre")
    assert "Un autre" in moved.text
