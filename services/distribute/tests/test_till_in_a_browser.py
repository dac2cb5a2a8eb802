"""The till under a volunteer's hands and their scanner's: three actions sell, Enter never does."""

from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .test_proposals_in_a_browser import looked_at

if TYPE_CHECKING:
    from playwright.async_api import Page


class Hands:
    """What a person does, counted: a scan, a tap."""

    def __init__(self, tab: "Page") -> None:
        self.tab = tab
        self.actions = 0

    async def scan(self, label: str) -> None:
        """A scanner types where the focus is, and presses Enter."""
        self.actions += 1
        await self.tab.wait_for_function("document.activeElement.name === 'label'")
        await self.tab.keyboard.type(label)
        async with self.tab.expect_navigation():
            await self.tab.keyboard.press("Enter")

    async def tap(self, what: str) -> None:
        self.actions += 1
        await self.tab.click(what)


@pytest.mark.browser
async def test_a_device_is_sold_in_three_actions(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    address = await live(service, settings)
    await tab.set_viewport_size({"width": 390, "height": 844})
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/caisse")
    await looked_at(tab, "caisse")
    hands = Hands(tab)
    await hands.scan(labels[0])
    await looked_at(tab, "caisse-panier")
    await hands.tap("input[name=tier][value=solidary]")
    await hands.tap("button:has-text('Remettre')")
    await tab.wait_for_url("**/caisse/recus/*")
    await looked_at(tab, "caisse-recu")
    assert hands.actions == 3
    assert await world.statuses() == {"delivered": 1, "handed_over": 1}
    # The way back stands on the receipt.
    await tab.click("summary:has-text('Annuler cette remise')")
    await tab.select_option("dialog select[name=reason], details[open] select[name=reason]", "wrong_price")
    await looked_at(tab, "caisse-annuler")
    await tab.click("button:has-text('Annuler la remise')")
    await tab.wait_for_selector("text=Cette remise est annulée.")
    await looked_at(tab, "caisse-annulee")
    assert await world.statuses() == {"delivered": 2}
    await tab.goto(f"{address}/caisse/journal")
    await looked_at(tab, "caisse-journal")
    await tab.goto(f"{address}/caisse/cloture")
    await looked_at(tab, "caisse-cloture")
    await tab.fill("[name=counted_cents]", "3")
    await tab.click("button:has-text('Clôturer')")
    await tab.wait_for_selector("text=Il devrait y avoir 0")
    await looked_at(tab, "caisse-cloture-difference")
    await tab.select_option("[name=reason]", "float")
    await tab.click("button:has-text('Clôturer')")
    await tab.wait_for_url("**/caisse/clotures/*")
    await looked_at(tab, "caisse-cloture-faite")
    await tab.goto(f"{address}/caisse/cloture")
    await looked_at(tab, "caisse-clotures")


@pytest.mark.browser
async def test_enter_sells_nothing_wherever_the_focus_is(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 3)
    address = await live(service, settings)
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/caisse")
    hands = Hands(tab)
    await hands.scan(labels[0])
    await hands.scan(labels[1])  # the focus is where the next one goes
    assert await tab.locator("input[name=e]").count() == 2
    await tab.click("input[name=tier][value=solidary]")
    async with tab.expect_navigation():
        await tab.keyboard.press("Enter")
    assert await tab.is_checked("input[name=tier][value=solidary]")
    await tab.focus("button:has-text('Remettre')")
    await tab.keyboard.press("Enter")
    await tab.wait_for_timeout(300)
    assert "/caisse/panier" in tab.url
    assert await world.statuses() == {"delivered": 3}
    await tab.keyboard.press("Space")  # the keyboard sells too, by the key that no scanner presses
    await tab.wait_for_url("**/caisse/recus/*")
    assert await world.statuses() == {"delivered": 1, "handed_over": 2}
