"""Packing, sending, receiving by scan."""

from filiere.testing.answers import Json

from .conftest import World

LYON = "0193a1b2-0000-7000-8000-0000000000a2"
TABLETS = {"category": "tablet", "quantity": 3, "min_grade": "D"}


async def on_its_way(world: World, count: int = 3) -> tuple[Json, Json, Json]:
    relais = await world.relais()
    await world.ready(count)
    order = await world.order(relais, {**TABLETS, "quantity": count})
    await world.allocate()
    (shipment,) = await world.send(order)
    return relais, order, shipment


async def test_one_shipment_per_order_and_workshop(world: World) -> None:
    relais = await world.relais()
    await world.ready(2)
    await world.ready(1, workshop_id=LYON, workshop_name="Atelier de Lyon")
    order = await world.order(relais, TABLETS)
    await world.allocate()
    packed = await world.call(world.coordinator, "/shipments", {"order_id": order["id"]}, status=201)
    assert sorted((one["workshop_name"], one["devices"]) for one in packed) == [
        ("Atelier de Clermont-Ferrand", 2),
        ("Atelier de Lyon", 1),
    ]
    refused = await world.call(world.coordinator, "/shipments", {"order_id": order["id"]}, status=409)
    assert order["reference"] in refused["detail"]


async def test_a_workshop_sends_its_own_shipments_only(world: World) -> None:
    relais = await world.relais()
    await world.ready(1)
    await world.ready(1, workshop_id=LYON, workshop_name="Atelier de Lyon")
    order = await world.order(relais, {**TABLETS, "quantity": 2})
    await world.allocate()
    packed = await world.call(world.coordinator, "/shipments", {"order_id": order["id"]}, status=201)
    await world.client.known("lyon")
    await world.call(world.coordinator, f"/workshops/{LYON}/members", {"subject": "lyon"}, status=201)
    workshop = await world.client.as_("lyon")
    mine, other = sorted(packed, key=lambda one: one["workshop_id"] != LYON)
    assert [one["id"] for one in (await world.read(workshop, "/shipments"))["items"]] == [mine["id"]]
    await world.call(workshop, f"/shipments/{other['id']}/ship", status=404)
    assert (await world.call(workshop, f"/shipments/{mine['id']}/ship"))["status"] == "shipped"
    await world.call(workshop, f"/shipments/{mine['id']}/ship", status=409)
    await world.call(workshop, f"/shipments/{mine['id']}/deliver", {"labels": ["x"]}, status=403)
    await world.call(relais["client"], f"/shipments/{mine['id']}/ship", status=403)


async def test_what_is_not_scanned_stays_on_its_way(world: World) -> None:
    relais, order, shipment = await on_its_way(world)
    labels = [item["label"] for item in shipment["items"]]
    path = f"/shipments/{shipment['id']}/deliver"
    first = await world.call(relais["client"], path, {"labels": labels[:2]})
    assert (first["found"], first["missing"]) == (sorted(labels[:2]), labels[2:])
    assert first["sentence"] == f"2 équipements reçus, 1 encore en route ({labels[2]})."
    assert first["shipment"]["status"] == "shipped"
    assert (await world.read(relais["client"], f"/orders/{order['id']}"))["status"] == "shipped"
    second = await world.call(relais["client"], path, {"labels": labels})
    assert second["sentence"] == "1 équipement reçu, 2 déjà reçus."
    assert second["shipment"]["status"] == "delivered"
    assert len(await world.published("device-delivered")) == 3
    assert (await world.read(relais["client"], f"/orders/{order['id']}"))["status"] == "delivered"


async def test_a_label_typed_in_any_way_is_the_same_device(world: World) -> None:
    relais, _, shipment = await on_its_way(world, 1)
    typed = shipment["items"][0]["label"].lower().replace("-", " ")
    answer = await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": [typed, typed]})
    assert answer["sentence"] == "1 équipement reçu."


async def test_strangers_are_named_and_nothing_is_said_of_their_owner(world: World) -> None:
    relais, _, shipment = await on_its_way(world, 1)
    other = await world.relais("L'autre", postcode="69001")
    await world.ready(1)
    theirs = await world.order(other, {**TABLETS, "quantity": 1})
    await world.allocate()
    (elsewhere,) = await world.send(theirs)
    stranger = elsewhere["items"][0]["label"]
    answer = await world.call(
        relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": [stranger, "FIL-00000-1", "FIL-ZZZZZ-Z"]}
    )
    assert answer["surplus"] == [stranger]
    assert len(answer["unknown"]) == 2
    sentences = " ".join(scan["sentence"] for scan in answer["scans"])
    assert "mettez-le de côté et prévenez la coordination" in sentences
    assert elsewhere["reference"] not in sentences
    assert "autre" not in sentences.lower()
    assert await world.statuses() == {"shipped": 2}
    assert await world.published("device-delivered") == []


async def test_what_nobody_knows_is_told_by_which_numbers_it_may_be_known(world: World) -> None:
    relais, _, shipment = await on_its_way(world, 1)
    typed = ["ZZZ", "5CG8411ABC", "FIL-ZZZZZ-Z"]
    answer = await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": typed})
    said = {scan["label"]: scan["sentence"] for scan in answer["scans"]}
    for number in typed[:2]:
        for known_by in ("étiquette", "numéro de série", "IMEI", "numéro d'inventaire"):
            assert known_by in said[number], number
        assert "FIL-" not in said[number]
    assert "FIL-XXXXX-X" not in said["FIL-ZZZZZ-Z"]
    assert "numéro de série" not in said["FIL-ZZZZZ-Z"], "one of ours is told what is wrong"


async def test_a_shipment_is_not_received_before_it_left(world: World) -> None:
    relais = await world.relais()
    await world.ready(1)
    order = await world.order(relais, {**TABLETS, "quantity": 1})
    await world.allocate()
    (packed,) = await world.call(world.coordinator, "/shipments", {"order_id": order["id"]}, status=201)
    body = {"labels": [packed["items"][0]["label"]]}
    refused = await world.call(relais["client"], f"/shipments/{packed['id']}/deliver", body, status=409)
    assert "n'est pas encore en route" in refused["detail"]
