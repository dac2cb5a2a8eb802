"""An archive on its way out: made in a file of its own before the first byte leaves."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import date
from typing import IO
from uuid import UUID

from filiere.calendar import now
from filiere.database import AsyncReadSession, Scope
from filiere.web.downloads import as_download
from starlette.responses import StreamingResponse

from distribute.till_books.archive import write
from distribute.till_journal.repository import TillJournalRepository

_IN_MEMORY = 4_000_000
_PIECE = 64 * 1024


async def archive_download(session: AsyncReadSession, relais_id: UUID, name: str, until: date) -> StreamingResponse:
    """The archive of a till up to a day."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - ended by whoever sends it
    try:
        entries = TillJournalRepository.from_session(session).entries(Scope((relais_id,)), last=until)
        await write(file, entries, relais_id, name, until, now())
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    return as_download(f"caisse-{until.isoformat()}.zip", "application/zip", _pieces(file), size=size)


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
