"""While a release rolls out, the next one writes words that this one does not know: pages show them, none crashes."""

import pytest
from distribute.statuses import StockStatus
from filiere.open_words import known
from filiere.testing.sql import without_checks

from .conftest import World
from .test_after_sale import back, sold
from .test_pages import words

WORD = "on_the_moon"


async def test_a_device_that_stands_where_nobody_has_heard_of_is_shown_there(world: World) -> None:
    relais = await world.relais()
    order, (label,) = await world.delivered(relais)
    await without_checks(world.database, "stock_item")
    await world.rows(f"UPDATE stock_item SET status = '{WORD}'")
    (row,) = await world.rows("SELECT device_id::text FROM stock_item")
    device = f"/stock/equipements/{row['device_id']}"
    own, coordination = await world.client.login(relais["subject"]), await world.client.login("camille")
    (shipment,) = (await world.read(relais["client"], "/shipments"))["items"]
    for browser, pages in (
        (own, ("/", "/mon-stock", device, "/caisse", "/prets", "/reception", "/envois")),
        (own, (f"/commandes/{order['id']}", f"/envois/{shipment['id']}")),
        (coordination, ("/", "/stock", device, f"/commandes/{order['id']}", "/rappels", "/stock.csv")),
    ):
        for page in pages:
            answer = await browser.get(page)
            assert answer.status_code == 200, page
    assert WORD in words(await own.get(device))
    assert WORD in words(await own.get("/mon-stock"))
    assert (await world.read(relais["client"], f"/devices/{row['device_id']}"))["status"] == WORD
    # Nobody decides about it: it is not sold, not lent, and not given back to its workshop.
    await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=409)
    await world.call(relais["client"], "/loans", {"kind": "street", "place": "x", "labels": [label]}, status=422)
    await world.deliver(world.asked_back_event({"device_id": row["device_id"], "label": label}))
    (answered,) = await world.published("device-recall-answered")
    assert answered.data["given_back"] is False


async def test_so_is_one_that_was_brought_back(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    case = await back(world, relais, await sold(world, relais, label))
    await without_checks(world.database, "stock_item")
    await world.rows(f"UPDATE stock_item SET status = '{WORD}'")
    own = await world.client.login(relais["subject"])
    for page in ("/sav", f"/sav/{case['id']}"):
        assert WORD in words(await own.get(page)), page
    assert WORD in (await own.get("/sav.csv")).text


async def test_so_are_orders_and_parcels(world: World) -> None:
    relais = await world.relais()
    order, _ = await world.delivered(relais)
    for table in ("relais_order", "shipment"):
        await without_checks(world.database, table)
        await world.rows(f"UPDATE {table} SET status = '{WORD}'")
    (shipment,) = (await world.read(relais["client"], "/shipments"))["items"]
    assert shipment["status"] == WORD
    own, coordination = await world.client.login(relais["subject"]), await world.client.login("camille")
    for browser in (own, coordination):
        for page in (f"/commandes/{order['id']}", f"/envois/{shipment['id']}", "/envois"):
            assert WORD in words(await browser.get(page)), page
    assert WORD in words(await coordination.get("/commandes"))
    assert WORD in words(await own.get("/mes-commandes"))


async def test_a_reason_in_words_of_tomorrow_is_said_in_its_french_sentence(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, {"category": "tablet", "quantity": 1})
    await world.rows(
        """UPDATE order_line SET reason = 'Dit autrement.', why = '{"kind": "taken_back", "ending": "on_the_moon"}'"""
    )
    own = await world.client.login(relais["subject"])
    assert "Dit autrement." in words(await own.get(f"/commandes/{order['id']}"))
    (line,) = (await world.read(relais["client"], f"/orders/{order['id']}"))["lines"]
    assert line["reason"] == "Dit autrement."


async def test_who_asks_by_such_a_word_is_refused(world: World) -> None:
    for path in ("/devices", "/orders", "/shipments"):
        answer = await world.coordinator.get(f"/api/v1{path}", params={"status": WORD})
        assert answer.status_code == 422, path


def test_a_word_is_known_or_itself() -> None:
    word = StockStatus(WORD)
    assert (word, word.label_fr, word.is_known) == (WORD, WORD, False)
    assert (StockStatus.LENT.is_known, StockStatus("lent") is StockStatus.LENT) == (True, True)
    assert WORD not in list(StockStatus)
    with pytest.raises(ValueError, match="available"):
        known(word)
    with pytest.raises(ValueError, match="''"):
        StockStatus("")
