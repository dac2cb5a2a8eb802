"""Lists tell their true total, take texts literally, and cut nothing off in silence."""

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from distribute.engine import policy as rules
from distribute.engine import policy_on
from filiere.calendar import today
from filiere.testing.answers import Json

from .conftest import World
from .test_pages import words

TABLETS = {"category": "tablet", "min_grade": "D"}
Counts = dict[tuple[str, str, str], int]  # of devices, by status, category and campaign


async def a_network(world: World) -> Json:
    """Something in every list of the API."""
    relais = await world.relais("100 % Relais")
    _, labels = await world.delivered(relais, 2)
    await world.call(relais["client"], "/handovers", {"label": labels[0], "kind": "given"}, status=201)
    await world.call(world.coordinator, "/proposals", status=202)
    return relais


async def test_a_page_past_the_last_tells_the_total(world: World) -> None:
    relais = await a_network(world)
    lists = {
        "/devices": 2, "/orders": 1, "/shipments": 1, "/relais": 1, "/allocations": 1, "/proposals": 1,
    }  # fmt: skip
    for path, total in lists.items():
        page = await world.read(world.coordinator, path, offset=1000)
        assert (page["items"], page["total"], page["total_is_exact"]) == ([], total, True), path
    page = await world.read(relais["client"], "/handovers", offset=1000)
    assert (page["items"], page["total"]) == ([], 1)
    browser = await world.client.login("camille")
    assert "La liste n'a pas autant de pages." in words(await browser.get("/stock", params={"page": 99}))


async def test_signs_of_sql_are_signs_like_others(world: World) -> None:
    await a_network(world)
    await world.relais("Le Pont")
    for path, found in (("/relais", 1), ("/orders", 1), ("/devices", 0)):
        assert (await world.read(world.coordinator, path, q="%"))["total"] == found, path
        for sign in ("_", "\\", "%%", "a%b"):
            assert (await world.read(world.coordinator, path, q=sign))["total"] == 0, (path, sign)


async def test_an_order_is_found_by_its_reference(world: World) -> None:
    relais = await world.relais()
    orders = [await world.order(relais, {**TABLETS, "quantity": 1}) for _ in range(11)]
    for order in orders:
        page = await world.read(world.coordinator, "/orders", q=order["reference"].lower())
        assert [one["id"] for one in page["items"]] == [order["id"]]
    assert (await world.read(world.coordinator, "/orders", q="R-²"))["total"] == 0


async def test_walking_by_cursor_shows_each_device_once(world: World) -> None:
    await world.ready(7)
    seen, after = [], None
    while True:
        page = await world.read(world.coordinator, "/devices", limit=3, **({"after": after} if after else {}))
        seen += [one["label"] for one in page["items"]]
        assert page["total"] == 7
        if (after := page["next"]) is None:
            break
        await world.ready(0)
    assert len(seen) == len(set(seen)) == 7
    refused = await world.read(world.coordinator, "/devices", status=422, after="bm90IG91cnM")
    assert refused["type"].endswith(":no-such-place")


async def kept_and_counted(world: World) -> tuple[Counts, Counts]:
    kept = await world.rows(
        "SELECT status, category, campaign, sum(devices)::int AS n FROM stock_item_tally GROUP BY 1, 2, 3"
        " HAVING sum(devices) <> 0"
    )
    counted = await world.rows(
        "SELECT status, category, coalesce(campaign, '') AS campaign, count(*)::int AS n FROM stock_item"
        " GROUP BY 1, 2, 3"
    )

    def counts(rows: list[dict[str, Any]]) -> Counts:
        return {(row["status"], row["category"], row["campaign"]): row["n"] for row in rows}

    return counts(kept), counts(counted)


async def test_the_kept_counts_are_the_counts(world: World) -> None:
    relais = await world.relais()
    devices = await world.ready(5)
    await world.ready(3, category="laptop")
    order = await world.order(relais, {**TABLETS, "quantity": 3})
    await world.allocate()
    await world.send(order)
    await world.deliver(world.withdrawn_event(devices[-1]))
    kept, counted = await kept_and_counted(world)
    assert kept == counted
    assert len(counted) >= 3


async def test_the_kept_counts_stay_true_in_whatever_is_changed_undone_and_added_up(world: World) -> None:
    await world.ready(40)
    chance = random.Random(7)
    async with world.database.unit_of_work() as one, world.database.unit_of_work() as other:
        for turn in range(150):
            session = (one, other)[turn % 2]
            campaign = chance.choice(["NULL", "'rentree'", "'hiver'"])
            driver = await session.driver()
            await driver.execute(
                f"UPDATE stock_item SET campaign = {campaign} WHERE device_id IN"
                f" (SELECT device_id FROM stock_item ORDER BY md5(device_id::text || {turn}) LIMIT 5"
                " FOR UPDATE SKIP LOCKED)"
            )
            if chance.random() < 0.1:
                await driver.execute(
                    "WITH gone AS MATERIALIZED (SELECT device_id FROM stock_item LIMIT 1 FOR UPDATE SKIP LOCKED),"
                    " told AS (DELETE FROM campaign_device d USING gone g WHERE d.device_id = g.device_id)"
                    " DELETE FROM stock_item i USING gone g WHERE i.device_id = g.device_id"
                )
            await (session.close() if chance.random() < 0.3 else session.commit())
    kept, counted = await kept_and_counted(world)
    assert kept == counted
    assert (await world.rows("SELECT count(*) AS n FROM stock_item_tally"))[0]["n"] < 600


async def test_an_order_of_more_than_five_hundred_shows_them_all(world: World) -> None:
    relais = await world.relais()
    await world.ready(620)
    order = await world.order(relais, {**TABLETS, "quantity": 620})
    await world.allocate()
    browser = await world.client.login("camille")
    page = await browser.get(f"/commandes/{order['id']}")
    assert "620 équipements sont réservés" in words(page)
    assert "620 équipements promis" in words(page)
    seen = set(re.findall(r"FIL-[0-9A-Z-]+", page.text))
    for number in range(2, 8):
        page = await browser.get(f"/commandes/{order['id']}", params={"page": number})
        seen |= set(re.findall(r"FIL-[0-9A-Z-]+", page.text))
    assert len(seen) == 620


def test_the_policy_is_read_once(with_rules: Callable[..., None], tmp_path: Path) -> None:
    with_rules("allocation_une_fois", valid_from="2026-01-02")
    before = policy_on(today())
    for file in tmp_path.glob("*.yaml"):
        file.unlink()
    assert policy_on(today()) is before
    assert rules.policies() is rules.policies()


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    yield
    rules.read_policies.cache_clear()


async def test_an_opened_proposal_is_not_read_again(world: World) -> None:
    """Its archive takes megabytes; it never changes."""
    relais = await world.relais()
    await world.order(relais, {**TABLETS, "quantity": 2})
    await world.ready(1)
    from .test_proposals import propose

    proposal_id = await propose(world)
    (line,) = (await world.read(world.coordinator, f"/proposals/{proposal_id}/lines"))["items"]
    await world.rows("UPDATE allocation_proposal SET snapshot = '', answer = ''")
    answer = await world.coordinator.put(
        f"/api/v1/proposals/{proposal_id}/overrides/{line['line_id']}",
        json={"given": 0, "reason": "Une famille attend ailleurs."},
    )
    assert answer.status_code == 204, answer.text
