"""Write entries in the caller's transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from filiere.database import AsyncSession
from filiere.journal.repository import JournalRepository
from filiere.loop_turns import in_turns


class Actor(Protocol):
    """Who acts: a `Principal`, or the network itself."""

    @property
    def subject(self) -> str: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Network:
    subject: str = ""
    name: str = ""


NETWORK: Actor = _Network()
"""What came of an event or a rule: nobody's own doing in this service."""


class Note(NamedTuple):
    object: str
    object_id: UUID
    verb: str
    details: Mapping[str, Any] = MappingProxyType({})


async def note(
    session: AsyncSession,
    actor: Actor,
    object_: str,
    object_id: UUID,
    verb: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Keep one entry with the change."""
    await note_all(session, actor, [Note(object_, object_id, verb, details or {})])


async def note_all(session: AsyncSession, actor: Actor, notes: Sequence[Note]) -> None:
    """Keep entries of one actor, in one statement."""
    if notes:
        rows = [(one.object, one.object_id, one.verb, json.dumps(dict(one.details))) async for one in in_turns(notes)]
        await JournalRepository.from_session(session).add(actor.subject or None, actor.name, rows)
