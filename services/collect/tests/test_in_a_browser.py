"""The coordinator's job in a real browser: a donation answered from the inbox, counted in clicks."""

from typing import Any

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in

from .chain import Chain, laptop

MOST_CLICKS = 3
"""From the inbox to an accepted donation: its line, the donation, « Accepter le don »."""


@pytest.mark.slow
@pytest.mark.browser
async def test_a_donation_is_answered_from_the_inbox_in_three_clicks(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await log_in(tab, address, "nadia")
    for width in (1200, 390):
        donation = await chain.declare(laptop(), laptop(year=2009))
        await tab.set_viewport_size({"width": width, "height": 900})
        await tab.goto(f"{address}/")
        ways = [
            (tab.locator(".inbox a", has_text="en attente de réponse"), "**/dons?*"),
            (tab.get_by_role("link", name=donation["reference"], exact=True), f"**/dons/{donation['id']}"),
            (tab.get_by_role("button", name="Accepter le don"), f"**/dons/{donation['id']}"),
        ]
        assert len(ways) <= MOST_CLICKS
        for what, where in ways:
            await assert_accessible(tab)
            assert await beyond_the_edge(tab) == [], tab.url
            await what.click()
            await tab.wait_for_url(where)
        await tab.get_by_text("accepté").first.wait_for()
        await assert_accessible(tab)
        assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "accepted"


@pytest.mark.slow
@pytest.mark.browser
async def test_what_the_coordination_decides_on_is_accessible_wide_and_on_a_phone(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    await chain.know_workshop("Atelier des téléphones", "62000", basic_phone=10)
    donation = await chain.declare(laptop(), {"category": "basic_phone", "quantity": 2}, laptop(year=2009))
    waiting = await chain.declare(laptop(), laptop(year=2009))
    await chain.do(f"/donations/{donation['id']}/accept")
    gone = (await chain.get(f"/donations/{donation['id']}/devices"))["items"][0]
    lot = (await chain.do(f"/donations/{donation['id']}/collect", {"not_found": [gone["label"]]}))["lots"][0]
    planned = await chain.declare({"category": "basic_phone", "model": "W" * 100})
    await chain.do(f"/donations/{planned['id']}/accept")
    shared = await chain.declare(laptop(), {"category": "basic_phone", "quantity": 2})
    await chain.do(f"/donations/{shared['id']}/accept")
    split = (await chain.do(f"/donations/{shared['id']}/collect"))["lots"][0]
    demand = {"category": "tablet", "grade": "B", "territory": "48", "wanted": 120}
    await chain.hear("distribute.demand", "demand-updated", "tablet:B:48", **demand)
    address = await live(service, settings)
    await log_in(tab, address, "nadia")
    for page in (
        f"/dons/{waiting['id']}/lignes",
        f"/dons/{donation['id']}?etape=missing",
        f"/dons/{planned['id']}",
        f"/dons/{planned['id']}/etiquettes",
        f"/lots/{lot}",
        f"/lots/{split}",
        f"/equipements/{gone['label']}",
        f"/equipements/{gone['label']}/etiquette",
        "/besoins",
        "/lots?point=missing",
        "/dons?depuis=7",
    ):
        for width in (1200, 390):
            await tab.set_viewport_size({"width": width, "height": 900})
            await tab.goto(f"{address}{page}")
            await assert_accessible(tab)
            assert await beyond_the_edge(tab) == [], f"{page} at {width}"
            cards = await tab.locator(".label-card").evaluate_all(
                "all => all.map(one => one.scrollWidth - one.clientWidth)"
            )
            assert max(cards, default=0) <= 0, f"a word runs out of its label on {page} at {width}"
