"""A file read in a process of its own: what is long, and what may unpack to more than this one can hold."""

from collections.abc import Callable
from datetime import date

from filiere.jobs.process import Process, ProcessFailed

from collect.imports.reading import Unreadable

TOO_MUCH = "Ce fichier demande trop de calcul pour un parc : découpez-le, ou enregistrez-le de nouveau au format CSV."


async def read_apart(
    content: bytes, encoding: str, on: date, max_rows: int, *, packed: bool, tell: Callable[[int, int], None]
) -> tuple[str, list[bytes]]:
    """(layout, pieces of judged rows as they were written). The rows stay bytes: fifty thousand take 15 MB.

    `tell`: called with the rows read so far, and about how many there are, 0 when nobody can say yet.
    Raises Unreadable.
    """
    process = await Process.start(
        "collect.imports.parsing",
        content,
        *(encoding, on.isoformat(), str(max_rows), "packed" if packed else "plain"),
    )
    layout, pieces, done, total = "", [], 0, 0
    try:
        async for message in process.messages():
            if "refused" in message:
                raise Unreadable(message["refused"])
            if "layout" in message:
                layout, total = message["layout"], message["total"]
            else:
                pieces.append(await process.read(message["size"]))
                done += message["rows"]
            tell(done, total)
    except ProcessFailed as error:
        raise Unreadable(TOO_MUCH) from error
    finally:
        await process.cancel()
    return layout, pieces
