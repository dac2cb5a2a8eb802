"""The till under a volunteer's hands and their scanner's: three actions sell, Enter never does."""

import asyncio
from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from .conftest import World
from .test_proposals_in_a_browser import looked_at

if TYPE_CHECKING:
    from playwright.async_api import Page


async def until(tab: "Page", what: str) -> None:
    """Wait for something to be so; pages let nobody evaluate texts in them, so it is asked from outside."""
    async with asyncio.timeout(30):
        while not await tab.evaluate(what):
            await asyncio.sleep(0.05)


async def kept_sales(tab: "Page") -> str:
    """All that this device keeps of sales."""
    return str(
        await tab.evaluate(
            """async () => { const name = (await indexedDB.databases()).find((one) => one.name.startsWith('filiere-sales')).name;
            const base = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
            return new Promise((done) => { const all = base.transaction('kept').objectStore('kept').getAll(); all.onsuccess = () => done(JSON.stringify(all.result)); }); }"""  # noqa: E501
        )
    )


class Hands:
    """What a person does, counted: a scan, a tap."""

    def __init__(self, tab: "Page") -> None:
        self.tab = tab
        self.actions = 0

    async def scan(self, label: str) -> None:
        """A scanner types where the focus is, and presses Enter."""
        self.actions += 1
        await until(self.tab, "document.activeElement.name === 'label'")
        await self.tab.keyboard.type(label)
        async with self.tab.expect_navigation():
            await self.tab.keyboard.press("Enter")

    async def tap(self, what: str) -> None:
        self.actions += 1
        await self.tab.click(what)


@pytest.mark.slow
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
    # Nothing that one may have to say lies below the button.
    button = await tab.locator("button:has-text('Remettre')").bounding_box()
    fields = [await one.bounding_box() for one in await tab.locator("main fieldset, main details > summary").all()]
    assert button is not None
    assert sum(one is not None and one["y"] > button["y"] for one in fields) == 1  # where the prices come from
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


@pytest.mark.slow
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
    await tab.wait_for_selector(".toast:has-text('La touche Entrée ne remet rien')")
    assert "/caisse/panier" in tab.url
    assert await world.statuses() == {"delivered": 3}
    await tab.keyboard.press("Space")  # the keyboard sells too, by the key that no scanner presses
    await tab.wait_for_url("**/caisse/recus/*")
    assert await world.statuses() == {"delivered": 1, "handed_over": 2}


@pytest.mark.slow
@pytest.mark.browser
async def test_an_afternoon_without_the_network_is_sold_once_when_it_is_back(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 4)
    address = await live(service, settings)
    await tab.set_viewport_size({"width": 390, "height": 844})
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/caisse")
    await tab.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await tab.goto(f"{address}/caisse/sans-reseau")
    await looked_at(tab, "caisse-sans-reseau")
    await until(tab, "caches.match(document.getElementById('till').dataset.page).then(Boolean)")
    await tab.context.set_offline(True)
    await tab.reload()  # the page is the one that was kept
    await tab.wait_for_selector("h1:has-text('Caisse sans réseau')")
    await tab.fill("#label", labels[0])
    await tab.press("#label", "Enter")
    await tab.select_option("#choice", labels[1])
    await tab.click("input[name=tier][value=very_solidary]")
    assert "50" in await tab.inner_text("[data-total]")
    await tab.focus("[data-sell]")
    await tab.keyboard.press("Enter")
    assert await tab.locator("[data-made] li").count() == 0
    await tab.click("[data-sell]")
    await tab.fill("#label", labels[2])
    await tab.press("#label", "Enter")
    await tab.click("input[name=tier][value=gift]")
    await tab.click("[data-sell]")
    await tab.wait_for_selector("text=À envoyer : 2.")
    assert "{count}" not in await tab.inner_text("main"), "each sale in the list says its own state"
    await tab.reload()  # a phone that was put away
    await tab.wait_for_selector("text=À envoyer : 2.")
    assert labels[0] not in await tab.inner_text("#choice")
    assert await world.statuses() == {"delivered": 4}

    await tab.context.set_offline(False)
    await tab.wait_for_selector("[data-made] li a", timeout=15_000)
    await until(tab, "document.querySelectorAll('[data-made] li a').length === 2")
    await looked_at(tab, "caisse-de-nouveau-en-ligne")
    assert await world.statuses() == {"delivered": 1, "handed_over": 3}
    (proof,) = await world.read(relais["client"], "/till/verification")
    assert (proof["holds"], proof["entries"]) == (True, 3)
    assert await tab.locator("[data-waiting]").is_hidden()


@pytest.mark.slow
@pytest.mark.browser
async def test_what_a_colleague_has_sold_meanwhile_is_told_and_settled(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    address = await live(service, settings)
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/caisse/sans-reseau")
    await tab.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await tab.context.set_offline(True)
    await tab.fill("#label", label)
    await tab.press("#label", "Enter")
    await tab.click("input[name=tier][value=gift]")
    await tab.click("details.card summary >> nth=0")
    await tab.fill("#f-person_alias", "A-17")
    await tab.click("[data-sell]")
    await tab.wait_for_selector("text=À envoyer : 1.")
    await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)
    await tab.context.set_offline(False)
    await tab.wait_for_selector("text=déjà été remis", timeout=15_000)
    await tab.click("[data-made] button")
    await until(tab, "document.querySelectorAll('[data-made] li').length === 0")
    assert "A-17" not in await kept_sales(tab)
    (proof,) = await world.read(relais["client"], "/till/verification")
    assert (proof["holds"], proof["entries"]) == (True, 1)


@pytest.mark.slow
@pytest.mark.browser
async def test_a_sale_without_the_network_says_all_that_one_with_it_does(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    _, (label, other) = await world.delivered(relais, 2)
    address = await live(service, settings)
    await log_in(tab, address, relais["subject"])
    await tab.goto(f"{address}/caisse/sans-reseau")
    await tab.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await tab.context.set_offline(True)
    await tab.fill("#label", label)
    await tab.press("#label", "Enter")
    await tab.click("input[name=tier][value=very_solidary]")
    for summary in await tab.locator("details.card summary").all():
        await summary.click()
    await tab.fill("#f-person_alias", "A-17")
    await tab.fill("#f-declared_defects", "Une rayure sur l'écran")
    await tab.select_option("#f-criterion", "family_quotient")
    await tab.fill("#f-structure", "9999")
    await tab.select_option("#f-structure_means", "transfer")
    await looked_at(tab, "caisse-sans-reseau-en-entier")
    await tab.click("[data-sell]")
    assert "qui a vu le justificatif" in await tab.inner_text("[data-missing]")
    await tab.fill("#f-seen_by", "CESF")
    await tab.click("[data-sell]")
    assert "tranche" in await tab.inner_text("[data-missing]")
    await tab.fill("#f-bracket", "500-700")
    await tab.click("[data-sell]")
    assert "ne dépasse pas le prix" in await tab.inner_text("[data-missing]")
    await tab.fill("#f-structure", "10,50")
    await tab.click("[data-sell]")
    await tab.wait_for_selector("text=À envoyer : 1.")
    assert await tab.input_value("#f-person_alias") == ""
    # What looks like an identity is refused when it arrives, and goes without it.
    await tab.fill("#label", other)
    await tab.press("#label", "Enter")
    await tab.click("input[name=tier][value=gift]")
    await tab.click("details.card summary >> nth=0")
    await tab.fill("#f-person_alias", "Awa Diallo")
    await tab.click("[data-sell]")
    await tab.wait_for_selector("text=À envoyer : 2.")
    await tab.context.set_offline(False)
    await tab.wait_for_selector("text=Envoyer sans le repère", timeout=15_000)
    await tab.click("text=Envoyer sans le repère")
    await until(tab, "document.querySelectorAll('[data-made] li a').length === 2")
    handovers = {one["label"]: one for one in (await world.read(relais["client"], "/handovers"))["items"]}
    sold, given = handovers[label], handovers[other]
    assert (sold["person_alias"], sold["declared_defects"]) == ("A-17", "Une rayure sur l'écran")
    assert (sold["structure_cents"], sold["structure_means"]) == (1050, "transfer")
    assert (given["person_alias"], given["kind"]) == (None, "given")
    checkouts = await world.rows("SELECT criterion, bracket, seen_by FROM till_checkout WHERE kind = 'sold'")
    assert checkouts == [{"criterion": "family_quotient", "bracket": "500-700", "seen_by": "CESF"}]
    kept = await kept_sales(tab)
    for said in ("A-17", "Diallo", "family_quotient", "500-700", "CESF"):
        assert said not in kept
