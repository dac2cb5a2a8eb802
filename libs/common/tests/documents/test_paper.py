"""A document on paper: the same input gives the same bytes, with a text layer, a language and tags."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from filiere.documents.paper import (
    Bars,
    Content,
    Facts,
    Figures,
    Heading,
    Signatures,
    Stamp,
    Table,
    Text,
    Thread,
    as_data,
    paper_pdf,
    typeset,
)

STAMP = Stamp(
    "PR-2026-00001", date(2026, 11, 30), "30 novembre 2026", "7K2M9-QX4T5-R", "https://c.example/verifier/7K2M9-QX4T5-R"
)
EVERYTHING = Content(
    "Preuve du don",
    "Œuvre d'exemple : 1\u202f234 équipements",
    [
        Facts([("Donateur", "Société d'exemple")]),
        Heading("Le fil"),
        Thread([("2", "déclarés", "done"), ("1", "effacés", "now"), ("0", "remis", "todo")]),
        Figures([("162", "kg CO2e évités", "pour 2 équipements")]),
        Table(
            ("Étiquette", "Nombre"),
            [(f"FIL-{number:05d}", str(number)) for number in range(120)],
            (2, 1),
            (False, True),
        ),
        Bars([("Smartphones", 246.0, "246 kg"), ("Rien", 0.0, "0 kg")]),
        Text("Un paragraphe avec #set text(red), *étoiles* et [crochets]."),
        Signatures(["Pour le donateur", "Pour le transporteur"]),
    ],
    ["Méthode : kg × années."],
)


pytestmark = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no poppler: apt-get install poppler-utils")


def read(pdf: bytes, folder: Path, program: str = "pdftotext") -> str:
    (folder / "a.pdf").write_bytes(pdf)
    arguments = ["-layout", folder / "a.pdf", "-"] if program == "pdftotext" else [folder / "a.pdf"]
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


async def test_the_same_paper_gives_the_same_bytes_from_the_process_too() -> None:
    pdf = await paper_pdf(EVERYTHING, STAMP)
    assert pdf == typeset(as_data(EVERYTHING, STAMP))
    assert pdf != typeset(as_data(EVERYTHING, replace(STAMP, number="PR-2026-00002")))


def test_all_of_it_can_be_read_by_a_machine(tmp_path: Path) -> None:
    pdf = typeset(as_data(EVERYTHING, STAMP))
    text = read(pdf, tmp_path)
    words = " ".join(text.split())
    for said in (
        "Œuvre d'exemple",
        "1 234 équipements",
        "7K2M9-QX4T5-R",
        "246 kg",
        "c.example/verifier",
        "kg × années",
    ):
        assert said in words, said
    assert "#set text(red), *étoiles* et [crochets]" in words, "a text is a text, no markup"
    pages = int(re.search(r"Pages:\s+(\d+)", read(pdf, tmp_path, "pdfinfo"))[1])  # type: ignore[index]
    assert pages > 2
    assert f"page {pages} sur {pages}" in words
    assert words.count("Étiquette Nombre") >= 3, "each page repeats the header"
    assert b"/Lang(fr-FR)" in pdf
    assert b"pdfuaid:part" in pdf
    assert "yes" in re.search(r"Tagged:.*", read(pdf, tmp_path, "pdfinfo"))[0]  # type: ignore[index]


@pytest.mark.parametrize("block", EVERYTHING.blocks, ids=lambda block: block.kind)
def test_each_block_stands_alone(block: object, tmp_path: Path) -> None:
    one = Content("Titre", "Ce que c'est.", [block])  # type: ignore[list-item]
    assert "Titre" in read(typeset(as_data(one, STAMP)), tmp_path)


# An IMEI has fifteen figures: in a narrow column it lay under the date beside it.
@pytest.mark.parametrize(("length", "width"), [(100, 1.0), (15, 0.3)])
def test_a_long_word_stays_in_its_column(tmp_path: Path, length: int, width: float) -> None:
    table = Table(("A", "B", "C"), [("FIL-1", "W" * length, "après")], (1, width, 1))
    (tmp_path / "a.pdf").write_bytes(typeset(as_data(Content("Titre", "Mot", [table]), STAMP)))
    found = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "a.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    words = re.findall(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">(W+|après)<', found)
    (next_column,) = [float(left) for left, _, word in words if word == "après"]
    pieces = [(float(right), word) for _, right, word in words if word != "après"]
    assert sum(len(word) for _, word in pieces) == length
    assert all(right <= next_column for right, _ in pieces), pieces


def test_what_nothing_verifies_asks_for_no_verification(tmp_path: Path) -> None:
    text = read(typeset(as_data(EVERYTHING, replace(STAMP, opens="La page du lot :"))), tmp_path)
    assert "La page du lot" in text
    assert "code" not in text.replace("crochets", "")
