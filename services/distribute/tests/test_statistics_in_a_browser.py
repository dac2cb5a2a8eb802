"""Who is served, read by the coordination and by a Relais in a real browser, as axe sees it."""

from typing import TYPE_CHECKING

import pytest
from distribute.statistics.service import tell_of_what_is_over
from filiere.calendar import clock_at
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .test_orienting_in_a_browser import looked_at_both
from .test_statistics import AUTUMN, handed

if TYPE_CHECKING:
    from playwright.async_api import Page


@pytest.mark.slow
@pytest.mark.browser
async def test_a_coordinator_asks_who_was_served_and_a_relais_its_own(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    await handed(world, relais, ["seniors"] * 8 + ["femmes"] * 7 + ["jeunes"] * 2)
    with clock_at(AUTUMN):
        await tell_of_what_is_over(world.database)
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    await looked_at_both(tab, f"{address}/qui-est-servi")
    await tab.select_option("#periode", "2026-T3")
    await tab.select_option("#lignes", "locality")
    await tab.get_by_role("button", name="Voir", exact=True).click()
    await tab.get_by_text("Équipements remis, 2026-T3 : 17").wait_for()
    assert "lignes=locality" in tab.url
    await tab.context.clear_cookies()
    await log_in(tab, address, relais["subject"])
    await looked_at_both(tab, f"{address}/mes-remises")
