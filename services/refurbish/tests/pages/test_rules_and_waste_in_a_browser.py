"""Rule sets, exits of waste and recalls in a real browser, on a phone and on a desk."""

import asyncio
from typing import TYPE_CHECKING

import pytest
from filiere.calendar import today
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.jobs.running import do_next
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in
from filiere.testing.events import incoming
from refurbish.jobs import HANDLERS

from ..conftest import World

if TYPE_CHECKING:
    from playwright.async_api import Page, ViewportSize

PHONE: "ViewportSize" = {"width": 390, "height": 844}
DESK: "ViewportSize" = {"width": 1200, "height": 900}


@pytest.mark.slow
@pytest.mark.browser
async def test_their_pages_are_clean_on_a_phone_and_on_a_desk(
    world: World, database: Database, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    await world.graded(device, ram_gb=16, cpu_mark=3000)
    await world.ready(device)
    await world.coordination.post("/api/v1/rulesets/pc_2026/comparison")
    while await do_next(database, HANDLERS, asyncio.Event()):
        pass
    promise = {"device_id": device, "order_id": str(uuid7()), "relais_id": str(uuid7()), "territory": "62"}
    await world.hears(incoming("distribute.devices", "org.filiere.distribute.device-reserved.v1", device, promise))
    gone, waiting = [await world.arrived(category="monitor", manufacturer="Dell", model="P2419H") for _ in range(2)]
    for one in (gone, waiting):
        await world.post(f"/devices/{one}/withdraw", {"reason": "screen"})
    left = {
        "left_on": today().isoformat(), "code": "16 02 13*", "weight_kg": 21.5, "slip": "BSD-2026-0042",
        "carrier": "Transports du Nord", "recipient": "Centre de tri de Lens", "devices": [gone],
    }  # fmt: skip
    made = await world.post("/waste-exits", left, status=201)
    address = await live(service, settings)
    await log_in(tab, address, "coordination")
    for path in (
        "/baremes", "/baremes/pc_2026", "/dechets", "/dechets/nouvelle", f"/dechets/{made['id']}",
        f"/equipements/{device}/reprendre", f"/equipements/{device}/encore-la",
    ):  # fmt: skip
        for size in (PHONE, DESK):
            await tab.set_viewport_size(size)
            await tab.goto(f"{address}{path}")
            assert await beyond_the_edge(tab) == [], path
            await assert_accessible(tab)
