"""Stock set aside for a campaign, in a real browser: asked for in a dialog, listed, given back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .test_campaign_stock import reserve
from .test_proposals_in_a_browser import looked_at

if TYPE_CHECKING:
    from playwright.async_api import Page


@pytest.mark.slow
@pytest.mark.browser
async def test_devices_are_set_aside_and_given_back_in_a_dialog(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings, campaigns: Callable[[], None]
) -> None:
    await world.ready(4)
    await world.ready(3, category="laptop", manufacturer="Lenovo", model="ThinkPad T480", grade="A")
    await reserve(world, "hiver", category="laptop", quantity=2)
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/stock")
    await looked_at(tab, "stock-campagnes")
    empty, said = tab.locator("tr.nothing"), tab.locator("text=Ni prêt, ni demandé pour l'instant")
    for width, is_list in ((1200, False), (390, True)):
        await tab.set_viewport_size({"width": width, "height": 860})
        assert await empty.count() == 5
        assert await empty.first.is_visible() is not is_list, "on a phone a row of dashes is in the way"
        assert await said.is_visible() is is_list
    await tab.click("summary:has-text('Mettre de côté pour une campagne')")
    await tab.select_option("dialog [name=campaign]", "rentree")
    await tab.select_option("dialog [name=category]", "tablet")
    await tab.fill("dialog [name=quantity]", "3")
    await looked_at(tab, "stock-reserver")
    await tab.click("dialog button[type=submit]")
    await tab.wait_for_selector("text=3 équipements mis de côté.")
    await tab.click("a:has-text('3 équipements mis de côté')")
    await tab.wait_for_url("**/stock?campagne=rentree&statut=available")
    assert await tab.locator("tbody .chip:has-text('campagne « rentree »')").count() == 3
    await looked_at(tab, "stock-rentree")
    await tab.click("li:has-text('rentree') summary:has-text('Rendre au stock commun')")
    await tab.fill("dialog[open] [name=quantity]", "1")
    await looked_at(tab, "stock-rendre")
    await tab.click("dialog[open] button[type=submit]")
    await tab.wait_for_selector("text=1 équipement rendu au stock commun.")
    campaigns()
    await tab.goto(f"{address}/stock")
    await tab.wait_for_selector("text=n'est plus dans la règle en vigueur")
    await looked_at(tab, "stock-campagne-terminee")
    await tab.click("button:has-text('Rendre au stock commun')")
    await tab.wait_for_selector("text=2 équipements rendus au stock commun.")
