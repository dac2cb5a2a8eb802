"""Proposals as values again. What was computed never changes, so the last few are kept opened."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from cachetools import LRUCache

from distribute.engine import Allocation, Policy, Problem
from distribute.engine.archive import Archive, answer_of, snapshot_of

# A large one (20 000 lines) takes some tens of megabytes.
_KEPT = 4
_opened: "LRUCache[UUID, Opened]" = LRUCache(_KEPT)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a proposal was asked, and what it answered."""

    problem: Problem
    policy: Policy
    allocation: Allocation


async def open_archive(proposal_id: UUID, read: Callable[[], Awaitable[Archive]]) -> Opened:
    """A kept proposal, unpacked off the event loop; read (megabytes) only when it is not among the last few."""
    found = _opened.get(proposal_id)
    if found is None:
        found = _opened[proposal_id] = await asyncio.to_thread(_open, await read())
    return found


def _open(archive: Archive) -> Opened:
    return Opened(*snapshot_of(archive), answer_of(archive))
