"""A donor proves to its director what became of a donation: a link and a PDF, in two clicks."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in
from filiere.testing.events import deliver

from .chain import Chain, laptop
from .test_documents import work
from .test_pages import SHOTS
from .told_stories import STORY, devices_of, told


@pytest.mark.slow
@pytest.mark.browser
async def test_a_link_and_a_pdf_in_two_clicks_read_by_a_stranger_until_it_is_revoked(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    donation, _ = await chain.sent(
        laptop(serial="5CG8472QX1"),
        laptop(serial="PF0A3K77", manufacturer="Lenovo", model="ThinkPad T460"),
        {"category": "smartphone", "manufacturer": "Samsung", "model": "Galaxy A52", "serial": "R58N90ABCD"},
        {"category": "monitor", "quantity": 5, "manufacturer": "Dell", "model": "P2214H"},
    )
    devices = await devices_of(chain, donation["id"])
    for device, steps in zip(devices, (len(STORY), 9, len(STORY), 2), strict=False):
        await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(steps)])
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/dons/{donation['id']}")
    clicks = 0

    async def click(found: Any) -> None:
        nonlocal clicks
        clicks += 1
        await found.click()

    await click(tab.get_by_role("button", name="Le lien et le PDF"))
    link = await tab.get_by_label("Lien ouvert").input_value()
    working = asyncio.ensure_future(work(chain))
    pdf = tab.get_by_role("link", name="Ouvrir le PDF : Preuve du don")
    await pdf.wait_for()  # the page looks by itself
    await working
    await click(pdf)
    assert clicks <= 2
    assert link.startswith(f"{address}/preuve/")

    pages = {
        "documents": f"/dons/{donation['id']}/documents",
        "proof": link.removeprefix(address),
        "verify": "/verifier",
        "sheet": f"/fiche/{devices[0]['label']}?publique=1",
        "company": f"/donateurs/{chain.donor_id}",
        "years": f"/donateurs/{chain.donor_id}/annees",
        "donation": f"/dons/{donation['id']}",
    }
    for name, path in pages.items():
        for theme, width in (("light", 1200), ("dark", 390)):
            await tab.set_viewport_size({"width": width, "height": 900})
            await tab.goto(f"{address}{path}{'&' if '?' in path else '?'}theme={theme}")
            await assert_accessible(tab)
            assert await beyond_the_edge(tab) == [], f"{path} at {width}"
            if SHOTS:
                await tab.screenshot(path=Path(SHOTS) / f"documents-{name}-{width}.png", full_page=True)

    await tab.context.clear_cookies()
    await tab.goto(link)
    assert await tab.get_by_text("5CG8472QX1").count() == 1
    code = (await chain.get(f"/donations/{donation['id']}/documents"))[0]["newest"]["code"]
    await tab.goto(f"{address}/verifier")
    await tab.get_by_label("Code de vérification").fill(code.lower())
    await tab.keyboard.press("Enter")
    await tab.get_by_role("heading", name="Ce document est authentique").wait_for()
    await assert_accessible(tab)

    await log_in(tab, address, "camille")
    await tab.goto(f"{address}{pages['documents']}")
    await tab.get_by_text("Révoquer", exact=True).first.click()
    await tab.get_by_role("button", name="Révoquer", exact=True).last.click()
    await tab.get_by_text("Le lien n'ouvre plus rien.").wait_for()
    await tab.context.clear_cookies()
    await tab.goto(link)
    assert "Ce lien n'ouvre plus rien." in await tab.inner_text("main")
