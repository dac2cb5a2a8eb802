"""A Relais accepts more on a line that still waits: no quoted price moves, and what is promised stays accepted."""

import json
from datetime import date

from distribute.line_quotes import Priced, price_of, quote_line, widen
from filiere.catalogue import Category, Grade, Tier
from filiere.identifiers import uuid7
from filiere.testing.answers import Json, found
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .price_books import PACKAGED, another
from .test_pages import submit, words

LAPTOPS = {"category": "laptop", "quantity": 2, "min_grade": "B"}
ORDERED, ACCEPTED = date(2026, 11, 14), date(2026, 12, 3)


async def accept(
    world: World, relais: Json, order: Json, min_grade: str = "B", *substitutes: str, status: int = 200, line: int = 0
) -> Json:
    path = f"/api/v1/orders/{order['id']}/lines/{order['lines'][line]['id']}/accepted"
    answer = await relais["client"].put(path, json={"min_grade": min_grade, "substitutes": substitutes})
    assert answer.status_code == status, answer.text
    return answer.json()


async def kept(world: World, order: Json) -> list[str]:
    """The whole table of prices of the order's line."""
    (row,) = await world.rows(f"SELECT prices FROM order_line WHERE order_id = '{order['id']}'")
    return [json.dumps(price, sort_keys=True) for price in row["prices"]]


async def test_what_is_accepted_later_is_promised_next_at_a_price_of_that_day(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, LAPTOPS)
    await world.ready(1, category="desktop")
    await world.allocate()
    assert await world.statuses() == {"available": 1}
    before = await kept(world, order)
    changed = await accept(world, relais, order, "B", "desktop")
    (line,) = changed["lines"]
    assert line["substitutes"] == ["desktop"]
    assert {name: line[name] for name in ("price_min_cents", "price_max_cents", "ceiling_cents", "priced_on")} == {
        name: order["lines"][0][name] for name in ("price_min_cents", "price_max_cents", "ceiling_cents", "priced_on")
    }
    after = await kept(world, order)
    assert after[: len(before)] == before
    assert {json.loads(one)["category"] for one in after[len(before) :]} == {"desktop"}
    await world.allocate()
    (shipment,) = await world.send(order)
    label = shipment["items"][0]["label"]
    await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": [label]})
    till = await world.read(relais["client"], f"/handovers/till/{label}")
    assert {one["tier"] for one in till["prices"]} == set(Tier)


async def test_accepting_twice_changes_nothing_more(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, LAPTOPS)
    once = await accept(world, relais, order, "C", "desktop")
    prices, told = await kept(world, order), len(await world.published("demand-updated"))
    assert await accept(world, relais, order, "C", "desktop", "desktop") == once
    assert await kept(world, order) == prices
    assert len(await world.published("demand-updated")) == told


async def test_consent_is_withdrawn_while_nothing_of_it_is_promised(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, LAPTOPS)
    await accept(world, relais, order, "B", "desktop")
    back = await accept(world, relais, order, "B")
    assert back["lines"] == order["lines"]
    await accept(world, relais, order, "C", "desktop")
    await world.ready(1, category="desktop", grade="C")
    await world.allocate()
    refused = await accept(world, relais, order, "C", status=409)
    assert "de remplacement" in refused["title"]
    refused = await accept(world, relais, order, "B", "desktop", status=409)
    assert "catégorie plus basse" in refused["title"]
    await accept(world, relais, order, "D", "desktop", "tablet")
    await accept(world, relais, order, "C", "desktop")


async def test_demand_follows_the_grade_that_is_accepted(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, LAPTOPS)
    await accept(world, relais, order, "D")
    told = [(one.data["grade"], one.data["wanted"]) for one in await world.published("demand-updated")]
    assert told[0] == ("B", 2)
    assert sorted(told[1:]) == [("B", 0), ("D", 2)]
    wanted = await world.read(relais["client"], "/demand")
    assert [(one["grade"], one["wanted"]) for one in wanted] == [("D", 2)]


async def test_an_order_that_is_not_approved_yet_changes_without_any_demand(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, LAPTOPS, approved=False)
    await accept(world, relais, order, "D", "desktop")
    assert await world.published("demand-updated") == []


async def test_only_the_relais_consents_and_only_on_its_own_lines(world: World) -> None:
    relais, other = await world.relais("La nôtre"), await world.relais("L'autre", postcode="69001")
    order, foreign = await world.order(relais, LAPTOPS), await world.order(other, LAPTOPS)
    await accept(world, {"client": world.coordinator}, order, "D", status=403)
    await accept(world, other, order, "D", status=404)
    await accept(world, relais, {**order, "lines": [{"id": str(uuid7())}]}, "D", status=404)
    await accept(world, relais, {**order, "lines": foreign["lines"]}, "D", status=404)
    # Whoever coordinates as well sees every order, and consents for their own Relais only.
    await world.client.grant(other["subject"], "coordinator")
    both = await world.client.as_(other["subject"])
    await accept(world, {"client": both}, order, "D", status=404)
    assert (await world.read(relais["client"], f"/orders/{order['id']}"))["lines"] == order["lines"]


async def test_a_line_that_waits_for_nothing_more_does_not_change(world: World) -> None:
    relais = await world.relais()
    await world.ready(2, category="laptop")
    order = await world.order(relais, LAPTOPS)
    await world.allocate()
    complete = await accept(world, relais, order, "D", status=409)
    assert "n'attend plus rien" in complete["title"]
    await world.call(relais["client"], f"/orders/{order['id']}/cancel")
    over = await accept(world, relais, order, "D", status=409)
    assert "ne changent plus" in over["detail"]
    itself = await accept(world, relais, await world.order(relais, LAPTOPS), "D", "laptop", status=422)
    assert itself["errors"][0]["field"] == "substitutes"


async def test_a_short_line_offers_what_is_free_in_a_filled_basket(world: World) -> None:
    relais = await world.relais()
    await world.ready(3, category="desktop")
    await world.ready(1, category="laptop", grade="D")
    order = await world.order(relais, {**LAPTOPS, "publics": ["seniors"], "urgent": True})
    await world.allocate()
    browser = await world.client.login(relais["subject"])
    page = (await browser.get(f"/commandes/{order['id']}")).text.replace("\u00a0", " ")
    href = found(r'href="(/commander\?[^"]+)">Commander 2 ordinateurs de bureau<', page)[1]
    shop = await browser.get(href.replace("&amp;", "&"))
    assert 'id="q-desktop" value="2"' in shop.text
    assert 'name="desktop-urgent" value="1" checked' in shop.text
    assert '<option value="seniors" selected>' in shop.text
    lower = found(r'href="(/commander\?[^"]+)">Commander 1 ordinateur portable, toutes catégories<', page)[1]
    assert "laptop=1" in lower
    english = words(await browser.get(f"/commandes/{order['id']}", params={"lang": "en"}))
    assert "Order 2 × desktop computer" in english
    coordinator = await world.client.login("camille")
    seen = words(await coordinator.get(f"/commandes/{order['id']}"))
    assert "Accepter aussi" not in seen
    assert "Commander 2" not in seen


async def test_the_relais_accepts_more_on_the_page_of_its_order(world: World) -> None:
    relais = await world.relais()
    await world.ready(3, category="desktop")
    order = await world.order(relais, LAPTOPS)
    await world.allocate()
    browser = await world.client.login(relais["subject"])
    path = f"/commandes/{order['id']}"
    line = f"{path}/lignes/{order['lines'][0]['id']}"
    saved = await submit(browser, path, line, min_grade="C", substitutes=["desktop"])
    assert "Ligne enregistrée." in words(saved)
    assert "catégorie C ou mieux · ou ordinateurs de bureau" in words(saved)
    assert "Commander 2 ordinateurs de bureau" not in words(saved), "it is accepted already"
    assert 'value="desktop" checked' in saved.text
    wrong = await submit(browser, path, line, min_grade="Z")
    assert "Ligne enregistrée." not in words(wrong)
    await world.allocate()
    complete = await submit(browser, path, line, min_grade="C")
    assert "elle n'attend plus rien" in words(complete)
    assert "Accepter aussi" not in words(complete)


Wish = tuple[Grade, list[Category]]
wishes = st.tuples(st.sampled_from(Grade), st.sets(st.sampled_from(Category), max_size=3).map(sorted))


@given(
    category=st.sampled_from(Category),
    first=wishes,
    later=st.lists(wishes, min_size=1, max_size=3),
    tier=st.none() | st.sampled_from(Tier),
    new_price=st.integers(1, 50_000),
)
def test_no_price_moves_whatever_is_accepted_and_whatever_the_list_of_that_day(
    category: Category, first: Wish, later: list[Wish], tier: Tier | None, new_price: int
) -> None:
    def without_itself(substitutes: list[Category]) -> list[Category]:
        return [one for one in substitutes if one is not category]

    quote = quote_line(PACKAGED, category, first[0], without_itself(first[1]), tier, ORDERED)
    line = Priced(json.loads(json.dumps(quote.to_json())), quote.min_cents, quote.max_cents, quote.ceiling_cents)
    book = another(new_price)
    for grade, substitutes in later:
        before = line.prices
        more = quote_line(book, category, grade, without_itself(substitutes), tier, ACCEPTED)
        line = widen(line, more, category, grade, tier)
        assert line.prices[: len(before)] == before
        assert line.min_cents <= line.max_cents <= line.ceiling_cents
        for one in (category, *without_itself(substitutes)):
            for each in (each for each in Grade if each.at_least(grade)):
                price = price_of(book, line.prices, one, each, Tier.SOLIDARY, public_origin=False, on=ORDERED)
                assert price.explanation
    back = widen(line, quote, category, first[0], tier)
    assert (back.min_cents, back.max_cents) == (quote.min_cents, quote.max_cents)


def test_a_price_of_a_later_day_is_explained_by_its_own_day() -> None:
    quote = quote_line(PACKAGED, Category.LAPTOP, Grade.B, [], None, ORDERED)
    line = Priced(quote.to_json(), quote.min_cents, quote.max_cents, quote.ceiling_cents)
    more = quote_line(another(1234), Category.LAPTOP, Grade.B, [Category.DESKTOP], None, ACCEPTED)
    line = widen(line, more, Category.LAPTOP, Grade.B, None)
    price = price_of(PACKAGED, line.prices, Category.DESKTOP, Grade.B, Tier.SOLIDARY, public_origin=False, on=ORDERED)
    assert price.cents == 1234
    assert price.explanation == ("Prix fixé le 03/12/2026 : 12,34\u00a0€.",)
