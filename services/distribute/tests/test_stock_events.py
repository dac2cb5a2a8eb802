"""Ready and withdrawn devices: the order of the log decides, no clock; delivered twice, or while promised."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from filiere.identifiers import label_code, uuid7
from filiere.inbox import InboxRepository
from filiere.testing.drawing import drawn
from filiere.testing.events import Published
from hypothesis import strategies as st

from .conftest import START, World

KINDS = st.sampled_from(["ready", "withdrawn", "recalled"])
# What a workshop may say of one device, in order: each word with the grade and the clock, hours fast or slow, it comes
# with.
STORIES = st.lists(st.tuples(KINDS, st.sampled_from("ABCD"), st.integers(-72, 72)), min_size=1, max_size=6)
CUTS = st.lists(st.integers(1, 40), min_size=1, max_size=6)
ROWS = "SELECT device_id, status, grade, ready_at, campaign, order_id FROM stock_item ORDER BY device_id"


def told(world: World, number: int, device_id: UUID, story: Any) -> list[Published]:
    """The events of one device's story."""
    events = []
    for step, (kind, grade, hours_fast) in enumerate(story):
        device = {"device_id": str(device_id), "label": label_code(number)}
        at = {"occurred_at": (START + timedelta(hours=step + hours_fast)).isoformat()}
        if kind == "ready":
            events.append(world.ready_event(**device, grade=grade, **at))
        else:
            events.append(
                world.withdrawn_event(device, **at) if kind == "withdrawn" else world.recalled_event(device, **at)
            )
    return events


def side_by_side(stories: list[list[Published]]) -> list[Published]:
    """One log of all: each story in its own order."""
    return [story[step] for step in range(6) for story in stories if step < len(story)]


async def in_slices(world: World, events: list[Published], cuts: list[int]) -> None:
    start = 0
    while start < len(events):
        size = cuts[start % len(cuts)]
        await world.deliver(*events[start : start + size])
        start += size


async def test_a_withdrawal_counts_though_its_ready_came_from_a_clock_two_hours_fast(world: World) -> None:
    ready = world.ready_event(occurred_at=(START + timedelta(hours=2)).isoformat())
    await world.deliver(ready)
    await world.deliver(world.withdrawn_event(ready.data, occurred_at=START.isoformat()))
    assert await world.statuses() == {"withdrawn": 1}


async def test_a_device_is_ready_again_though_its_withdrawal_came_from_a_clock_two_hours_fast(world: World) -> None:
    (device,) = await world.ready()
    await world.deliver(world.withdrawn_event(device, occurred_at=(START + timedelta(hours=2)).isoformat()))
    again = {"device_id": device["device_id"], "label": device["label"], "grade": "A"}
    await world.ready(**again, occurred_at=START.isoformat())
    assert await world.rows("SELECT grade, status FROM stock_item") == [{"grade": "A", "status": "available"}]


async def test_no_clock_however_wrong_changes_what_is_in_stock(world: World) -> None:
    """Each event from a machine whose clock is days fast or slow; the last word in the log about a device counts."""
    stories = drawn(st.lists(STORIES, min_size=60, max_size=60))
    ids = [uuid7() for _ in stories]
    log = side_by_side([told(world, n, id_, story) for n, (id_, story) in enumerate(zip(ids, stories, strict=True), 1)])
    await in_slices(world, log, drawn(CUTS))
    expected = {}
    for id_, story in zip(ids, stories, strict=True):
        grades = [grade for kind, grade, _ in story if kind == "ready"]
        if grades:
            expected[id_] = ("available" if story[-1][0] == "ready" else "withdrawn", grades[-1])
    found = {row["device_id"]: (row["status"], row["grade"]) for row in await world.rows(ROWS)}
    assert found == expected


async def test_a_part_of_the_log_that_comes_again_changes_nothing_and_all_of_it_ends_in_the_same_rows(
    world: World,
) -> None:
    stories = drawn(st.lists(STORIES, min_size=40, max_size=40))
    log = side_by_side([told(world, n, uuid7(), story) for n, story in enumerate(stories, 1)])
    await in_slices(world, log, drawn(CUTS))
    before = await world.rows(ROWS)
    await in_slices(world, log[len(log) // 3 :], drawn(CUTS))
    assert await world.rows(ROWS) == before
    async with world.database.unit_of_work() as session:
        assert await InboxRepository.from_session(session).forget("distribute", None) == len(log)
    await in_slices(world, log, drawn(CUTS))
    assert await world.rows(ROWS) == before


async def test_one_slice_does_to_promised_devices_what_its_events_do_one_by_one(world: World) -> None:
    stories = drawn(st.lists(STORIES, min_size=12, max_size=12))
    relais = await world.relais()

    async def play(first_label: int, size: int) -> list[tuple[Any, ...]]:
        """Promise a device per story, then let its workshop speak; what is there in the end, and what was released."""
        ids = [uuid7() for _ in stories]
        for n, id_ in enumerate(ids, first_label):
            await world.ready(device_id=id_, label=label_code(n), occurred_at=START.isoformat())
        order = await world.order(relais, {"category": "tablet", "quantity": len(ids), "min_grade": "C"})
        await world.allocate()
        log = side_by_side(
            [told(world, n, id_, story) for n, (id_, story) in enumerate(zip(ids, stories, strict=True), first_label)]
        )
        await in_slices(world, log, [size])
        released = [event.data["device_id"] for event in await world.published("device-released")]
        by_id = {row["device_id"]: row for row in await world.rows(ROWS)}
        await world.call(world.coordinator, f"/orders/{order['id']}/cancel", {"reason": "Fin de l'essai"})
        await world.rows("UPDATE stock_item SET status = 'withdrawn' RETURNING 1")  # out of the way of the next play
        return [
            (by_id[id_]["status"], by_id[id_]["grade"], by_id[id_]["ready_at"], released.count(str(id_))) for id_ in ids
        ]

    assert await play(1, 1) == await play(101, 100)


async def test_a_device_ready_twice_is_in_stock_once(world: World) -> None:
    event = world.ready_event()
    again = world.ready_event(device_id=event.data["device_id"], label=event.data["label"], grade="A")
    await world.deliver(event, event, again)
    assert await world.rows("SELECT grade, status FROM stock_item") == [{"grade": "A", "status": "available"}]


async def test_a_withdrawn_device_leaves_the_stock(world: World) -> None:
    (device,) = await world.ready()
    await world.deliver(world.withdrawn_event(device))
    assert await world.statuses() == {"withdrawn": 1}


async def test_a_recalled_device_leaves_the_stock_until_it_is_ready_again(world: World) -> None:
    (device,) = await world.ready()
    await world.deliver(world.recalled_event(device))
    assert await world.statuses() == {"withdrawn": 1}
    await world.ready(device_id=device["device_id"], label=device["label"])
    assert await world.statuses() == {"available": 1}


async def test_a_device_promised_while_its_workshop_took_it_back_makes_its_line_short_again(world: World) -> None:
    """The workshop did not know of the promise yet: the two met on the way."""
    relais = await world.relais()
    (device,) = await world.ready()
    await world.order(relais, {"category": device["category"], "quantity": 1, "min_grade": "C"})
    await world.allocate()
    await world.deliver(world.recalled_event(device))
    assert await world.statuses() == {"withdrawn": 1}
    [released] = await world.published("device-released")
    assert released.data["device_id"] == device["device_id"]
    await world.ready(device_id=device["device_id"], label=device["label"])
    await world.allocate()
    assert await world.statuses() == {"reserved": 1}


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


async def test_a_withdrawal_of_a_device_that_somebody_has_received_is_shown_to_a_person(world: World) -> None:
    relais = await world.relais()
    (device,) = await world.ready()
    order = await world.order(relais, {"category": "tablet", "quantity": 1})
    await world.allocate()
    [shipment] = await world.send(order)
    await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": [device["label"]]})
    await world.deliver(world.withdrawn_event(device))
    assert await world.statuses() == {"delivered": 1}
    (letter,) = await world.rows("SELECT reason, detail FROM dead_letter")
    assert letter["reason"] == "invalid"
    assert "prêt à distribuer" in letter["detail"]


async def test_what_the_workshop_installed_is_shown_to_whoever_gets_the_device(world: World) -> None:
    software = {"system": "linux_mint", "version": "22.1", "office": "libreoffice", "licence_used": False}
    relais = await world.relais()
    _, labels = await world.delivered(relais, software=software, battery_percent=86.4, battery_minutes=200)
    (device,) = (await world.read(relais["client"], "/devices"))["items"]
    assert (device["software"], device["battery_percent"], device["battery_minutes"]) == (software, 86.4, 200)
    browser = await world.client.login(relais["subject"])
    for page in ("/mon-stock", f"/caisse/equipements/{labels[0]}"):
        shown = (await browser.get(page)).text.replace("\xa0", " ").replace("\u202f", " ")
        assert "Linux Mint 22.1" in shown, page
        assert "batterie 86 %" in shown, page


async def test_a_system_of_a_newer_release_is_no_dead_letter_and_an_older_event_says_nothing(world: World) -> None:
    await world.ready(software={"system": "hannah_montana", "office": "wordstar", "licence_used": True, "new": 1})
    await world.ready()
    items = (await world.read(world.coordinator, "/devices"))["items"]
    assert sorted((one["software"] or {}).get("system", "") for one in items) == ["", "hannah_montana"]
    assert await world.rows("SELECT id FROM dead_letter") == []
