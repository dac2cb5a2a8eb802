"""Scans that wait in a browser with several tabs or people, or whose session has ended."""

from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from ..conftest import World
from .conftest import OpenLot
from .scanning import all_sent, arrived, lot_of, scan, scan_and_keep, unsent

if TYPE_CHECKING:
    from playwright.async_api import Dialog, Page, Request

pytestmark = pytest.mark.browser


@pytest.mark.slow
async def test_whoever_logs_out_is_told_what_is_not_sent(world: World, tab: "Page", open_lot: OpenLot) -> None:
    address, lot, labels = await open_lot(2)
    await scan_and_keep(tab, labels[0])
    asked: list[str] = []

    async def stay(dialog: "Dialog") -> None:
        asked.append(dialog.message)
        await dialog.dismiss()

    tab.on("dialog", stay)
    await tab.locator("details.who summary").click()
    async with tab.expect_event("dialog"):
        await tab.locator("form[data-logout] button").click()
    assert asked[0].startswith("1 scan n'est pas encore envoyé.")
    assert tab.url == f"{address}/lots/{lot}"
    assert await unsent(tab) == 1


@pytest.mark.slow
async def test_two_tabs_send_each_scan_once_and_show_the_same(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, labels = await lot_of(world, 7)
    await log_in(tab, address, "ada")
    other = await tab.context.new_page()
    sent: list[str] = []

    def heard(request: "Request") -> None:
        if request.url.endswith("/envoi"):
            sent.append(request.post_data or "")

    for one in (tab, other):
        one.on("request", heard)
        await one.goto(f"{address}/lots/{lot}")
    for number, label in enumerate(labels[:6]):
        one = (tab, other)[number % 2]
        await one.bring_to_front()
        await one.locator(".scan input").focus()
        await scan(one, label)
    await all_sent(tab)
    assert len(sent) == len(set(sent)) == 6
    for one in (tab, other):
        await one.wait_for_function("() => document.querySelectorAll('[data-last] .scanned.ok').length === 6")
    assert await arrived(world, lot) == 6


@pytest.mark.slow
async def test_the_scans_of_one_person_are_not_sent_by_another(world: World, tab: "Page", open_lot: OpenLot) -> None:
    address, lot, labels = await open_lot(2)
    await world.colleague("bruno")
    await scan_and_keep(tab, labels[0])
    await tab.unroute("**/scanner/envoi")
    await tab.context.clear_cookies()
    await log_in(tab, address, "bruno")
    await tab.goto(f"{address}/lots/{lot}")
    await tab.wait_for_selector("#scans:has-text('autre personne')")
    assert await arrived(world, lot) == 0
    await tab.context.clear_cookies()
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/scanner")
    await all_sent(tab)
    assert await arrived(world, lot) == 1


@pytest.mark.slow
async def test_a_session_that_ended_keeps_what_was_scanned(world: World, tab: "Page", open_lot: OpenLot) -> None:
    address, lot, labels = await open_lot(2)
    await tab.context.clear_cookies()
    await scan(tab, labels[0])
    await tab.locator("#scans a", has_text="Se connecter").click()
    await tab.locator('button[name="sub"][value="ada"], #sub').first.wait_for()
    await log_in(tab, address, "ada")
    await all_sent(tab)
    assert await arrived(world, lot) == 1
