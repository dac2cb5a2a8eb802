"""« Aide »: the reader's own guides first, open to everybody, one picture per step, the way there from each page."""

import re
from typing import TYPE_CHECKING

import pytest
from filiere.guides import read_guides
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, assert_accessible, beyond_the_edge, log_in

from .chain import Chain, laptop

if TYPE_CHECKING:
    from playwright.async_api import Page


def sections(text: str) -> list[str]:
    main = text[text.index("<main") :]
    return [re.sub("<[^>]+>", "", title) for title in re.findall(r"<h2[^>]*>(.*?)</h2>", main)]


async def test_what_a_donor_does_is_read_without_an_account(chain: Chain, service: Service) -> None:
    anybody = chain.client.anonymous()
    shown = await anybody.get("/aide")
    assert sections(shown.text) == ["Pour tout le monde", "Entreprise donatrice", "Coordination"]
    guides = read_guides(service.root / "guides")
    assert len(guides) >= 12
    for guide in guides:
        page = await anybody.get(f"/aide/{guide.name}")
        assert page.status_code == 200
        pictures = re.findall(r'<img src="([^"]+)" width="390" height="\d+" loading="lazy" alt="([^"]+)"', page.text)
        assert len(pictures) == len(guide.steps)
        assert all("entouré" in alt for _, alt in pictures)
        answer = await anybody.get(pictures[0][0])
        assert answer.headers["content-type"] == "image/webp"
        assert "immutable" in answer.headers["cache-control"]


async def test_the_reader_s_own_guides_come_first(chain: Chain) -> None:
    for person, rest in (("camille", "Coordination"), ("nadia", "Entreprise donatrice")):
        shown = (await (await chain.client.login(person)).get("/aide")).text
        assert sections(shown) == ["Pour vous", "Pour tout le monde", rest]
    assert sections((await (await chain.client.login("nadia")).get("/aide?lang=en")).text)[0] == "For you"


async def test_the_way_to_help_leads_to_the_guide_of_the_page(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    donor, coordination = await chain.client.login("camille"), await chain.client.login("nadia")

    def led(text: str) -> str:
        found = re.search(r'<a class="way-to-help" href="([^"]+)"', text)
        assert found
        return found[1]

    assert led((await donor.get("/dons/nouveau")).text) == "/aide/donner-avec-un-fichier"
    assert led((await donor.get(f"/dons/{donation['id']}")).text) == "/aide/suivre-et-prouver"
    assert led((await coordination.get(f"/dons/{donation['id']}")).text) == "/aide/repondre-aux-dons"
    assert led((await chain.client.anonymous().get("/verifier")).text) == "/aide/verifier-un-document"
    assert led((await coordination.get("/documentation")).text) == "/aide"
    assert led((await coordination.get("/nulle-part")).text) == "/aide"
    missing = await coordination.get("/aide/nulle-part")
    assert missing.status_code == 404
    assert "Ce guide n&#39;existe pas" in missing.text


async def test_a_guide_in_english_has_no_french_and_english_pictures(chain: Chain) -> None:
    page = (await chain.client.anonymous().get("/aide/donner-a-la-main?lang=en")).text
    main = page[page.index("<main") : page.index("</main>")]
    assert "Give without a file" in main
    assert "is outlined" in main
    assert re.search(r"decrire\.en\.webp", main)
    assert not re.search(r"étape|équipement|Appuyez|\.fr\.webp", main)


@pytest.mark.slow
@pytest.mark.browser
async def test_help_is_accessible_wide_and_on_a_phone(
    tab: "Page", live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    for page in ("/aide", "/aide/donner-avec-un-fichier", "/aide/preparer-la-collecte"):
        for width, theme in ((1200, "light"), (390, "dark"), (320, "light")):
            await tab.set_viewport_size({"width": width, "height": 844})
            await tab.goto(f"{address}{page}?theme={theme}")
            await assert_accessible(tab)
            assert await beyond_the_edge(tab) == [], f"{page} at {width}"
    await tab.get_by_role("navigation", name="Les étapes").get_by_role("link").last.click()
    await tab.wait_for_url("**#coller-les-etiquettes")
    assert await tab.locator(".guide-step img").last.evaluate("one => one.complete && one.naturalWidth") > 390
