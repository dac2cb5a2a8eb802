"""A campaign as its people see it, on a phone and on a wide screen: opened, read again, published, joined."""

from typing import TYPE_CHECKING

import pytest
from filiere.calendar import today
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .test_proposals_in_a_browser import looked_at

if TYPE_CHECKING:
    from playwright.async_api import Page


@pytest.mark.slow
@pytest.mark.browser
async def test_a_campaign_is_opened_published_and_joined(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    await world.ready(3)
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/campagnes")
    await looked_at(tab, "campaigns-none")
    await tab.click("a:has-text('Ouvrir une campagne')")
    await looked_at(tab, "campaigns-form")
    await tab.fill("[name=name]", "Hiver connecté")
    await tab.fill("[name=ends_on]", today().replace(year=today().year + 1).isoformat())
    await tab.fill("[name=target_people]", "2000")
    await tab.check("[name=pricing][value=reduced]")
    await tab.click("button:has-text('Enregistrer et relire')")
    await tab.wait_for_selector("text=Dites quelle part du prix est payée")
    await tab.fill("[name=price_percent]", "50")
    await tab.click("button:has-text('Enregistrer et relire')")
    await tab.wait_for_selector("text=50 % du prix de la liste")
    await looked_at(tab, "campaigns-preview")
    await tab.click("summary:has-text('Publier la campagne')")
    await tab.fill("#p-reason", "Le froid arrive")
    await tab.click("form[action$='/publier'] button[type=submit]")
    await tab.wait_for_selector("text=Campagne publiée")
    await tab.select_option("#f-category", "tablet")
    await tab.fill("#f-quantity", "2")
    await tab.press("#f-quantity", "Enter")
    assert await tab.evaluate("document.activeElement.textContent") == "Mettre de côté", "Enter leads to the button"
    await tab.click("form[action$='/stock'] button[type=submit]")
    await tab.wait_for_selector("text=2 équipements mis de côté")
    await looked_at(tab, "campaigns-one")
    campaign = tab.url
    await tab.click("summary:has-text('Clôturer la campagne')")
    await tab.fill("#c-reason", "Objectif atteint")
    await tab.press("#c-reason", "Enter")
    assert await tab.evaluate("document.activeElement.textContent") == "Clôturer", "and closes nothing by itself"
    await tab.keyboard.press("Escape")
    await tab.click("a:has-text('Inviter des structures')")
    await tab.fill("#f-addresses", "CCAS de Florac;nadia@ccas.example\nsans adresse")
    await tab.click("button:has-text('Lire la liste')")
    await looked_at(tab, "campaigns-invitations")
    await tab.click("button:has-text('Envoyer 1 invitation')")
    await tab.wait_for_selector("text=1 invitation part")
    await tab.goto(campaign)
    link = await tab.get_attribute("a[href*='/campagne/']", "href")
    assert link is not None
    here = f"{address}/campagne/{link.split('/campagne/')[1]}"
    await tab.context.clear_cookies()
    await tab.goto(here)
    await looked_at(tab, "campaigns-link")
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{here}/rejoindre")
    await looked_at(tab, "campaigns-join")
    await tab.click("form[action$='/rejoindre'] button[type=submit]")
    await tab.wait_for_selector("text=participe à la campagne")
    await looked_at(tab, "campaigns-own")
