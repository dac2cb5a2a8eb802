"""A list as a workbook: numbers are numbers, days are days, texts are texts; none is lost, and memory stays bounded."""

import io
import tracemalloc
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from filiere.calendar import PARIS
from filiere.sheets import writing
from filiere.sheets.reading import sheets
from filiere.sheets.writing import XlsxWriting
from filiere.web import sheet_response
from filiere.web.sheet_export import FORMULA_STARTS, XLSX, UnknownFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

HEADER = ["Étiquette", "Poids (kg)", "Reçu le", "Effacé"]


async def answered(rows: Any, query: bytes = b"format=xlsx") -> tuple[dict[str, str], bytes]:
    """(headers, body) of a download."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    answer = sheet_response("parc de l'année.csv", HEADER, rows)
    await answer({"type": "http", "query_string": query, "asgi": {"spec_version": "2.4"}}, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return headers, b"".join(message.get("body", b"") for message in sent[1:])


async def test_a_list_is_a_workbook_where_the_address_asks_for_it() -> None:
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    rows = [
        ["FIL-7K2M9-4", 2.5, date(2026, 7, 2), True],
        ["=1+1", 1000, at, None],
        [None, float("nan"), date(1, 1, 1), False],
    ]
    headers, body = await answered(rows)
    assert headers["content-type"] == XLSX
    assert headers["content-disposition"].endswith("parc%20de%20l%27ann%C3%A9e.xlsx")
    found = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    assert found == [
        HEADER,
        ["FIL-7K2M9-4", 2.5, date(2026, 7, 2), "oui"],
        ["=1+1", 1000.0, at.astimezone(PARIS).replace(tzinfo=None), ""],
        ["", "nan", "0001-01-01", "non"],
    ]
    for query in (b"", b"format=csv"):
        assert (await answered(rows, query))[1].startswith("\ufeffÉtiquette;".encode())
    with pytest.raises(UnknownFormat):
        await answered(rows, b"format=pdf")


async def test_rows_that_are_read_while_they_are_written_all_arrive() -> None:
    async def rows() -> AsyncIterator[list[Any]]:
        for number in range(1_234):
            yield [number]

    _, body = await answered(rows())
    [sheet] = sheets(io.BytesIO(body))
    assert [cells[0] for _, cells in sheet.rows][1:] == [str(number) for number in range(1_234)]


def test_what_one_sheet_cannot_hold_goes_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_ROWS", 3)
    made = XlsxWriting(tmp_path / "a.xlsx", ["n"])
    made.add([n] for n in range(7))
    made.close()
    with (tmp_path / "a.xlsx").open("rb") as file:
        found = [[cells[0] for _, cells in sheet.rows] for sheet in sheets(file)]
    assert found == [["n", "0", "1", "2"], ["n", "3", "4", "5"], ["n", "6"]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(FORMULA_STARTS).flatmap(lambda start: st.text().map(lambda rest: start + rest)), max_size=5
    )
)
def test_no_text_is_a_formula_whatever_it_begins_with(tmp_path: Path, texts: list[str]) -> None:
    made = XlsxWriting(tmp_path / "a.xlsx", ["n"])
    made.add([text] for text in texts)
    made.close()
    with (tmp_path / "a.xlsx").open("rb") as file:
        content = zipfile.ZipFile(file).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in content


@pytest.mark.slow
def test_memory_does_not_grow_with_the_list(tmp_path: Path) -> None:
    def most(rows: int) -> int:
        tracemalloc.start()
        made = XlsxWriting(tmp_path / "a.xlsx", HEADER)
        made.add([f"FIL-{n:08d}", n / 7, date(2026, 7, 2), "x" * 100] for n in range(rows))
        made.close()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert most(8_000) < 1.5 * most(2_000)
