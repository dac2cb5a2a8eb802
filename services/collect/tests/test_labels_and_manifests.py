"""Labels on tape and one again, with the donor's own number; the manifest of a lot on paper."""

from pathlib import Path

from .chain import Chain, laptop
from .test_documents import text_of
from .test_large_donations import work
from .test_pages import press


async def test_a_lot_has_its_manifest_on_paper(chain: Chain, tmp_path: Path) -> None:
    _, lot = await chain.sent(laptop(serial="5CG8472QX1", asset_tag="PC-0142"), laptop())
    browser = await chain.client.login("camille")
    assert (await browser.get(f"/lots/{lot}/manifeste.pdf")).url.path == f"/lots/{lot}"
    asked = await press(browser, f"/lots/{lot}", f"/lots/{lot}/manifeste")
    assert "Le manifeste se prépare" in asked.text.replace("\u00a0", " ")
    assert await work(chain)
    pdf = await browser.get(f"/lots/{lot}/manifeste.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    words = text_of(pdf.content, tmp_path)
    code = (await chain.get(f"/lots/{lot}"))["code"]
    for text in (code, "5CG8472QX1", "PC-0142", "Atelier de Lens", "2 équipements"):
        assert text in words, text


async def test_one_label_again_on_tape_with_the_donor_s_own_number(chain: Chain, tmp_path: Path) -> None:
    donation, _ = await chain.sent(laptop(asset_tag="PC-0142"), laptop())
    label = (await chain.get(f"/donations/{donation['id']}/devices"))["items"][0]["label"]
    browser = await chain.client.login("camille")
    page = f"/equipements/{label}/etiquette"
    seen = (await browser.get(page)).text
    assert seen.count('class="label-card"') == 1
    assert "inv. PC-0142" in seen.replace("\u00a0", " ")
    await press(browser, page, page, {"part": "1", "tape": "true"})
    assert await work(chain)
    pdf = await browser.get(f"{page}.pdf?part=1&ruban=1")
    assert label in text_of(pdf.content, tmp_path)
    await press(browser, f"/dons/{donation['id']}/etiquettes", f"/dons/{donation['id']}/etiquettes", {"part": "1"})
    assert not await work(chain)  # one sheet is the page itself
