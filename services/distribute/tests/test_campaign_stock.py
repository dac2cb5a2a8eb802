"""Devices set aside for a campaign: only for those who order for it, until given back or until the campaign ends."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

from distribute.reservations.repository import ReservationsRepository
from filiere.testing.answers import Json

from .conftest import CLERMONT, LYON, World
from .test_allocation import assert_promises_agree
from .test_approval import given as received
from .test_pages import submit, words

TABLETS = {"category": "tablet", "quantity": 3, "min_grade": "D"}
FOR_RENTREE = {**TABLETS, "campaign": "rentree"}


async def reserve(world: World, campaign: str = "rentree", *, status: int = 200, **body: Any) -> Json:
    wanted = {"category": "tablet", "quantity": 2, **body}
    return await world.call(world.coordinator, f"/stock/campaigns/{campaign}/reserve", wanted, status=status)


async def release(world: World, campaign: str = "rentree", *, status: int = 200, **body: Any) -> Json:
    return await world.call(world.coordinator, f"/stock/campaigns/{campaign}/release", body, status=status)


async def marked(world: World) -> dict[str, str]:
    """Campaign of each device that bears one, by label."""
    rows = await world.rows("SELECT label, campaign FROM stock_item WHERE campaign IS NOT NULL")
    return {row["label"]: row["campaign"] for row in rows}


def plain(said: str) -> str:
    """Without French typography."""
    return said.replace("\u00a0", " ").replace("\u202f", " ")


async def free(world: World) -> tuple[int, dict[str, int], dict[str, int]]:
    """Free for everybody; set aside; set aside for what has ended."""
    stock = await world.read(world.coordinator, "/stock")
    return stock["available"], stock["set_aside"], stock["ended"]


async def test_a_device_set_aside_for_a_campaign_goes_to_its_lines_only(
    world: World, campaigns: Callable[[], None]
) -> None:
    mende, lyon = await world.relais("Mende"), await world.relais("Lyon", postcode="69001")
    await world.ready(4)
    told = await reserve(world)
    assert (told["asked"], told["moved"], told["set_aside"]) == (2, 2, 2)
    others, theirs = await world.order(mende, TABLETS), await world.order(lyon, FOR_RENTREE)
    await world.allocate()
    assert (await received(world, mende, others))[0] == 2
    assert (await received(world, lyon, theirs))[0] == 2
    got = await world.rows(
        "SELECT i.campaign AS of, l.campaign FROM stock_item i JOIN order_line l ON l.id = i.line_id"
    )
    assert all(row["of"] in (None, row["campaign"]) for row in got)
    await assert_promises_agree(world)


async def test_a_line_of_another_campaign_waits_rather_than_take_it(
    world: World, campaigns: Callable[[], None]
) -> None:
    relais = await world.relais()
    await world.ready(2)
    await reserve(world)
    order = await world.order(relais, {**TABLETS, "campaign": "hiver"})
    await world.allocate()
    allocated, reason = await received(world, relais, order)
    assert allocated == 0
    assert "hors de la part de stock de sa campagne" in reason
    assert await world.statuses() == {"available": 2}


async def test_what_is_set_aside_is_not_shown_as_free(world: World, campaigns: Callable[[], None]) -> None:
    relais = await world.relais()
    await world.ready(3)
    await reserve(world)
    stock = await world.read(relais["client"], "/stock")
    (tablets,) = (one for one in stock["categories"] if one["category"] == "tablet")
    (of_grade,) = (one for one in tablets["grades"] if one["grade"] == "B")
    for one in (stock, tablets, of_grade):
        assert (one["available"], one["set_aside"]) == (1, {"rentree": 2})
    shop = words(await (await world.client.login(relais["subject"])).get("/commander"))
    assert "1 disponible · 2 pour la campagne « rentree »" in shop


async def test_devices_of_an_ended_campaign_are_everybodys_again(world: World, campaigns: Callable[[], None]) -> None:
    relais = await world.relais()
    await world.ready(3)
    await reserve(world)
    order = await world.order(relais, TABLETS)
    campaigns()
    assert await free(world) == (3, {}, {"rentree": 2})
    shown = words(await (await world.client.login("camille")).get("/stock"))
    assert "« rentree » n'est plus dans la règle en vigueur. 2 équipements mis de côté pour elle" in shown
    await world.allocate()
    assert (await received(world, relais, order))[0] == 3


async def test_another_campaign_may_have_what_an_ended_one_left(world: World, campaigns: Callable[[], None]) -> None:
    await world.ready(2)
    await reserve(world)
    assert (await reserve(world, "hiver"))["moved"] == 0
    campaigns()
    assert (await reserve(world, "hiver"))["moved"] == 2
    assert await free(world) == (0, {"hiver": 2}, {})


async def test_a_campaign_that_the_policy_does_not_name_is_refused_with_those_it_names(
    world: World, campaigns: Callable[[], None]
) -> None:
    await world.ready(1)
    for refused in (await reserve(world, "soldes", status=422), await release(world, "soldes", status=422)):
        assert plain(refused["detail"]) == "« soldes » n'est pas une campagne en cours. Les campagnes : hiver, rentree."
        assert refused["errors"][0]["field"] == "campaign"
    assert await marked(world) == {}


async def test_without_any_campaign_the_refusal_says_where_they_come_from(world: World) -> None:
    refused = await reserve(world, status=422)
    assert plain(refused["detail"]).endswith("Aucune campagne n'est en cours : la règle publiée n'en nomme pas.")


async def test_fewer_than_asked_are_all_taken_and_it_is_said(world: World, campaigns: Callable[[], None]) -> None:
    await world.ready(2)
    told = await reserve(world, quantity=5)
    assert (told["moved"], plain(told["sentence"])) == (
        2, "2 équipements mis de côté sur 5 demandés : rien d'autre n'est libre.",
    )  # fmt: skip
    assert plain((await reserve(world))["sentence"]) == "Rien de tel n'est libre : aucun équipement n'est mis de côté."


async def test_the_oldest_of_what_is_meant_go_first(world: World, campaigns: Callable[[], None]) -> None:
    await world.ready(1, category="laptop")
    await world.ready(1, grade="D")
    first, second, _ = await world.ready(3)
    (best,) = await world.ready(1, grade="A")
    (there,) = await world.ready(1, workshop_id=LYON)
    assert (await reserve(world, min_grade="B", workshop_id=str(CLERMONT)))["moved"] == 2
    assert set(await marked(world)) == {first["label"], second["label"]}
    await release(world, quantity=1)
    assert set(await marked(world)) == {second["label"]}
    await release(world)
    await reserve(world, grade="A")
    await reserve(world, "hiver", workshop_id=str(LYON))
    assert await marked(world) == {best["label"]: "rentree", there["label"]: "hiver"}


async def test_the_same_request_twice_sets_aside_once(world: World, campaigns: Callable[[], None]) -> None:
    await world.ready(4)
    answers = [
        await world.coordinator.post(
            "/api/v1/stock/campaigns/rentree/reserve",
            json={"category": "tablet", "quantity": 2},
            headers={"Idempotency-Key": "rentree-1"},
        )
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert await free(world) == (2, {"rentree": 2}, {})


async def test_what_is_given_back_serves_everybody(world: World, campaigns: Callable[[], None]) -> None:
    relais = await world.relais()
    await world.ready(3)
    await reserve(world, quantity=3)
    told = await release(world, quantity=2)
    assert (told["moved"], told["set_aside"], told["sentence"]) == (2, 1, "2 équipements rendus au stock commun.")
    order = await world.order(relais, TABLETS)
    await world.allocate()
    assert (await received(world, relais, order))[0] == 2
    campaigns()
    assert (await release(world))["moved"] == 1


async def test_a_promise_taken_back_leaves_the_device_set_aside(world: World, campaigns: Callable[[], None]) -> None:
    relais = await world.relais()
    await world.ready(2)
    await reserve(world)
    await world.order(relais, FOR_RENTREE)
    run = await world.allocate()
    assert (await release(world))["moved"] == 0, "what is promised stays promised"
    await world.call(world.coordinator, f"/allocations/{run['id']}/undo")
    assert await free(world) == (0, {"rentree": 2}, {})


async def test_a_device_graded_again_stays_set_aside_and_a_withdrawn_one_does_not(
    world: World, campaigns: Callable[[], None]
) -> None:
    relais = await world.relais()
    again, gone, promised = await world.ready(3)
    await reserve(world, quantity=3)
    await world.order(relais, {**FOR_RENTREE, "quantity": 1})
    await world.allocate()
    (row,) = await world.rows("SELECT label FROM stock_item WHERE status = 'reserved'")
    by_label = {one["label"]: one for one in (again, gone, promised)}
    promised = by_label.pop(row["label"])
    again, gone = by_label.values()
    await world.deliver(world.withdrawn_event(gone), world.withdrawn_event(promised))
    await world.ready(device_id=again["device_id"], label=again["label"], grade="A")
    assert await marked(world) == {again["label"]: "rentree"}
    for one in (gone, promised):
        await world.ready(device_id=one["device_id"], label=one["label"])
    assert await free(world) == (2, {"rentree": 1}, {})


async def test_setting_aside_waits_for_the_run_in_progress(world: World, campaigns: Callable[[], None]) -> None:
    await world.ready(2)
    async with world.database.unit_of_work() as session:
        await ReservationsRepository.from_session(session).lock_allocation()
        waiting = asyncio.create_task(reserve(world))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        assert await marked(world) == {}
    assert (await waiting)["moved"] == 2


async def test_the_coordination_sets_aside_and_gives_back_on_the_page(
    world: World, campaigns: Callable[[], None]
) -> None:
    await world.ready(4)
    browser = await world.client.login("camille")
    shown = words(await browser.get("/stock"))
    assert "4 équipements prêts à commander. Ils entrent" in shown
    assert "« hiver » : rien n'est mis de côté" in shown
    path = "/stock/campagnes/reserver"
    wanted = {"campaign": "rentree", "category": "tablet", "min_grade": "", "workshop_id": str(CLERMONT)}
    refused = await submit(browser, "/stock", path, **wanted, quantity="")
    assert refused.status_code == 422
    assert f'<option value="{CLERMONT}" selected>' in refused.text
    assert "Ce champ est obligatoire." in words(refused)
    assert "Mettre de côté pour une campagne" in words(refused)
    assert "Réserver" not in words(refused), "« Réservé » is what is promised to a line"
    english = await browser.get(f"{path}?lang=en")
    assert (english.status_code, english.url.path) == (200, "/stock"), "the language changes on a form with errors"
    assert "Set aside for a campaign" in words(english)
    await browser.get("/stock?lang=fr")
    empty = await submit(browser, "/stock", path, campaign="", category="", quantity="")
    summary = empty.text.partition("note stop summary")[2].partition("</ul>")[0]
    assert re.findall(r'href="#f-(\w+)"', summary) == ["campaign", "category", "quantity"]
    done = words(await submit(browser, "/stock", path, **wanted, quantity="3"))
    assert "Campagne « rentree » : 3 équipements mis de côté." in done
    assert "1 équipement prêt à commander. 3 autres sont mis de côté pour une campagne." in done
    assert "Libre pour tous" in done
    for campaign, count in (("rentree", 3), ("hiver", 0), ("soldes", 4)):
        listed = words(await browser.get("/stock", params={"campagne": campaign}))
        assert listed.count("Galaxy Tab A8") == count, campaign
    back = words(await submit(browser, "/stock", "/stock/campagnes/rendre", campaign="rentree", quantity=""))
    assert "Campagne « rentree » : 3 équipements rendus au stock commun." in back
    assert await free(world) == (4, {}, {})
    less = words(await submit(browser, "/stock", path, **wanted, quantity="9"))
    assert "4 équipements mis de côté sur 9 demandés" in less
    wrong = words(await submit(browser, "/stock", "/stock/campagnes/rendre", campaign="rentree", quantity="0"))
    assert "Rien n'est rendu : Écrivez un nombre d'au moins 1." in wrong


async def test_without_a_campaign_the_page_says_where_they_are_named(world: World) -> None:
    browser = await world.client.login("camille")
    shown = await browser.get("/stock")
    assert "Aucune campagne n'est en cours. Voir les campagnes" in words(shown)
    assert "/stock/campagnes/reserver" not in shown.text
    refused = await submit(
        browser, "/stock", "/stock/campagnes/reserver", campaign="rentree", category="tablet", quantity="1"
    )
    assert refused.status_code == 422
