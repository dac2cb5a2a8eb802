"""A file read in a process of its own: what is long, and what may unpack to more than this one can hold."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from filiere.jobs.process import Process, ProcessFailed

from collect.imports.reading import Corrections, Unreadable

TOO_MUCH = "Ce fichier demande trop de calcul pour un parc : découpez-le, ou enregistrez-le de nouveau au format CSV."


@dataclass
class Apart:
    """A file as its process told it. The rows stay bytes: a hundred thousand take 30 MB."""

    layout: str = ""
    pieces: list[bytes] = field(default_factory=list)
    copy: bytes | None = None


async def read_apart(
    content: bytes,
    encoding: str,
    on: date,
    max_rows: int,
    *,
    how: Literal["plain", "packed", "copy"],
    corrections: Corrections,
    tell: Callable[[int, int], None],
) -> Apart:
    """Read and judge. `how`: the file as it came, packed, or a copy that was kept of it.

    `tell`: called with the rows read so far, and about how many there are, 0 when nobody can say yet.
    Raises Unreadable.
    """
    process = await Process.start(
        "collect.imports.parsing",
        b"%s\n%s" % (json.dumps(corrections).encode(), content),
        *(encoding, on.isoformat(), str(max_rows), how),
    )
    found, done, total = Apart(), 0, 0
    try:
        async for message in process.messages():
            if "refused" in message:
                raise Unreadable(message["refused"])
            if "layout" in message:
                found.layout, total = message["layout"], message["total"]
            elif "copy" in message:
                found.copy = await process.read(message["copy"])
                continue
            else:
                found.pieces.append(await process.read(message["size"]))
                done += message["rows"]
            tell(done, total)
    except ProcessFailed as error:
        raise Unreadable(TOO_MUCH) from error
    finally:
        await process.cancel()
    return found
