"""The proof of a kept proposal, checked again in a process of its own: it computes the whole allocation once more.

    python -m distribute.allocation.proposals.proving < archive

reads a pickled `Archive` and writes one line of JSON: what came of it, or why it is not proved.
"""

import asyncio
import json
import pickle
import sys
from dataclasses import asdict

from distribute.engine.archive import Archive, Replay, replay
from distribute.engine.verify import NotProved


class ProvingFailed(RuntimeError):
    """The process ended without a word; the message is the end of what it complained of."""


async def proved(archive: Archive) -> Replay:
    """Check a kept proposal's certificate and compute it again. Raises NotProved, ProvingFailed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "distribute.allocation.proposals.proving",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        answer, complaint = await process.communicate(pickle.dumps(archive))
    finally:
        # Also when who asked went away.
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise ProvingFailed(complaint.decode(errors="replace").strip()[-500:])
    result = json.loads(answer)
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
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
