"""Judged lines as PostgreSQL's COPY takes them: whatever stands in a cell stays in its cell."""

from datetime import date
from uuid import UUID, uuid4

from collect.eligibility.columns import LINE_COLUMNS, copied, copied_with, line_of
from collect.eligibility.judge import Judge, JudgedLine, LineVerdict
from collect.eligibility.lines import Equipment
from collect.imports.headers import layout_of
from collect.imports.repository import ImportRepository
from collect.imports.rows import RowJudge, judged
from filiere.catalogue import Category
from filiere.testing.sql import rows
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
