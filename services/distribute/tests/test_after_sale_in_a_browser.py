"""After the sale on a telephone: from the label of what does not work to the new receipt."""

from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .test_proposals_in_a_browser import looked_at

if TYPE_CHECKING:
    from playwright.async_api import Page


async def led_by(tab: "Page", what: str) -> None:
    async with tab.expect_navigation():
        await tab.click(what)


@pytest.mark.slow
@pytest.mark.browser
async def test_a_broken_device_is_swapped_on_a_telephone(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    _, (broken, good) = await world.delivered(relais, 2)
    body = {"label": broken, "kind": "sold", "tier": "solidary", "means": "cash"}
    await world.call(relais["client"], "/handovers", body, status=201)
    address = await live(service, settings)
    await tab.set_viewport_size({"width": 390, "height": 844})
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/caisse")
    await led_by(tab, "main a:has-text('Service après-vente')")
    await looked_at(tab, "sav")
    await tab.fill("input[name=code]", broken)
    await led_by(tab, "main button:has-text('Continuer')")
    await looked_at(tab, "sav-remise")
    await tab.check("input[name=fault][value=screen]")
    await tab.check("input[name=way][value=swap]")
    await tab.select_option("select[name=replacement]", good)
    await led_by(tab, "main button:has-text('Enregistrer')")
    await looked_at(tab, "sav-dossier")
    await led_by(tab, "main a:has-text('nouveau reçu')")
    await looked_at(tab, "sav-recu")
    assert "Jusqu'au" in await tab.inner_text("main")
    assert await world.statuses() == {"returning": 1, "handed_over": 1}
