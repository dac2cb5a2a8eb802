"""A workbook is declared like any file: small ones at once, long ones by the worker, bombs not at all."""

import io
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from collect.imports import own_process
from collect.imports.reading import APART
from filiere.testing.sql import value
from filiere.testing.workbooks import ods, xlsx

from .chain import Chain
from .test_imports import confirm, preview
from .test_long_files import look, send, work

HEADER = ["Type", "Marque", "Modèle", "N° de série", "Mise en service", "RAM (Go)", "Utilisateur"]
ROWS: list[list[object]] = [
    ["Portable", "HP", "EliteBook 840 G5", "5CG8472QX1", 2021, 16, "jdupont"],
    ["Portable", "HP", "EliteBook 840 G3", "5CG8472QX2", 2009, 8, "mmartin"],
    ["Écran", "Dell", "P2214H", None, 2019, None, None],
]
XLS = Path(__file__).parents[3] / "libs/common/tests/sheets/parc.xls"


@pytest.mark.parametrize("write", [xlsx, ods])
async def test_a_workbook_is_previewed_at_once_and_says_which_sheet_was_read(chain: Chain, write: Any) -> None:
    content = write(Lisezmoi=[["Parc informatique du siège"], ["Juin 2026"]], Parc=[[None], HEADER, *ROWS])
    seen = await preview(chain, content, "parc.xlsx")
    assert (seen["rows"], seen["accepted"], seen["refused"]) == (3, 2, 1)
    assert [problem["row"] for problem in seen["problems"]] == [4]
    layout = seen["layout"]
    assert (layout["sheet"], layout["encoding"], layout["delimiter"], layout["header_row"]) == ("Parc", None, None, 2)
    assert layout["personal"] == ["Utilisateur"]
    assert (await confirm(chain, seen["import_id"]))["accepted"] == 2
    for name in ("import_row", "donation_line", "fleet_import", "job"):
        assert not await value(chain.database, f"SELECT count(*) FROM {name} t WHERE t::text ~ 'jdupont|mmartin'")


async def test_an_old_workbook_is_read_too(chain: Chain) -> None:
    seen = await preview(chain, XLS.read_bytes(), "parc.xls")
    assert (seen["rows"], seen["accepted"], seen["layout"]["sheet"]) == (1, 1, "Parc")


async def test_the_same_workbook_again_is_the_same_import(chain: Chain) -> None:
    content = xlsx(Parc=[HEADER, *ROWS])
    assert (await preview(chain, content))["import_id"] == (await preview(chain, content))["import_id"]


@pytest.mark.slow
async def test_a_long_workbook_is_read_by_the_worker(chain: Chain) -> None:
    rows = [["Portable", "HP", "EliteBook 840", f"SN{n:08d}X", 2021, 16, f"u{n * 7919 % 10**8:x}"] for n in range(9000)]
    asked = await send(chain, xlsx(Parc=[HEADER, *rows]))
    assert (asked["status"], asked["total"]) == ("waiting", 0)
    assert await work(chain)
    seen = await look(chain, asked["import_id"])
    assert (seen["status"], seen["rows"], seen["accepted"]) == ("previewed", 9000, 9000)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (xlsx(Notes=[["Bonjour"], ["à tous"]]), "Aucune feuille"),
        (b"PK\x03\x04 is no archive", "n'est pas un classeur lisible"),
        (xlsx(Parc=[HEADER]), "aucune ligne en dessous"),
        (b"%PDF-1.7 of a list", "C'est un PDF"),
        (random.Random(7).randbytes(30_000), "ni un tableur ni un texte"),
        (random.Random(8).randbytes(300_000), "ni un tableur ni un texte"),
        (b"un mot seulement", "n'est pas un classeur lisible"),
    ],
)
async def test_what_cannot_be_read_is_refused_in_words(chain: Chain, content: bytes, why: str) -> None:
    assert why in (await preview(chain, content, "parc.xlsx", status=422))["detail"]


@pytest.mark.parametrize("name", ["parc.bin", "parc.csv", "parc"])
async def test_bytes_that_are_no_list_are_not_asked_for_titles(chain: Chain, name: str) -> None:
    refused = await preview(chain, random.Random(9).randbytes(30_000), name, status=422)
    assert "ni un tableur ni un texte" in refused["detail"]
    words = await preview(chain, b"un mot seulement", name, status=422)
    assert "Donnez un titre aux colonnes" in words["detail"]


async def test_a_text_that_a_tool_calls_a_workbook_is_read(chain: Chain) -> None:
    content = "Type\tMarque\tN° de série\tAnnée\nPortable\tHP\t5CG8472QX1\t2021\n"
    assert (await preview(chain, content.encode("cp1252"), "parc.xls"))["accepted"] == 1


@pytest.mark.slow
async def test_a_workbook_that_unpacks_to_gigabytes_is_refused_by_its_own_process(chain: Chain) -> None:
    far = io.BytesIO()
    with xlsxwriter.Workbook(far) as book:
        sheet = book.add_worksheet("Parc")
        sheet.write_row(0, 0, HEADER)
        sheet.write(1_048_575, 16_383, "le coin de la feuille")
    assert len(far.getvalue()) < 10_000
    assert (await preview(chain, far.getvalue(), "parc.xlsx", status=422))["detail"] == own_process.TOO_MUCH


async def test_who_reads_a_workbook_tells_how_many_rows_it_has_before_they_are_read() -> None:
    told: list[tuple[int, int]] = []
    content = xlsx(Parc=[HEADER, *ROWS])
    await own_process.read_apart(
        content,
        *(APART, date(2026, 11, 30), 100),
        how="plain",
        corrections={},
        tell=lambda *what: told.append(what),
    )
    assert told == [(0, 4), (3, 4)]
