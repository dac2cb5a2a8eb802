"""Labels as PDF: every one of them, the same bytes for the same labels."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from filiere.documents.labels import PER_SHEET, labels_pdf, typeset
from filiere.documents.qr import modules, qr_svg
from PIL import Image

LABELS = [(f"FIL-{n:05d}-X", f"https://ici.example/equipements/etiquettes/FIL-{n:05d}-X", "Écran") for n in range(30)]


async def test_the_same_labels_give_the_same_bytes_in_this_process_and_in_its_own() -> None:
    pdf = await labels_pdf(LABELS)
    assert pdf.startswith(b"%PDF")
    assert pdf == typeset(LABELS)
    assert len(LABELS) > PER_SHEET
    tape = await labels_pdf(LABELS[:3], tape=True)
    assert tape == typeset(LABELS[:3], tape=True)
    assert tape != typeset(LABELS[:3])


def test_a_code_is_drawn_once() -> None:
    assert qr_svg(LABELS[0][1]) is qr_svg(LABELS[0][1])
    assert str(qr_svg(LABELS[0][1])) != str(qr_svg(LABELS[1][1]))


def test_a_code_is_square_with_a_quiet_zone_and_its_three_finders() -> None:
    rows = modules(LABELS[0][1])
    assert {len(row) for row in rows} == {len(rows)}
    assert not any(rows[0])
    finder = rows[2][2:9]
    assert finder == rows[2][-9:-2] == rows[-3][2:9] == [True] * 7


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="no poppler: apt-get install poppler-utils")
@pytest.mark.parametrize("tape", [True, False])
def test_a_label_is_set_in_the_font_that_is_made_to_be_read(tape: bool, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(typeset(LABELS[:2], tape=tape))
    fonts = subprocess.run(["pdffonts", tmp_path / "a.pdf"], check=True, capture_output=True, text=True).stdout
    named = [line.split()[0] for line in fonts.splitlines()[2:]]
    assert named
    assert all("AtkinsonHyperlegible" in name for name in named), named


def ink(words: str, *, tape: bool, folder: Path) -> int:
    """Dark dots of one label, as poppler draws it."""
    code, text, _words = LABELS[0]
    (folder / "a.pdf").write_bytes(typeset([(code, text, words)], tape=tape))
    subprocess.run(["pdftoppm", "-r", "300", "-gray", "-png", "-singlefile", "a.pdf", "a"], cwd=folder, check=True)
    return sum(Image.open(folder / "a.png").convert("L").histogram()[:128])


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="no poppler: apt-get install poppler-utils")
@pytest.mark.parametrize("tape", [True, False])
def test_no_accent_of_a_label_is_cut_off_nor_tail(tape: bool, tmp_path: Path) -> None:
    for plain, marked in (("E", "É"), ("C", "Ç")):
        more = ink(marked * 8, tape=tape, folder=tmp_path) - ink(plain * 8, tape=tape, folder=tmp_path)
        assert more > 8 * 8, marked


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no poppler: apt-get install poppler-utils")
@pytest.mark.parametrize("tape", [True, False])
def test_what_a_label_describes_at_length_stands_whole_between_its_code_and_its_edge(
    tape: bool, tmp_path: Path
) -> None:
    """Its sort, its model, the donor's own number and its serial."""
    code, text, _words = LABELS[0]
    words = "Ordinateur portable Hewlett-Packard EliteBook 840 G5 Notebook PC à · inv. PARC-2021-ADMIN-SIEGE-000012345"
    (tmp_path / "a.pdf").write_bytes(typeset([(code, text, f"{words} · 5CG8472QX1-359391144147279-00012")], tape=tape))
    found = subprocess.run(["pdftotext", "-bbox", tmp_path / "a.pdf", "-"], check=True, capture_output=True, text=True)
    placed = [
        [float(one) for one in re.findall(r'="([\d.-]+)"', line)]
        for line in found.stdout.splitlines()
        if "<word" in line
    ]
    edge = 29 * 72 / 25.4 if tape else 37.125 * 72 / 25.4
    below = placed[0][3] - 4  # a box is higher than its letters
    assert all(top > below and bottom < edge for _left, top, _right, bottom in placed[1:]), placed
