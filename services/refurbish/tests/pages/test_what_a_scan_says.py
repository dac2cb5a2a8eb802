"""What a scan shows, and where it goes: the list of scans, a field that asks for a label, a device's page."""

import asyncio
from typing import TYPE_CHECKING

import pytest
from filiere.identifiers import label_code
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in

from ..conftest import World
from .scanning import (
    all_sent,
    arrived,
    is_ready,
    lot_of,
    scan,
    type_and_enter,
    unsent,
)

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.mark.slow
async def test_what_a_scan_says_is_seen_by_word_colour_and_a_card_that_stays(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, labels = await lot_of(world, 3)
    _, others = await lot_of(world, 1)
    await log_in(tab, address, "ada")
    await tab.set_viewport_size({"width": 390, "height": 844})
    await tab.goto(f"{address}/lots/{lot}")
    await is_ready(tab)
    stranger = label_code(800_000)
    for code in (labels[0], labels[0], others[0], stranger):
        await scan(tab, code)
    await all_sent(tab)
    await tab.wait_for_selector("[data-last] li:nth-child(4)")
    kinds = await tab.locator("[data-last] b").all_inner_texts()
    assert kinds == ["À régler", "À régler", "Déjà là", "Nouveau"]
    # On the wrong pile it lies there as wrong the second time, by whatever text it is found.
    await scan(tab, f"https://filiere.example/e/{others[0]}")
    await all_sent(tab)
    await tab.wait_for_selector("[data-last] li:nth-child(5)")
    assert await tab.locator("[data-last] b").first.inner_text() == "À régler"
    await tab.locator("[data-settle] button").last.click()
    await tab.wait_for_function("() => document.querySelectorAll('[data-settle] .note').length === 2")
    cards = tab.locator("[data-settle] .note")
    assert await cards.count() == 2
    await assert_accessible(tab)
    assert await beyond_the_edge(tab) == []
    await tab.reload()
    await tab.wait_for_selector("[data-settle] .note")
    assert await cards.count() == 2  # nothing is overwritten, until somebody says that it is settled
    await cards.filter(has_text=stranger).get_by_role("button", name="C'est réglé").click()
    await tab.wait_for_function("() => document.querySelectorAll('[data-settle] .note').length === 1")
    assert stranger in await (await tab.goto(f"{address}/ecarts")).text()  # type: ignore[union-attr]


@pytest.mark.slow
async def test_a_scan_anywhere_opens_the_device_and_sends_no_form(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    first, second = await world.arrived(), await world.arrived()
    label = (await world.get(f"/devices/{second}"))["label"]
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/equipements/{first}/supports")
    field = tab.locator("input[name=serial]")
    await field.focus()
    await type_and_enter(tab, "S4NSSD0042")  # meant for the field: it stays there, and the form is not sent
    assert await field.input_value() == "S4NSSD0042"
    await type_and_enter(tab, label)  # a label is never meant for a field; what was typed is not lost
    link = tab.locator(f".toast a[href='/equipements/{second}']")
    await link.wait_for()
    assert await field.input_value() == "S4NSSD0042"
    assert tab.url.endswith("/supports")
    assert await world.get(f"/devices/{first}/media") == []
    await field.fill("")
    await tab.evaluate("document.activeElement.blur()")
    await type_and_enter(tab, label)
    await tab.wait_for_url(f"**/equipements/{second}")


@pytest.mark.slow
async def test_a_manifest_that_grows_opens_the_page_once(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    """The last scan said « 1 sur 1 »; there are two by now, and the page has nothing to open again for."""
    address = await live(service, settings)
    devices = [world.device(), world.device()]
    lot, (dispatch, first, second) = world.lot(devices, chunk_size=1)
    await world.hears(dispatch, first)
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/lots/{lot}")
    await is_ready(tab)
    await scan(tab, devices[0]["label"])
    await tab.wait_for_selector("text=Tout est scanné")  # the last one: the page has another next step now
    await world.hears(second)
    opened: list[str] = []
    tab.on("framenavigated", lambda frame: opened.append(frame.url))
    await tab.goto(f"{address}/lots/{lot}")
    await is_ready(tab)
    await tab.wait_for_selector("[data-tally]:has-text('1 sur 1')")
    await asyncio.sleep(1)
    assert len(opened) == 1


async def test_a_label_stays_in_the_field_that_asks_for_one(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, labels = await lot_of(world, 1)
    await world.post(f"/lots/{lot}/arrive", {"labels": [label_code(800_000)]})
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/ecarts")
    await tab.locator("[data-takes-label]").focus()
    await type_and_enter(tab, labels[0])
    assert await tab.locator("[data-takes-label]").input_value() == labels[0]
    assert await unsent(tab) == 0
    assert await arrived(world, lot) == 0


@pytest.mark.slow
@pytest.mark.browser
async def test_who_presses_twice_reads_the_label_of_what_was_received(
    world: World, browser: "Browser", live: Live, service: Service, settings: Settings
) -> None:
    """The second press answered « déjà réglée », and nobody saw the label to stick."""
    address = await live(service, settings)
    lot = await world.expects(world.device())
    await world.post(f"/lots/{lot}/arrive", {"labels": ["5CG9999XYZ"]})
    tab = await (await browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})).new_page()
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/ecarts")
    await tab.locator("details:has(form[action$='/recevoir']) > summary").click()
    await tab.locator("select[name=category]").select_option("laptop")
    async with tab.expect_navigation():
        await tab.get_by_role("button", name="Le recevoir en trop").dblclick()
    await tab.get_by_text("est reçu en trop").wait_for()
