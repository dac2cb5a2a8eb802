"""A cell is read as a person sees it, in the row where they see it, whatever the program that wrote the workbook."""

import io
from datetime import date, datetime
from pathlib import Path

import pytest
from filiere.sheets.reading import NotAWorkbook, looks_like_a_workbook, sheets, text_of
from filiere.testing.workbooks import ods, xlsx
from hypothesis import given
from hypothesis import strategies as st

XLS = Path(__file__).with_name("parc.xls").read_bytes()


def read(content: bytes) -> dict[str, list[tuple[int, list[str]]]]:
    assert looks_like_a_workbook(content[:8])
    return {sheet.name: list(sheet.rows) for sheet in sheets(io.BytesIO(content))}


def test_cells_are_said_as_a_csv_would_say_them() -> None:
    morning = datetime.fromisoformat("2020-12-31 09:30")
    row = ["Portable", 16, 7.5, date(2020, 12, 31), morning, True, "deux\nlignes", None, "fin"]
    assert read(xlsx(Parc=[row])) == {
        "Parc": [
            (1, ["Portable", "16", "7.5", "2020-12-31", "2020-12-31 09:30:00", "oui", "deux lignes", "", "fin"]),
        ]
    }


def test_a_number_that_lost_its_digits_does_not_look_like_one_that_kept_them() -> None:
    assert text_of(356938035643809.0) == "356938035643809"
    assert text_of(3.56938035643809e17) == "3.56938035643809E+17"


@pytest.mark.parametrize("write", [xlsx, ods])
def test_rows_and_columns_keep_their_place_though_the_sheet_begins_below_and_to_the_right(write: object) -> None:
    assert callable(write)
    rows = [[None], [None], [None, "Type", "RAM"], [None], [None, "Portable", 8]]
    assert read(write(Parc=rows)) == {"Parc": [(3, ["", "Type", "RAM"]), (5, ["", "Portable", "8"])]}


def test_hidden_sheets_are_left_alone() -> None:
    assert list(read(xlsx("Brouillon", Parc=[["Type"]], Brouillon=[["Type"]]))) == ["Parc"]


def test_an_old_workbook_is_read_alike() -> None:
    assert read(XLS) == {
        "Parc": [
            (2, ["Type", "Marque", "Modèle", "N° de série", "Mise en service", "RAM (Go)"]),
            (3, ["Portable", "HP", "EliteBook 840 G5", "5CG8472QX1", "2021-03-12", "16"]),
        ]
    }


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"\xd0\xcf\x11\xe0" * 200, XLS[:2000]])
def test_what_is_no_workbook_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(NotAWorkbook, match="classeur"):
        list(sheets(io.BytesIO(content)))


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)
CELLS = st.one_of(st.none(), TEXTS, st.integers(-(10**9), 10**9))


@given(st.lists(st.lists(CELLS, max_size=5), max_size=5))
def test_an_ods_gives_back_the_texts_and_numbers_put_in(rows: list[list[object]]) -> None:
    written = {number: row for number, row in enumerate(rows, 1) if any(v not in (None, "") for v in row)}
    for number, cells in read(ods(Parc=rows)).get("Parc", []):
        said = ["" if value is None else str(value) for value in written[number]]
        assert " ".join(" ".join(cells).split()) == " ".join(" ".join(said).split())
