"""Scans in a real browser: quicker than the network, without it, and with a browser that dies in the middle."""

import asyncio
import json
import os
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filiere.identifiers import label_code
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import ARGUMENTS, CHROMIUM, Live, assert_accessible, beyond_the_edge, log_in

from ..conftest import World

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Dialog, Page, Request, Route

pytestmark = pytest.mark.browser

UNSENT = """() => new Promise((resolve) => {
    const opening = indexedDB.open("filiere-scans:", 1);
    opening.onsuccess = () => {
        const asked = opening.result.transaction("scans").objectStore("scans").getAll();
        asked.onsuccess = () => resolve(asked.result.filter((scan) => scan.state === "waiting").length);
    };
})"""


async def scan(tab: "Page", code: str) -> None:
    """What a hardware scanner does in a field, as quick: its text is there at once, then Enter."""
    await tab.keyboard.insert_text(code)
    await tab.keyboard.press("Enter")


async def scan_and_keep(tab: "Page", *codes: str) -> None:
    """Scans that cannot be sent from now on: they wait on this device."""
    await tab.route("**/scanner/envoi", lambda route: route.abort("internetdisconnected"))
    for code in codes:
        await scan(tab, code)
    await tab.wait_for_selector(f"#scans:has-text('{len(codes)} scan')")


async def type_and_enter(tab: "Page", code: str) -> None:
    """The same key by key, as it looks where no field was meant."""
    await tab.evaluate(
        """code => { for (const key of [...code, "Enter"]) {
            const field = document.activeElement;
            const went = field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
            if (!went || !field.matches("input")) continue;
            if (key === "Enter") field.form.requestSubmit(); else field.value += key;
        } }""",
        code,
    )


async def is_ready(tab: "Page") -> None:
    """The page's scripts are at work, and the field has the focus."""
    await tab.wait_for_function("() => document.activeElement.matches('.scan input')")


async def is_kept(tab: "Page") -> None:
    """The service worker answers for the next page; one that was opening while it began may not be its own yet."""
    await tab.evaluate("() => navigator.serviceWorker.ready.then(() => true)")


async def is_copied(tab: "Page", path: str) -> None:
    """The page opens without the network from now on."""
    async with asyncio.timeout(10):
        while not await tab.evaluate("path => caches.match(path).then((copy) => Boolean(copy))", path):
            await asyncio.sleep(0.05)


async def unsent(tab: "Page") -> int:
    return int(await tab.evaluate(UNSENT))


async def all_sent(tab: "Page", seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while await unsent(tab):
            await asyncio.sleep(0.1)


async def arrived(world: World, lot: str) -> int:
    return int((await world.get(f"/lots/{lot}"))["arrived"])


async def lot_of(world: World, count: int) -> tuple[str, list[str]]:
    devices = [world.device() for _ in range(count)]
    return await world.expects(*devices), [device["label"] for device in devices]


async def _many_without_a_pause(
    world: World, tab: "Page", address: str, count: int, latency_s: float, lost_answers: int
) -> None:
    lot, labels = await lot_of(world, count + 1)
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
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/lots/{lot}")
    await is_ready(tab)
    for label in labels[:count]:
        await scan(tab, label)
    assert await tab.input_value(".scan input") == ""
    assert await unsent(tab) > 0
    assert await tab.locator("#scans").is_visible()
    await all_sent(tab, 30 + 3 * count * max(latency_s, 0.1))
    assert list(dict.fromkeys(order)) == labels[:count]
    assert await arrived(world, lot) == count
    # Each was new, also those whose first answer was lost.
    assert await tab.locator("[data-last] .scanned.ok").count() == 10
    await tab.wait_for_selector(f"[data-tally]:has-text('{count} sur {count + 1}')")
    assert await tab.locator("#scans").is_hidden()


@pytest.mark.slow
async def test_ten_scans_without_a_pause_all_arrive(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    await _many_without_a_pause(world, tab, await live(service, settings), 10, 0.1, lost_answers=1)


@pytest.mark.slow
@pytest.mark.timeout(300)  # 43 answers of two seconds, one after the other
async def test_forty_scans_without_a_pause_and_two_seconds_of_latency_all_arrive(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    await _many_without_a_pause(world, tab, await live(service, settings), 40, 2.0, lost_answers=3)


@pytest.mark.slow
async def test_a_shift_without_the_network_is_kept_and_sent_when_it_is_back(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, labels = await lot_of(world, 5)
    page, context = f"{address}/lots/{lot}", tab.context
    await log_in(tab, address, "ada")
    await tab.goto(page)
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
async def test_what_a_scan_says_is_seen_by_word_colour_and_a_card_that_stays(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, labels = await lot_of(world, 3)
    _, others = await lot_of(world, 1)
    await log_in(tab, address, "ada")
    await tab.set_viewport_size({"width": 390, "height": 844})
    await tab.goto(f"{address}/lots/{lot}")
    await is_ready(tab)
    stranger = label_code(800_000)
    for code in (labels[0], labels[0], others[0], stranger):
        await scan(tab, code)
    await all_sent(tab)
    await tab.wait_for_selector("[data-last] li:nth-child(4)")
    kinds = await tab.locator("[data-last] b").all_inner_texts()
    assert kinds == ["À régler", "À régler", "Déjà là", "Nouveau"]
    # On the wrong pile it lies there as wrong the second time, by whatever text it is found.
    await scan(tab, f"https://filiere.example/e/{others[0]}")
    await all_sent(tab)
    await tab.wait_for_selector("[data-last] li:nth-child(5)")
    assert await tab.locator("[data-last] b").first.inner_text() == "À régler"
    await tab.locator("[data-settle] button").last.click()
    await tab.wait_for_function("() => document.querySelectorAll('[data-settle] .note').length === 2")
    cards = tab.locator("[data-settle] .note")
    assert await cards.count() == 2
    await assert_accessible(tab)
    assert await beyond_the_edge(tab) == []
    await tab.reload()
    await tab.wait_for_selector("[data-settle] .note")
    assert await cards.count() == 2  # nothing is overwritten, until somebody says that it is settled
    await cards.filter(has_text=stranger).get_by_role("button", name="C'est réglé").click()
    await tab.wait_for_function("() => document.querySelectorAll('[data-settle] .note').length === 1")
    assert stranger in await (await tab.goto(f"{address}/ecarts")).text()  # type: ignore[union-attr]


@pytest.mark.slow
async def test_a_scan_anywhere_opens_the_device_and_sends_no_form(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    first, second = await world.arrived(), await world.arrived()
    label = (await world.get(f"/devices/{second}"))["label"]
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/equipements/{first}/supports")
    field = tab.locator("input[name=serial]")
    await field.focus()
    await type_and_enter(tab, "S4NSSD0042")  # meant for the field: it stays there, and the form is not sent
    assert await field.input_value() == "S4NSSD0042"
    await type_and_enter(tab, label)  # a label is never meant for a field; what was typed is not lost
    link = tab.locator(f".toast a[href='/equipements/{second}']")
    await link.wait_for()
    assert await field.input_value() == "S4NSSD0042"
    assert tab.url.endswith("/supports")
    assert await world.get(f"/devices/{first}/media") == []
    await field.fill("")
    await tab.evaluate("document.activeElement.blur()")
    await type_and_enter(tab, label)
    await tab.wait_for_url(f"**/equipements/{second}")


@pytest.mark.slow
async def test_a_page_kept_before_a_deployment_finds_its_scripts_without_the_network(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, labels = await lot_of(world, 2)
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/lots/{lot}")
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
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, labels = await lot_of(world, 3)
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/lots/{lot}")
    await is_ready(tab)
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
async def test_a_network_that_never_answers_is_none(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, _ = await lot_of(world, 1)
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/lots/{lot}")
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
async def test_a_manifest_that_grows_opens_the_page_once(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    """The last scan said « 1 sur 1 »; there are two by now, and the page has nothing to open again for."""
    address = await live(service, settings)
    devices = [world.device(), world.device()]
    lot, (dispatch, first, second) = world.lot(devices, chunk_size=1)
    await world.hears(dispatch, first)
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/lots/{lot}")
    await is_ready(tab)
    await scan(tab, devices[0]["label"])
    await tab.wait_for_selector("text=Tout est scanné")  # the last one: the page has another next step now
    await world.hears(second)
    opened: list[str] = []
    tab.on("framenavigated", lambda frame: opened.append(frame.url))
    await tab.goto(f"{address}/lots/{lot}")
    await is_ready(tab)
    await tab.wait_for_selector("[data-tally]:has-text('1 sur 1')")
    await asyncio.sleep(1)
    assert len(opened) == 1


async def test_a_label_stays_in_the_field_that_asks_for_one(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, labels = await lot_of(world, 1)
    await world.post(f"/lots/{lot}/arrive", {"labels": [label_code(800_000)]})
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/ecarts")
    await tab.locator("[data-takes-label]").focus()
    await type_and_enter(tab, labels[0])
    assert await tab.locator("[data-takes-label]").input_value() == labels[0]
    assert await unsent(tab) == 0
    assert await arrived(world, lot) == 0


@pytest.mark.slow
async def test_whoever_logs_out_is_told_what_is_not_sent(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, labels = await lot_of(world, 2)
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/lots/{lot}")
    await is_ready(tab)
    await scan_and_keep(tab, labels[0])
    asked: list[str] = []

    async def stay(dialog: "Dialog") -> None:
        asked.append(dialog.message)
        await dialog.dismiss()

    tab.on("dialog", stay)
    await tab.locator("details.who summary").click()
    await tab.locator("form[data-logout] button").click()
    assert asked
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
async def test_the_scans_of_one_person_are_not_sent_by_another(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, labels = await lot_of(world, 2)
    await world.colleague("bruno")
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/lots/{lot}")
    await is_ready(tab)
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
async def test_a_session_that_ended_keeps_what_was_scanned(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    lot, labels = await lot_of(world, 2)
    await log_in(tab, address, "ada")
    await tab.goto(f"{address}/lots/{lot}")
    await is_ready(tab)
    await tab.context.clear_cookies()
    await scan(tab, labels[0])
    await tab.locator("#scans a", has_text="Se connecter").click()
    await tab.locator('button[name="sub"][value="ada"], #sub').first.wait_for()
    await log_in(tab, address, "ada")
    await all_sent(tab)
    assert await arrived(world, lot) == 1


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
