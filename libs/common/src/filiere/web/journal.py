"""An object's journal on its page: the newest entries, older ones behind a link.

journal=await journal_of(request, session, "donation", donation.id, words)     # {{ ui.journal(journal) }}
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.requests import Request

from filiere.database import AsyncReadSession
from filiere.journal import Entry, JournalRepository
from filiere.web.bounded_types import bounded_count

SHOWN = 10
_OLDER = "journal"  # of the address: entries older than this one
_MOST = 2**62


@dataclass(frozen=True, slots=True)
class Line:
    """`who` is empty for the network itself."""

    when: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class JournalView:
    """`older`: what the link to what came before asks for; 0 when nothing did."""

    lines: Sequence[Line]
    older: int
    is_newest: bool


async def journal_of(
    request: Request,
    session: AsyncReadSession,
    object_: str,
    object_id: UUID,
    words: Callable[[Entry], str],
    verbs: Collection[str] | None = None,
) -> JournalView:
    """The entries that the address asks for; `words` says each in the language of the request."""
    before = bounded_count(request.query_params.get(_OLDER, "0"), 0, _MOST) or None
    found = await JournalRepository.from_session(session).of(object_, object_id, SHOWN + 1, before, verbs)
    lines = [Line(entry.at, entry.actor_name, words(entry)) for entry in found[:SHOWN]]
    return JournalView(lines, found[SHOWN - 1].id if len(found) > SHOWN else 0, before is None)
