"""The catalogue: what is free by grade and battery, what it is good for, its prices; and a calculator that forgets."""

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from distribute.relais.means import MeansIn, halves, reckon
from distribute.stock.uses import USES
from filiere.calendar import today
from filiere.catalogue import Category, Grade, Tier, quote
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in
from filiere.web.i18n import read_catalogue
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .test_pages import submit, words
from .test_proposals_in_a_browser import looked_at
from .test_why import LOCALES

if TYPE_CHECKING:
    from playwright.async_api import Page


async def test_the_catalogue_counts_what_is_free_by_grade_and_battery(world: World) -> None:
    relais = await world.relais()
    await world.ready(2, category="laptop", grade="B", battery="good")
    await world.ready(1, category="laptop", grade="B", battery="worn")
    await world.ready(1, category="laptop", grade="D", battery=None)
    await world.order(relais, {"category": "tablet", "quantity": 1})
    await world.ready(1)
    await world.allocate()
    page = words(await (await world.client.login(relais["subject"])).get("/catalogue"))
    assert "Ordinateurs portables · 4 libres" in page
    assert "Tablettes · aucun libre pour l'instant" in page, "what is promised is not free"
    row = page[page.index("Ordinateurs portables") :]
    assert "3 2 à bonne batterie, 1 à batterie usée" in row
    price = quote(Category.LAPTOP, Grade.B, Tier.SOLIDARY, today(), True)
    assert f"{price.amount_cents // 100} €" in row
    assert "plafond 180 €" in row


def test_every_class_says_what_it_is_good_for_in_both_languages() -> None:
    english = read_catalogue(LOCALES / "en.po")
    for category in Category:
        for grade in Grade:
            sentence = USES[category][grade]
            assert len(sentence.split()) <= 16
            assert sentence in english
            assert not re.search(r"neuf|neuve", sentence)


async def test_the_calculator_reckons_and_keeps_nothing(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    fields = {"yearly_income": "14400", "monthly_benefits": "300", "monthly_charges": "600", "adults": "1"}
    answer = await submit(browser, "/catalogue/paliers", **fields, children="2")
    page = words(answer)
    assert "500 € de quotient familial, pour 3 parts" in page
    assert "10 € de reste à vivre, par jour et par personne" in page
    assert str(answer.url).endswith("/catalogue/paliers"), "nothing in the address"
    assert "14400" not in (await browser.get("/catalogue/paliers")).text, "nothing is remembered"
    wrong = await submit(browser, "/catalogue/paliers", **{**fields, "yearly_income": "beaucoup"})
    assert wrong.status_code == 422


@given(
    st.builds(
        MeansIn,
        yearly_income=st.integers(0, 200_000),
        monthly_benefits=st.integers(0, 5_000),
        monthly_charges=st.integers(0, 5_000),
        adults=st.integers(1, 10),
        children=st.integers(0, 20),
        disabled=st.integers(0, 20),
    )
)
def test_more_people_never_raise_the_quotient_and_more_income_never_lowers_it(means: MeansIn) -> None:
    one = reckon(means)
    assert one.quotient >= 0
    if means.children < 20:
        assert reckon(means.model_copy(update={"children": means.children + 1})).quotient <= one.quotient
    assert reckon(means.model_copy(update={"yearly_income": means.yearly_income + 1200})).quotient >= one.quotient


@pytest.mark.parametrize(
    ("adults", "children", "parts"), [(1, 0, 2), (2, 0, 2), (1, 1, 2.5), (2, 2, 3), (2, 3, 4), (2, 4, 4.5)]
)
def test_parts_are_those_of_the_caf(adults: int, children: int, parts: float) -> None:
    assert halves(MeansIn(adults=adults, children=children)) / 2 == parts


@pytest.mark.slow
@pytest.mark.browser
async def test_the_catalogue_is_readable_on_a_phone(
    world: World, tab: "Page", live: Live, service: Service, settings: Settings
) -> None:
    relais = await world.relais()
    await world.ready(3, category="laptop")
    address = await live(service, settings)
    await log_in(tab, address, relais["subject"])
    for width in (390, 1200):
        await tab.set_viewport_size({"width": width, "height": 844})
        for page in ("catalogue", "catalogue/paliers", "brouillons", "commander"):
            await tab.goto(f"{address}/{page}")
            assert await tab.evaluate("document.documentElement.scrollWidth") <= width
            await looked_at(tab, f"{page.replace('/', '-')}-{width}")
    order = await world.order(relais, {"category": "laptop", "quantity": 4}, approved=False)
    await log_in(tab, address, "camille")
    for width in (390, 1200):
        await tab.set_viewport_size({"width": width, "height": 844})
        await tab.goto(f"{address}/commandes/{order['id']}/approuver")
        await looked_at(tab, f"repondre-{width}")


async def test_each_category_has_a_small_picture_of_ours(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    for address in ("/commander", "/catalogue"):
        page = (await browser.get(address)).text
        pictures = {name: source for source, name in re.findall(r'src="([^"]+/categories/(\w+)\.svg)"', page)}
        assert pictures.keys() == {one.value for one in Category}, address
        for source in pictures.values():
            drawn = await browser.get(source)
            assert (drawn.status_code, drawn.headers["content-type"]) == (200, "image/svg+xml")
            assert len(drawn.content) < 600


def text_of(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


async def test_the_attestation_is_blank_paper_that_asks_and_keeps_nothing(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    assert "Modèle à imprimer" in words(await browser.get("/catalogue/paliers"))
    answer = await browser.get("/catalogue/paliers/attestation.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    said = " ".join(text_of(answer.content).split())
    for words_of_it in ("Attestation pour un prix solidaire", "Très solidaire", "n'en garde ni copie, ni nom"):
        assert words_of_it in said.replace("’", "'")
    assert relais["name"] not in said
