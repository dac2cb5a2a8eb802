"""Runs, desk and rules in a real browser: from the run to its shipments, and back."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .test_pages import computed
from .test_proposals_in_a_browser import looked_at
from .test_run_pages import two_relais

if TYPE_CHECKING:
    from playwright.async_api import Page


@pytest.mark.slow
@pytest.mark.browser
async def test_the_coordination_goes_on_from_a_run_or_takes_it_back(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings, with_rules: Callable[..., None]
) -> None:
    with_rules("allocation_2030", valid_from="2030-01-01", window_months="6", cap_per_run="1", urgent_percent="40")
    await two_relais(world)
    first = await computed(world)
    run = await world.allocate()
    await world.ready(2)
    await computed(world)
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/attributions")
    await looked_at(tab, "tableau-marques")
    await tab.click(".head summary:has-text('Préparer une attribution')")
    await tab.wait_for_selector("dialog >> text=Ouvrir la proposition n° 3")
    await looked_at(tab, "tableau-deja-prete")
    await tab.goto(f"{address}/attributions/propositions")
    await looked_at(tab, "propositions-export")
    await tab.goto(f"{address}/attributions/{run['id']}")
    await looked_at(tab, "attribution-a-envoyer")
    await tab.click("text=Préparer leurs envois")
    await tab.wait_for_url("**/envois?statut=preparing")
    await tab.goto(f"{address}/attributions/{run['id']}")
    await tab.click("summary:has-text('Annuler cette attribution')")
    await looked_at(tab, "attribution-annuler")
    await tab.click("dialog button[type=submit]")
    await tab.wait_for_selector("text=Une nouvelle proposition repart du stock")
    await looked_at(tab, "attribution-annulee")
    for name, path in {
        "regle-en-vigueur": "/attributions/regle",
        "regle-a-venir": "/attributions/regle?regle=allocation_2030",
        "deja-abandonnee": f"{first}/approuver",
    }.items():
        await tab.goto(address + path)
        await looked_at(tab, name)


@pytest.mark.slow
@pytest.mark.browser
async def test_the_continuous_mode_is_said_before_a_run_is_undone(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    await two_relais(world)
    run = await world.allocate()
    by_itself = settings.model_copy(update={"continuous_allocation": timedelta(seconds=30)})
    address = await live(service, by_itself)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/attributions")
    await looked_at(tab, "tableau-continu")
    await tab.goto(f"{address}/attributions/{run['id']}")
    await tab.click("summary:has-text('Annuler cette attribution')")
    await looked_at(tab, "attribution-annuler-continu")
