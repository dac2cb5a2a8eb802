"""Whatever people wrote, their papers can be made: what no font has is shown as such, and stops nothing."""

import io
import re
from datetime import date

import pytest
from filiere.documents.drawing import FONTS
from filiere.documents.letters import drawable
from filiere.documents.paper import TO_TICK, Content, Stamp, Table, Text, as_data, typeset
from filiere.testing.properties import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

STAMP = Stamp("BI-2026-00001", date(2026, 12, 1), "1er décembre 2026", "ABCDE-FGHIJ-K", "https://x.example/v?c=ABCDE")


def paper(*lines: str) -> bytes:
    content = Content(title="Bilan", lead=lines[0], blocks=[Text(line) for line in lines[1:]])
    return typeset(as_data(content, STAMP))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Association 😀 du Puy", "Association ? du Puy"),
        ("漢字 & co", "?? & co"),
        ("L'HAŸ-LES-ROSES, Dvořák", "L'HAY-LES-ROSES, Dvorák"),
        ("e\u0301te\u0301", "été"),
        ("1\u202f000 €", "1\u00a0000 €"),
        ("a\u0007b\u2060c\td", "abc d"),
        ("Привіт, سلام", "Привіт, سلام"),
    ],
)
def test_what_no_font_has_is_shown_as_unknown(written: str, shown: str) -> None:
    assert drawable(written) == shown


def test_every_letter_that_is_listed_can_be_drawn() -> None:
    ends = [point for line in (FONTS / "letters.txt").read_text().split() for point in line.split("-")]
    letters = [chr(int(point, 16)) for point in ends]
    assert len(letters) > 70
    assert paper(*(f"a{letter}b" for letter in letters if letter.isprintable() and letter not in '"\\'))[:4] == b"%PDF"


@pytest.mark.slow
@settings(max_examples=examples(40))
@given(st.lists(st.text(max_size=30), min_size=2, max_size=8))
def test_any_text_makes_a_paper(lines: list[str]) -> None:
    assert paper(*lines)[:4] == b"%PDF"


def test_a_picture_in_a_name_makes_a_paper() -> None:
    assert paper("Don de 😀 SARL", "家")[:4] == b"%PDF"


def test_a_box_to_tick_is_drawn_and_no_letter_that_is_unknown() -> None:
    made = {
        cell: typeset(as_data(Content("Manifeste", "Lot", [Table(("Étiquette", "Pointé"), [("FIL-1", cell)])]), STAMP))
        for cell in (TO_TICK, "", "?")
    }
    (page,) = PdfReader(io.BytesIO(made[TO_TICK])).pages
    assert "?" not in page.extract_text()
    lines = {cell: _strokes(pdf) for cell, pdf in made.items()}
    assert lines[TO_TICK] > lines[""] == lines["?"]


def _strokes(pdf: bytes) -> int:
    """Lines that are drawn on the first page."""
    contents = PdfReader(io.BytesIO(pdf)).pages[0].get_contents()
    assert contents is not None
    return len(re.findall(rb"^S$", contents.get_data(), re.MULTILINE))
