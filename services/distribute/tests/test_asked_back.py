"""A workshop asks a device back that is promised, or that never left: what gives it back, what does not."""

from typing import Any

import pytest
from filiere.database import Database
from filiere.testing.events import published
from filiere.testing.sql import rows, value

from .conftest import World
from .test_pages import submit, words

LINE = {"category": "tablet", "quantity": 2, "min_grade": "C"}


async def answers(database: Database) -> list[tuple[str, bool]]:
    return [(one.key, one.data["given_back"]) for one in await published(database, "device-recall-answered")]


async def status(database: Database, device: Any) -> str:
    found = await value(database, f"SELECT status FROM stock_item WHERE device_id = '{device['device_id']}'")
    return str(found)


async def line(database: Database) -> tuple[int, str]:
    [(allocated, reason)] = await rows(database, "SELECT allocated, reason FROM order_line")
    return allocated, reason


async def promised(world: World, count: int = 2) -> tuple[Any, Any, list[Any]]:
    relais = await world.relais()
    devices = await world.ready(count)
    order = await world.order(relais, LINE)
    await world.allocate()
    return relais, order, devices


async def test_a_promised_device_comes_back_and_its_line_is_short_again(world: World, database: Database) -> None:
    relais, order, (broken, sound) = await promised(world)
    await world.deliver(world.asked_back_event(broken))
    assert await answers(database) == [(broken["device_id"], True)]
    assert [await status(database, one) for one in (broken, sound)] == ["withdrawn", "reserved"]
    allocated, reason = await line(database)
    assert allocated == 1
    assert "a repris l'équipement promis (Une panne est apparue)" in reason, "the Relais reads why"
    [released] = await published(database, "device-released")
    assert released.key == broken["device_id"]
    assert "panne" not in released.data["reason"], "the log keeps no more than the kind"
    # The next device is promised to the line that was short.
    [other] = await world.ready()
    await world.allocate()
    assert await status(database, other) == "reserved"
    assert (await line(database))[0] == 2
    assert (await world.read(relais["client"], f"/orders/{order['id']}"))["allocated"] == 2


async def test_what_has_left_is_not_given_back_and_what_is_free_is(world: World, database: Database) -> None:
    _, order, (gone, other) = await promised(world)
    await world.send(order)
    [free] = await world.ready()
    await world.deliver(world.asked_back_event(gone), world.asked_back_event(free), world.asked_back_event(free))
    assert sorted(await answers(database)) == sorted(
        [(gone["device_id"], False), (free["device_id"], True), (free["device_id"], True)]
    )
    assert [await status(database, one) for one in (gone, other, free)] == ["shipped", "shipped", "withdrawn"]
    assert await value(database, "SELECT count(*) FROM dead_letter") == 0


async def test_a_device_that_never_left_goes_out_of_its_shipment(world: World, database: Database) -> None:
    relais, order, (found, other) = await promised(world)
    [shipment] = await world.send(order)
    await world.deliver(world.asked_back_event(found, never_left=True))
    assert await answers(database) == [(found["device_id"], True)]
    assert [await status(database, one) for one in (found, other)] == ["withdrawn", "shipped"]
    carried = (await world.read(relais["client"], f"/shipments/{shipment['id']}"))["items"]
    assert [one["label"] for one in carried] == [other["label"]]
    assert "n'était pas parti" in (await line(database))[1]
    body = {"labels": [other["label"]]}
    received = await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", body)
    assert received["missing"] == []
    # It is ready anew, and may be promised to the same line again.
    await world.deliver(world.ready_event(**found))
    await world.allocate()
    assert await status(database, found) == "reserved"


async def test_the_last_one_on_its_way_ends_the_shipment(world: World, database: Database) -> None:
    relais, order, (found, other) = await promised(world)
    [shipment] = await world.send(order)
    await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": [other["label"]]})
    await world.deliver(world.asked_back_event(found, never_left=True))
    assert (await world.read(relais["client"], f"/shipments/{shipment['id']}"))["status"] == "delivered"


async def test_what_somebody_has_received_stays_received(world: World, database: Database) -> None:
    relais, order, (found, other) = await promised(world)
    [shipment] = await world.send(order)
    body = {"labels": [found["label"], other["label"]]}
    await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", body)
    await world.deliver(world.asked_back_event(found, never_left=True))
    assert await answers(database) == [(found["device_id"], False)]
    assert await status(database, found) == "delivered"


@pytest.mark.parametrize("word", ["withdrawn", "recalled"])
async def test_what_its_workshop_took_before_it_heard_of_the_shipment_never_left(
    world: World, database: Database, word: str
) -> None:
    """Workshop and shipment crossed: no dead letter, one place for the device, and a line that is short again."""
    relais, order, (taken, other) = await promised(world)
    [shipment] = await world.send(order)
    told = world.withdrawn_event(taken, "Écran cassé.") if word == "withdrawn" else world.recalled_event(taken)
    await world.deliver(told)
    assert await value(database, "SELECT count(*) FROM dead_letter") == 0
    assert [await status(database, one) for one in (taken, other)] == ["withdrawn", "shipped"]
    assert [one.key for one in await published(database, "device-released")] == [taken["device_id"]]
    carried = (await world.read(relais["client"], f"/shipments/{shipment['id']}"))["items"]
    assert [one["label"] for one in carried] == [other["label"]]
    allocated, reason = await line(database)
    assert (allocated, "n'était pas parti" in reason) == (1, True)


@pytest.mark.parametrize("never_left", [False, True])
@pytest.mark.parametrize("step", ["free", "promised", "packed", "shipped", "received"])
async def test_at_every_step_it_is_in_one_place_and_the_line_counts_what_it_has(
    world: World, database: Database, step: str, never_left: bool
) -> None:
    """Given back and out of stock, or kept where it was: never both, and never a promise without its line."""
    relais = await world.relais()
    devices = await world.ready(2)
    order = await world.order(relais, LINE)
    if step != "free":
        await world.allocate()
    shipments = []
    if step in ("packed", "shipped", "received"):
        shipments = await world.call(world.coordinator, "/shipments", {"order_id": order["id"]}, status=201)
    if step in ("shipped", "received"):
        await world.call(world.coordinator, f"/shipments/{shipments[0]['id']}/ship")
    if step == "received":
        body = {"labels": [one["label"] for one in devices]}
        await world.call(relais["client"], f"/shipments/{shipments[0]['id']}/deliver", body)
    await world.deliver(world.asked_back_event(devices[0], never_left=never_left))
    [(_, given_back)] = await answers(database)
    assert given_back == (step in ("free", "promised", "packed") or (step == "shipped" and never_left))
    assert (await status(database, devices[0]) == "withdrawn") == given_back
    held = await value(database, "SELECT count(*) FROM reservation WHERE released_at IS NULL")
    assert (await line(database))[0] == held == (0 if step == "free" else 2 - given_back)
    carried = await value(
        database,
        "SELECT count(*) FROM shipment_item i JOIN stock_item s USING (device_id)"
        " WHERE i.removed_at IS NULL AND s.status = 'withdrawn'",
    )
    assert carried == 0, "no shipment carries what is at the workshop"


@pytest.mark.parametrize("step", ["shipped", "received", "handed over"])
async def test_what_left_with_a_disk_that_nobody_wiped_is_given_to_nobody(
    world: World, database: Database, step: str
) -> None:
    """The departure crossed the workshop's word: reception, shelf and till know, wherever the device is by then."""
    await world.client.login("helene")
    relais, order, (bad, good) = await promised(world)
    [shipment] = await world.send(order)
    labels = [bad["label"], good["label"]]
    if step != "shipped":
        await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": labels})
    if step == "handed over":
        await world.call(relais["client"], "/handovers", {"label": bad["label"], "kind": "given"}, status=201)
    before = await status(database, bad)
    await world.deliver(world.asked_back_event(bad, unwiped=True), world.asked_back_event(bad, unwiped=True))
    assert await answers(database) == [(bad["device_id"], False)] * 2
    assert await status(database, bad) == before
    [recall] = await world.read(relais["client"], "/recalls")
    assert (recall["what"], recall["name"], recall["reason"], recall["outside"]) == ("device", bad["label"], "data", 1)
    letters = await world.rows("SELECT data FROM mail WHERE kind = 'recalled'")
    assert all(one["data"]["by_workshop"] for one in letters)
    if step == "shipped":
        browser = await world.client.login(relais["subject"])
        assert "Rappelé : ne le remettez à personne" in words(await browser.get("/reception"))
        got = await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": labels})
        assert got["found"] == sorted(labels)
        said = {one["label"]: one for one in got["scans"]}
        assert [said[one]["kind"] for one in labels] == ["recalled", "found"]
        assert "renvoyez-le à son atelier" in said[bad["label"]]["sentence"]
    if step != "handed over":
        await world.call(relais["client"], "/handovers", {"label": bad["label"], "kind": "given"}, status=409)
        lent = {"kind": "place", "place": "Foyer", "labels": [bad["label"]]}
        await world.call(relais["client"], "/loans", lent, status=422)
    await world.call(relais["client"], "/handovers", {"label": good["label"], "kind": "given"}, status=201)
    # Nobody but its workshop ends it.
    refused = await world.call(world.coordinator, f"/recalls/{recall['id']}/end", status=409)
    assert "quand l'atelier a repris" in refused["title"]
    await world.call(relais["client"], f"/recalls/{recall['id']}/devices/{bad['device_id']}/bring-back")
    assert await status(database, bad) == "returning"
    [sent] = await published(database, "device-brought-back")
    assert (sent.data["is_recall"], sent.data["from_stock"]) == (True, step != "handed over")
    await world.deliver(world.recalled_event(bad))
    now = await world.read(world.coordinator, f"/recalls/{recall['id']}")
    assert (now["ended_at"] is not None, now["back"], await status(database, bad)) == (True, 1, "withdrawn")
    await world.deliver(world.ready_event(**bad))
    again = "reserved" if step == "handed over" else "available"  # somebody waits for the repair
    assert await status(database, bad) == again, "wiped, it is as good as any"
    assert await value(database, "SELECT count(*) FROM dead_letter") == 0


async def test_the_page_of_one_stopped_device_says_why_and_how_it_ends(world: World) -> None:
    relais, order, (bad, _) = await promised(world)
    await world.send(order)
    await world.deliver(world.asked_back_event(bad, unwiped=True))
    [recall] = await world.read(relais["client"], "/recalls")
    camille = await world.client.login("camille")
    page = words(await camille.get(f"/rappels/{recall['id']}"))
    assert "un disque que personne n'a effacé" in page
    assert "Terminer le rappel" not in page
    assert bad["label"] in words(await camille.get("/rappels"))
    refused = words(await submit(camille, f"/rappels/{recall['id']}", f"/rappels/{recall['id']}/terminer"))
    assert "quand l'atelier a repris" in refused
    seen = await world.call(
        world.coordinator, "/recalls/preview", {"label": bad["label"], "what": "device"}, status=422
    )
    assert "what" in str(seen)
