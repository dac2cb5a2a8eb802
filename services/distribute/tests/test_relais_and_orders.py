"""Relais, agreements and orders."""

from .conftest import World

TABLETS = {"category": "tablet", "quantity": 2, "min_grade": "B"}


async def test_no_order_without_a_signed_agreement(world: World) -> None:
    relais = await world.relais("Les Amis du fil", signed=False)
    body = {"relais_id": relais["id"], "lines": [TABLETS]}
    refused = await world.call(relais["client"], "/orders", body, status=409)
    assert refused["detail"].startswith("Les Amis du fil n'a pas encore de convention signée")
    signed = await world.sign(relais["id"])
    assert signed["days_to_sign"] == 153  # the known pain: five months
    assert (await world.call(relais["client"], "/orders", body, status=201))["status"] == "placed"


async def test_an_agreement_is_signed_once_and_not_tomorrow(world: World) -> None:
    relais = await world.relais(signed=False)
    path = f"/relais/{relais['id']}/agreement"
    future = await world.call(
        world.coordinator, path, {"signed_on": "2999-01-01", "signed_by": "La directrice"}, status=422
    )
    assert future["errors"][0]["field"] == "signed_on"
    await world.sign(relais["id"])
    again = await world.call(
        world.coordinator, path, {"signed_on": "2026-11-02", "signed_by": "La directrice"}, status=409
    )
    assert "01/11/2026" in again["detail"]


async def test_a_relais_belongs_to_the_departement_of_its_postcode(world: World) -> None:
    assert (await world.relais(postcode="20137"))["territory"] == "2A"
    body = {
        "name": "Nulle part",
        "legal_form": "association",
        "address": "1 rue",
        "postcode": "00000",
        "city": "Nulle",
        "publics": ["seniors"],
        "people_supported": 1,
        "may_sell": False,
    }
    refused = await world.call(world.coordinator, "/relais", body, status=422)
    assert refused["errors"][0]["field"] == "postcode"
    unknown = await world.call(world.coordinator, "/relais", {**body, "publics": ["martiens"]}, status=422)
    assert "martiens" in unknown["errors"][0]["message_fr"]


async def test_a_line_keeps_its_price_range_and_ceiling(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLETS, approved=False)
    (line,) = order["lines"]
    assert line["price_min_cents"] == 0
    assert 0 < line["price_max_cents"] <= line["ceiling_cents"] == 10_000  # décret 2022-1413, tablets
    assert line["price_list"]


async def test_a_relais_never_sees_another_one(world: World) -> None:
    mine, other = await world.relais("Le nôtre"), await world.relais("L'autre", postcode="69001")
    await world.ready(2)
    order = await world.order(mine, TABLETS)
    await world.allocate()
    (shipment,) = await world.send(order)
    stranger = other["client"]
    for path in (
        f"/relais/{mine['id']}",
        f"/orders/{order['id']}",
        f"/shipments/{shipment['id']}",
        f"/devices/{shipment['items'][0]['device_id']}",
        f"/devices/by-label/{shipment['items'][0]['label']}",
    ):
        await world.read(stranger, path, status=404)
    for path in ("/orders", "/shipments", "/devices"):
        assert (await world.read(stranger, path))["total"] == 0
    assert [one["name"] for one in (await world.read(stranger, "/relais"))["items"]] == ["L'autre"]
    await world.call(stranger, "/orders", {"relais_id": mine["id"], "lines": [TABLETS]}, status=404)
    await world.call(stranger, f"/orders/{order['id']}/cancel", status=404)
    await world.call(stranger, f"/shipments/{shipment['id']}/deliver", {"labels": ["FIL-00000-0"]}, status=404)
    await world.call(stranger, f"/orders/{order['id']}/approve", status=403)
    await world.call(stranger, "/allocations", status=403)


async def test_an_order_is_repeated_at_the_prices_of_today(world: World) -> None:
    relais = await world.relais()
    wish = {**TABLETS, "publics": ["seniors"], "substitutes": ["laptop"]}
    first = await world.order(relais, wish)
    second = await world.call(relais["client"], f"/orders/{first['id']}/reorder", status=201)
    assert second["reference"] != first["reference"]
    assert second["status"] == "placed"
    assert {key: second["lines"][0][key] for key in wish} == wish


async def test_cancelling_frees_what_was_reserved(world: World) -> None:
    relais = await world.relais()
    await world.ready(2)
    order = await world.order(relais, TABLETS)
    await world.allocate()
    await world.call(world.coordinator, "/shipments", {"order_id": order["id"]}, status=201)
    cancelled = await world.call(relais["client"], f"/orders/{order['id']}/cancel", {"reason": "Doublon."})
    assert (cancelled["status"], cancelled["cancel_reason"], cancelled["allocated"]) == ("cancelled", "Doublon.", 0)
    assert await world.statuses() == {"available": 2}
    assert [row["status"] for row in await world.rows("SELECT status FROM shipment")] == ["cancelled"]
    assert {event.data["reason"] for event in await world.published("device-released")} == {"La commande est annulée."}
    await world.call(relais["client"], f"/orders/{order['id']}/cancel", status=409)


async def test_an_order_whose_devices_have_left_is_closed_not_cancelled(world: World) -> None:
    relais = await world.relais()
    await world.ready(1)
    order = await world.order(relais, TABLETS)
    await world.allocate()
    (shipment,) = await world.send(order)
    refused = await world.call(relais["client"], f"/orders/{order['id']}/cancel", status=409)
    assert "en cours de livraison" in refused["detail"]
    await world.call(relais["client"], f"/orders/{order['id']}/close", status=409)
    labels = [item["label"] for item in shipment["items"]]
    await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": labels})
    closed = await world.call(relais["client"], f"/orders/{order['id']}/close")
    assert closed["status"] == "closed"
    assert (await world.published("demand-updated"))[-1].data["wanted"] == 0
    assert await world.statuses() == {"delivered": 1}


async def test_the_same_request_twice_places_one_order(world: World) -> None:
    relais = await world.relais()
    body = {"relais_id": relais["id"], "lines": [TABLETS]}
    answers = [
        (await relais["client"].post("/api/v1/orders", json=body, headers={"Idempotency-Key": "one"})).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert (await world.read(relais["client"], "/orders"))["total"] == 1


async def test_a_line_does_not_replace_itself_and_is_never_empty(world: World) -> None:
    relais = await world.relais()
    for line in ({**TABLETS, "substitutes": ["tablet"]}, {**TABLETS, "quantity": 0}, {**TABLETS, "publics": ["x"]}):
        await world.call(relais["client"], "/orders", {"relais_id": relais["id"], "lines": [line]}, status=422)
