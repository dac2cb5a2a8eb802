"""CSV that a French spreadsheet opens by double click: UTF-8 with BOM, semicolons, no formula smuggled in."""

import asyncio
import csv
import io
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from starlette.responses import StreamingResponse

from filiere.calendar import PARIS

BOM = "\ufeff"
# Cells beginning so are formulas to a spreadsheet (OWASP, CSV injection); an apostrophe makes them text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What is made of them holds the event loop for some milliseconds; then whoever waits has a turn.
ROWS_PER_CHUNK = 50

Row = Sequence[Any]


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Row] | AsyncIterable[Row]) -> StreamingResponse:
    """Stream rows as a CSV download. Rows that are read from the database while sending need a `StreamSession`."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(filename)}",
        "cache-control": "private, no-store",
    }
    return StreamingResponse(_chunks(header, rows), media_type="text/csv; charset=utf-8", headers=headers)


def cell(value: Any) -> str:
    """One cell's text: dates ISO, hours of Paris, booleans oui/non, decimals with a comma, formulas neutralised."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(value).replace(".", ",")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(PARIS).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


async def _chunks(header: Sequence[str], rows: Iterable[Row] | AsyncIterable[Row]) -> AsyncIterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow(header)
    waiting = 0
    async for row in _each(rows):
        writer.writerow([cell(value) for value in row])
        waiting += 1
        if waiting == ROWS_PER_CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
            waiting = 0
            await asyncio.sleep(0)  # neither rows at hand nor a socket that takes all let anybody else run
    yield buffer.getvalue()


async def _each(rows: Iterable[Row] | AsyncIterable[Row]) -> AsyncIterator[Row]:
    if isinstance(rows, AsyncIterable):
        async for row in rows:
            yield row
    else:
        for row in rows:
            yield row
