"""Ready and withdrawn devices: delivered twice, out of order, or while promised."""

from .conftest import World


async def test_a_device_ready_twice_is_in_stock_once(world: World) -> None:
    event = world.ready_event()
    again = world.ready_event(device_id=event.data["device_id"], label=event.data["label"], grade="A")
    await world.deliver(event, event, again)
    assert await world.rows("SELECT grade, status FROM stock_item") == [{"grade": "A", "status": "available"}]


async def test_an_older_ready_that_comes_late_changes_nothing(world: World) -> None:
    first, second = (world.ready_event(grade=grade) for grade in "DA")
    second.data.update(device_id=first.data["device_id"])
    first.data.update(device_id=second.data["device_id"])
    await world.deliver(second)
    await world.deliver(first)
    assert [row["grade"] for row in await world.rows("SELECT grade FROM stock_item")] == ["A"]


async def test_a_withdrawn_device_leaves_the_stock(world: World) -> None:
    (device,) = await world.ready()
    await world.deliver(world.withdrawn_event(device))
    assert await world.statuses() == {"withdrawn": 1}


async def test_a_withdrawal_that_overtakes_its_ready_keeps_the_device_out(world: World) -> None:
    ready = world.ready_event()
    withdrawn = world.withdrawn_event(ready.data)
    await world.deliver(withdrawn)
    await world.deliver(ready)
    assert await world.statuses() == {}


async def test_a_device_ready_again_after_a_withdrawal_is_back(world: World) -> None:
    (device,) = await world.ready()
    await world.deliver(world.withdrawn_event(device))
    await world.ready(device_id=device["device_id"], label=device["label"])
    assert await world.statuses() == {"available": 1}


async def test_ready_withdrawn_and_ready_in_one_slice_end_as_the_newest_says(world: World) -> None:
    ready = world.ready_event()
    withdrawn = world.withdrawn_event(ready.data)
    again = world.ready_event(device_id=ready.data["device_id"], label=ready.data["label"], grade="C")
    await world.deliver(ready, withdrawn, again, world.ready_event())
    assert await world.statuses() == {"available": 2}


async def test_a_promised_device_that_is_withdrawn_makes_its_line_short_again(world: World) -> None:
    relais = await world.relais()
    (device,) = await world.ready()
    order = await world.order(relais, {"category": "tablet", "quantity": 1, "min_grade": "C"})
    await world.allocate()
    await world.deliver(world.withdrawn_event(device, "Écran fendu"), world.ready_event(category="monitor"))
    assert await world.statuses() == {"available": 1, "withdrawn": 1}
    (released,) = await world.published("device-released")
    assert released.data["reason"] == "L'atelier a retiré l'équipement."  # people's words stay off the wire
    order = await world.read(relais["client"], f"/orders/{order['id']}")
    assert (order["status"], order["allocated"]) == ("approved", 0)
    assert order["lines"][0]["reason"] == "L'atelier a retiré l'équipement : Écran fendu."
    assert [event.data["wanted"] for event in await world.published("demand-updated")] == [1, 0, 1]


async def test_a_device_that_came_back_ready_has_lost_its_old_promise(world: World) -> None:
    relais = await world.relais()
    (device,) = await world.ready()
    await world.order(relais, {"category": "tablet", "quantity": 1, "min_grade": "C"})
    await world.allocate()
    withdrawn = world.withdrawn_event(device)
    again = world.ready_event(device_id=device["device_id"], label=device["label"])
    await world.deliver(withdrawn, again)
    assert await world.statuses() == {"available": 1}
    assert len(await world.published("device-released")) == 1


async def test_a_withdrawal_of_a_device_that_has_left_is_shown_to_a_person(world: World) -> None:
    relais = await world.relais()
    (device,) = await world.ready()
    order = await world.order(relais, {"category": "tablet", "quantity": 1})
    await world.allocate()
    await world.send(order)
    await world.deliver(world.withdrawn_event(device))
    assert await world.statuses() == {"shipped": 1}
    (letter,) = await world.rows("SELECT reason, detail FROM dead_letter")
    assert letter["reason"] == "invalid"
    assert "en cours de livraison" in letter["detail"]
