"""A list as a download: CSV, or an XLSX where the address asks for it (`?format=xlsx`).

CSV that a French spreadsheet opens by double click: UTF-8 with BOM, semicolons, no formula smuggled in. XLSX is written
in a thread into a file of its own before the first byte leaves; neither grows in memory with the list.
"""

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path, PurePath
from typing import Any

from starlette.datastructures import QueryParams
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from filiere.calendar import PARIS
from filiere.sheets.writing import XlsxWriting
from filiere.web.downloads import attached
from filiere.web.errors import FieldError, Unprocessable
from filiere.web.i18n import gettext as _
from filiere.web.tables import TableView

BOM = "\ufeff"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Cells beginning so are formulas to a spreadsheet (OWASP, CSV injection); an apostrophe makes them text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
BOOLEANS = ("oui", "non")
# What is made of them holds the event loop for some milliseconds; then whoever waits has a turn.
ROWS_PER_CHUNK = 50
# What a thread writes at once.
_ROWS_AT_ONCE = 500
_PIECE = 64 * 1024

Row = Sequence[Any]
Rows = Iterable[Row] | AsyncIterable[Row]


class UnknownFormat(Unprocessable):
    title = "Une liste se télécharge en CSV ou en XLSX."

    def __init__(self) -> None:
        super().__init__(errors=[FieldError("format", self.title)])


class SheetResponse(StreamingResponse):
    """Rows as what the address asks for."""

    def __init__(self, filename: str, header: Sequence[str], rows: Rows, booleans: tuple[str, str] = BOOLEANS) -> None:
        super().__init__(
            _chunks(header, rows, booleans), media_type="text/csv; charset=utf-8", headers=attached(filename)
        )
        self._filename, self._header, self._rows = filename, header, rows

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = QueryParams(scope["query_string"]).get("format", "csv")
        if asked not in ("csv", "xlsx"):
            raise UnknownFormat
        if asked == "csv":
            await super().__call__(scope, receive, send)
            return
        with tempfile.TemporaryDirectory(prefix="filiere-xlsx-") as folder:
            path = Path(folder) / "list.xlsx"
            await _write(path, self._header, self._rows)
            headers = attached(str(PurePath(self._filename).with_suffix(".xlsx")))
            await StreamingResponse(_pieces(path), media_type=XLSX, headers=headers)(scope, receive, send)


def sheet_response(
    filename: str, header: Sequence[str], rows: Rows, view: TableView | None = None, *, spoken: bool = False
) -> SheetResponse:
    """Stream rows as a download, named as a CSV. Rows read from the database while sending need a `StreamSession`.

    `view`: of the page's list, whose columns the sheet has then (`Table.always` says which it always has).
    `spoken`: its headings have their English, and its rows say their words in the language of the request.
    """
    booleans = (_("oui"), _("non")) if spoken else BOOLEANS
    places = view.places(header) if view is not None else None
    if places is not None:
        header, rows = [header[place] for place in places], _picked(rows, places)
    return SheetResponse(filename, [_(one) for one in header] if spoken else header, rows, booleans)


async def _picked(rows: Rows, places: Sequence[int]) -> AsyncIterator[Row]:
    async for row in _each(rows):
        yield [row[place] for place in places]


def cell(value: Any, booleans: tuple[str, str] = BOOLEANS) -> str:
    """One cell's text: dates ISO, hours of Paris, booleans in words, decimals with a comma, formulas neutralised."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return booleans[0] if value else booleans[1]
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(PARIS).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


async def _chunks(header: Sequence[str], rows: Rows, booleans: tuple[str, str]) -> AsyncIterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow(header)
    waiting = 0
    async for row in _each(rows):
        writer.writerow([cell(value, booleans) for value in row])
        waiting += 1
        if waiting == ROWS_PER_CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
            waiting = 0
            await asyncio.sleep(0)  # neither rows at hand nor a socket that takes all let anybody else run
    yield buffer.getvalue()


async def _write(path: Path, header: Sequence[str], rows: Rows) -> None:
    writing = await asyncio.to_thread(XlsxWriting, path, header)
    waiting: list[Row] = []
    async for row in _each(rows):
        waiting.append([_of_paris(value) for value in row])
        if len(waiting) == _ROWS_AT_ONCE:
            await asyncio.to_thread(writing.add, waiting)
            waiting = []
    await asyncio.to_thread(writing.add, waiting)
    await asyncio.to_thread(writing.close)


def _of_paris(value: Any) -> Any:
    """Hours as they are in Paris: a workbook knows no zones."""
    return value.astimezone(PARIS).replace(tzinfo=None) if isinstance(value, datetime) else value


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece


async def _each(rows: Rows) -> AsyncIterator[Row]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row
