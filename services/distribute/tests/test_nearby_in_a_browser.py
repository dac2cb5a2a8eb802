"""Finding a Relais on a telephone, in both languages, and what the page weighs."""

from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge

from .conftest import World
from .test_nearby import shown

if TYPE_CHECKING:
    from playwright.async_api import Page

MOST_BYTES = 50_000  # of the page and all that it asks for, unpacked
WEIGHT = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .reduce((sum, one) => sum + one.decodedBodySize, 0)"""


@pytest.mark.slow
@pytest.mark.browser
async def test_somebody_finds_a_relais_in_one_field_on_a_telephone(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    await shown(world, "Maison des solidarités", postcode="48000", city="Mende")
    address = await live(service, settings)
    await tab.set_viewport_size({"width": 390, "height": 844})
    await tab.goto(f"{address}/trouver")
    await assert_accessible(tab)
    await tab.get_by_label("Votre commune ou votre code postal").fill("mende")
    await tab.keyboard.press("Enter")
    await tab.get_by_role("heading", name="Autour de Mende").wait_for()
    assert await tab.get_by_text("dans la commune").is_visible()
    await assert_accessible(tab)
    assert await beyond_the_edge(tab) == []
    assert 2_000 < await tab.evaluate(WEIGHT) < MOST_BYTES
    await tab.get_by_role("link", name="English").click()
    await tab.get_by_role("heading", name="Around Mende").wait_for()
    for width in (390, 1200):
        await tab.set_viewport_size({"width": width, "height": 844})
        await tab.goto(f"{address}/trouver?ou=Brest&lang=fr")
        await tab.get_by_role("heading", name="Aucune structure à moins de 50 km").wait_for()
        await assert_accessible(tab)
        assert await beyond_the_edge(tab) == []
