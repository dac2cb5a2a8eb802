"""The one true path: a ready device is ordered, promised, sent, received and handed over."""

from filiere.service import Service

from .conftest import World


async def test_a_ready_device_ends_in_the_hands_of_a_person(world: World) -> None:
    relais = await world.relais()
    devices = await world.ready(3)
    stock = await world.read(relais["client"], "/stock")
    assert stock["available"] == 3

    order = await world.order(relais, {"category": "tablet", "quantity": 2, "min_grade": "B"}, approved=False)
    assert order["reference"].startswith("R-")
    assert order["status"] == "placed"
    order = await world.call(world.coordinator, f"/orders/{order['id']}/approve")
    run = await world.allocate()
    assert (run["requested"], run["allocated"]) == (2, 2)
    order = await world.read(relais["client"], f"/orders/{order['id']}")
    assert (order["status"], order["allocated"]) == ("allocated", 2)
    assert order["lines"][0]["reason"] == "Complète."

    (shipment,) = await world.send(order)
    labels = [item["label"] for item in shipment["items"]]
    assert labels == sorted(device["label"] for device in devices[:2])  # first ready, first promised
    received = await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": labels})
    assert received["sentence"] == "2 équipements reçus."

    handed = await world.call(
        relais["client"], "/handovers", {"label": labels[0], "kind": "sold", "tier": "solidary", "person_alias": "A-17"}
    )
    assert handed["receipt"] == f"{handed['handed_over_at'][:4]}-0001"
    assert handed["amount_cents"] > 0
    assert handed["explanation"]
    await world.call(relais["client"], "/handovers", {"label": labels[1], "kind": "given"}, status=201)

    order = await world.read(relais["client"], f"/orders/{order['id']}")
    assert order["status"] == "closed"
    assert await world.statuses() == {"available": 1, "handed_over": 2}
    assert [event.name for event in await world.published()] == [
        "order-placed",
        "order-approved",
        "demand-updated",
        "device-reserved",
        "device-reserved",
        "order-allocated",
        "demand-updated",
        "device-shipped",
        "device-shipped",
        "device-delivered",
        "device-delivered",
        "device-handed-over",
        "device-handed-over",
        "order-closed",
    ]


async def test_every_published_event_fits_its_own_model(world: World) -> None:
    await test_a_ready_device_ends_in_the_hands_of_a_person(world)
    models = {model.type: model for model in world.service.events}
    for event in await world.published():
        assert models[event.type].model_validate(event.data).key == event.key


async def test_every_example_is_a_valid_event(service: Service) -> None:
    for model in service.events:
        assert model.model_validate(model.example).key
