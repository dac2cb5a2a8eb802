"""Every component in a real browser: light, dark, phone, English; no accessibility violation, nothing blocked."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, log_in

from .shelf import SHELF

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.browser

PAGES = ["/", "/gallery", "/declare", "/workshop", "/nowhere"]


async def keep(tab: "Page", name: str) -> None:
    """A picture for human eyes, when a folder for them is named."""
    if folder := os.environ.get("SCREENSHOTS"):
        await tab.screenshot(path=str(Path(folder) / f"{name.strip('/') or 'front'}.png"), full_page=True)


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
async def test_every_component_is_accessible(theme: str, tab: "Page", live: Live, shelf_settings: Settings) -> None:
    address = await live(SHELF, shelf_settings)
    for path in PAGES:
        await tab.goto(f"{address}{path}?theme={theme}")
        await tab.wait_for_load_state("networkidle")
        await keep(tab, f"{path}-{theme}")
        await assert_accessible(tab)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["fr", "en"])
async def test_pages_fit_a_phone(lang: str, tab: "Page", live: Live, shelf_settings: Settings) -> None:
    address = await live(SHELF, shelf_settings)
    await tab.set_viewport_size({"width": 360, "height": 740})
    for path in PAGES:
        await tab.goto(f"{address}{path}?lang={lang}")
        await tab.wait_for_load_state("networkidle")
        await keep(tab, f"{path}-phone-{lang}")
        assert await tab.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert await tab.get_attribute("html", "lang") == lang
        await assert_accessible(tab)


@pytest.mark.slow
async def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(
    tab: "Page", live: Live, shelf_settings: Settings
) -> None:
    address = await live(SHELF, shelf_settings)
    await log_in(tab, address, "lea")
    await tab.goto(f"{address}/declare")
    await tab.fill("#f-name", "Société d'exemple")
    await tab.fill("#f-siren", "12")
    await tab.get_by_role("button", name="Déclarer").click()
    await tab.wait_for_load_state("networkidle")
    assert await tab.input_value("#f-siren") == "12"
    assert await tab.get_attribute("#f-siren", "aria-invalid") == "true"
    assert "Ce format n'est pas reconnu." in await tab.inner_text("#f-siren-error")
    assert await tab.evaluate("document.activeElement.getAttribute('role')") == "alert"
    await keep(tab, "form-errors")
    await assert_accessible(tab)


async def test_a_confirmation_opens_a_dialog_and_gives_the_focus_back(
    tab: "Page", live: Live, shelf_settings: Settings
) -> None:
    address = await live(SHELF, shelf_settings)
    await tab.goto(f"{address}/gallery")
    await tab.locator("summary", has_text="Refuser").click()
    assert await tab.locator("dialog[open]").is_visible()
    await keep(tab, "dialog")
    await assert_accessible(tab)
    await tab.keyboard.press("Escape")
    assert await tab.evaluate("document.activeElement.textContent.trim()") == "Refuser"


async def test_without_script_a_confirmation_unfolds(browser: Any, live: Live, shelf_settings: Settings) -> None:
    address = await live(SHELF, shelf_settings)
    context = await browser.new_context(java_script_enabled=False)
    tab = await context.new_page()
    await tab.goto(f"{address}/gallery")
    await tab.locator("summary", has_text="Refuser").click()
    assert await tab.locator(".confirm .panel button[type=submit]").is_visible()
    await context.close()


async def test_filters_live_in_the_address(tab: "Page", live: Live, shelf_settings: Settings) -> None:
    address = await live(SHELF, shelf_settings)
    await tab.goto(f"{address}/gallery")
    await tab.fill("#table-q", "fairphone")
    await tab.press("#table-q", "Enter")
    await tab.wait_for_url("**q=fairphone*")
    assert await tab.locator("table.listed tbody tr").count() == 1
    assert "statut=" not in tab.url
    assert "col=" not in tab.url
    await tab.get_by_role("link", name="Tout afficher").click()
    await tab.select_option("#table-statut", "ready_to_order")
    await tab.wait_for_url("**statut=ready_to_order*")
    assert await tab.locator("table.listed tbody tr").count() == 1
