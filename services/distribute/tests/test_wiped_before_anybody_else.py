"""What somebody used is handed over to nobody else before its workshop has wiped it (decision 0052)."""

from typing import Any

import asyncpg
import pytest
from distribute.handovers.used import send_back_what_was_used

from .conftest import World
from .test_pages import submit, words

PLACE = {"kind": "place", "place": "Un accueil de nuit"}


async def lent(world: World, relais: Any, count: int = 1, **loan: Any) -> tuple[Any, Any]:
    order, labels = await world.delivered(relais, count)
    return order, await world.call(relais["client"], "/loans", {**PLACE, **loan, "labels": labels}, status=201)


async def test_what_comes_back_from_a_place_goes_to_its_workshop_and_its_line_waits_again(world: World) -> None:
    relais = await world.relais()
    order, loan = await lent(world, relais)
    device, label = loan["devices"][0]["device_id"], loan["devices"][0]["label"]
    await world.call(relais["client"], f"/loans/{loan['id']}/settle", {"returned": [device]})
    assert await world.statuses() == {"returning": 1}
    (line,) = (await world.read(relais["client"], f"/orders/{order['id']}"))["lines"]
    assert (line["allocated"], "qui l'efface" in line["reason"]) == (0, True)
    told = [event.name for event in await world.published() if event.key == device]
    assert told[-4:] == ["device-lent", "device-loan-ended", "device-released", "device-brought-back"]
    (back,) = await world.published("device-brought-back")
    assert (back.data["to_wipe"], back.data["fault"], back.data["is_recall"]) == (True, "other", False)
    # Nobody has it, at the till or by another loan, until it is ready anew.
    await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=404)
    await world.call(relais["client"], "/loans", {**PLACE, "labels": [label]}, status=404)


async def test_what_is_given_at_a_place_stays_with_whoever_uses_it(world: World) -> None:
    relais = await world.relais()
    _, loan = await lent(world, relais)
    device = loan["devices"][0]["device_id"]
    await world.call(relais["client"], f"/loans/{loan['id']}/settle", {"given": [device]})
    assert await world.statuses() == {"handed_over": 1}
    assert [event.data["how"] for event in await world.published("device-handed-over")] == ["given"]


async def test_what_was_only_carried_on_the_street_is_handed_over(world: World) -> None:
    relais = await world.relais()
    _, loan = await lent(world, relais, kind="street", place="Tournée du mardi")
    device, label = loan["devices"][0]["device_id"], loan["devices"][0]["label"]
    await world.call(relais["client"], f"/loans/{loan['id']}/settle", {"returned": [device]})
    await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)


@pytest.mark.parametrize(
    ("reason", "later", "where"),
    [
        ("does_not_work", False, "returning"),
        ("changed_mind", True, "returning"),
        ("changed_mind", False, "delivered"),  # at the counter
        ("wrong_price", True, "delivered"),  # written anew for the same person
        ("wrong_device", True, "delivered"),
        ("trial", True, "delivered"),
    ],
)
async def test_a_handover_that_is_taken_back_after_use_brings_the_device_to_its_workshop(
    world: World, reason: str, later: bool, where: str
) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    made = await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)
    if later:
        await hours_ago(world, made["id"])
    await world.call(relais["client"], f"/handovers/{made['id']}/undo", {"reason": reason})
    assert await world.statuses() == {where: 1}
    names = [event.name for event in await world.published() if event.key == made["device_id"]][-3:]
    if where == "delivered":
        assert names[-1] == "device-handover-undone"
        await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)
    else:
        assert names == ["device-handover-undone", "device-released", "device-brought-back"]
        (back,) = await world.published("device-brought-back")
        assert back.data["to_wipe"] is (reason == "changed_mind")


async def test_the_database_refuses_it_and_what_the_release_before_left_in_stock_is_sent_back(world: World) -> None:
    relais = await world.relais()
    _, loan = await lent(world, relais, 2)
    used, label = loan["devices"][0]["device_id"], loan["devices"][0]["label"]
    # What the release before wrote on return.
    await world.rows(
        f"UPDATE loan_item SET outcome = 'returned', settled_at = now() WHERE device_id = '{used}' RETURNING 1"
    )
    await world.rows(f"UPDATE stock_item SET status = 'delivered' WHERE device_id = '{used}' RETURNING 1")
    said = await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=409)
    assert "qui l'efface" in said["title"]
    await world.call(relais["client"], "/loans", {**PLACE, "labels": [label]}, status=422)
    with pytest.raises(asyncpg.CheckViolationError, match="somebody has used"):
        await world.rows(f"UPDATE stock_item SET status = 'handed_over' WHERE device_id = '{used}' RETURNING 1")
    assert await send_back_what_was_used(world.database) == 1
    assert await send_back_what_was_used(world.database) == 0
    assert await world.statuses() == {"returning": 1, "lent": 1}
    assert [event.key for event in await world.published("device-brought-back")] == [used]
    # Ready anew and promised anew it is like every other one.
    await world.deliver(world.recalled_event({"device_id": used, "label": label}))
    await world.deliver(world.ready_event(device_id=used, label=label))
    await world.order(relais, {"category": "tablet", "quantity": 1})
    await world.allocate()
    await world.rows(f"UPDATE stock_item SET status = 'delivered' WHERE device_id = '{used}' RETURNING 1")
    await world.rows(f"UPDATE stock_item SET status = 'handed_over' WHERE device_id = '{used}' RETURNING 1")


async def test_the_pages_say_what_becomes_of_it(world: World) -> None:
    relais = await world.relais()
    _, loan = await lent(world, relais)
    browser = await world.client.login(relais["subject"])
    page, device = f"/prets/{loan['id']}", loan["devices"][0]["device_id"]
    before = words(await browser.get(page))
    assert "Revenu, il repart à l'atelier" in before
    assert "il reste à qui s'en sert déjà" in before
    after = words(await submit(browser, page, f"{page}/regler", returned=device))
    assert "Revenu, reparti à l'atelier" in after


async def hours_ago(world: World, handover_id: str) -> None:
    """Its entry is of two hours ago, as if somebody had had the device since; the journal is changed by nobody else."""
    await world.rows("ALTER TABLE till_entry DISABLE TRIGGER USER")
    await world.rows(
        f"UPDATE till_entry SET at = at - interval '2 hours' WHERE handover_id = '{handover_id}' RETURNING 1"
    )
    await world.rows("ALTER TABLE till_entry ENABLE TRIGGER USER")
