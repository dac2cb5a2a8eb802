"""Set aside = served + given back + gone + still there, whatever people do; a closed campaign holds nothing."""

import asyncio
from typing import Any

from filiere.testing.properties import examples
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .campaigning import line, opened
from .conftest import World
from .test_allocation import assert_promises_agree

ACTIONS = ("ready", "set_aside", "give_back", "undo_wish", "order", "allocate", "send", "cancel", "withdraw", "close")


# No shrinking: the database keeps what earlier examples did, and each example is some twenty requests.
@settings(max_examples=examples(6), deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 60)), min_size=8, max_size=22))
async def test_what_was_set_aside_is_accounted_for(world: World, actions: list[tuple[str, int]]) -> None:
    relais = await world.relais()
    (there,) = await world.rows("SELECT count(*) AS n FROM campaign")
    campaign = await opened(world, relais, name=f"Campagne {there['n']}", share_percent=20)
    orders: list[Any] = []
    for action, n in [("ready", 3), ("set_aside", 3), ("order", 1), ("allocate", 0), *actions]:
        await act(world, relais, campaign, orders, action, n)
        await assert_accounted_for(world)
    await assert_promises_agree(world)


async def act(world: World, relais: Any, campaign: Any, orders: list[Any], action: str, n: int) -> None:
    name, office = campaign["name"], world.coordinator
    if action == "ready":
        await world.ready(n % 4 + 1)
    elif action in ("set_aside", "give_back"):
        way, body = ("reserve", {"category": "tablet", "quantity": n % 4 + 1}) if action == "set_aside" else (
            "release", {"quantity": n % 3 + 1}
        )  # fmt: skip
        answer = await office.post(f"/api/v1/stock/campaigns/{name}/{way}", json=body)
        assert answer.status_code in (200, 422), answer.text
    elif action == "undo_wish":
        wishes = await world.rows("SELECT id::text, campaign FROM campaign_set_aside ORDER BY id")
        if wishes:
            await undo(world, wishes[n % len(wishes)])
    elif action == "order":
        body = {"relais_id": relais["id"], "lines": [line(campaign, quantity=n % 3 + 1, confirmed=True)], "again": True}
        answer = await relais["client"].post("/api/v1/orders", json=body)
        assert answer.status_code in (201, 422), answer.text
        if answer.status_code == 201:
            orders.append(await world.call(office, f"/orders/{answer.json()['id']}/approve"))
    elif action == "allocate":
        await world.allocate()
    elif action == "send" and orders:
        packed = await office.post("/api/v1/shipments", json={"order_id": orders[n % len(orders)]["id"]})
        for one in packed.json() if packed.is_success else []:
            await world.call(office, f"/shipments/{one['id']}/ship")
    elif action == "cancel" and orders:
        await relais["client"].post(f"/api/v1/orders/{orders[n % len(orders)]['id']}/cancel", json={"reason": "Non"})
    elif action == "withdraw" and (rows := await world.rows("SELECT device_id::text, label FROM stock_item")):
        device = rows[n % len(rows)]
        (standing,) = await world.rows(f"SELECT status FROM stock_item WHERE device_id = '{device['device_id']}'")
        if standing["status"] in ("available", "reserved"):
            await world.deliver(world.withdrawn_event(device))
        elif standing["status"] == "shipped":
            await world.deliver(world.asked_back_event(device, never_left=True))
    elif action == "close" and n % 4 == 0:
        await office.post(f"/api/v1/campaigns/{campaign['id']}/close", json={"reason": "Assez"})


async def undo(world: World, wish: dict[str, Any]) -> None:
    from uuid import UUID

    from distribute.campaign_stock import service
    from distribute.campaign_stock.errors import NothingToUndo

    async with world.database.unit_of_work() as session:
        try:
            await service.undo(session, wish["campaign"], UUID(wish["id"]))
        except NothingToUndo:
            return


async def assert_accounted_for(world: World) -> None:
    """By campaign, the ledger against the stock itself."""
    here = await world.rows(
        "SELECT count(*) AS n FROM stock_item i FULL JOIN"
        " (SELECT * FROM campaign_device WHERE left_at IS NULL) d ON d.device_id = i.device_id"
        " WHERE (i.campaign IS NOT NULL AND i.status IN ('available', 'held', 'reserved'))"
        " IS DISTINCT FROM (d.device_id IS NOT NULL) OR d.campaign IS DISTINCT FROM i.campaign"
        " AND d.device_id IS NOT NULL"
    )
    assert here == [{"n": 0}], "the ledger says of each device whether it is set aside"
    served = await world.rows(
        "SELECT (SELECT count(*) FROM campaign_device WHERE outcome = 'served') AS told, (SELECT count(*)"
        " FROM reservation r JOIN stock_item i ON i.device_id = r.device_id JOIN shipment_item p"
        " ON p.device_id = r.device_id AND p.removed_at IS NULL JOIN shipment s ON s.id = p.shipment_id"
        " AND s.order_id = r.order_id WHERE r.released_at IS NULL AND i.campaign IS NOT NULL"
        " AND s.status IN ('shipped', 'delivered')) AS left"
    )
    assert [one for one in served if one["told"] != one["left"]] == [], "served is what left for an order of it"
    moved = await world.rows(
        "SELECT s.moved = count(d.id) AS whole FROM campaign_set_aside s LEFT JOIN campaign_device d"
        " ON d.set_aside_id = s.id GROUP BY s.id, s.moved"
    )
    assert all(one["whole"] for one in moved), "each wish names the devices that it moved"
    held = await world.rows(
        "SELECT 1 FROM stock_item i JOIN campaign c ON c.name = i.campaign"
        " WHERE c.status = 'closed' AND i.status IN ('available', 'held')"
    )
    assert held == [], "a closed campaign holds nothing"


async def test_twenty_at_once_want_the_last_device_of_a_campaign(world: World) -> None:
    relais = await world.relais()
    campaign = await opened(world, relais)
    await world.ready(1)

    async def once(number: int) -> str:
        if number % 4 == 3:
            answer = await world.coordinator.post(f"/api/v1/campaigns/{campaign['id']}/close", json={"reason": "Fin"})
        elif number % 4 == 2:
            answer = await world.coordinator.post("/api/v1/allocations")
        else:
            way = ("reserve", {"category": "tablet", "quantity": 1}) if number % 4 == 0 else ("release", {})
            answer = await world.coordinator.post(f"/api/v1/stock/campaigns/{campaign['name']}/{way[0]}", json=way[1])
        assert answer.status_code < 500, answer.text
        return str(answer.status_code)

    await world.order(relais, line(campaign, quantity=1))
    await asyncio.gather(*(once(number) for number in range(20)))
    await assert_accounted_for(world)
    await assert_promises_agree(world)
    (standing,) = await world.rows("SELECT status, campaign FROM stock_item")
    assert standing["status"] == "reserved" or standing["campaign"] is None
    (ended,) = await world.rows("SELECT status FROM campaign")
    assert ended["status"] == "closed"
