"""The engine in a process of its own: it tells its steps, can be stopped at any moment, and gives its memory back.

    python -m distribute.allocation.proposals.computing < snapshot

reads what `archive.snapshot` holds and writes one line of JSON per step, then one with the sizes of the archive's three
contents, then these.
"""

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date
from typing import Self

from filiere.jobs.process import Process, ProcessFailed, say

from distribute.engine import BrokenProblem, Policy, Problem, Step, allocate
from distribute.engine.archive import Archive, archive, pack_snapshot, unpack_snapshot
from distribute.engine.flow import TooLarge
from distribute.engine.verify import NotProved

# Lines and devices of a snapshot that is computed in about a tenth of a second.
AT_HAND = 5_000


class Refused(ValueError):
    """The engine refuses the snapshot, or the verifier its answer; the message says why."""


class ComputingFailed(RuntimeError):
    """The process ended without an answer."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A computed allocation, ready to be kept."""

    as_of: date
    lines: int
    wanted: int
    given: int
    seconds: float
    archive: Archive


def compute(problem: Problem, policy: Policy, tell: Callable[[Step], None] = lambda _: None) -> Proposal:
    """The fair allocation of a snapshot, checked by the verifier, packed with its proof. Raises also NotProved.

    Takes a second or more: not for the event loop.
    """
    started = time.monotonic()
    allocation, proof = allocate(problem, policy, tell)
    tell(Step.CHECKING)
    return Proposal(
        problem.as_of,
        len(allocation.lines),
        sum(line.wanted for line in allocation.lines),
        allocation.given,
        time.monotonic() - started,
        archive(problem, policy, allocation, proof),
    )


async def computed(problem: Problem, policy: Policy) -> Proposal:
    """The fair allocation of a snapshot, off the event loop.

    In a thread while it takes less time than the start of a process; else in a process that gives its memory back.
    Raises BrokenProblem, TooLarge, NotProved in the first case, Refused, ComputingFailed in the second.
    """
    if len(problem.lines) + sum(len(one.devices) for one in problem.classes) <= AT_HAND:
        return await asyncio.to_thread(compute, problem, policy)
    return await (await Computation.start(problem, policy)).result()


class Computation:
    """A run in its own process. Whoever starts one asks for its `result`, or cancels it."""

    def __init__(self, process: Process, as_of: date) -> None:
        self._process = process
        self._as_of = as_of
        self._proposal: Proposal | None = None

    @classmethod
    async def start(cls, problem: Problem, policy: Policy) -> Self:
        """Hand a snapshot to a new process."""
        snapshot = await asyncio.to_thread(pack_snapshot, problem, policy)
        return cls(await Process.start("distribute.allocation.proposals.computing", snapshot), problem.as_of)

    @property
    def is_running(self) -> bool:
        return self._process.is_running

    async def steps(self) -> AsyncIterator[Step]:
        """Each step as it begins. Raises Refused, ComputingFailed; a cancelled reader stops the process."""
        try:
            async for message in self._process.messages():
                if "step" in message:
                    yield Step(message["step"])
                elif "refused" in message:
                    raise Refused(message["refused"])
                else:
                    snapshot, answer, certificate = [await self._process.read(size) for size in message["sizes"]]
                    kept = Archive(**message["archive"], snapshot=snapshot, answer=answer, certificate=certificate)
                    self._proposal = Proposal(self._as_of, **message["proposal"], archive=kept)
        except ProcessFailed as error:
            raise ComputingFailed(str(error)) from error
        finally:
            # Also when the reader goes away between two steps.
            await self.cancel()
        if self._proposal is None:
            raise ComputingFailed("it ended without an answer")

    async def result(self) -> Proposal:
        """The proposal, when it is there. Raises Refused, ComputingFailed."""
        if self._proposal is None:
            async for _ in self.steps():
                pass
        assert self._proposal is not None
        return self._proposal

    async def cancel(self) -> None:
        """Stop the process if it still runs; returns when it is gone."""
        await self._process.cancel()


_CONTENTS = ("snapshot", "answer", "certificate")
_FACTS = ("engine", "solver", "policy", "input_sha256", "output_sha256")


def main() -> None:
    """The process's side."""
    gc.disable()  # it makes no circles to speak of, and ends in seconds
    problem, policy = unpack_snapshot(sys.stdin.buffer.read())
    try:
        proposal = compute(problem, policy, lambda step: say(step=step.value))
    except (BrokenProblem, TooLarge, NotProved) as error:
        say(refused=str(error))
        return
    contents = [getattr(proposal.archive, name) for name in _CONTENTS]
    say(
        *contents,
        sizes=[len(one) for one in contents],
        proposal={name: getattr(proposal, name) for name in ("lines", "wanted", "given", "seconds")},
        archive={name: getattr(proposal.archive, name) for name in _FACTS},
    )


if __name__ == "__main__":
    main()
