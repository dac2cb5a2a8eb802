"""One week of a Relais on a telephone, in one browser: what it keeps of a day is there on the next, also of hours
without the network. Each page is looked at as axe sees it, and none is wider than the screen.
"""

import asyncio
from typing import TYPE_CHECKING

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, log_in

from .conftest import World
from .debts import tomorrow
from .test_reception_without_the_network import is_kept, scan
from .test_till_in_a_browser import until

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.browser]


class Telephone:
    """One tab of one browser, for a week."""

    def __init__(self, tab: "Page", address: str, subject: str) -> None:
        self.tab, self.address, self._subject = tab, address, subject

    async def morning(self) -> None:
        """Somebody logs in and is on the start page."""
        await log_in(self.tab, self.address, self._subject)
        await self.open("/")

    async def open(self, page: str) -> None:
        await self.tab.goto(f"{self.address}{page}")
        await self.looked_at()

    async def press(self, what: str) -> None:
        """What leads to another page."""
        async with self.tab.expect_navigation():
            await self.tab.click(what)
        await self.looked_at()

    async def looked_at(self) -> None:
        await assert_accessible(self.tab)
        wide = await self.tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.tab.url} is {wide} px wider than the screen"

    async def reads(self, *sentences: str) -> None:
        text = " ".join((await self.tab.inner_text("main")).split())
        assert not [one for one in sentences if one not in text], (self.tab.url, sentences, text)

    async def till(self, label: str, **said: str) -> None:
        """Scan, say what has to be said, hand over."""
        await self.open("/caisse")
        await until(self.tab, "document.activeElement.name === 'label'")
        await self.tab.keyboard.type(label)
        async with self.tab.expect_navigation():
            await self.tab.keyboard.press("Enter")
        await self.tab.check(f"input[name=tier][value={said.pop('tier')}]")
        if said:
            await self.tab.check(f"input[name=means][value={said['means']}]")
            await self.tab.click("summary:has-text('Une structure paie une part')")
            await self.tab.fill("#f-structure_cents", said["structure_cents"])
            await self.tab.select_option("#f-structure_means", said["structure_means"])
        await self.looked_at()
        await self.press("button:has-text('Remettre')")


async def delivered(world: World, expected: dict[str, int]) -> None:
    async with asyncio.timeout(60):
        while await world.statuses() != expected:
            await asyncio.sleep(0.1)


@pytest.mark.timeout(300)
async def test_a_week_of_a_relais_on_a_telephone(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    await world.ready(5)
    address = await live(service, settings)
    await tab.set_viewport_size({"width": 390, "height": 844})
    phone = Telephone(tab, address, relais["subject"])

    # Monday: an order.
    await phone.morning()
    await phone.open("/commander")
    await tab.fill("#q-tablet", "5")
    await phone.press("main button.btn:has-text('Commander')")
    await phone.reads("La coordination doit d'abord approuver")
    order = tab.url.rsplit("/", 1)[-1]
    await world.call(world.coordinator, f"/orders/{order}/approve")
    await world.allocate()
    (shipment,) = await world.send({"id": order})
    labels = sorted(item["label"] for item in shipment["items"])
    given, shared, undone, afternoon, spare = labels

    with tomorrow():
        # Tuesday: its parcel, two devices with the network and three in the cellar.
        await phone.morning()
        await phone.press("main a:has-text('Recevoir un colis')")
        await is_kept(tab)
        for label in labels[:2]:
            await scan(tab, label)
            await tab.wait_for_selector(f"[data-last] .scanned.ok:has-text('{label}')")
        await tab.context.set_offline(True)
        for label in labels[2:]:
            await scan(tab, label)
        await tab.wait_for_selector("#reception:has-text('3 scans ne sont pas encore envoyés')")
        await phone.looked_at()
        assert await world.statuses() == {"shipped": 3, "delivered": 2}
        await tab.context.set_offline(False)
        await delivered(world, {"delivered": 5})
    with tomorrow(2):
        # Wednesday: one is given; one is paid by the person and a structure; one sale is undone.
        await phone.morning()
        await phone.reads("5 équipements à remettre")
        await phone.till(given, tier="gift")
        await phone.till(shared, tier="solidary", means="cash", structure_cents="10", structure_means="transfer")
        await phone.reads("Garantie : 2 ans")
        (paid,) = await world.rows("SELECT person_cents, structure_cents FROM till_entry WHERE structure_cents > 0")
        assert paid["structure_cents"] == 1000
        assert paid["person_cents"] > 0
        await phone.till(undone, tier="solidary")
        await tab.click("summary:has-text('Annuler cette remise')")
        await tab.select_option("dialog select[name=reason], details[open] select[name=reason]", "wrong_price")
        await phone.press("button:has-text('Annuler la remise')")
        await phone.reads("Cette remise est annulée.")
        assert await world.statuses() == {"handed_over": 2, "delivered": 3}
    with tomorrow(3):
        # Thursday: an afternoon without the network; the sale is there once when it is back.
        await phone.morning()
        await phone.open("/caisse/sans-reseau")
        await tab.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await until(tab, "caches.match(document.getElementById('till').dataset.page).then(Boolean)")
        await tab.context.set_offline(True)
        await tab.reload()
        await tab.fill("#label", afternoon)
        await tab.press("#label", "Enter")
        await tab.click("input[name=tier][value=very_solidary]")
        await tab.click("[data-sell]")
        await tab.wait_for_selector("text=À envoyer : 1.")
        await phone.looked_at()
        await tab.context.set_offline(False)
        await tab.wait_for_selector("[data-made] li a", timeout=15_000)
        await delivered(world, {"handed_over": 3, "delivered": 2})
    with tomorrow(4):
        # Friday: what was paid by two has a dark screen, and is swapped under guarantee.
        await phone.morning()
        await phone.open("/caisse")
        await phone.press("main a:has-text('Service après-vente')")
        await tab.fill("input[name=code]", shared)
        await phone.press("main button:has-text('Continuer')")
        await phone.reads("Sous garantie jusqu'au")
        await tab.check("input[name=fault][value=screen]")
        await tab.check("input[name=way][value=swap]")
        await tab.select_option("select[name=replacement]", spare)
        await phone.press("main button:has-text('Enregistrer')")
        await phone.reads("C'est échangé.")
    with tomorrow(5):
        # Saturday: the till is counted; what was paid in cash is what the person paid beside the structure.
        await phone.morning()
        await phone.open("/caisse/cloture")
        client = await world.client.as_(relais["subject"])
        cash = (await world.read(client, "/till/open"))["cash_expected_cents"]
        # In cash: the person's part beside the structure's, and the afternoon without the network.
        (paid,) = await world.rows("SELECT sum(person_cents)::int AS cents FROM till_entry")
        assert cash == paid["cents"]
        await tab.fill("[name=counted_cents]", f"{cash / 100:.2f}".replace(".", ","))
        await phone.press("button:has-text('Clôturer')")
        await phone.reads("Total perpétuel")
        (proof,) = await world.read(client, "/till/verification")
        assert proof["holds"]
        # And what is missing again is ordered.
        await phone.open("/commander")
        await tab.fill("#q-tablet", "2")
        await phone.press("main button.btn:has-text('Commander')")
        await phone.reads("La coordination doit d'abord approuver")
    assert await world.statuses() == {"handed_over": 3, "delivered": 1, "returning": 1}
