"""The service is killed (SIGKILL) while a phone sends the scans that it kept: none is lost, and none counts twice."""

import asyncio
from typing import TYPE_CHECKING

import pytest
from filiere.database import Database
from filiere.embedded.ports import free_ports
from filiere.settings import Settings
from filiere.testing.browser import log_in
from filiere.testing.events import published
from filiere.testing.sql import rows, value

from ..conftest import World
from ..erasure.test_a_service_that_dies import served
from .scanning import all_sent, is_ready, lot_of, scan, unsent

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

COUNT = 36
ONE_SCAN_S = 0.1
"""What each scan takes at least, so that some are left whenever the service dies."""
KINDS = """() => new Promise((resolve) => {
    const opening = indexedDB.open("filiere-scans:", 1);
    opening.onsuccess = () => {
        const asked = opening.result.transaction("scans").objectStore("scans").getAll();
        asked.onsuccess = () => resolve(asked.result.map((scan) => [scan.code, scan.kind]));
    };
})"""


async def _slowly(route: "Route") -> None:
    await asyncio.sleep(ONE_SCAN_S)
    await route.continue_()


async def _here(database: Database, lot: str, at_least: int) -> None:
    """So many of the lot have arrived, by the table itself: the service may be dead."""
    async with asyncio.timeout(90):
        while await value(database, "SELECT count(*) FROM device WHERE stage = 'arrived'") < at_least:
            await asyncio.sleep(0.005)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.timeout(400)
async def test_no_scan_is_lost_nor_doubled_by_a_service_that_is_killed_while_they_are_sent(
    world: World, tab: "Page", settings: Settings, database: Database
) -> None:
    lot, labels = await lot_of(world, COUNT + 1)  # with all of them here the page would begin anew
    labels.pop()
    (port,) = free_ports(1)
    left: list[int] = []
    for upto in (4, 12, 24):
        async with served(settings, port=port) as (address, process):
            if not left:
                await log_in(tab, address, "ada")
                await tab.goto(f"{address}/lots/{lot}")
                await is_ready(tab)
                await tab.route("**/scanner/envoi", _slowly)
                for label in labels:
                    await scan(tab, label)
            else:  # as a phone does that hears of the network again
                await tab.evaluate("window.dispatchEvent(new Event('online'))")
            await _here(database, lot, upto)
            process.kill()
            await process.wait()
        left.append(await unsent(tab))
        assert left[-1] > 0, "everything was sent before the service died: nothing is proven"
        await tab.locator("#scans").wait_for(state="visible")
    assert left == sorted(left, reverse=True)
    async with served(settings, port=port):
        await tab.evaluate("window.dispatchEvent(new Event('online'))")
        await all_sent(tab, 120)
    # Each arrived once, by one event; each is shown as new, also those whose first answer nobody heard.
    stages = await rows(database, "SELECT stage, count(*) FROM device GROUP BY 1 ORDER BY 1")
    assert [tuple(row) for row in stages] == [("arrived", COUNT), ("expected", 1)]
    told = [one.data["label"] for one in await published(database, "device-arrived")]
    assert sorted(told) == sorted(labels)
    assert len(await published(database, "lot-arrived")) == 1
    assert await world.get("/mismatches") == []
    assert await tab.evaluate(KINDS) == [[label, "new"] for label in labels]
