"""Orders in a real browser: what is wrong is told and reached, Enter orders nothing, a line accepts more."""

from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .test_proposals_in_a_browser import looked_at

if TYPE_CHECKING:
    from playwright.async_api import Page

TARGETS = """
() => [...document.querySelectorAll("main .btn, main summary, main input, main select")]
    .filter((one) => one.checkVisibility({checkVisibilityCSS: true}) && !one.classList.contains("visually-hidden"))
    .filter((one) => !["checkbox", "radio"].includes(one.type) && one.getBoundingClientRect().height < 43.5)
    .map((one) => one.outerHTML.slice(0, 80))
"""


@pytest.mark.slow
@pytest.mark.browser
async def test_a_wrong_quantity_is_reached_from_the_summary_and_enter_orders_nothing(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    await world.ready(3)
    address = await live(service, settings)
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/commander")
    assert await tab.evaluate(TARGETS) == []
    await tab.fill("#q-tablet", "2,5")
    await tab.fill("#q-laptop", "9999")
    await tab.fill("#q-desktop", "2")
    await tab.press("#q-desktop", "Enter")
    await tab.wait_for_url("**/commander?*")
    assert await tab.input_value("#q-tablet") == "2,5"
    assert (await world.read(relais["client"], "/orders"))["total"] == 0
    await tab.click("button.btn:has-text('Commander')")
    await tab.wait_for_selector("text=2 points à corriger")
    await looked_at(tab, "commander-a-corriger")
    await tab.click(".summary a:has-text('Tablettes')")
    assert await tab.evaluate("document.activeElement.id") == "q-tablet"
    await tab.fill("#q-tablet", "3")
    await tab.fill("#q-laptop", "0")
    await tab.click("button.btn:has-text('Commander')")
    await tab.wait_for_url("**/commandes/*")
    (order,) = (await world.read(relais["client"], "/orders"))["items"]
    assert order["requested"] == 5


@pytest.mark.slow
@pytest.mark.browser
async def test_a_short_line_is_changed_in_a_dialog_and_a_cancelled_order_says_so(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    await world.ready(1, category="laptop", manufacturer="Lenovo", model="ThinkPad T480")
    await world.ready(4, category="desktop", manufacturer="Dell", model="OptiPlex 3050")
    await world.ready(1, category="tablet", grade="D")
    order = await world.order(
        relais,
        {"category": "laptop", "quantity": 3, "min_grade": "B", "publics": ["seniors"]},
        {"category": "desktop", "quantity": 1},
        {"category": "tablet", "quantity": 2, "min_grade": "A"},
        {"category": "monitor", "quantity": 2},
    )
    await world.allocate()
    address = await live(service, settings)
    await log_in(tab, address, relais["subject"])
    page = f"{address}/commandes/{order['id']}"
    await tab.goto(page)
    assert await tab.evaluate(TARGETS) == []
    await looked_at(tab, "commande-en-attente")
    await tab.set_viewport_size({"width": 1200, "height": 860})
    await tab.click("summary:has-text('Accepter aussi') >> nth=0")
    await tab.wait_for_selector("dialog")
    await looked_at(tab, "accepter-aussi")
    await tab.check("dialog input[value=desktop]")
    await tab.click("dialog button[type=submit]")
    await tab.wait_for_selector("text=Ligne enregistrée.")
    await world.allocate()
    await tab.goto(page)
    assert await tab.locator(".chip:has-text('Remplacement')").count() == 2
    await looked_at(tab, "commande-remplacements")
    await tab.click("a:has-text('Les autres Relais, et la méthode')")
    await looked_at(tab, "part-servie")
    await tab.goto(page)
    await tab.click("summary:has-text('Annuler la commande')")
    await looked_at(tab, "annuler-la-commande")
    await tab.click("dialog button:has-text('Revenir')")
    await tab.wait_for_selector("dialog", state="detached")
    await tab.click("summary:has-text('Annuler la commande')")
    await tab.fill("dialog textarea", "Commande passée deux fois.")
    await tab.click("dialog button[type=submit]")
    await tab.wait_for_selector(".note:has-text('par le Relais')")
    await looked_at(tab, "commande-annulee")
