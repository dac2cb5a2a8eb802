"""Look at an upload that calls itself a PDF: never on the event loop, one at a time, whatever is sent."""

from filiere.files.keeping import FileTooLarge, Reads
from filiere.files.kinds import ENOUGH, kind_of
from filiere.files.pdfs.refusals import PdfLocked, PdfUnreadable
from filiere.jobs.process import Process, ProcessFailed
from filiere.jobs.turns import Turns

_turns = Turns()


async def opens(source: Reads, most: int) -> None:
    """Nothing for a PDF that has a page, and for what is no PDF. Raises PdfUnreadable, PdfLocked, FileTooLarge."""
    await source.seek(0)
    if kind_of(await source.read(ENOUGH)) != "application/pdf":
        return
    async with _turns.next():
        await source.seek(0)
        raw = await source.read(most + 1)
        if len(raw) > most:
            raise FileTooLarge
        found = await _found(raw)
    if found == "locked":
        raise PdfLocked
    if found != "page":
        raise PdfUnreadable


async def _found(raw: bytes) -> str:
    process = await Process.start("filiere.files.pdfs.reading", raw)
    try:
        async for message in process.messages():
            return str(message["found"])
    except ProcessFailed:  # it took more than it may
        pass
    finally:
        await process.cancel()
    return "nothing"
