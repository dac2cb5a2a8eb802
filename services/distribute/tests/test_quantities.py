"""Quantities of the page « Commander »: what cannot be taken is told beside its field, and nothing is ordered."""

import pytest
from distribute.orders.basket import basket, order_of
from distribute.orders.errors import LinesToCorrect
from distribute.orders.options import NOT_A_NUMBER, TOO_MANY
from distribute.orders.schemas import MAX_QUANTITY
from filiere.catalogue import Category
from filiere.identifiers import uuid7
from filiere.testing.answers import Json, found
from filiere.web.i18n import read_catalogue
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .test_pages import submit, words
from .test_why import LOCALES


async def ordered(world: World, relais: Json) -> int:
    total: int = (await world.read(relais["client"], "/orders"))["total"]
    return total


@pytest.mark.parametrize(
    ("typed", "said"),
    [("abc", NOT_A_NUMBER), ("2,5", NOT_A_NUMBER), ("-3", NOT_A_NUMBER), ("9999", TOO_MANY), ("1" * 5000, TOO_MANY)],
)
async def test_a_wrong_quantity_orders_nothing_and_is_told_beside_its_field(
    world: World, typed: str, said: str
) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    answer = await submit(browser, "/commander", **{"tablet": typed, "laptop": "2", "laptop-urgent": "1"})
    assert answer.status_code == 422
    assert await ordered(world, relais) == 0
    beside = found(r'id="q-tablet-error">.*?</p>', answer.text)[0].replace("\u00a0", " ")
    assert said.replace("'", "&#39;") in beside
    assert "q-laptop-error" not in answer.text
    assert '<a href="#q-tablet">Tablettes</a>' in answer.text
    assert f'id="q-tablet" value="{typed[:40]}"' in answer.text
    assert 'id="q-laptop" value="2"' in answer.text
    assert 'name="laptop-urgent" value="1" checked' in answer.text
    assert "2 équipements choisis" in words(answer)


async def test_everything_wrong_is_told_at_once(world: World) -> None:
    browser = await world.client.login((await world.relais())["subject"])
    answer = await submit(browser, "/commander", **{"tablet": "abc", "laptop": "9999", "laptop-on": "demain"})
    assert "3 points à corriger" in words(answer)
    for anchor in ("q-tablet", "q-laptop", "on-laptop"):
        assert f'<a href="#{anchor}">' in answer.text
        assert f'id="{anchor}"' in answer.text


async def test_the_summary_of_an_empty_basket_leads_to_the_quantities(world: World) -> None:
    browser = await world.client.login((await world.relais())["subject"])
    answer = await submit(browser, "/commander")
    anchor = found(r'<a href="#(q-\w+)">Aller aux quantités</a>', answer.text)[1]
    assert f'id="{anchor}"' in answer.text


async def test_enter_in_a_field_updates_the_basket_and_orders_nothing(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    shop = await browser.get("/commander")
    form = shop.text[shop.text.index('action="/commander"') :]
    first = found(r'<button[^>]* type="submit" name="(\w+)" value="(\w+)"', form)
    assert first[0] == found(r"<button[^>]*", form)[0][: len(first[0])], "what Enter presses"
    updated = await submit(browser, "/commander", **{first[1]: first[2], "tablet": "3", "laptop": "abc"})
    assert updated.status_code == 200
    assert str(updated.url).partition("?")[2] == "tablet=3&laptop=abc#choisis"
    assert "3 équipements choisis" in words(updated)
    assert 'id="q-laptop-error"' in updated.text
    assert await ordered(world, relais) == 0


async def test_one_more_leaves_what_cannot_be_read_as_it_was_typed(world: World) -> None:
    browser = await world.client.login((await world.relais())["subject"])
    answer = await submit(browser, "/commander", plus="tablet", tablet="abc")
    assert 'id="q-tablet" value="abc"' in answer.text


async def test_publics_are_read_in_the_language_of_the_page(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    shop = words(await browser.get("/commander", params={"lang": "en"}))
    assert "Young people" in shop
    assert "Jeunes" not in shop
    order = await world.order(relais, {"category": "tablet", "quantity": 1, "publics": ["jeunes"]})
    assert "any grade · young people" in words(await browser.get(f"/commandes/{order['id']}", params={"lang": "en"}))


def test_the_sentences_have_their_english() -> None:
    catalogue = read_catalogue(LOCALES / "en.po")
    assert {NOT_A_NUMBER, TOO_MANY} <= set(catalogue)


@given(st.dictionaries(st.sampled_from(Category), st.text("0129 -,.a²٣", max_size=5)))
def test_an_order_asks_for_exactly_what_was_typed_or_for_nothing(typed: dict[Category, str]) -> None:
    wishes = basket({category.value: text for category, text in typed.items()})
    numbers = {one: text.strip() or "0" for one, text in typed.items()}
    readable = {one: int(text) for one, text in numbers.items() if text.isascii() and text.isdigit()}
    if len(readable) < len(numbers) or any(count > MAX_QUANTITY for count in readable.values()):
        assert any(wish.wrong for wish in wishes.values())
        with pytest.raises(LinesToCorrect):
            order_of(uuid7(), wishes, None)
        return
    order = order_of(uuid7(), wishes, None)
    asked = {line.category: line.quantity for line in order.lines} if order else {}
    assert asked == {one: count for one, count in readable.items() if count}
