"""Slips, the diagnosis and the map in a real browser, on a telephone and on a desk, as axe sees them."""

from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in

from .conftest import World
from .test_guidance import ANSWERS
from .test_nearby import shown
from .test_referral_slips import referrer

if TYPE_CHECKING:
    from playwright.async_api import Page


async def looked_at_both(tab: "Page", address: str) -> None:
    for width in (390, 1200):
        await tab.set_viewport_size({"width": width, "height": 844})
        await tab.goto(address)
        await assert_accessible(tab)
        assert await beyond_the_edge(tab) == []


@pytest.mark.slow
@pytest.mark.browser
async def test_somebody_is_asked_and_sent_and_the_map_is_read(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await shown(world, "Maison des solidarités", postcode="48000", city="Mende")
    address = await live(service, settings)
    await looked_at_both(tab, f"{address}/trouver/carte")
    await looked_at_both(tab, f"{address}/bon-d-acces")
    _, page = await referrer(world)
    await looked_at_both(tab, f"{address}{page}")
    await tab.context.clear_cookies()  # of the form before
    await looked_at_both(tab, f"{address}/diagnostic")
    for name, answer in ANSWERS.items():
        await tab.check(f"input[name={name}][value={answer}]")
    await tab.get_by_role("button", name="Voir ce qui me convient").click()
    await tab.get_by_role("heading", name="Ce que nous proposons").wait_for()
    assert tab.url.endswith("/diagnostic"), "no answer stands in the address"
    await assert_accessible(tab)
    assert await tab.context.cookies() == []
    await log_in(tab, address, relais["subject"])
    await looked_at_both(tab, f"{address}/bons")
    await tab.select_option("#f-wanted", "tablet")
    await tab.select_option("#f-tier", "solidary")
    await tab.fill("#f-seen_by", "AS-2")
    await tab.get_by_role("button", name="Faire le bon").click()
    await tab.get_by_role("heading", name="Le donner à la personne").wait_for()
    await assert_accessible(tab)
    assert "BON-" not in tab.url
