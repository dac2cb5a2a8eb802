"""Judged lines as PostgreSQL's COPY takes them: whatever stands in a cell stays in its cell."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from collect.eligibility.columns import LINE_COLUMNS, copied, copied_with, line_of
from collect.eligibility.judge import Judge, JudgedLine, LineVerdict
from collect.eligibility.lines import Equipment
from collect.imports.block import Block
from collect.imports.forms import Forms, piece_of
from collect.imports.headers import layout_of
from collect.imports.repository import ImportRepository
from collect.imports.rows import RowJudge, judged
from collect.imports.without_people import Cleaner
from filiere.catalogue import Category
from filiere.testing.sql import rows, value
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain

TODAY = date(2026, 11, 30)
text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
lines = st.lists(
    st.builds(
        JudgedLine,
        position=st.integers(1, 10**6),
        equipment=st.builds(
            Equipment,
            quantity=st.integers(1, 1000),
            category=st.none() | st.sampled_from(Category),
            written_category=st.none() | text,
            model=st.none() | text,
            serial=st.none() | text,
            year=st.none() | st.integers(1980, 2030),
            ram_gb=st.none() | st.floats(0, 10**6, allow_nan=False),
        ),
        verdict=st.sampled_from(LineVerdict),
        rule=st.none() | text,
        reason=text,
        flags=st.lists(st.sampled_from(["junk-serial", "year-unread"]), max_size=2).map(tuple),
    ),
    max_size=8,
)


@given(lines)
def test_each_line_is_one_row_of_as_many_cells(given_lines: list[JudgedLine]) -> None:
    written = copied(given_lines)
    assert written.count(b"\n") == len(given_lines)
    for row, line in zip(written.decode().split("\n"), given_lines, strict=False):
        cells = row.split("\t")
        assert len(cells) == len(LINE_COLUMNS.split(", "))
        assert cells[0] == str(line.position)
        assert (cells[3] == "\\N") == (line.equipment.written_category is None)


async def test_what_is_copied_is_what_was_judged(chain: Chain) -> None:
    odd = ["\\N", "a\tb\nc\rd\\", "", "{x}", "é€😀", "\\.", "NULL", "\\\\", " "]
    given_lines = [
        JudgedLine(
            n, Equipment(model=one, serial=one or None, ram_gb=7.5), LineVerdict.ERROR, one, one, ("year-unread",)
        )
        for n, one in enumerate(odd, 1)
    ]
    import_id, donor_id = uuid4(), UUID(chain.donor_id)
    async with chain.database.unit_of_work() as session:
        imports = ImportRepository.from_session(session)
        await imports.begin(import_id, donor_id, "hash", "parc.csv", "{}", by_network=False)
        await imports.add(import_id, donor_id, [copied(given_lines), copied([])])
    kept = await rows(chain.database, f"SELECT {LINE_COLUMNS} FROM import_row ORDER BY position")
    assert [line_of(row) for row in kept] == given_lines
    assert copied_with((1,), b"") == b""
    async with chain.database.unit_of_work() as session:
        other = uuid4()
        imports = ImportRepository.from_session(session)
        await imports.begin(other, donor_id, "another", "parc.csv", "{}", by_network=False)
        await imports.add(other, donor_id, [copied(given_lines[:1])])
        await imports.forget_old_previews(donor_id, 0)
    assert await value(chain.database, "SELECT count(*) FROM import_row") == 1, "rows go with their import"


SAID = """
|Portable|Écran|serveur|Dell|HP|Latitude 5490|Vautrin|zoe.vautrin|8|2x8 Go|beaucoup|2019|2|dix|ABC123|abc123|N/A
|356938035643809|PC-VAUTRIN|FIL-00000-0|à Zoé Vautrin
"""
cells = st.sampled_from(SAID.split("|"))


@given(st.lists(st.lists(cells, min_size=10, max_size=13), max_size=12))
def test_rows_read_by_what_they_have_in_common_are_judged_as_each_alone(table: list[list[str]]) -> None:
    titles = "Type|Marque|Modèle|N° de série|IMEI|N° inventaire|Année|RAM|Quantité|Disque|OS|Utilisateur"
    layout = layout_of(titles.split("|"))
    together, alone = RowJudge(layout, TODAY), Judge(TODAY)
    for number, row in enumerate(table, 2):
        assert together.judged(number, row) == judged(alone, number, row, layout)


DEVICES = (
    ("Portable", "Dell", "Latitude 5490", "8", "2019"),
    ("Portable", "HP", "{0} 7FORM7SERIAL", "2x8 Go", "beaucoup"),
    ("Portable", "HP", "Vautrin", "1", "2005"),
    ("Écran", "", "à Zoé Vautrin", "", ""),
    ("dix", "zoe.vautrin", "", "8", "2019"),
)
serials = st.sampled_from(
    ["", "", "N/A", "0000", "5E12", "abc123", "12345678,0", "123456", "7FORM7SERIAL"]
) | st.from_regex(r"[A-C]{2}[0-9]{5}", fullmatch=True)
tags = st.sampled_from(
    ["", "N/A", "12", "PC-VAUTRIN", "FIL-00000-0", "06 12 34 56 78", "zoé", "pc-12", "a@b.fr"]
) | st.from_regex(r"PC-[0-9]{4}", fullmatch=True)
people = st.sampled_from(["", "", "zoe.vautrin", "Vautrin Zoé", "dell", "jdoe", "0004"])
fleets = st.lists(
    st.tuples(
        st.sampled_from(DEVICES),
        serials,
        st.sampled_from(["", "", "", "356938035643809"]),
        tags,
        people,
        st.integers(0, 9),
    ),
    max_size=40,
)
TITLES = "Type|Marque|Modèle|RAM|Année|N° de série|IMEI|N° inventaire|Utilisateur|Remarque"


@given(fleets, st.integers(1, 12))
def test_rows_that_fill_in_a_form_are_written_as_each_alone(fleet: list[Any], at_once: int) -> None:
    layout = layout_of(TITLES.split("|"))
    rows = [
        (number, [*device, serial, imei, tag, person, *["x"] * (odd != 1), *["y"] * (odd == 2)])
        for number, (device, serial, imei, tag, person, odd) in enumerate(fleet, 2)
    ]
    alone, together, cleaner, cleaned = Judge(TODAY), Forms(layout, TODAY), Cleaner(layout), Cleaner(layout)
    for start in range(0, len(rows), at_once):
        block = Block(layout, rows[start : start + at_once])
        assert together.piece(block) == piece_of([judged(alone, *row, layout) for row in rows[start : start + at_once]])
        assert [list(row) for row in cleaned.block(block)] == [cleaner.cells(row) for row in block.rows]


def test_most_rows_of_a_fleet_fill_in_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[object] = []
    by_itself = RowJudge.judged

    def judged_by_itself(judge: RowJudge, number: int, cells: Sequence[str]) -> JudgedLine:
        looked_at.append(number)
        return by_itself(judge, number, cells)

    monkeypatch.setattr(RowJudge, "judged", judged_by_itself)
    layout = layout_of(TITLES.split("|"))
    rows = [
        (n, [*DEVICES[n % 2 * 2], f"SN{n:06d}", "", f"INV-{n:05d}", f"prenom{n}.nom", "à voir"]) for n in range(3000)
    ]
    forms = Forms(layout, TODAY)
    assert sum(forms.piece(Block(layout, rows[at : at + 1000])).rows for at in range(0, 3000, 1000)) == 3000
    assert len(looked_at) < 30
