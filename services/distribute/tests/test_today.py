"""The home of a Relais says what today is; the facts of a Relais can be corrected and its agreement ended."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from distribute.waiting.estimates import FEWEST, LONG, NEXT, WEEKS, WORDS, Pace, in_words
from filiere.calendar import today
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .test_pages import submit, words
from .test_proposals_in_a_browser import looked_at
from .test_what_the_engine_is_told import snapshot

if TYPE_CHECKING:
    from playwright.async_api import Page

TABLETS = {"category": "tablet", "quantity": 3, "min_grade": "B"}
FIVE = ["Caisse", "Aujourd'hui", "Commander", "Mon stock", "Ma structure"]


async def test_today_says_what_there_is_to_do(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    assert "Rien à faire pour l'instant." in words(await browser.get("/"))
    await world.delivered(relais, 2)
    await world.ready(1)
    order = await world.order(relais, TABLETS)
    await world.allocate()
    await world.send(order)
    await world.order(relais, {**TABLETS, "category": "laptop"}, approved=False)
    page = words(await browser.get("/aujourd-hui"))
    assert "1 colis à recevoir, 2 équipements à remettre, 2 en attente." in page
    assert "Recevoir un colis" in page
    assert "1 commande attend l'accord de la coordination." in page
    assert f"2 tablettes · {order['reference']}" in page


async def test_an_estimate_is_told_as_one_and_only_when_there_is_a_pace(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    await world.order(relais, {**TABLETS, "quantity": 8})
    page = words(await browser.get("/aujourd-hui"))
    assert "Trop peu d'arrivées ces dernières semaines pour dire quand." in page
    soon = (today() - timedelta(days=3)).isoformat()
    await world.ready(5, occurred_at=f"{soon}T09:00:00+00:00")
    await world.allocate()
    page = words(await browser.get("/aujourd-hui"))
    assert "Estimation : environ un mois." in page, "3 tablets at 5 in eight weeks"
    assert "Ce n'est pas une promesse" in page
    assert "Estimate: about a month." in words(await browser.get("/aujourd-hui", params={"lang": "en"}))


async def test_answers_of_the_coordination_are_told_with_their_reason(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre")
    no = await world.order(relais, TABLETS, approved=False)
    await world.call(world.coordinator, f"/orders/{no['id']}/cancel", {"reason": "Plus de tablettes avant mars."})
    less = await world.order(relais, TABLETS, approved=False)
    fewer = [{"line_id": less["lines"][0]["id"], "quantity": 1, "reason": "Une pour commencer."}]
    await world.call(world.coordinator, f"/orders/{less['id']}/approve", {"fewer": fewer})
    mine = await world.order(relais, TABLETS, approved=False)
    await world.call(relais["client"], f"/orders/{mine['id']}/cancel")
    page = words(await (await world.client.login(relais["subject"])).get("/aujourd-hui"))
    assert "Refusée" in page
    assert "Plus de tablettes avant mars." in page
    assert "Approuvée pour moins" in page
    assert mine["reference"] not in page, "its own decision is no news"
    assert "Plus de tablettes" not in words(await (await world.client.login(other["subject"])).get("/aujourd-hui"))


async def test_whoever_has_no_agreement_is_told_on_the_first_page(world: World) -> None:
    relais = await world.relais(signed=False)
    browser = await world.client.login(relais["subject"])
    assert "Votre convention n'est pas encore signée." in words(await browser.get("/"))
    page = words(await browser.get("/ma-structure"))
    assert "Convention à signer" in page
    assert "120 personnes" in page


@given(free=st.integers(0, 100), arrived=st.integers(0, 500), wanted=st.integers(0, 5000))
def test_an_estimate_is_longer_for_more_demand_and_shorter_for_more_arrivals(
    free: int, arrived: int, wanted: int
) -> None:
    weeks = Pace(free, arrived, wanted).weeks
    assert (weeks is None) == (wanted > free and arrived < FEWEST)
    if weeks is None:
        return
    assert weeks <= (Pace(free, arrived, wanted + 1).weeks or weeks)
    more = Pace(free, arrived + 1, wanted).weeks
    assert more is not None
    assert more <= weeks
    assert weeks * arrived >= (wanted - free) * WEEKS
    assert in_words(weeks) in {NEXT, LONG, *(text for _, text in WORDS)}


async def test_wrong_facts_of_a_relais_are_corrected_and_weigh_from_then_on(world: World) -> None:
    relais = await world.relais(people_supported=12_000, postcode="48000")
    await world.order(relais, TABLETS)
    coordinator = await world.client.login("camille")
    page = f"/relais/{relais['id']}/modifier"
    shown = await coordinator.get(page)
    assert 'value="12000"' in shown.text
    facts = {
        "name": relais["name"],
        "legal_form": "association",
        "address": "3 rue du Pont",
        "postcode": "69001",
        "city": "Lyon",
        "publics": ["jeunes"],
        "people_supported": "12",
        "may_sell": "true",
    }
    wrong = await submit(coordinator, page, **{**facts, "postcode": "00000"})
    assert wrong.status_code == 422
    saved = await submit(coordinator, page, **facts)
    assert "C'est corrigé." in words(saved)
    (told,) = (await snapshot(world)).relais
    assert (told.people_supported, told.publics) == (12, frozenset({"jeunes"}))
    wanted = {event.data["territory"]: event.data["wanted"] for event in await world.published("demand-updated")}
    assert wanted == {"48": 0, "69": 3}, "what it waits for is demand of where it is"


async def test_two_relais_never_share_a_siret(world: World) -> None:
    await world.relais("L'un", siret="73282932000074")
    other = await world.relais("L'autre")
    body = {name: other[name] for name in ("name", "legal_form", "address", "postcode", "city", "publics",
                                           "people_supported", "may_sell")}  # fmt: skip
    answer = await world.coordinator.put(f"/api/v1/relais/{other['id']}", json={**body, "siret": "732 829 320 00074"})
    assert answer.status_code == 409, answer.text
    assert (await world.coordinator.put(f"/api/v1/relais/{other['id']}", json=body)).status_code == 200


async def test_an_agreement_ends_and_another_begins(world: World) -> None:
    relais = await world.relais()
    await world.order(relais, TABLETS)
    path = f"/relais/{relais['id']}/agreement/end"
    await world.call(world.coordinator, path, {"ended_on": "2026-10-01"}, status=422)
    await world.call(world.coordinator, path, {"ended_on": "2999-01-01"}, status=422)
    coordinator = await world.client.login("camille")
    page = f"/relais/{relais['id']}"
    ended = await submit(coordinator, page, f"{page}/convention/fin", ended_on=today().isoformat())
    assert "Convention terminée" in words(ended)
    body = {"relais_id": relais["id"], "lines": [{**TABLETS, "category": "laptop"}]}
    await world.call(relais["client"], "/orders", body, status=409)
    await world.ready(3)
    assert (await world.allocate())["allocated"] == 0, "nothing is promised without an agreement"
    await world.call(world.coordinator, path, {"ended_on": today().isoformat()}, status=409)
    await world.sign(relais["id"])
    await world.call(relais["client"], "/orders", body, status=201)


@pytest.mark.slow
@pytest.mark.browser
async def test_five_places_are_in_reach_of_the_thumb(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    await world.delivered(relais, 2)
    order = await world.order(relais, TABLETS)
    await world.ready(1)
    await world.allocate()
    await world.send(order)
    address = await live(service, settings)
    await log_in(tab, address, relais["subject"])
    await tab.set_viewport_size({"width": 390, "height": 844})
    await tab.goto(f"{address}/aujourd-hui")
    bar = tab.locator("nav.thumbs")
    assert await bar.locator("a").all_inner_texts() == FIVE
    boxes = [await one.bounding_box() for one in await bar.locator("a").all()]
    assert all(one and one["height"] >= 44 and one["width"] >= 44 and one["y"] > 760 for one in boxes)
    assert await tab.evaluate("document.documentElement.scrollWidth") <= 390
    await tab.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    foot = await tab.locator("footer.foot").bounding_box()
    edge = await bar.bounding_box()
    assert foot
    assert edge
    assert foot["y"] + foot["height"] <= edge["y"] + 1, "nothing hides behind it"
    await looked_at(tab, "aujourd-hui")
    await tab.set_viewport_size({"width": 1200, "height": 860})
    assert not await bar.is_visible()
    await looked_at(tab, "aujourd-hui-large")
    await tab.goto(f"{address}/ma-structure")
    await looked_at(tab, "ma-structure")
