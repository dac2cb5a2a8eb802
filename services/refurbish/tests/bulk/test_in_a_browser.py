"""Acting on several in a real browser: on a phone, with a scanner, by ticks."""

from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in

from ..conftest import World
from .test_bulks import at_stage, prepared

if TYPE_CHECKING:
    from playwright.async_api import Page, ViewportSize

PHONE: "ViewportSize" = {"width": 390, "height": 844}
DESK: "ViewportSize" = {"width": 1200, "height": 900}


@pytest.mark.slow
@pytest.mark.browser
async def test_its_pages_are_clean_on_a_phone_and_on_a_desk(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    devices = [await at_stage(world, stage) for stage in ("graded", "erased", "withdrawn")]
    bulk = await prepared(world, "ready", devices, texts=["FIL-XXXXX-X"])
    address = await live(service, settings)
    await log_in(tab, address, "ada")
    pages = ("/ensemble", "/ensemble/choisir?geste=withdraw", "/ensemble/choisir?geste=reopen&q=zzz")
    for path in (*pages, f"/ensemble/{bulk['id']}"):
        for size in (PHONE, DESK):
            await tab.set_viewport_size(size)
            await tab.goto(f"{address}{path}")
            assert await beyond_the_edge(tab) == [], path
            await assert_accessible(tab)
    await world.post(f"/devices/{devices[0]}/ungrade")
    await tab.locator("button.big").click()
    await tab.get_by_text("1 équipement a changé entre-temps").wait_for()
    await assert_accessible(tab)


@pytest.mark.slow
@pytest.mark.browser
async def test_a_scanner_writes_a_list(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    """A scanner types a label and presses Enter: in the list that is a line, and no device opens."""
    devices = [await at_stage(world, "tested") for _ in range(2)]
    labels = [(await world.get(f"/devices/{one}"))["label"] for one in devices]
    address = await live(service, settings)
    await log_in(tab, address, "ada")
    await tab.set_viewport_size(PHONE)
    await tab.goto(f"{address}/ensemble/choisir?geste=withdraw&q=zzz")
    await tab.locator("input[value=old]").check()
    await tab.locator("#f-typed").focus()
    for code in (*labels, "5CG7654321"):
        await tab.keyboard.type(code, delay=5)
        await tab.keyboard.press("Enter")
        await tab.wait_for_timeout(150)
    assert (await tab.locator("#f-typed").input_value()).split() == [*labels, "5CG7654321"]
    await tab.get_by_role("button", name="Voir ce qui change").click()
    await tab.get_by_text("2 équipements changeront, sur 2.").wait_for()
    await tab.locator("button.big").click()
    await tab.get_by_text("2 équipements ont changé, sur 2.").wait_for()
    assert [await world.stage(one) for one in devices] == ["withdrawn", "withdrawn"]
