"""The same QR code, scanned by all who meet a device: each is led to their own page of it, and nobody else learns more
than the public sheet says."""

import pytest
from filiere.documents.labels import LABEL_PAGE
from filiere.testing.browser import log_in
from playwright.async_api import Page
from stack.demo import workshop
from stack.demo.organisations import register
from stack.people import COORDINATOR, DONORS, RELAIS, WORKSHOPS

from tests.flows.lives import Life, donate, refurbish, reserve, stocked
from tests.flows.running import running_chain

PHONE = {"width": 390, "height": 844}


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.timeout(600)
async def test_one_code_leads_each_to_their_own_page_and_everybody_else_to_the_public_one(tab: Page) -> None:
    async with running_chain() as (stack, chain):
        organisations = await register(chain)
        life = Life()
        lot = await donate(chain, organisations, life)
        (label,) = await refurbish(chain, organisations, lot)
        await stocked(chain, life.category, 1)
        order = await reserve(chain, organisations, life)
        relais = chain.distribute(RELAIS[0].person.subject)
        coordinator = chain.distribute(COORDINATOR.subject)
        for shipment in await coordinator.post("/shipments", {"order_id": order["id"]}):
            await coordinator.post(f"/shipments/{shipment['id']}/ship")
            await relais.post(f"/shipments/{shipment['id']}/deliver", {"labels": [label]})
        technician = workshop.technician(lot["workshop_id"], organisations.workshops)
        stranger = next(
            one.subject for place in WORKSHOPS for one in place.technicians if one.subject not in _team(technician)
        )
        collect, bench, till = (stack.settings.public_url(name) for name in ("collect", "refurbish", "distribute"))
        public = f"{collect}/fiche/{label}"
        expected = {
            (bench, technician): f"{bench}/equipements/*",
            (till, RELAIS[0].person.subject): f"{till}/caisse/panier?e={label}",
            (collect, DONORS[0].person.subject): f"{collect}/equipements/{label}",
            (till, RELAIS[1].person.subject): public,
            (bench, stranger): public,
            (collect, DONORS[1].person.subject): public,
            ("", ""): public,
        }
        await tab.set_viewport_size(PHONE)  # type: ignore[arg-type]
        for (address, who), page in expected.items():
            await tab.context.clear_cookies()
            if who:
                await log_in(tab, address, who)
            await tab.goto(f"{bench}{LABEL_PAGE}{label}")
            await tab.wait_for_url(page)
            assert label in await tab.inner_text("body"), who
        # From the public sheet whoever is not logged in yet finds their own page, through the login.
        for word, who, page in (
            ("À l'atelier", technician, f"{bench}/equipements/*"),
            ("Au Relais", RELAIS[0].person.subject, f"{till}/caisse/panier?e={label}"),
        ):
            await tab.context.clear_cookies()
            await tab.goto(public)
            await tab.get_by_role("link", name=word).click()
            chosen = tab.locator(f'button[name="sub"][value="{who}"]')
            await chosen.first.click()
            await tab.wait_for_url(page)
            assert label in await tab.inner_text("body")


def _team(technician: str) -> set[str]:
    """Who works where the technician does."""
    return next(
        {one.subject for one in place.technicians}
        for place in WORKSHOPS
        if technician in {one.subject for one in place.technicians}
    )
