"""Two parcels received in a cellar: scans are kept on the device, survive the browser, and are taken once each."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filiere.identifiers import label_code
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.answers import Json
from filiere.testing.browser import ARGUMENTS, CHROMIUM, Live, log_in

from tests.faults.proxy import FaultProxy

from .conftest import World
from .test_proposals_in_a_browser import looked_at

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

LYON = "0193a1b2-0000-7000-8000-0000000000a2"


async def two_parcels_of_six(world: World) -> tuple[Json, list[str]]:
    relais = await world.relais()
    await world.ready(6)
    await world.ready(6, workshop_id=LYON, workshop_name="Atelier de Lyon")
    order = await world.order(relais, {"category": "tablet", "quantity": 12, "min_grade": "D"})
    await world.allocate()
    shipments = await world.send(order)
    assert len(shipments) == 2
    return relais, [item["label"] for shipment in shipments for item in shipment["items"]]


async def scan(tab: "Page", code: str) -> None:
    """What a hardware scanner does in a field: its text is there at once, then Enter."""
    await tab.fill("#scan-label", code)
    await tab.press("#scan-label", "Enter")


async def is_kept(tab: "Page") -> None:
    """The page opens without the network from now on."""
    await tab.evaluate("navigator.serviceWorker.ready.then(() => true)")
    async with asyncio.timeout(30):
        while not await tab.evaluate("caches.match('/reception').then(Boolean)"):
            await asyncio.sleep(0.05)


async def test_twelve_scans_of_two_parcels_outlive_the_browser_and_are_taken_once(
    world: World, browser: "Browser", live: Live, service: Service, settings: Settings, tmp_path: Path
) -> None:
    """`browser` only says whether there is one: this test starts and closes its own."""
    from playwright.async_api import async_playwright

    relais, labels = await two_parcels_of_six(world)
    address = await live(service, settings)

    async with async_playwright() as playwright:

        async def opened() -> "BrowserContext":
            context = await playwright.chromium.launch_persistent_context(
                tmp_path, executable_path=CHROMIUM, args=ARGUMENTS, locale="fr-FR"
            )
            await context.pages[0].set_viewport_size({"width": 390, "height": 844})
            return context

        context = await opened()
        tab = context.pages[0]
        await log_in(tab, address, relais["subject"])
        await tab.goto(f"{address}/reception")
        await is_kept(tab)
        await context.set_offline(True)
        for label in labels[:8]:
            await scan(tab, label)
        await scan(tab, labels[0])  # once too often
        await tab.wait_for_selector("#reception:has-text('9 scans ne sont pas encore envoyés')")
        assert await tab.locator("[data-last] .scanned.ok").count() == 0
        assert await tab.locator("[data-noted]:has-text('pas encore envoyé')").count() == 8
        await looked_at(tab, "reception-sans-reseau")
        await context.close()

        context = await opened()
        tab = context.pages[0]
        await context.set_offline(True)
        await tab.goto(f"{address}/reception")
        await tab.wait_for_selector("#reception:has-text('9 scans ne sont pas encore envoyés')")
        for label in labels[8:]:
            await scan(tab, label)
        await tab.wait_for_selector("#reception:has-text('13 scans ne sont pas encore envoyés')")
        assert await world.statuses() == {"shipped": 12}

        await context.set_offline(False)
        await log_in(tab, address, relais["subject"])
        # Its home sends what waits, too.
        await tab.wait_for_selector("#reception", state="hidden", timeout=60_000)
        async with asyncio.timeout(60):
            while await world.statuses() != {"delivered": 12}:
                await asyncio.sleep(0.1)
        await tab.goto(f"{address}/reception")
        await tab.wait_for_selector("[data-last] .scanned.ok")
        assert await tab.locator("[data-codes]").count() == 0
        assert await tab.locator("[data-settle] .note").count() == 0
        await looked_at(tab, "reception-faite")
        await context.close()
    assert len(await world.published("device-delivered")) == 12


async def test_what_was_not_meant_for_this_relais_is_a_card_until_somebody_settles_it(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais, labels = await two_parcels_of_six(world)
    (stranger,) = await world.ready()
    address = await live(service, settings)
    await tab.set_viewport_size({"width": 390, "height": 844})
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/reception")
    await is_kept(tab)
    await tab.context.set_offline(True)
    await tab.click(f"li:has-text('{labels[0]}') >> text=Il est là")
    await scan(tab, labels[1])
    await scan(tab, stranger["label"])
    await scan(tab, label_code(800_000))
    await tab.wait_for_selector("#reception:has-text('4 scans')")
    # A colleague has received one of them meanwhile: nothing is written over.
    await world.call(relais["client"], "/shipments/receive", {"scanned": [labels[1]]})
    await tab.context.set_offline(False)
    await tab.wait_for_selector("[data-settle] .note >> nth=1", timeout=30_000)
    kinds = await tab.locator("[data-last] b").all_inner_texts()
    assert kinds == ["À mettre de côté", "À mettre de côté", "Déjà reçu", "C'est reçu"]
    # What is left is what the service says, without anybody loading the page again.
    await tab.wait_for_selector("[data-expected]:has-text('10 appareils')")
    await tab.reload()
    await tab.wait_for_selector("[data-settle] .note >> nth=1")
    await looked_at(tab, "reception-a-mettre-de-cote")
    await tab.locator("[data-settle] .note").filter(has_text=stranger["label"]).get_by_role("button").click()
    await tab.wait_for_selector("[data-settle] .note >> nth=1", state="detached")
    assert await tab.locator("[data-settle] .note").count() == 1
    assert await world.statuses() == {"available": 1, "shipped": 10, "delivered": 2}


async def test_the_page_of_one_parcel_keeps_scans_and_ticks_and_sends_each_once(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais, _ = await two_parcels_of_six(world)
    (parcel, *_) = (await world.read(relais["client"], "/shipments"))["items"]
    items = (await world.read(relais["client"], f"/shipments/{parcel['id']}"))["items"]
    first, second = (one["label"] for one in items[:2])
    address = await live(service, settings)
    await tab.set_viewport_size({"width": 390, "height": 844})
    await log_in(tab, address, relais["subject"])
    page = f"/envois/{parcel['id']}"
    await tab.goto(f"{address}{page}")
    await tab.evaluate("navigator.serviceWorker.ready.then(() => true)")
    async with asyncio.timeout(30):
        while not await tab.evaluate(f"caches.match('{page}').then(Boolean)"):
            await asyncio.sleep(0.05)
    await tab.context.set_offline(True)
    await tab.reload()  # the page is the one that was kept
    await tab.fill("#scan-label", first)
    await tab.press("#scan-label", "Enter")
    await tab.click("details.more summary")
    for label in (first, second):  # the first once too often
        await tab.check(f"input[type=checkbox][value='{label}']")
    await tab.click("text=Recevoir les équipements cochés")
    await tab.wait_for_selector("#reception:has-text('3 scans ne sont pas encore envoyés')")
    assert await tab.locator("[data-noted]:has-text('pas encore envoyé')").count() == 2
    await looked_at(tab, "envoi-sans-reseau")
    assert await world.statuses() == {"shipped": 12}
    await tab.context.set_offline(False)
    async with asyncio.timeout(30):
        while await world.statuses() != {"shipped": 10, "delivered": 2}:
            await asyncio.sleep(0.1)
    await tab.wait_for_selector("text=4 équipements à recevoir", timeout=15_000)
    assert len(await world.published("device-delivered")) == 2


@pytest.mark.parametrize("fault", ["black_hole", "drop_answers"])
async def test_a_network_that_is_only_seemingly_there_loses_no_scan_of_a_parcel(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings, fault: str
) -> None:
    """The browser says that it is online, and requests hang: of the second kind they are taken without a word."""
    relais, _ = await two_parcels_of_six(world)
    (parcel, *_) = (await world.read(relais["client"], "/shipments"))["items"]
    items = (await world.read(relais["client"], f"/shipments/{parcel['id']}"))["items"]
    first, second = (one["label"] for one in items[:2])
    (stranger,) = await world.ready()
    address = await live(service, settings)
    await tab.set_viewport_size({"width": 390, "height": 844})
    await log_in(tab, address, relais["subject"])
    async with FaultProxy(int(address.rsplit(":", 1)[1])) as proxy:
        page = f"http://127.0.0.1:{proxy.port}/envois/{parcel['id']}"
        await tab.goto(page)
        await tab.wait_for_selector("#reception", state="attached")
        setattr(proxy.faults, fault, True)
        assert await tab.evaluate("navigator.onLine")
        await scan(tab, first)
        await scan(tab, stranger["label"])
        await tab.click("details.more summary")
        for label in (first, second):
            await tab.check(f"input[type=checkbox][value='{label}']")
        await tab.click("text=Recevoir les équipements cochés")
        await tab.wait_for_selector("#reception:has-text('4 scans ne sont pas encore envoyés')")
        assert tab.url == page, "nobody waits for an answer that does not come"
        assert await tab.locator("[data-noted]:has-text('pas encore envoyé')").count() == 2
        proxy.heal()
        async with asyncio.timeout(60):
            while await world.statuses() != {"available": 1, "shipped": 10, "delivered": 2}:
                await asyncio.sleep(0.1)
        await tab.wait_for_selector("text=4 équipements à recevoir", timeout=30_000)
        await tab.wait_for_selector(f"[data-settle] .note:has-text('{stranger['label']}')")
        await looked_at(tab, "envoi-reseau-qui-ne-repond-pas")
    assert len(await world.published("device-delivered")) == 2
