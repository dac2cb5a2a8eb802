"""Lists tell their true total, take texts literally, and cut nothing off in silence."""

import re

from filiere.testing.sql import rows

from .chain import Chain, laptop
from .test_pages import press


async def many_donors(chain: Chain, count: int) -> None:
    await rows(
        chain.database,
        "INSERT INTO donor (id, siren, name, public_body) SELECT gen_random_uuid(),"
        " lpad((700000000 + n)::text, 9, '0'), 'Entreprise ' || lpad(n::text, 4, '0'), false"
        f" FROM generate_series(1, {count}) n",
    )


async def test_a_page_past_the_last_tells_the_total(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    for path in ("/donations", "/donors", f"/donations/{donation['id']}/lines"):
        page = (await chain.coordinator.get(f"/api/v1{path}", params={"offset": 1000})).json()
        assert (page["items"], page["total"], page["total_is_exact"]) == ([], 1, True), path


async def test_signs_of_sql_are_signs_like_others(chain: Chain) -> None:
    await chain.declare(laptop(), note="Remise de 100 %")
    for path, text, found in (
        ("/donations", "100 %", 1),
        ("/donations", "%", 1),
        ("/donations", "R_mise", 0),
        ("/donors", "%", 0),
        ("/donors", "_", 0),
    ):
        page = (await chain.coordinator.get(f"/api/v1{path}", params={"q": text})).json()
        assert page["total"] == found, (path, text)


async def test_the_last_of_many_donors_can_be_chosen_by_a_search(chain: Chain) -> None:
    """Without a script: the search is a form of its own, the select holds what it found."""
    await many_donors(chain, 620)
    browser = await chain.client.login("nadia")
    page = (await browser.get("/dons/nouveau")).text
    assert "Entreprise 0620" not in page
    page = (await browser.get("/dons/nouveau", params={"donateur_q": "prise 0620"})).text
    (donor,) = re.findall(r'<option value="([0-9a-f-]{36})"', page)
    assert "Entreprise 0620" in page
    line = {"category-1": "laptop", "manufacturer-1": "HP", "model-1": "EliteBook 840 G5", "year-1": "2021"}
    looked_for = {"count": "3", "action": "donor", "donateur_q": "700000620", **line}
    page = (await press(browser, "/dons/nouveau/lignes", "/dons/nouveau/lignes", looked_for)).text
    assert donor in page
    assert 'value="EliteBook 840 G5"' in page
    done = await press(
        browser,
        "/dons/nouveau/lignes",
        "/dons/nouveau/lignes",
        {"count": "3", "action": "submit", "donor_id": donor, **line},
    )
    assert done.status_code in (200, 303), done.text
    found = (await chain.coordinator.get("/api/v1/donations", params={"q": "Entreprise 0620"})).json()
    assert found["total"] == 1
