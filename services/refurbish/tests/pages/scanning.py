"""What a person with a scanner does in a real browser, and what is waiting there unsent."""

import asyncio
from typing import TYPE_CHECKING

from ..conftest import World

if TYPE_CHECKING:
    from playwright.async_api import Page


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
    async with asyncio.timeout(30):
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
