"""A report that was sent, read where it keeps nobody waiting: never on the event loop."""

import asyncio

from filiere.files import kind_of
from filiere.jobs.process import Process, ProcessFailed
from filiere.jobs.turns import Turns

from refurbish.erasure.reports.reading import MAX_BYTES, read
from refurbish.erasure.reports.report import Report, Unreadable

_QUICK = 200_000  # a text as long as this is read within some dozens of milliseconds
_turns = Turns()


async def read_aside(raw: bytes) -> Report:
    """What a report says; a PDF and what is long are read by a bounded process of their own, one at a time.

    Raises Unreadable.
    """
    if len(raw) > MAX_BYTES or (len(raw) <= _QUICK and kind_of(raw[:32]) != "application/pdf"):
        return await asyncio.to_thread(read, raw)
    async with _turns.next():
        process = await Process.start("refurbish.erasure.reports.reading", raw)
        try:
            async for message in process.messages():
                if "refused" in message:
                    raise Unreadable(message["refused"])
                return Report.model_validate(message["report"])
            raise ProcessFailed("it said nothing")
        except ProcessFailed as error:
            raise Unreadable("Ce fichier demande trop de calcul pour un rapport.") from error
        finally:
            await process.cancel()
