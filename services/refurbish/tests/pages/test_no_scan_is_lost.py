"""Scans in a real browser: quicker than the network, without it, and with a browser that dies in the middle."""

import asyncio
import json
import os
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import ARGUMENTS, CHROMIUM, Live, assert_accessible, log_in

from ..conftest import World
from .conftest import OpenLot
from .scanning import (
    all_sent,
    arrived,
    is_copied,
    is_kept,
    is_ready,
    lot_of,
    scan,
    scan_and_keep,
    unsent,
)

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page, Route

pytestmark = pytest.mark.browser


_PAUSES = """() => {
    const own = window.setTimeout;
    window.pauses = [];
    window.setTimeout = (what, pause, ...more) => { window.pauses.push(pause); return own(what, pause, ...more); };
}"""


async def _many_without_a_pause(
    world: World, tab: "Page", open_lot: OpenLot, count: int, latency_s: float, lost_answers: int
) -> None:
    _, lot, labels = await open_lot(count + 1)
    order: list[str] = []

    async def slow(route: "Route") -> None:
        order.append(json.loads(route.request.post_data or "")["label"])
        await asyncio.sleep(latency_s)
        if len(order) <= lost_answers:  # it was taken, and the answer is lost on its way back
            await route.fetch()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await tab.route("**/scanner/envoi", slow)
    await tab.evaluate(_PAUSES)
    for label in labels[:count]:
        await scan(tab, label)
    assert await tab.input_value(".scan input") == ""
    assert await unsent(tab) > 0
    assert await tab.locator("#scans").is_visible()
    await all_sent(tab, 30 + 3 * count * max(latency_s, 0.1))
    assert list(dict.fromkeys(order)) == labels[:count]
    # A lost answer makes the next try later; scans that came in meanwhile do not.
    assert max(await tab.evaluate("() => window.pauses")) <= 1000 * 2 ** (lost_answers - 1)
    assert await arrived(world, lot) == count
    # Each was new, also those whose first answer was lost.
    assert await tab.locator("[data-last] .scanned.ok").count() == 10
    await tab.wait_for_selector(f"[data-tally]:has-text('{count} sur {count + 1}')")
    assert await tab.locator("#scans").is_hidden()


@pytest.mark.slow
async def test_ten_scans_without_a_pause_all_arrive(world: World, tab: "Page", open_lot: OpenLot) -> None:
    await _many_without_a_pause(world, tab, open_lot, 10, 0.1, lost_answers=1)


@pytest.mark.slow
@pytest.mark.timeout(300)  # 43 answers of two seconds, one after the other
async def test_forty_scans_without_a_pause_and_two_seconds_of_latency_all_arrive(
    world: World, tab: "Page", open_lot: OpenLot
) -> None:
    await _many_without_a_pause(world, tab, open_lot, 40, 2.0, lost_answers=3)


@pytest.mark.slow
async def test_a_shift_without_the_network_is_kept_and_sent_when_it_is_back(
    world: World, tab: "Page", open_lot: OpenLot
) -> None:
    address, lot, labels = await open_lot(5)
    page, context = f"{address}/lots/{lot}", tab.context
    await is_kept(tab)
    await is_copied(tab, f"/lots/{lot}")
    await context.set_offline(True)
    await is_ready(tab)
    for label in labels[:2]:
        await scan(tab, label)
    await tab.wait_for_selector("#scans:has-text('2 scans ne sont pas encore envoyés')")
    assert await tab.locator("[data-last] .scanned.wait").count() == 2
    assert await tab.locator("[data-last] .scanned.ok").count() == 0
    # Closed and opened again, still without the network; another page says so, and leads back.
    await tab.close()
    again = await context.new_page()
    await again.goto(page)
    await is_ready(again)
    await again.wait_for_selector("#scans:has-text('2 scans ne sont pas encore envoyés')")
    await scan(again, labels[2])
    await again.wait_for_selector("#scans:has-text('3 scans ne sont pas encore envoyés')")
    await assert_accessible(again)
    await again.goto(f"{address}/equipements")
    await again.wait_for_selector("h1, .what >> text=Pas de réseau")
    assert await arrived(world, lot) == 0
    await again.goto(page)
    await context.set_offline(False)
    await all_sent(again)
    assert await arrived(world, lot) == 3


@pytest.mark.slow
async def test_a_page_kept_before_a_deployment_finds_its_scripts_without_the_network(
    world: World, tab: "Page", open_lot: OpenLot
) -> None:
    address, lot, labels = await open_lot(2)
    await is_kept(tab)
    await is_copied(tab, f"/lots/{lot}")
    # The page as the release before wrote it, whose files the new worker has thrown away.
    await tab.evaluate(
        """async path => {
            const pages = await caches.open("filiere-pages:"), text = await (await pages.match(path)).text();
            const before = text.replaceAll(/\\/static\\/[0-9a-f]{12}\\//g, "/static/000000000000/");
            await pages.put(path, new Response(before, { headers: { "content-type": "text/html; charset=utf-8" } }));
        }""",
        f"/lots/{lot}",
    )
    await tab.context.set_offline(True)
    await tab.goto(f"{address}/lots/{lot}")
    assert "/static/000000000000/" in await tab.content()
    await is_ready(tab)
    await scan(tab, labels[0])
    await tab.wait_for_selector("#scans:has-text('1 scan')")
    await tab.context.set_offline(False)
    await all_sent(tab)
    assert await arrived(world, lot) == 1


async def welcomed(route: "Route", *, status: int) -> None:
    await route.fulfill(status=status, body="<h1>Bienvenue sur notre réseau</h1>")


@pytest.mark.slow
async def test_the_welcome_page_of_a_wireless_network_is_no_answer(
    world: World, tab: "Page", open_lot: OpenLot
) -> None:
    _, lot, labels = await open_lot(3)
    for number, status in enumerate((200, 404), 1):
        welcome = partial(welcomed, status=status)
        await tab.route("**/scanner/envoi", welcome)
        await scan(tab, labels[number])
        await tab.wait_for_selector("#scans:has-text('Le service ne répond pas')")
        assert await tab.locator("[data-last] .scanned.wait").count() == 1
        await tab.unroute("**/scanner/envoi")
        await all_sent(tab)
        assert await arrived(world, lot) == number


@pytest.mark.slow
async def test_a_network_that_never_answers_is_none(world: World, tab: "Page", open_lot: OpenLot) -> None:
    address, lot, _ = await open_lot(1)
    await is_kept(tab)
    await is_copied(tab, f"/lots/{lot}")
    asked: list[str] = []

    async def silent(route: "Route") -> None:
        asked.append(route.request.url)
        await asyncio.sleep(30)

    await tab.context.route(f"**/lots/{lot}", silent)
    await tab.goto(f"{address}/lots/{lot}", timeout=10_000)
    await is_ready(tab)
    assert asked
    await tab.context.unroute_all(behavior="ignoreErrors")


@pytest.mark.slow
async def test_a_browser_killed_in_the_middle_has_kept_every_scan(
    world: World, browser: "Browser", live: Live, service: Service, settings: Settings, tmp_path: Path
) -> None:
    """`browser` only says whether there is one: this test starts, kills and starts its own."""
    from playwright.async_api import async_playwright

    address = await live(service, settings)
    lot, labels = await lot_of(world, 6)

    async with async_playwright() as playwright:

        async def opened(**said: Any) -> "BrowserContext":
            return await playwright.chromium.launch_persistent_context(
                tmp_path, executable_path=CHROMIUM, args=ARGUMENTS, locale="fr-FR", **said
            )

        context = await opened()
        tab = context.pages[0]
        await log_in(tab, address, "ada")
        await tab.goto(f"{address}/lots/{lot}")
        await is_ready(tab)
        await scan_and_keep(tab, *labels[:5])
        for process in _processes_of(tmp_path):
            os.kill(process, signal.SIGKILL)
        await asyncio.sleep(0.5)
        (tmp_path / "SingletonLock").unlink(missing_ok=True)

        context = await opened()
        tab = context.pages[0]
        await log_in(tab, address, "ada")
        await tab.goto(f"{address}/scanner")
        await all_sent(tab)
        assert await arrived(world, lot) == 5
        await context.close()


def _processes_of(profile: Path) -> list[int]:
    """The browser's processes, by the profile they were started with."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            said = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in said:
            found.append(int(folder.name))
    return found
