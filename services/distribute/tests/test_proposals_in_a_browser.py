"""Proposals in a real browser: chosen, watched to their end without leaving the page, failed, compared."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from distribute.allocation.proposals import worker
from distribute.allocation.proposals.repository import ProposalsRepository
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, log_in

from .conftest import World
from .test_pages import computed
from .test_proposal_pages import failed, two_relais
from .test_proposals_worker import workers

if TYPE_CHECKING:
    from playwright.async_api import Page

SHOTS = os.environ.get("SCREENSHOTS")
WIDTHS = {"": 1200, "-phone": 390}


async def looked_at(tab: "Page", name: str) -> None:
    """On a wide screen and on a phone: accessible, and no wider than the screen."""
    for suffix, width in WIDTHS.items():
        await tab.set_viewport_size({"width": width, "height": 860})
        await assert_accessible(tab)
        wide = await tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} px wider than its screen"
        if SHOTS:
            await tab.screenshot(path=str(Path(SHOTS) / f"{name}{suffix}.png"), full_page=True)


@pytest.mark.slow
@pytest.mark.browser
async def test_a_proposal_is_asked_for_by_rule_and_its_end_is_told(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings, with_rules: Callable[..., None]
) -> None:
    with_rules("allocation_2030", valid_from="2030-01-01", window_months="6", cap_per_run="1")
    await two_relais(world)
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/attributions")
    await tab.click("summary:has-text('Préparer une attribution')")
    await tab.check("dialog input[value=allocation_2030]")
    await looked_at(tab, "choisir-la-regle")
    await tab.click("dialog button[type=submit]")
    await tab.wait_for_url("**/attributions/propositions/*")
    await looked_at(tab, "calcul-en-attente")
    # What the status region is made to say, in its order; a new page would have none of it.
    await tab.evaluate(
        "window.said = []; new MutationObserver(() => said.push(told.textContent))"
        ".observe(document.getElementById('told'), {childList: true, characterData: true, subtree: true})"
    )
    await tab.wait_for_timeout(2500)
    assert await tab.evaluate("said") == [], "what has not changed is not told again"
    async with world.database.unit_of_work() as session:
        claim = await ProposalsRepository.from_session(session).claim(worker.SILENT_S)
    assert claim is not None
    await tab.wait_for_selector(".head .chip:has-text('Calcul en cours')")
    async with world.database.unit_of_work() as session:
        await ProposalsRepository.from_session(session).give_back(claim)
    await tab.wait_for_selector(".head .chip:has-text('En attente')")
    assert await tab.evaluate("said.splice(0)") == ["Le calcul commence.", "Le calcul va commencer."]
    async with workers(world):
        await tab.wait_for_selector("text=elle ne s'approuve pas")
    said = await tab.evaluate("said")
    assert said[-1] == "Le calcul est terminé. 2 équipements proposés."
    assert len(said) == len(set(said))
    assert await tab.locator("#progress").count() == 0
    assert await tab.locator(".head .chip:has-text('À approuver')").is_visible()
    await looked_at(tab, "simulation")
    assert await tab.locator("summary:has-text('Approuver')").count() == 0
    await assert_accessible(tab)
    usual = await computed(world)
    await tab.goto(tab.url + "/comparaison/" + usual.rpartition("/")[2])
    assert await tab.locator("a[aria-current=true]:has-text('Proposition n°')").is_visible()
    await looked_at(tab, "deux-regles")
    await tab.locator("summary:has-text('Voir les chiffres')").first.press("Enter")
    assert await tab.locator("details[open] th[scope=row]").first.is_visible()
    await looked_at(tab, "deux-regles-chiffres")


@pytest.mark.slow
@pytest.mark.browser
async def test_what_failed_and_all_there_were_are_readable(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    await two_relais(world)
    await computed(world)
    lost = await failed(world)
    given_up = await world.call(world.coordinator, "/proposals", status=202)
    await world.call(world.coordinator, f"/proposals/{given_up['id']}/cancel")
    at_work = await world.call(world.coordinator, "/proposals", status=202)
    async with world.database.unit_of_work() as session:
        repository = ProposalsRepository.from_session(session)
        claim = await repository.claim(worker.SILENT_S)
        assert claim is not None
        assert await repository.alive(claim, "shares")
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    for name, path in {
        "tableau": "/attributions",
        "propositions": "/attributions/propositions",
        "propositions-aucune": "/attributions/propositions?statut=approved",
        "echec": f"/attributions/propositions/{lost['id']}",
        "calcul": f"/attributions/propositions/{at_work['id']}",
        "abandonnee": f"/attributions/propositions/{given_up['id']}",
        "pas-calculee": f"/attributions/propositions/{given_up['id']}/comparaison",
        "regle": "/attributions/regle",
    }.items():
        await tab.goto(address + path)
        await looked_at(tab, name)
