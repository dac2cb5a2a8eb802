"""One meaning for one number and one word for one state, before a donation is sent and after."""

import html

from .chain import Chain, laptop
from .drafting import FAULTY, drafted
from .test_pages import press


def said(text: str) -> str:
    return html.unescape(text).replace("\u00a0", " ").replace("\u202f", " ")


async def test_a_draft_and_its_donation_count_the_same_devices(chain: Chain) -> None:
    page = f"/dons/{(await drafted(chain, FAULTY))['donation_id']}"
    donor = await chain.client.login("camille")
    before = said((await donor.get(page)).text)
    assert "Envoyé ainsi, le don déclare 2 équipements, dont 1 refusé." in before
    assert "2 lignes à corriger n'en sont pas." in before
    listed = said((await donor.get("/dons")).text)
    assert "brouillon du " in listed
    assert "déclaré le " not in listed
    after = said((await press(donor, page, f"{page}/envoyer")).text)
    assert "2 équipements déclarés (dont 1 refusé)" in after
    assert "déclaré le " in said((await donor.get("/dons")).text)


async def test_a_line_is_called_the_same_on_every_page(chain: Chain) -> None:
    page = f"/dons/{(await drafted(chain, FAULTY))['donation_id']}"
    donor = await chain.client.login("camille")
    sent = await press(donor, page, f"{page}/envoyer")
    assert "None" not in sent.text
    lines = await donor.get(f"{page}/lignes")
    assert "None" not in lines.text
    for seen in (sent.text, lines.text):
        assert said(seen).count("Non déclarée, à corriger") >= 2
    assert "Non déclarée" in (await donor.get(f"{page}/lignes?verdict=error")).text
    assert "Trop ancien" not in said((await donor.get(f"{page}/lignes?verdict=error")).text)


async def test_several_reasons_of_one_rule_are_told_by_an_example(chain: Chain) -> None:
    old = [{"category": "laptop", "model": "840", "year": year} for year in (2004, 2005)]
    one = await chain.declare(laptop(), old[0])
    donor = await chain.client.login("camille")
    alone = said((await donor.get(f"/dons/{one['id']}")).text)
    assert "raison semblable" not in alone
    assert "par exemple" not in alone
    several = await chain.declare(laptop(), *old)
    assert "Trop ancien, par exemple : " in said((await donor.get(f"/dons/{several['id']}")).text)


async def test_a_word_that_is_too_long_is_not_lost(chain: Chain) -> None:
    page = f"/dons/{(await chain.declare(laptop()))['id']}"
    donor = await chain.client.login("camille")
    answer = await press(donor, page, f"{page}/messages", {"text": "Le quai est derrière. " * 100})
    assert answer.status_code == 422
    assert "Le quai est derrière. Le quai" in answer.text
    assert 'aria-describedby="mot-error"' in answer.text
    assert (await chain.get(f"{page.replace('dons', 'donations')}/messages")) == []


async def test_every_line_of_the_form_needs_its_equipment(chain: Chain) -> None:
    donor = await chain.client.login("camille")
    assert "Équipement <span" not in said((await donor.get("/dons/nouveau/lignes")).text)
