"""A whole shift on a phone, by two people: receive by scan, an hour without the network, wipe, verify, test, grade,
ready. Every page on the way is clean for a keyboard and a screen reader, and nothing stands beyond the edge."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in

from ..conftest import World
from ..erasure.papers import log_of_today
from .scanning import arrived, is_kept, is_ready, scan, unsent
from .test_in_a_browser import COUNT_TAPS, INVENTORY, PHONE

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page


async def clean(tab: "Page", name: str) -> None:
    assert await beyond_the_edge(tab) == [], name
    try:
        await assert_accessible(tab)
    except AssertionError as error:
        raise AssertionError(f"{name}: {error}") from error


async def all_arrived(world: World, lot: str, count: int) -> None:
    """Asked of the workshop, not of the page: it opens again by itself once its scans are sent."""
    async with asyncio.timeout(30):
        while await arrived(world, lot) < count:
            await asyncio.sleep(0.1)


@pytest.mark.slow
@pytest.mark.browser
async def test_a_shift_from_the_pallet_to_the_shelf(
    world: World, browser: "Browser", live: Live, service: Service, settings: Settings, tmp_path: Path
) -> None:
    from playwright.async_api import Error

    address = await live(service, settings)
    await world.colleague("bruno")
    devices = [world.device(serial=None) for _ in range(5)]
    lot = await world.expects(*devices)
    taps: list[str] = []

    async def phone_of(subject: str) -> "Page":
        context = await browser.new_context(locale="fr-FR", viewport=PHONE, has_touch=True)
        await context.expose_function("tapped", lambda text: taps.append(text))
        tab = await context.new_page()
        await log_in(tab, address, subject)
        await context.add_init_script(COUNT_TAPS)
        return tab

    ada, bruno = await phone_of("ada"), await phone_of("bruno")

    # The day begins: the lot is the thing to do.
    await ada.goto(f"{address}/")
    await clean(ada, "today")
    await ada.get_by_role("link", name="Ouvrir le lot").tap()
    await ada.wait_for_url("**/lots/*")
    await clean(ada, "lot")

    # Three scans, an hour without the network with two more, and all of them have arrived.
    await is_kept(ada)
    await ada.reload()
    await is_ready(ada)
    for device in devices[:3]:
        await scan(ada, device["label"])
    await all_arrived(world, lot, 3)
    await ada.context.set_offline(True)
    for device in devices[3:]:
        await scan(ada, device["label"])
    await ada.wait_for_selector("#scans:has-text('2 scan')")
    await ada.clock.install()
    await ada.clock.fast_forward("01:00:00")
    assert await unsent(ada) == 2
    assert await arrived(world, lot) == 3
    await ada.context.set_offline(False)
    await all_arrived(world, lot, 5)

    # One of them goes the whole way.
    device = devices[0]["device_id"]
    sent = await world.api.post(f"/api/v1/devices/{device}/audits", content=json.dumps(INVENTORY))
    assert sent.is_success, sent.text
    report = tmp_path / "nwipe.log"
    report.write_text(log_of_today("WD-TAPS0001"))
    taps.clear()
    # The lot's page shows itself again when its scans are sent: not in the middle of the next way.
    try:
        await ada.reload()
    except Error:  # it was doing so at this very moment
        await ada.wait_for_load_state()
    await ada.goto(f"{address}/equipements/{device}")
    await clean(ada, "device, to wipe")
    await ada.get_by_role("link", name="C'est fait, lire le rapport").tap()
    taps.append("the file is chosen")
    async with ada.expect_navigation():
        await ada.locator("input[type=file]").set_input_files(report)
    await ada.get_by_text("Le rapport dit : réussi").wait_for()
    await clean(ada, "report")
    await ada.get_by_role("button", name="L'effacement a réussi").tap()
    await ada.get_by_role("heading", name="Fais vérifier par un collègue").wait_for()
    await clean(ada, "device, to verify")
    await bruno.goto(f"{address}/")
    await bruno.get_by_role("heading", name="Vérifie l'effacement").wait_for()
    await clean(bruno, "today, something to verify")
    await bruno.get_by_role("link", name="Lire le rapport").tap()
    await bruno.get_by_role("button", name="Je confirme").wait_for()
    await clean(bruno, "verify")
    await bruno.get_by_role("button", name="Je confirme").tap()
    await bruno.get_by_text("est vérifié, à ton nom").wait_for()
    await ada.reload()
    await ada.get_by_role("link", name="Commencer les tests").tap()
    await ada.get_by_role("button", name="Tout est bon").wait_for()
    await clean(ada, "sheet")
    await ada.get_by_role("button", name="Tout est bon").tap()
    await ada.get_by_role("heading", name="Classe-le").wait_for()
    await clean(ada, "grade")
    await ada.locator(".choice", has_text="B").first.tap()
    await ada.get_by_role("button", name="Classer").tap()
    await ada.get_by_role("button", name="Il est prêt").wait_for()
    await clean(ada, "device, graded")
    await ada.get_by_role("button", name="Il est prêt").tap()
    await ada.get_by_text("Un Relais peut le commander").first.wait_for()
    assert await world.stage(device) == "ready"
    assert 9 <= len(taps) <= 10, taps

    # What was done is counted for the workshop, and for nobody.
    await ada.goto(f"{address}/")
    done = ada.locator("section", has_text="Fait aujourd'hui, tous ensemble")
    assert (await done.inner_text()).split("\n")[1:] != []
    await clean(ada, "today, at the end")
