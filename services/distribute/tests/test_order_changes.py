"""An order is looked at before it is sent, is one when it was sent twice, changes until it is packed, and is given up
in part; whatever happened to its lines stays to be read."""

import asyncio
import html

import httpx
import pytest
from distribute.orders.basket import basket, fields_of, order_of
from distribute.orders.schemas import OrderLineIn
from distribute.orders.usual import Usual
from filiere.catalogue import Category, Grade
from filiere.identifiers import uuid7
from filiere.testing.answers import Json, found
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .test_pages import submit, words

TABLETS = {"category": "tablet", "quantity": 2, "min_grade": "B"}
LAPTOPS = {"category": "laptop", "quantity": 3, "min_grade": "C"}


async def place(world: World, relais: Json, *lines: Json, status: int = 201, **more: object) -> Json:
    return await world.call(
        relais["client"], "/orders", {"relais_id": relais["id"], "lines": lines, **more}, status=status
    )


async def put(world: World, who: httpx.AsyncClient, path: str, body: Json, status: int = 200) -> Json:
    answer = await who.put(f"/api/v1{path}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def reduced(world: World, relais: Json, order: Json, quantity: int, *, line: int = 0, status: int = 200) -> Json:
    path = f"/orders/{order['id']}/lines/{order['lines'][line]['id']}/quantity"
    return await put(world, relais["client"], path, {"quantity": quantity}, status)


# Twice the same


async def test_the_same_order_sent_twice_is_one_order(world: World) -> None:
    relais = await world.relais()
    first, second = await asyncio.gather(*(place(world, relais, TABLETS, LAPTOPS) for _ in range(2)))
    assert first["id"] == second["id"]
    assert (await place(world, relais, LAPTOPS, TABLETS))["id"] == first["id"], "whatever the order of its lines"
    assert len(await world.published("order-placed")) == 1
    for other in (
        await place(world, relais, TABLETS),
        await place(world, relais, TABLETS, LAPTOPS, note="Pour l'antenne."),
        await place(world, relais, TABLETS, LAPTOPS, again=True),
    ):
        assert other["id"] != first["id"]


async def test_twenty_at_once_are_one_order(world: World) -> None:
    relais = await world.relais()
    placed = await asyncio.gather(*(place(world, relais, TABLETS) for _ in range(20)))
    assert len({one["id"] for one in placed}) == 1
    assert len(await world.published("order-placed")) == 1


async def test_an_order_is_answered_or_written_anew_never_both(world: World) -> None:
    relais = await world.relais()
    for number in range(5):
        order = await place(world, relais, {**TABLETS, "quantity": 4}, note=str(number))
        body = {"relais_id": relais["id"], "lines": [{**TABLETS, "quantity": 9}]}
        await asyncio.gather(
            world.coordinator.post(f"/api/v1/orders/{order['id']}/approve"),
            relais["client"].put(f"/api/v1/orders/{order['id']}", json=body),
        )
        found = await world.read(relais["client"], f"/orders/{order['id']}")
        assert found["status"] == "approved"
        told = [event for event in await world.published("order-changed") if event.data["order_id"] == order["id"]]
        # What was approved is what was asked for then; a later word came too late, and changed nothing.
        assert found["requested"] == (9 if told else 4)


async def test_what_was_cancelled_or_is_another_relais_is_not_the_same(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre")
    first = await place(world, relais, TABLETS)
    assert (await place(world, other, TABLETS))["id"] != first["id"]
    await world.call(relais["client"], f"/orders/{first['id']}/cancel")
    assert (await place(world, relais, TABLETS))["id"] != first["id"]


async def test_the_same_order_a_quarter_of_an_hour_later_is_another_one(world: World) -> None:
    relais = await world.relais()
    first = await place(world, relais, TABLETS)
    await world.rows("UPDATE relais_order SET placed_at = placed_at - interval '15 minutes'")
    assert (await place(world, relais, TABLETS))["id"] != first["id"]


async def test_reordering_twice_within_minutes_is_one_order_more(world: World) -> None:
    relais = await world.relais()
    order = await place(world, relais, TABLETS)
    again = [await world.call(relais["client"], f"/orders/{order['id']}/reorder", status=201) for _ in range(2)]
    assert again[0]["id"] == again[1]["id"] != order["id"]


async def test_two_clicks_on_the_page_are_one_order_and_say_so(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    first = await submit(browser, "/commander", tablet="2")
    second = await submit(browser, "/commander", tablet="2")
    assert second.url == first.url
    assert "Vous aviez déjà envoyé cette commande" in words(second)
    assert (await world.read(relais["client"], "/orders"))["total"] == 1
    review = await browser.get(html.unescape(found(r'<a class="btn quiet" href="([^"]+)">Recommander', second.text)[1]))
    fields = dict(name_and_value for name_and_value in inputs(review.text))
    await browser.post("/commander", data=fields)
    assert (await world.read(relais["client"], "/orders"))["total"] == 2, "a second one that is meant"


def inputs(page: str) -> list[tuple[str, str]]:
    import re

    shown = page[page.index('action="/commander"') :]
    return re.findall(r'<input type="(?:hidden|text|date)" name="([^"]+)"[^>]*? value="([^"]*)"', shown)


# More than usual


async def test_an_unusual_quantity_is_asked_about_and_then_ordered(world: World) -> None:
    relais = await world.relais(people_supported=120)
    refused = await place(world, relais, {**LAPTOPS, "quantity": 999}, TABLETS, status=422)
    assert refused["type"].endswith("unusual-quantity")
    (error,) = refused["errors"]
    assert error["field"] == "lines.0.quantity"
    assert "999" in error["message_fr"]
    assert "120" in error["message_fr"]
    assert (await place(world, relais, {**LAPTOPS, "quantity": 999, "confirmed": True}))["requested"] == 999
    assert (await place(world, relais, {**TABLETS, "quantity": 30}))["requested"] == 30, "a quarter of the people"


async def test_what_was_approved_before_is_usual(world: World) -> None:
    relais = await world.relais(people_supported=8)
    await place(world, relais, {**TABLETS, "quantity": 40}, status=422)
    await place(world, relais, {**TABLETS, "quantity": 40, "confirmed": True})
    await place(world, relais, {**TABLETS, "quantity": 41}, status=422)
    await world.order(relais, {**TABLETS, "quantity": 40})
    assert (await place(world, relais, {**TABLETS, "quantity": 120}))["requested"] == 120
    await place(world, relais, {**LAPTOPS, "quantity": 41}, status=422)


async def test_the_page_asks_once_and_takes_the_answer_for_that_quantity_only(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    asked = await submit(browser, "/commander", laptop="999", note="Pour la rentrée")
    assert asked.status_code == 422
    assert "Une question avant de commander" in words(asked)
    assert "Oui, j'en veux 999" in words(asked)
    assert "Pour la rentrée" in words(asked)
    again = await submit(browser, "/commander", **{"laptop": "998", "laptop-sure": "999"})
    assert again.status_code == 422
    order = await submit(browser, "/commander", **{"laptop": "999", "laptop-sure": "999"})
    assert "Ses prix sont fixés" in words(order)
    await browser.get("/commander", params={"lang": "en"})
    english = await submit(browser, "/commander", laptop="997")
    assert "This is more than usual: 997." in words(english)


@given(largest=st.integers(0, 1000), people=st.integers(0, 10_000))
def test_what_is_usual_grows_with_history_and_people(largest: int, people: int) -> None:
    usual = Usual(largest, people)
    assert usual.most >= max(10, largest)
    assert Usual(largest + 1, people).most >= usual.most
    assert Usual(largest, people + 1).most >= usual.most


# Written anew until approved


async def test_an_order_is_written_anew_until_it_is_approved(world: World) -> None:
    relais = await world.relais()
    order = await place(world, relais, TABLETS, LAPTOPS)
    body = {
        "relais_id": relais["id"],
        "lines": [{**TABLETS, "quantity": 5, "urgent": True}, {"category": "desktop", "quantity": 1}],
    }
    changed = await put(world, relais["client"], f"/orders/{order['id']}", {**body, "note": "Merci."})
    assert (changed["reference"], changed["note"]) == (order["reference"], "Merci.")
    assert [(one["category"], one["quantity"], one["urgent"]) for one in changed["lines"]] == [
        ("tablet", 5, True),
        ("desktop", 1, False),
    ]
    kept, before = changed["lines"][0], order["lines"][0]
    assert (kept["id"], kept["priced_on"], kept["price_max_cents"]) == (
        before["id"],
        before["priced_on"],
        before["price_max_cents"],
    )
    (event,) = await world.published("order-changed")
    assert [one["quantity"] for one in event.data["lines"]] == [5, 1]
    await world.call(world.coordinator, f"/orders/{order['id']}/approve")
    await put(world, relais["client"], f"/orders/{order['id']}", body, 409)


async def test_nobody_else_writes_an_order_anew(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre")
    order = await place(world, relais, TABLETS)
    body = {"relais_id": relais["id"], "lines": [LAPTOPS]}
    await put(world, other["client"], f"/orders/{order['id']}", body, 404)
    answer = await put(world, relais["client"], f"/orders/{order['id']}", {**body, "relais_id": other["id"]}, 422)
    assert answer["errors"][0]["field"] == "relais_id"


async def test_the_page_changes_an_order_and_never_makes_a_second_one(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    order = await place(world, relais, TABLETS)
    page = await browser.get(f"/commandes/{order['id']}")
    shop = await browser.get(html.unescape(found(r'href="([^"]+)">Modifier la commande', page.text)[1]))
    assert f"Modifier la commande {order['reference']}" in words(shop)
    assert 'id="q-tablet" value="2"' in shop.text
    fields = {**dict(inputs(shop.text)), "tablet": "4", "note": "Merci"}
    changed = await browser.post("/commander", data=fields)
    assert f"Commande {order['reference']} modifiée." in words(changed)
    assert "4 tablettes" in words(changed)
    await world.call(world.coordinator, f"/orders/{order['id']}/approve")
    late = await browser.post("/commander", data={**fields, "tablet": "6"})
    assert late.status_code == 409
    assert (await world.read(relais["client"], "/orders"))["total"] == 1


# Fewer, and the rest


async def test_the_rest_of_an_order_that_left_in_part_is_given_up(world: World) -> None:
    relais = await world.relais()
    await world.ready(1)
    order = await world.order(relais, TABLETS, LAPTOPS)
    await world.allocate()
    (shipment,) = await world.send(order)
    told = await world.call(relais["client"], f"/orders/{order['id']}/give-up-rest", {"reason": "Assez pour ce mois."})
    assert [(one["quantity"], one["allocated"]) for one in told["lines"]] == [(1, 1), (0, 0)]
    assert told["status"] == "shipped", "what has left goes on its way"
    assert {event.data["wanted"] for event in (await world.published("demand-updated"))[-2:]} == {0}
    label = shipment["items"][0]["label"]
    await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": [label]})
    await world.call(relais["client"], "/handovers", {"label": label, "kind": "given", "tier": "gift"}, status=201)
    over = await world.read(relais["client"], f"/orders/{order['id']}")
    assert over["status"] == "closed", "nothing is waited for any more"
    await world.ready(3)
    assert (await world.allocate())["allocated"] == 0


async def test_an_order_that_was_promised_nothing_is_cancelled_instead(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLETS)
    await world.call(relais["client"], f"/orders/{order['id']}/give-up-rest", status=409)
    await reduced(world, relais, order, 0, status=409)


async def test_a_line_asks_for_fewer_and_what_was_reserved_is_free_again(world: World) -> None:
    relais = await world.relais()
    await world.ready(2)
    order = await world.order(relais, TABLETS, LAPTOPS)
    await world.allocate()
    assert (await reduced(world, relais, order, 1))["lines"][0]["allocated"] == 1
    assert await world.statuses() == {"reserved": 1, "available": 1}
    more = await reduced(world, relais, order, 2, status=422)
    assert more["errors"][0]["field"] == "quantity"
    await world.call(world.coordinator, "/shipments", {"order_id": order["id"]}, status=201)
    packed = await reduced(world, relais, order, 0, status=409)
    assert "Quantité la plus basse : 1" in packed["detail"]
    assert (await reduced(world, relais, order, 0, line=1))["requested"] == 1


async def test_every_word_on_a_line_stays_to_be_read(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, {**TABLETS, "quantity": 3})
    await world.allocate()
    devices = await world.ready(2)
    await world.allocate()
    await world.deliver(world.withdrawn_event(devices[0]))
    await reduced(world, relais, order, 2)
    for who in (relais["subject"], "camille"):
        page = words(await (await world.client.login(who)).get(f"/commandes/{order['id']}"))
        for said in (
            "Attribution n° 1 : 0 sur 3",
            "Aucun équipement qui convient à cette ligne n'est prêt.",
            "Attribution n° 2 : 2 sur 3",
            "1 équipement repris",
            "L'atelier a retiré l'équipement : Écran fendu.",
            "Le Relais demande 2 au lieu de 3.",
        ):
            assert said in page, said
    english = await (await world.client.login(relais["subject"])).get(
        f"/commandes/{order['id']}", params={"lang": "en"}
    )
    assert "Allocation no. 1: 0 of 3" in words(english)


@pytest.mark.parametrize("action", ["rest", "fewer"])
async def test_a_run_at_the_same_time_gives_nothing_that_was_given_up(world: World, action: str) -> None:
    relais = await world.relais()
    await world.ready(1)
    order = await world.order(relais, {**TABLETS, "quantity": 4})
    await world.allocate()
    await world.ready(3)
    run = world.allocate()
    less = (
        world.call(relais["client"], f"/orders/{order['id']}/give-up-rest")
        if action == "rest"
        else reduced(world, relais, order, 1)
    )
    await asyncio.gather(run, less, return_exceptions=True)
    (line,) = (await world.read(relais["client"], f"/orders/{order['id']}"))["lines"]
    statuses = await world.statuses()
    assert line["allocated"] == statuses["reserved"] <= line["quantity"] <= 4


# Drafts and templates


async def test_a_draft_is_kept_changed_ordered_and_gone_a_template_stays(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    kept = await submit(
        browser, "/commander", **{"tablet": "3", "tablet-or-laptop": "1", "note": "Merci", "garder": "draft"}
    )
    assert "Brouillon gardé" in words(kept)
    kept = await submit(browser, "/commander", laptop="2", nom="Tous les mois", garder="template")
    assert "Tous les mois" in words(kept)
    assert (await world.read(relais["client"], "/orders"))["total"] == 0
    drafts = (await world.read(relais["client"], "/drafts"))["items"]
    assert [(one["is_template"], one["name"]) for one in drafts] == [(True, "Tous les mois"), (False, "")]
    assert drafts[1]["lines"][0]["substitutes"] == ["laptop"]
    assert "Tous les mois" in words(await browser.get("/commander"))
    for draft in drafts:
        shop = await browser.get(f"/commander?brouillon={draft['id']}")
        assert "Vérifiez, puis commandez" in words(shop)
        note = {"note": draft["note"] or ""}
        ordered = await browser.post("/commander", data={**dict(inputs(shop.text)), **note})
        assert "Ses prix sont fixés" in words(ordered)
    assert [one["name"] for one in (await world.read(relais["client"], "/drafts"))["items"]] == ["Tous les mois"]
    assert {one.data["lines"][0]["quantity"] for one in await world.published("order-placed")} == {2, 3}
    gone = await submit(browser, "/brouillons", f"/brouillons/{drafts[0]['id']}/supprimer")
    assert "Rien de gardé" in words(gone)


async def test_a_draft_that_was_opened_is_kept_in_its_place(world: World) -> None:
    relais = await world.relais(signed=False)
    browser = await world.client.login(relais["subject"])
    await submit(browser, "/commander", tablet="3", garder="draft")
    (draft,) = (await world.read(relais["client"], "/drafts"))["items"]
    await submit(
        browser, f"/commander?brouillon={draft['id']}", "/commander", tablet="5", brouillon=draft["id"], garder="draft"
    )
    (changed,) = (await world.read(relais["client"], "/drafts"))["items"]
    assert (changed["id"], changed["lines"][0]["quantity"]) == (draft["id"], 5)


async def test_drafts_are_the_relais_own(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre")
    body = {"relais_id": relais["id"], "lines": [TABLETS]}
    draft = await world.call(relais["client"], "/drafts", body, status=201)
    await world.call(other["client"], "/drafts", body, status=404)
    await world.read(other["client"], f"/drafts/{draft['id']}", status=404)
    await put(world, other["client"], f"/drafts/{draft['id']}", {**body, "relais_id": other["id"]}, 404)
    assert (await other["client"].delete(f"/api/v1/drafts/{draft['id']}")).status_code == 404
    assert (await relais["client"].delete(f"/api/v1/drafts/{draft['id']}")).status_code == 204
    assert (await world.read(relais["client"], "/drafts"))["total"] == 0


@given(
    st.lists(
        st.builds(
            OrderLineIn,
            category=st.sampled_from(Category),
            quantity=st.integers(1, 1000),
            min_grade=st.sampled_from(Grade),
            urgent=st.booleans(),
        ),
        min_size=1,
        max_size=7,
        unique_by=lambda line: line.category,
    )
)
def test_lines_go_into_a_basket_and_come_out_as_they_were(lines: list[OrderLineIn]) -> None:
    order = order_of(uuid7(), basket(fields_of(lines)), None)
    assert order is not None
    assert sorted(order.lines, key=lambda one: one.category) == sorted(lines, key=lambda one: one.category)
