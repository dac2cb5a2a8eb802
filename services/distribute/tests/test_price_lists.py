"""Price lists: drafted, compared, published once for ever; each day has one, and an order keeps that of its day."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import asyncpg
import pytest
from distribute.price_book import PriceBook
from distribute.price_lists.comparing import changes, of_the_stock
from distribute.price_lists.rules import faults
from distribute.price_lists.schemas import PAYING, AllCells
from filiere.calendar import clock_at, today
from filiere.catalogue import Category, Grade, Tier, price_lists
from filiere.catalogue.errors import NothingInForce
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .price_books import flat
from .test_campaigns import read_in
from .test_pages import submit, words
from .test_proposals_in_a_browser import looked_at

TOMORROW = today() + timedelta(days=1)


def cheaper(said: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The same list with laptops at 5 € less where they cost 40 € or more."""
    prices = {**said["prices"], "laptop": {t: dict(g) for t, g in said["prices"]["laptop"].items()}}
    for tier in prices["laptop"].values():
        for grade, cents in tier.items():
            tier[grade] = cents - 500 if cents >= 4000 else cents
    kept = {key: said[key] for key in ("label", "source")}
    return {**kept, "valid_from": TOMORROW.isoformat(), **given, "prices": prices}


async def drafted(world: World, **given: Any) -> Any:
    made = await world.call(world.coordinator, "/price-lists", status=201)
    answer = await world.coordinator.put(f"/api/v1/price-lists/{made['id']}", json=cheaper(made, **given))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def published(world: World, **given: Any) -> Any:
    made = await drafted(world, **given)
    return await world.call(world.coordinator, f"/price-lists/{made['id']}/publish", {"reason": "Prix de 2027"})


async def test_the_lists_of_the_package_are_the_first_published_rows(world: World) -> None:
    listed = await world.read(world.coordinator, "/price-lists")
    assert [(one["name"], one["status"]) for one in listed] == [
        ("prices_2026", "published"),
        ("prices_2023", "published"),
    ]
    packaged = price_lists()
    for one in listed:
        cells = AllCells.model_validate(one["prices"])
        for category in Category:
            for tier in PAYING:
                for grade in Grade:
                    assert cells.of(category, grade, tier) == packaged[one["name"]].prices[category].of(grade, tier)
    assert listed[1]["valid_until"] == "2025-12-31", "one ends the day before the next one begins"


async def test_an_order_keeps_the_prices_of_its_day_and_the_next_one_pays_those_of_the_new_list(world: World) -> None:
    relais = await world.relais()
    line = {"category": "laptop", "quantity": 1, "min_grade": "D"}
    _, (label,) = await world.delivered(relais, 1, line, category="laptop", grade="A")
    made = await published(world)
    with clock_at(datetime.combine(TOMORROW, datetime.min.time(), UTC) + timedelta(hours=10)):
        camille, person = await world.client.as_("camille"), await world.client.as_(relais["subject"])
        world.coordinator, later = camille, {**relais, "client": person}
        order = await world.order(later, line)
        (new,) = (await world.read(person, f"/orders/{order['id']}"))["lines"]
        (old,) = [
            one
            for one in await world.rows("SELECT price_list, prices FROM order_line ORDER BY priced_on, id")
            if one["price_list"] == "prices_2026"
        ]
        assert new["price_list"] == made["name"] == "prices_v3"
        at_till = await world.read(person, f"/handovers/till/{label}")
        paid = {one["tier"]: one["amount_cents"] for one in at_till["prices"]}
        assert paid["solidary"] == 12000, "the price that was promised"
        assert "prix solidaires 2026" in at_till["prices"][2]["explanation"][0]
        now = await world.read(person, "/prices")
        assert now["price_list"] == "prices_v3"
        (of_today,) = [
            one for one in now["prices"] if (one["category"], one["grade"], one["tier"]) == ("laptop", "A", "solidary")
        ]
        assert of_today["amount_cents"] == 11500
        assert old


async def test_a_comparison_says_what_changes_and_that_open_orders_do_not(world: World) -> None:
    relais = await world.relais()
    await world.ready(2, category="laptop", grade="A")
    await world.order(relais, {"category": "tablet", "quantity": 3})
    made = await drafted(world)
    said = await world.read(world.coordinator, f"/price-lists/{made['id']}/comparison")
    assert said["against"] == "prices_2026"
    assert said["orders_difference_cents"] == 0
    assert (said["open_orders"], said["free_devices"], said["free_changed"]) == (1, 2, 2)
    one = next(one for one in said["changes"] if (one["grade"], one["tier"]) == ("A", "solidary"))
    assert (one["before_cents"], one["after_cents"], one["difference_cents"]) == (12000, 11500, -500)
    assert one["percent"] == -4.2
    assert said["stock_difference_cents"] == {"very_solidary": -1000, "solidary": -1000}
    assert len(said["changes"]) + said["unchanged"] == 70
    browser = await world.client.login("camille")
    page = words(await browser.get(f"/prix/{made['id']}/comparer"))
    assert "Commandes en cours rien ne change" in page
    assert "-5 €" in page
    assert "4,2 %" in page


async def test_what_is_published_never_changes_not_even_behind_our_back(world: World) -> None:
    made = await published(world)
    path = f"/api/v1/price-lists/{made['id']}"
    assert (await world.coordinator.put(path, json=cheaper(made))).status_code == 409
    assert (await world.coordinator.delete(path)).status_code == 409
    await world.call(world.coordinator, f"/price-lists/{made['id']}/publish", {"reason": "encore"}, status=409)
    for statement in ("UPDATE price_list SET label = 'autre' WHERE version = 1", "DELETE FROM price_list"):
        with pytest.raises(asyncpg.CheckViolationError):
            await world.rows(statement)


async def test_a_list_that_breaks_a_rule_is_kept_as_a_draft_and_not_published(world: World) -> None:
    made = await world.call(world.coordinator, "/price-lists", status=201)
    body = cheaper(made)
    body["prices"]["laptop"]["solidary"]["PREMIUM"] = 18001
    body["prices"]["tablet"] = {**made["prices"]["tablet"], "very_solidary": made["prices"]["tablet"]["solidary"]}
    screens = made["prices"]["monitor"]
    body["prices"]["monitor"] = {**screens, "solidary": {**screens["solidary"], "PREMIUM": screens["solidary"]["B"]}}
    body["prices"]["tablet"]["very_solidary"] = {**body["prices"]["tablet"]["solidary"], "B": 9000}
    assert (await world.coordinator.put(f"/api/v1/price-lists/{made['id']}", json=body)).status_code == 200
    path = f"/price-lists/{made['id']}/publish"
    refused = await world.call(world.coordinator, path, {"reason": "Prix de 2027"}, status=422)
    fields = {one["field"]: one["message_fr"] for one in refused["errors"]}
    assert fields["laptop__solidary__PREMIUM"] == "Au-dessus du plafond de 180\u00a0€."
    assert "tablet__very_solidary__B" in fields
    assert fields["monitor__solidary__A"] == "Catégorie A coûte plus que catégorie Premium."
    page = words(await (await world.client.login("camille")).get(f"/prix/{made['id']}"))
    assert "Au-dessus du plafond de 180 €." in page


async def test_a_list_begins_tomorrow_at_the_earliest_and_no_two_on_one_day(world: World) -> None:
    made = await drafted(world, valid_from=today().isoformat())
    path = f"/price-lists/{made['id']}/publish"
    refused = await world.call(world.coordinator, path, {"reason": "Dès aujourd'hui"}, status=422)
    assert refused["errors"][0]["field"] == "valid_from"
    await published(world)
    twin = await drafted(world)
    await world.call(world.coordinator, f"/price-lists/{twin['id']}/publish", {"reason": "Encore"}, status=409)


async def test_it_is_taken_back_until_the_day_before_and_the_list_before_goes_on(world: World) -> None:
    made = await published(world)
    told = await world.published("price-list-published", "price-list-withdrawn")
    assert [one.type.split(".")[-2] for one in told] == ["price-list-published"]
    assert len(told[0].data["prices"]) == 70
    with clock_at(datetime.combine(TOMORROW, datetime.min.time(), UTC) + timedelta(hours=10)):
        camille = await world.client.as_("camille")
        await world.call(camille, f"/price-lists/{made['id']}/withdraw", {"reason": "Trop tard"}, status=409)
    gone = await world.call(world.coordinator, f"/price-lists/{made['id']}/withdraw", {"reason": "Une erreur"})
    assert gone["status"] == "withdrawn"
    relais = await world.relais()
    await world.read(relais["client"], f"/price-lists/{made['id']}", status=404)
    listed = await world.read(relais["client"], "/price-lists")
    assert [one["name"] for one in listed] == ["prices_2026", "prices_2023"]
    assert listed[0]["valid_until"] is None
    again = await drafted(world)
    await world.call(world.coordinator, f"/price-lists/{again['id']}/publish", {"reason": "La bonne"})


async def test_of_twenty_publications_of_one_day_one_counts(world: World) -> None:
    made = [await drafted(world) for _ in range(20)]

    async def one(list_id: str) -> int:
        answer = await world.coordinator.post(f"/api/v1/price-lists/{list_id}/publish", json={"reason": "La mienne"})
        return answer.status_code

    answers = await asyncio.gather(*(one(each["id"]) for each in made))
    assert sorted(answers) == [200] + [409] * 19
    assert len(await world.published("price-list-published")) == 1


def as_typed(listed: dict[str, Any]) -> dict[str, str]:
    """The prices of a list as its form sends them."""
    return {
        f"{category}__{tier}__{grade}": f"{cents // 100},{cents % 100:02d}"
        for category, tiers in listed["prices"].items()
        for tier, grades in tiers.items()
        for grade, cents in grades.items()
    }


async def test_a_coordinator_does_it_on_screen_and_a_relais_reads_it(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login("camille")
    made = await submit(browser, "/prix")
    place = str(made.url.path)
    assert "Enregistrer et comparer" in words(made)
    (listed,) = [one for one in await world.read(world.coordinator, "/price-lists") if one["status"] == "draft"]
    cells = as_typed(listed)
    fields = {"label": "prix solidaires 2027", "valid_from": TOMORROW.isoformat(), "source": "Décision du comité"}
    fields["seen"] = read_in(made)
    wrong = await submit(browser, place, **fields, **{**cells, "laptop__solidary__A": "beaucoup"})
    assert wrong.status_code == 422
    assert "Écrivez un montant en euros" in words(wrong)
    many = "\n".join(f"Délibération n° {number} du comité" for number in range(1, 22))
    for typed, sentence in (
        (many, "20 sources au plus, une par ligne. Il y en a 21 : regroupez-en quelques-unes."),
        ("Le comité\n" + "é" * 301, "La ligne 2 est trop longue : 300 caractères au plus, elle en a 301."),
        ("é" * 7000, "Écrivez au plus 6040 caractères."),
    ):
        refused = await submit(browser, place, **{**fields, "source": typed}, **cells)
        assert refused.status_code == 422
        assert sentence in words(refused)
        assert typed in unescape(refused.text), "what was typed stays in its field"
    whole = "\n".join("é" * 300 for _ in range(20))
    assert (await submit(browser, place, **{**fields, "source": whole}, **cells)).status_code == 200
    fields["seen"] = read_in(await browser.get(place))
    said = await submit(browser, place, **fields, **{**cells, "laptop__solidary__A": "115"})
    assert "1 prix change" in words(said)
    done = await submit(
        browser, f"{place}/comparer", f"{place}/publier", reason="Décidé le 24 novembre", seen=read_in(said)
    )
    assert "Liste publiée : elle compte à partir de son premier jour." in words(done)
    assert "Décidé le 24 novembre" in words(done)
    assert "Brouillon préparé" in words(done), "the journal"
    reader = await world.client.login(relais["subject"])
    assert "À venir" in words(await reader.get("/prix"))
    shown = words(await reader.get(place))
    assert "115 €" in shown
    assert "Voir et calculer" in shown
    assert "Journal" not in shown
    back = await submit(browser, place, f"{place}/retirer", reason="Une erreur")
    assert "Liste retirée" in words(back)


async def test_of_two_who_write_one_draft_nobody_writes_over_or_publishes_what_they_have_not_read(world: World) -> None:
    camille, colleague = await world.client.login("camille"), await world.client.login("camille")
    place = str((await submit(camille, "/prix")).url.path)
    (listed,) = [one for one in await world.read(world.coordinator, "/price-lists") if one["status"] == "draft"]
    cells = as_typed(listed)
    opened = read_in(await camille.get(place))
    fields = {
        "label": "prix solidaires 2027",
        "valid_from": TOMORROW.isoformat(),
        "source": "Le comité",
        "seen": opened,
    }
    mine = {**fields, **cells, "laptop__solidary__A": "110"}
    theirs = {**fields, **cells, "laptop__solidary__A": "112", "label": "prix de janvier"}
    read = read_in(await submit(camille, place, **mine))
    late = await submit(colleague, place, **theirs)
    assert late.status_code == 422
    assert "Quelqu'un a changé cette liste depuis que vous l'avez ouverte" in words(late)
    assert "Écrit entre-temps : 110 €" in words(late), "beside the price"
    assert "Écrit entre-temps : prix solidaires 2027" in words(late)
    assert 'value="112"' in late.text, "what was typed is kept"
    assert (await submit(colleague, place, **{**theirs, "seen": read_in(late)})).status_code == 200
    refused = await submit(camille, f"{place}/comparer", f"{place}/publier", reason="Décidé au comité", seen=read)
    assert "Le brouillon a changé depuis que vous l'avez relu" in words(refused)
    assert "112" in words(refused), "what it has become is there to read"
    assert await world.published("price-list-published") == []
    done = await submit(
        camille, f"{place}/comparer", f"{place}/publier", reason="Décidé au comité", seen=read_in(refused)
    )
    assert "Liste publiée" in words(done)


days = st.dates(date(2023, 1, 1), date(2040, 1, 1))


@given(st.sets(days, min_size=1, max_size=8), days)
def test_each_day_has_one_list_without_gap_or_overlap(begins: set[date], day: date) -> None:
    book = PriceBook([flat(1000 + place, begin) for place, begin in enumerate(sorted(begins))])
    if day < min(begins):
        with pytest.raises(NothingInForce):
            book.in_force(day)
        return
    found = book.in_force(day)
    assert found.valid_from == max(one for one in begins if one <= day)
    if day > min(begins):
        before = book.in_force(day - timedelta(days=1))
        assert (before.name == found.name) != (found.valid_from == day)


cents = st.integers(0, 20_000)


@st.composite
def cells(draw: st.DrawFn) -> AllCells:
    grades = st.fixed_dictionaries({grade.value: cents for grade in Grade})
    tiers = st.fixed_dictionaries({tier.value: grades for tier in PAYING})
    return AllCells.model_validate(draw(st.fixed_dictionaries({one.value: tiers for one in Category})))


@given(
    cells(), cells(), st.dictionaries(st.tuples(st.sampled_from(Category), st.sampled_from(Grade)), st.integers(1, 9))
)
def test_a_comparison_adds_up(before: AllCells, after: AllCells, free: dict[tuple[Category, Grade], int]) -> None:
    found = changes(before, after, free)
    assert all(one.before_cents + one.difference_cents == one.after_cents != one.before_cents for one in found)
    assert not changes(before, before, free)
    for tier, total in of_the_stock(found).items():
        assert total == sum(count * (after.of(*what, tier) - before.of(*what, tier)) for what, count in free.items())


@given(cells())
def test_a_list_without_fault_is_one_the_catalogue_accepts(said: AllCells) -> None:
    wrong = faults(said, date(2027, 1, 1))
    ordered = all(
        said.of(c, better, t) >= said.of(c, worse, t)
        for c in Category
        for t in PAYING
        for better, worse in zip(list(Grade), list(Grade)[1:], strict=False)
    ) and all(said.of(c, g, Tier.VERY_SOLIDARY) <= said.of(c, g, Tier.SOLIDARY) for c in Category for g in Grade)
    assert ordered or wrong


@pytest.mark.browser
async def test_lists_are_readable_on_a_phone(
    world: World, tab: Any, live: Live, service: Service, settings: Settings
) -> None:
    made = await drafted(world)
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    for width in (390, 1200):
        await tab.set_viewport_size({"width": width, "height": 844})
        for place in ("prix", f"prix/{made['id']}", f"prix/{made['id']}/comparer"):
            await tab.goto(f"{address}/{place}")
            assert await tab.evaluate("document.documentElement.scrollWidth") <= width, place
            await looked_at(tab, f"prices-{place.count('/')}-{width}")
