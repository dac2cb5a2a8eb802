"""Reception, departure, incidents and loans in a real browser, on a telephone and on a desk, as axe sees them."""

from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .test_proposals_in_a_browser import looked_at

if TYPE_CHECKING:
    from playwright.async_api import Page


@pytest.mark.slow
@pytest.mark.browser
async def test_a_relais_receives_reports_and_lends(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    await world.ready(4)
    order = await world.order(relais, {"category": "tablet", "quantity": 3, "min_grade": "D"})
    await world.allocate()
    packed = await world.call(world.coordinator, "/shipments", {"order_id": order["id"]}, status=201)
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    for name, path in {"a-prelever": "/envois/a-prelever", "envoi-a-partir": f"/envois/{packed[0]['id']}"}.items():
        await tab.goto(address + path)
        await looked_at(tab, name)
    shipment = await world.call(world.coordinator, f"/shipments/{packed[0]['id']}/ship")
    here, gone, bad = shipment["items"]
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/reception")
    await looked_at(tab, "reception")
    await tab.fill("#scan-label", here["serial"])
    await tab.keyboard.press("Enter")
    await tab.wait_for_selector(f"[data-last] .scanned.ok:has-text('{here['label']}')")
    await tab.click(f"li:has-text('{gone['label']}') >> text=Pas dans le colis")
    await tab.wait_for_selector("text=Signalé manquant")
    await looked_at(tab, "reception-manquant")
    await tab.click(f"li:has-text('{bad['label']}') >> text=Abîmé ou pas le bon")
    await tab.wait_for_selector("text=Je le garde quand même")
    await looked_at(tab, "signaler")
    await tab.check("input[name=kind][value=damaged]")
    await tab.click("button:has-text('Signaler')")
    await tab.wait_for_selector("text=Un autre vous est promis")
    await tab.goto(f"{address}/prets")
    await tab.check("input[name=kind][value=street]")
    await tab.fill("#f-place", "Tournée du mardi")
    await tab.check(f"input[name=labels][value='{here['label']}']")
    await looked_at(tab, "prets")
    await tab.click("button:has-text('Ils sortent')")
    await tab.wait_for_selector("text=Régler au retour")
    await looked_at(tab, "pret")
    for name, path in {
        "mon-stock": "/mon-stock",
        "appareil": f"/stock/equipements/{here['device_id']}",
        "signalements": "/signalements",
    }.items():
        await tab.goto(address + path)
        await looked_at(tab, name)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/signalements")
    await looked_at(tab, "signalements-a-regler")


@pytest.mark.slow
@pytest.mark.browser
async def test_the_menu_of_the_coordination_takes_one_line_and_leads_to_all_it_follows(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    for language in ("fr", "en"):
        await tab.set_viewport_size({"width": 1200, "height": 860})
        await tab.goto(f"{address}/commandes?lang={language}")
        places = "one => Math.round(one.getBoundingClientRect().top)"
        tops = f"[...document.querySelectorAll('header nav > a, header nav summary')].map({places})"
        assert len(set(await tab.evaluate(tops))) == 1, "one line"
        assert not await tab.locator("header nav .menu a").first.is_visible()
        await tab.click("header nav summary")
        assert await tab.locator("header nav .menu a:visible").count() == 6
        await looked_at(tab, f"menu-{language}")
        await tab.set_viewport_size({"width": 1200, "height": 860})
    await tab.click("header nav .menu a[href$='/signalements']")
    await tab.wait_for_selector("header nav summary.current")
    assert await tab.locator("header nav .menu a[aria-current]").count() == 1
    await tab.click("header nav summary")
    await tab.keyboard.press("Escape")
    assert not await tab.locator("header nav .menu a").first.is_visible()
