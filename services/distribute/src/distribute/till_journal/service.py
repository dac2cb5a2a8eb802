"""Write into a Relais' journal, one writer at a time."""

from collections.abc import Sequence
from uuid import UUID

from filiere.calendar import day_of
from filiere.database import AsyncSession

from distribute.till_journal.entry import Draft, Entry, follow
from distribute.till_journal.repository import TillJournalRepository


async def enter(session: AsyncSession, relais_id: UUID, last: Entry | None, drafts: Sequence[Draft]) -> list[Entry]:
    """Chain drafts behind `last`, which `lock_journal` gave; returns them in their places."""
    entries: list[Entry] = []
    for draft in drafts:
        last = follow(relais_id, last, draft, day_of(draft.at))
        entries.append(last)
    if entries:
        await TillJournalRepository.from_session(session).add(entries)
    return entries
