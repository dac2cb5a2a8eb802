"""The rows of a preview: all of them and why, before anything is declared, and one click from each to correcting it."""

import os
import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in

from .chain import Chain
from .test_imports import preview
from .test_pages import press

TITLES = "Type;Marque;Modèle;N° de série;Année;RAM\n"
ROWS = [f"Portable;HP;EliteBook 840 G5;5CG84{n:04}X;2020;8" for n in range(60)]
ROWS[3] = "Portable;Dell;Latitude 5490;ABC1234567;l'an passé;8"  # accepted, with a remark
ROWS[5] = "Portable;HP;EliteBook 840 G5;5CG840000X;2020;8"  # the first one again
ROWS[7] = "Ecranb;Dell;X;DEF1234567;2020;8"  # to correct
CONTENT = TITLES + "\n".join(ROWS) + "\n"


def lines_of(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'data-label="Ligne"[^>]*>\s*(?:<[^>]*>\s*)*(\d+)', page)]


async def test_accepted_rows_are_shown_too_and_the_address_says_which(chain: Chain) -> None:
    seen = await preview(chain, CONTENT)
    browser, address = await chain.client.login("camille"), f"/imports/{seen['import_id']}"
    first = (await browser.get(address)).text
    assert lines_of(first) == [7, 9]  # what somebody must look at; the others are a number
    assert "58\u00a0lignes acceptées" in first or "58 lignes acceptées" in first
    page = (await browser.get(f"{address}?voir=toutes")).text
    assert lines_of(page) == list(range(2, 52))
    told = {"Toutes": 60, "À revoir": 2, "Acceptées": 58, "remarque": 1, "Refusées": 1, "À corriger": 1}
    for name, count in told.items():
        assert re.search(rf'{name} <span class="unit">{count}</span>', page), name
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following is not None
    assert "apres=" in following[1]  # by key
    assert lines_of((await browser.get(urljoin(address, unescape(following[1])))).text) == list(range(52, 62))
    for show, lines in (("remarques", [5]), ("refusees", [7]), ("a-corriger", [9])):
        assert lines_of((await browser.get(f"{address}?voir={show}")).text) == lines
    accepted = (await browser.get(f"{address}?voir=acceptees")).text
    assert lines_of(accepted)[:6] == [2, 3, 4, 5, 6, 8]
    assert "Année illisible" in accepted
    assert lines_of((await browser.get(f"{address}?q=ABC1234567")).text) == [5]
    assert (await browser.get(f"{address}?voir=n-importe-quoi")).status_code == 200
    good = await preview(chain, TITLES + ROWS[20] + "\n")
    assert lines_of((await browser.get(f"/imports/{good['import_id']}")).text) == [2]  # nothing to look at: all


async def test_a_number_is_found_by_how_it_begins_and_anything_by_what_it_holds(chain: Chain) -> None:
    """By an index where a number begins so: of 100,000 rows none but these is read."""
    content = TITLES.replace("Année", "N° inventaire;Année") + "".join(
        f"Portable;HP;EliteBook 84{n % 10} G5;5CG84{n:04}X;INV-{n:04};2020;8\n" for n in range(60)
    )
    seen = await preview(chain, content)
    browser, address = await chain.client.login("camille"), f"/imports/{seen['import_id']}"
    for q, lines in (
        ("5cg840012", [14]),
        ("inv-0012", [14]),
        ("INV-001", list(range(12, 22))),
        ("0012X", [14]),  # how one ends
        ("EliteBook 843", [5, 15, 25, 35, 45, 55]),
        ("EliteBook843", []),
        ("5CG84%", []),
    ):
        assert lines_of((await browser.get(address, params={"q": q, "voir": "toutes"})).text) == lines, q


async def test_a_row_of_a_preview_is_one_click_from_its_correction(chain: Chain) -> None:
    seen = await preview(chain, CONTENT)
    browser, address = await chain.client.login("camille"), f"/imports/{seen['import_id']}"
    page = await press(browser, address, f"{address}/brouillon", {"ligne": "5"})
    assert page.url.path.endswith("/modifier")
    assert 'value="ABC1234567"' in page.text
    assert page.text.count('value="5CG84') == 0  # that row alone
    again = await press(browser, str(page.url.path), f"{address}/brouillon", {"ligne": "9"})  # Back, and another row
    assert again.url.path == page.url.path
    assert 'value="DEF1234567"' in again.text
    assert len((await chain.get("/donations"))["items"]) == 1


async def test_what_is_not_sent_yet_is_the_donor_s_own(chain: Chain) -> None:
    seen = await preview(chain, CONTENT)
    coordinator = await chain.client.login("nadia")
    assert (await coordinator.get(f"/imports/{seen['import_id']}?voir=acceptees")).status_code == 404


@pytest.mark.slow
@pytest.mark.browser
async def test_a_preview_is_looked_through_wide_and_on_a_phone(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    hostile = f"Portable;<b>HP</b>;{'W' * 110};XYZ1234567;2020;8\n"
    seen = await preview(chain, CONTENT + hostile)
    untitled = await preview(chain, "\n".join(ROWS[10:16]))
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    thirty = await preview(chain, TITLES + "\n".join([*ROWS[:9], *ROWS[20:41]]) + "\n")
    await tab.set_viewport_size({"width": 390, "height": 900})
    for where, most in (("", 4500), ("?voir=toutes", 7500)):  # 11,400 when every row was a long card
        await tab.goto(f"{address}/imports/{thirty['import_id']}{where}")
        assert await tab.evaluate("document.documentElement.scrollHeight") < most, where
        if folder := os.environ.get("SCREENSHOTS"):
            await tab.screenshot(path=f"{folder}/preview{len(where)}.png", full_page=True)
    for width in (1200, 390):
        await tab.set_viewport_size({"width": width, "height": 900})
        for where in ("", "?voir=toutes", "?voir=a-corriger", "?q=XYZ1234567"):
            await tab.goto(f"{address}/imports/{seen['import_id']}{where}")
            await assert_accessible(tab)
            assert await beyond_the_edge(tab) == [], tab.url
            edges = "['table', '#rows'].map(one => document.querySelector(one).getBoundingClientRect().right)"
            table, card = await tab.evaluate(edges)
            assert table <= card + 1, tab.url  # seven columns beside another card lay across it
        await tab.goto(f"{address}/imports/{untitled['import_id']}")
        async with tab.expect_navigation():
            await tab.get_by_role("link", name="Vérifier les colonnes").click()
        await assert_accessible(tab)
        assert await beyond_the_edge(tab) == [], tab.url
