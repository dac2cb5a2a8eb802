"""The proof of a kept proposal, checked again in a process of its own: it computes the whole allocation once more.

    python -m distribute.allocation.proposals.proving < archive

reads a pickled `Archive` and writes one line of JSON: what came of it, or why it is not proved.
"""

import pickle
import sys
from dataclasses import asdict

from filiere.jobs.process import Process, ProcessFailed, say

from distribute.engine.archive import Archive, Replay, replay
from distribute.engine.verify import NotProved


class ProvingFailed(RuntimeError):
    """The process ended without a word; the message is the end of what it complained of."""


async def proved(archive: Archive) -> Replay:
    """Check a kept proposal's certificate and compute it again. Raises NotProved, ProvingFailed."""
    process = await Process.start("distribute.allocation.proposals.proving", pickle.dumps(archive))
    try:
        said = [message async for message in process.messages()]
    except ProcessFailed as error:
        raise ProvingFailed(str(error)) from error
    finally:
        await process.cancel()  # also when who asked went away
    if not said:
        raise ProvingFailed("it said nothing")
    (result,) = said
    if "not_proved" in result:
        raise NotProved(result["not_proved"])
    return Replay(**result)


def main() -> None:
    """The process's side."""
    # Written by the process that started this one.
    archive: Archive = pickle.load(sys.stdin.buffer)  # noqa: S301
    try:
        result = asdict(replay(archive))
    except NotProved as error:
        result = {"not_proved": str(error)}
    say(**result)


if __name__ == "__main__":
    main()
