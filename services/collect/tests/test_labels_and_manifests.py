"""Labels on tape and one again, with the donor's own number; the manifest of a lot on paper."""

import re
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from filiere.identifiers import LABEL_CAPACITY, label_code
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in
from filiere.testing.sql import rows

from .chain import Chain, laptop
from .test_documents import bytes_of, issue, text_of
from .test_large_donations import work
from .test_lots_shared_out import sealed, split
from .test_pages import press
from .test_papers_as_seen import words as words_of


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


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no poppler: apt-get install poppler-utils")
async def test_a_label_keeps_its_code_whatever_stands_below_it(chain: Chain, tmp_path: Path) -> None:
    long = laptop(manufacturer="W" * 115, model="ModèleSansEspace" * 7, asset_tag="INV" * 39)
    donation, _ = await chain.sent(long)
    label = (await chain.get(f"/donations/{donation['id']}/devices"))["items"][0]["label"]
    browser = await chain.client.login("camille")
    page = f"/equipements/{label}/etiquette"
    await press(browser, page, page, {"part": "1", "tape": "true"})
    assert await work(chain)
    (tmp_path / "tape.pdf").write_bytes((await browser.get(f"{page}.pdf?part=1&ruban=1")).content)
    width, height, left, top, right, bottom = words_of(tmp_path / "tape.pdf")[0]  # the code, in large
    assert 0 < left < right < width
    assert 0 < top < bottom < height / 2


async def test_what_was_printed_of_a_lot_before_it_changed_is_not_offered(chain: Chain, tmp_path: Path) -> None:
    other = await chain.know_workshop("Atelier de Gap", "05000", laptop=10, monitor=10)
    _, lot = await sealed(chain)
    browser = await chain.client.login("nadia")
    labels = f"/lots/{lot}/etiquettes"
    await press(browser, f"/lots/{lot}", f"/lots/{lot}/manifeste")
    await press(browser, labels, labels, {"part": "1", "tape": "true"})
    assert await work(chain)
    assert await work(chain)
    pdf = await browser.get(f"/lots/{lot}/manifeste.pdf")
    words = text_of(pdf.content, tmp_path).replace("\u00a0", " ")
    assert "10 équipements" in words
    assert "code de vérification" not in words  # nothing verifies it
    assert (await browser.get(f"{labels}.pdf?part=1&ruban=1")).headers["content-type"] == "application/pdf"
    assert "Le refaire" not in (await browser.get(f"/lots/{lot}")).text  # it is as the lot is

    parts = [
        {"workshop_id": chain.workshop_id, "devices": {"laptop": 4, "monitor": 4}},
        {"workshop_id": other, "devices": {"laptop": 2}},
    ]
    await split(chain, lot, parts, override_reason="Gap vient chercher les siens.")
    assert "Manifeste (PDF)" not in (await browser.get(f"/lots/{lot}")).text
    for of_old in (f"/lots/{lot}/manifeste.pdf", f"{labels}.pdf?part=1&ruban=1"):
        assert "pdf" not in (await browser.get(of_old)).headers["content-type"], of_old

    await press(browser, f"/lots/{lot}", f"/lots/{lot}/manifeste")
    assert await work(chain)
    words = text_of((await browser.get(f"/lots/{lot}/manifeste.pdf")).content, tmp_path).replace("\u00a0", " ")
    assert "8 équipements" in words
    assert "Atelier de Lens" in words


async def test_who_waits_for_a_pdf_asks_how_far_it_is_and_not_what_every_label_says(chain: Chain) -> None:
    """Asked every two seconds: reading fifty thousand devices each time took a tenth of a second of the database."""
    donation = await chain.declare(laptop(serial="5CG8472QX1"))
    await chain.do(f"/donations/{donation['id']}/accept")
    browser, labels = await chain.client.login("camille"), f"/dons/{donation['id']}/etiquettes"
    waiting = (await press(browser, labels, labels, {"part": "1", "tape": "true"})).text
    (asked,) = re.findall(r'hx-get="([^"]+)"', waiting)
    assert re.fullmatch(rf"{labels}\?etat=1-[0-9a-f]+", asked)
    await rows(chain.database, "UPDATE device SET model = 'Latitude 5490'")
    assert "en préparation" in (await browser.get(asked)).text  # of the labels as the page shows them
    assert "en préparation" not in (await browser.get(labels)).text
    assert (await browser.get(f"{labels}?etat=x")).status_code == 404
    assert (await (await chain.client.login("nobody")).get(asked)).status_code in (403, 404)


@pytest.mark.slow
@pytest.mark.browser
async def test_from_a_browser_the_labels_alone_are_printed(
    tab: Any, live: Live, chain: Chain, service: Service, settings: Settings
) -> None:
    donation = await chain.declare(laptop(), laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    address = await live(service, settings)
    await log_in(tab, address, "camille")
    await tab.goto(f"{address}/dons/{donation['id']}/etiquettes")
    await tab.emulate_media(media="print")
    printed = (await tab.inner_text("body")).split("FIL-")
    assert not printed[0].strip(), "nothing stands above the first label"
    assert len(printed) == 3
    assert all("Ordinateur portable" in one for one in printed[1:])


async def test_what_a_workshop_found_in_excess_was_never_announced(chain: Chain, tmp_path: Path) -> None:
    """The manifest, the slip and the lot's page say what left."""
    donation, lot = await chain.sent(laptop(quantity=2))
    extra = str(uuid4())
    said = {"workshop_id": chain.workshop_id, "lot_id": lot, "label": label_code(LABEL_CAPACITY), "device_id": extra}
    more = {"donation_id": donation["id"], "category": "monitor", "public_body": False}
    await chain.hear("refurbish.devices", "device-surplus", extra, **said, **more)
    await chain.hear("refurbish.devices", "device-arrived", extra, **said, category="monitor")
    assert (await chain.get(f"/lots/{lot}"))["categories"] == {"laptop": 2}
    browser = await chain.client.login("camille")
    await press(browser, f"/lots/{lot}", f"/lots/{lot}/manifeste")
    assert await work(chain)
    manifest = text_of((await browser.get(f"/lots/{lot}/manifeste.pdf")).content, tmp_path).replace("\u00a0", " ")
    slip = text_of(await bytes_of(chain, await issue(chain, donation["id"], "slip")), tmp_path).replace("\u00a0", " ")
    for text in (manifest, slip):
        assert "2 équipements : 2 ordinateurs portables" in text
        assert said["label"] not in text
