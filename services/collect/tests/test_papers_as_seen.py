"""Papers as an eye sees them: each page drawn by poppler holds ink, within its edges, in text and in picture."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from filiere.calendar import today
from PIL import Image

from .chain import Chain, laptop, register
from .test_documents import bytes_of, issue, lived, work
from .test_donors_value import VALUE, settings

__all__ = ["settings"]

EDGE_PT = 14.0
"""Nothing stands nearer to the edge of the paper: printers leave five millimetres white."""
KINDS = ("proof", "erasure", "slip", "impact")


def seen(pdf: Path) -> list[Image.Image]:
    """Each page as a picture, 60 dots an inch, grey."""
    subprocess.run(["pdftoppm", "-r", "60", "-gray", "-png", pdf, pdf.with_suffix("")], check=True, timeout=60)
    return [Image.open(file).convert("L") for file in sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))]


def words(pdf: Path) -> list[tuple[float, float, float, float, float, float]]:
    """(page's width, its height, xMin, yMin, xMax, yMax) of each word, in points."""
    text = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True, text=True, timeout=60)
    found, width, height = [], 0.0, 0.0
    for line in text.stdout.splitlines():
        numbers = [float(number) for number in re.findall(r'="([\d.-]+)"', line)]
        if "<page" in line:
            width, height = numbers[:2]
        elif "<word" in line:
            left, top, right, bottom = numbers[:4]
            found.append((width, height, left, top, right, bottom))
    return found


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="no poppler: apt-get install poppler-utils")
async def test_each_paper_of_a_donation_has_ink_on_every_page_and_nothing_beyond_its_edges(
    chain: Chain, tmp_path: Path
) -> None:
    long = laptop(serial="5CG8472QX1", manufacturer="W" * 60, model="Modèle très long " * 4)
    donation = await lived(chain, long, *[laptop(serial=f"5CG84{n:05d}") for n in range(40)])
    for kind in KINDS:
        looks_right(kind, await bytes_of(chain, await issue(chain, donation["id"], kind)), tmp_path)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="no poppler: apt-get install poppler-utils")
async def test_the_papers_for_taxes_are_seen_whole(chain: Chain, tmp_path: Path) -> None:
    long = laptop(serial="5CG8472QX1", manufacturer="W" * 115, model="ModèleSansEspace" * 7)
    donation = await lived(chain, long, *[laptop(serial=f"5CG84{n:05d}") for n in range(40)])
    put = await chain.donor.put(f"/api/v1/donations/{donation['id']}/valuation", json=VALUE)
    assert put.is_success, put.text
    for kind in ("receipt", "vat"):
        looks_right(kind, await bytes_of(chain, await issue(chain, donation["id"], kind)), tmp_path)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="no poppler: apt-get install poppler-utils")
async def test_the_papers_of_a_public_body_are_seen_whole(chain: Chain, tmp_path: Path) -> None:
    body = await register(chain.coordinator, "217500016", name="Ville d'exemple " * 6, public_body=True)
    await chain.client.grant("camille", "donor", body["id"])
    chain.donor_id = body["id"]
    first = await lived(chain, *[laptop(serial=f"5CG84{n:05d}") for n in range(40)])
    await lived(chain, laptop(), {"category": "monitor", "quantity": 2}, steps=2)
    looks_right("reuse", await bytes_of(chain, await issue(chain, first["id"], "reuse")), tmp_path)
    path = f"/api/v1/donors/{body['id']}/years"
    assert (await chain.donor.post(path, json={"year": today().year})).status_code == 202
    await work(chain)
    [state] = (await chain.donor.get(path)).json()
    looks_right("year", await bytes_of(chain, state["newest"]), tmp_path)


def looks_right(kind: str, content: bytes, folder: Path) -> None:
    """Ink on every page, and none of it where a printer cuts."""
    pdf = folder / f"{kind}.pdf"
    pdf.write_bytes(content)
    pages = seen(pdf)
    assert pages, kind
    for number, page in enumerate(pages, start=1):
        # Small print is grey: a last page may hold little else.
        grey, dark = sum(page.histogram()[:250]), sum(page.histogram()[:128])
        assert grey > 0.004 * page.width * page.height, f"{kind}, page {number} is all but blank"
        # Ink at the very edge is cut off by a printer.
        margin = round(EDGE_PT / 72 * 60)
        inside = page.crop((margin, margin, page.width - margin, page.height - margin))
        assert sum(inside.histogram()[:128]) == dark, f"{kind}, page {number} has ink at its edge"
    placed = words(pdf)
    assert placed, kind
    beyond = [
        one for one in placed
        if min(one[2], one[3]) < EDGE_PT or one[4] > one[0] - EDGE_PT or one[5] > one[1] - EDGE_PT
    ]  # fmt: skip
    assert beyond == [], kind
