"""Espace Recharge under a volunteer's hands: three taps to a code, on a phone and on a desk."""

from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .test_proposals_in_a_browser import looked_at
from .topping_up import CODES, stocked

if TYPE_CHECKING:
    from playwright.async_api import Page


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1200])
async def test_a_code_is_handed_over_in_three_taps(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings, width: int
) -> None:
    relais, offer_id = await stocked(world, 3)
    address = await live(service, settings)
    await tab.set_viewport_size({"width": width, "height": 844})
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/recharges")
    await looked_at(tab, f"recharges-{width}")
    await tab.click(f"a[href$='/recharges/vendre/{offer_id}']")
    await looked_at(tab, f"recharge-vendre-{width}")
    await tab.click("button:has-text('Remettre')")
    await tab.wait_for_url("**/recharges/remises/*")
    await looked_at(tab, f"recharge-{width}")
    assert CODES[0] not in await tab.content()
    await tab.click("button:has-text('Afficher le code')")
    await tab.wait_for_selector(f"text={CODES[0]}")
    await looked_at(tab, f"recharge-code-{width}")
    await tab.goto(f"{address}/recharges")
    assert CODES[0] not in await tab.content()


@pytest.mark.slow
@pytest.mark.browser
async def test_enter_hands_nothing_over(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais, offer_id = await stocked(world, 1)
    address = await live(service, settings)
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/recharges/vendre/{offer_id}")
    await tab.focus("input[name=person_alias]")
    await tab.keyboard.type("A-17")
    await tab.keyboard.press("Enter")
    await tab.wait_for_timeout(500)
    assert tab.url.endswith(f"/recharges/vendre/{offer_id}")
    (mine,) = [one for one in await world.read(relais["client"], "/topups/offers") if one["id"] == offer_id]
    assert mine["left"] == 0


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1200])
async def test_the_coordination_s_side(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings, width: int
) -> None:
    relais, offer_id = await stocked(world, 3)
    await world.call(relais["client"], f"/topups/offers/{offer_id}/ask", {"codes": 20})
    address = await live(service, settings)
    await tab.set_viewport_size({"width": width, "height": 844})
    await log_in(tab, address, "camille")
    for page in ("/reseau-recharges", f"/reseau-recharges/{offer_id}"):
        await tab.goto(f"{address}{page}")
        await looked_at(tab, f"reseau-recharges-{width}")
