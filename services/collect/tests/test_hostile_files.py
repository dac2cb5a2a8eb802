"""Files that were made to cost: each is read or refused for about what an honest file of its size costs."""

import io
import time
from datetime import date

import pytest
from collect.imports.headers import layout_of
from collect.imports.parsing import read as whole
from collect.imports.parsing import read_again
from collect.imports.reading import MAX_EMPTY, MAX_RECORD, Unreadable, fingerprint, inspect
from collect.imports.rows import judged_rows

HEADER = "Type;Marque;Modèle;N° de série\n"
LAPTOP = "Portable;HP;EliteBook 840;5CG8472QX1\n"
# Of processor time. The quadratic reader took 17 s for 60 kB.
MOST_CPU_S = 2.0

HOSTILE = {
    "one cell of 60 kB": "abcdefghij " * 6000,
    "words of 60 kB in every row": ("numero de series " * 3500 + "\n") * 20,
    "60 columns by 60 rows of ordinary words": (";".join(f"composant numero {n}" for n in range(60)) + "\n") * 60,
    "300 columns of almost our names": (";".join(["Numero de serye"] * 300) + "\n") * 40,
    "nothing but separators": HEADER + ";" * 10_000_000,
    "19 MB of newlines": HEADER + LAPTOP + "\n" * 19_000_000,
    "19 MB of newlines before the header": "\n" * 19_000_000 + HEADER + LAPTOP,
    "a million of empty spreadsheet rows": HEADER + LAPTOP + ";;;\n" * 1_048_576,
    "an open quote": HEADER + '"' + LAPTOP * 200_000,
    "one line of 10 MB": HEADER + "x" * 10_000_000,
    "quotes upon quotes": HEADER + '"";"' * 2_000_000,
    "no end of commas and quotes": '"a",' * 2_500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_costs_no_more_than_an_honest_one(name: str) -> None:
    file = io.BytesIO(HOSTILE[name].encode())
    before = time.process_time()
    try:
        source = inspect(file, fingerprint(file)[1])
        for _ in judged_rows(file, source, date(2026, 11, 24), 50_000):
            pass
    except Unreadable:
        pass
    assert time.process_time() - before < MOST_CPU_S


def read(content: str) -> list[str | None]:
    file = io.BytesIO(content.encode())
    source = inspect(file, fingerprint(file)[1])
    return [line.rule for line in judged_rows(file, source, date(2026, 11, 24), 50_000)]


def test_a_tail_of_empty_rows_takes_nothing_from_the_file() -> None:
    assert read(HEADER + LAPTOP + ";;;\n" * (MAX_EMPTY + 1000)) == [None]


def test_a_device_after_more_empty_rows_than_are_read_is_never_lost_in_silence() -> None:
    with pytest.raises(Unreadable, match="lignes vides"):
        read(HEADER + LAPTOP + ";;;\n" * (MAX_EMPTY + 1) + LAPTOP)


def test_a_row_longer_than_any_device_is_refused_by_its_number() -> None:
    assert read(HEADER + LAPTOP + "x" * (MAX_RECORD + 1) + "\n") == [None, "long-cell"]


@pytest.mark.parametrize("length", [140_000, MAX_RECORD - 20, MAX_RECORD, 500_000, 3 * MAX_RECORD])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_with_a_huge_cell_is_refused_alone(length: int, quote: str, end: str) -> None:
    huge = f"Portable;HP;{quote}{'x' * length}{quote};5CG8472QX2\n"
    assert read((HEADER + LAPTOP + huge + LAPTOP.replace("QX1", "QX3")).replace("\n", end)) == [None, "long-cell", None]
    assert read((HEADER + huge + LAPTOP).replace("\n", end)) == ["long-cell", None]


def test_a_row_with_a_huge_cell_is_refused_again_when_the_list_is_read_with_other_columns() -> None:
    content = HEADER + f"Portable;HP;{'x' * 500_000};5CG8472QX2\n" + LAPTOP
    file = io.BytesIO(content.encode())
    first = whole(file, "utf-8", date(2026, 11, 24), 100)
    assert first.copy is not None
    again = read_again(first.copy, date(2026, 11, 24), 100, {})
    assert len(first.copy) < 1000
    assert b"".join(again.pieces) == b"".join(first.pieces)
    assert b"".join(first.pieces).count(b"long-cell") == 1


def test_an_open_quote_in_a_huge_cell_is_still_told() -> None:
    with pytest.raises(Unreadable, match="La ligne 3 est trop longue"):
        read(HEADER + LAPTOP + 'Portable;HP;"' + "x" * (MAX_RECORD + 1) + "\n" + LAPTOP)


def test_a_long_cell_among_good_ones_is_cut_not_refused() -> None:
    assert read(HEADER + "Portable;HP;" + "x" * 100_000 + ";5CG8472QX1\n") == [None]


def test_a_text_that_begins_like_a_title_is_none() -> None:
    layout = layout_of(["Type", "Marque des ordinateurs que nous avons achetés en leur temps, avec leur garantie " * 3])
    assert layout.columns == {"category": 0}
