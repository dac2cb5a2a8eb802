"""The till and the reception on an old phone: six times slower than this machine, 360 × 640, on slow 3G."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .test_till_in_a_browser import until

if TYPE_CHECKING:
    from playwright.async_api import CDPSession, Page

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CPU_TIMES = 6
# As WebPageTest's "3GSlow": 400 kbit/s both ways, 400 ms there and back.
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
FAST = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
# What a first visit may weigh, all of it: less than four seconds of such a network.
FIRST_VISIT = 200_000
# And any later page: half a second.
LATER_VISIT = 25_000


class Phone:
    """A tab that is as slow as told, and what came over its network."""

    def __init__(self, tab: "Page", devtools: "CDPSession") -> None:
        self.tab = tab
        self._devtools = devtools
        self.bytes = 0
        devtools.on("Network.loadingFinished", self._came)

    def _came(self, said: dict[str, float]) -> None:
        self.bytes += int(said["encodedDataLength"])

    @classmethod
    async def of(cls, tab: "Page") -> "Phone":
        await tab.set_viewport_size({"width": 360, "height": 640})
        devtools = await tab.context.new_cdp_session(tab)
        await devtools.send("Network.enable")
        return cls(tab, devtools)

    async def is_slow(self, yes: bool) -> None:
        await self._devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_TIMES if yes else 1})
        await self._devtools.send("Network.emulateNetworkConditions", SLOW_3G if yes else FAST)

    async def visits(self, address: str) -> tuple[int, float]:
        """Bytes of a visit, until nothing comes any more, and seconds until the page is drawn."""
        before, began = self.bytes, time.perf_counter()
        await self.tab.goto(address, wait_until="load")
        took = time.perf_counter() - began
        await self.tab.wait_for_timeout(1000)
        return self.bytes - before, took

    async def forgets(self, address: str) -> None:
        """As on the first day, but logged in: nothing is kept for the time without the network either."""
        await self._devtools.send("Network.clearBrowserCache")
        kept = "cache_storage,service_workers,indexeddb"
        await self._devtools.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": kept})

    async def scans(self, label: str, said: str) -> float:
        """Seconds from the scanner's Enter to what is said of it."""
        await until(self.tab, "document.activeElement.name === 'label'")
        await self.tab.keyboard.type(label)
        began = time.perf_counter()
        await self.tab.keyboard.press("Enter")
        await self.tab.wait_for_selector(said)
        took = time.perf_counter() - began
        await self.tab.wait_for_timeout(1000)
        return took

    async def fits(self) -> bool:
        return bool(await self.tab.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def test_the_till_and_the_reception_on_an_old_phone(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    relais = await world.relais()
    _, sold = await world.delivered(relais, 2)
    await world.ready(4)
    order = await world.order(relais, {"category": "tablet", "quantity": 4, "min_grade": "D"})
    await world.allocate()
    (shipment,) = await world.send(order)
    coming = [item["label"] for item in shipment["items"]]
    address = await live(service, settings)
    phone = await Phone.of(tab)
    await log_in(tab, address, relais["subject"])
    scan: dict[str, Callable[[str], str]] = {
        "caisse": lambda _: "fieldset#f-tier",
        # Kept on the phone, and shown at once; then what the service says of it.
        "reception": lambda label: f"[data-last] .scanned:has-text('{label}')",
        "reception, answered": lambda label: f"[data-last] .scanned.ok:has-text('{label}')",
    }
    said = []
    for name, where in scan.items():
        page, labels = f"{address}/{name.partition(',')[0]}", sold if name == "caisse" else coming
        await phone.is_slow(False)
        await tab.goto(page)
        label = labels.pop()
        usual = await phone.scans(label, where(label))
        await phone.is_slow(True)
        await phone.forgets(address)
        first, drawn = await phone.visits(page)
        later, again = await phone.visits(page)
        assert await phone.fits(), name
        label, before = labels.pop(), phone.bytes
        slow = await phone.scans(label, where(label))
        said.append(
            f"{name}: first visit {first} bytes, {drawn:.1f} s; later {later}, {again:.1f} s; scan to sentence"
            f" {slow:.2f} s, {slow / usual:.1f} times as long, {phone.bytes - before} bytes"
        )
        assert first < FIRST_VISIT, said
        assert later < LATER_VISIT, said
    with capsys.disabled():
        print("\n" + "\n".join(said))
