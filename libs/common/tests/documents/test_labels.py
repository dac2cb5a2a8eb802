"""Labels as PDF: every one of them, the same bytes for the same labels."""

import shutil
import subprocess
from pathlib import Path

import pytest
from filiere.documents.labels import PER_SHEET, labels_pdf, typeset
from filiere.documents.qr import modules, qr_svg

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
